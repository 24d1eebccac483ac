"""What people look at: the annual report, its charts, tables and sentences. May import `consolidation`, `ingestion`.

Everything is read from one frozen edition, by indicator id; no figure is computed here, nor written by hand.
"""
