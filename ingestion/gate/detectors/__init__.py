"""Detectors of what must never arrive: one module per privacy rule, and what they share to read text fast."""

from ingestion.gate.detectors.detector import Candidate, Detector
from ingestion.gate.detectors.email import EMAIL
from ingestion.gate.detectors.iban import IBAN
from ingestion.gate.detectors.nir import NIR
from ingestion.gate.detectors.telephone import TELEPHONE

DETECTORS = (IBAN, NIR, TELEPHONE, EMAIL)
"""Longest numbers first: ten digits of an account number are no telephone number."""

__all__ = ["DETECTORS", "Candidate", "Detector"]
