"""The gate: reads a delivery safely and says what is wrong with it. Knows the contract, never the warehouse."""

from ingestion.gate.examine import Examination, examine
from ingestion.gate.finding import Finding

__all__ = ["Examination", "Finding", "examine"]
