"""How a fiche action is told: who, how many, and what was done. The words are the PLIE's own, typeset."""

from __future__ import annotations

from ingestion.acknowledgement.wording import typeset
from reporting.edition import ActionSheet
from reporting.typography import number

SMALLEST_GROUP = 11
"""People of one PLIE below which a fiche does not tell how many took part."""


def who(sheet: ActionSheet) -> str:
    """The PLIE, its region, and how many people took part where they are enough."""
    words = sheet.programme.name + (f", {sheet.programme.region}" if sheet.programme.region else "")
    if sheet.n_participants is not None and sheet.n_participants >= SMALLEST_GROUP:
        words += f" – {number(sheet.n_participants)}\u00a0participant.e.s"
    return typeset(words)


def told(sheet: ActionSheet) -> tuple[tuple[str, str], ...]:
    """What is said beyond the stakes: a name and a text for each part that was filled in."""
    parts = (
        ("Ce qui a été fait", sheet.description),
        ("Ce qui en est sorti", sheet.results),
        ("Avec qui", sheet.partners),
    )
    return tuple((name, typeset(text)) for name, text in parts if text)
