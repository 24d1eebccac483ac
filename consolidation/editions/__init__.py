"""Editions: yearly consolidations that are frozen, sealed, compared, traced to their rows and rebuilt."""

from consolidation.editions.edition import Edition, UnknownEdition, find_edition, latest_edition, list_editions
from consolidation.editions.freezing import GateClosed, NotFrozen, NothingChanged, freeze
from consolidation.editions.restatement import Restatement, compare
from consolidation.editions.sealing import EditionAltered, verify_editions

__all__ = [
    "Edition",
    "EditionAltered",
    "GateClosed",
    "NotFrozen",
    "NothingChanged",
    "Restatement",
    "UnknownEdition",
    "compare",
    "find_edition",
    "freeze",
    "latest_edition",
    "list_editions",
    "verify_editions",
]
