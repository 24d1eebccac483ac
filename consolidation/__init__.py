"""Editions, disclosure control and the published snapshot. May import `ingestion` and `quality`."""
