"""The snapshot that analysts open: marts, editions and results of the gate, in a file without pseudonyms."""

from consolidation.snapshot.publishing import publish_snapshot

__all__ = ["publish_snapshot"]
