"""Disclosure control: which figures of an edition stay hidden, chosen with a proof, before any leaves the house."""

from consolidation.disclosure.choice import Unprotected
from consolidation.disclosure.protect import Protection, protect
from consolidation.disclosure.thresholds import Thresholds

__all__ = ["Protection", "Thresholds", "Unprotected", "protect"]
