"""Compares words as people write them: whatever the case, the accents, the spaces and the dashes."""

from __future__ import annotations

import re
import unicodedata

_APART = re.compile(r"[^0-9a-z]+")


def plain(text: str) -> str:
    """`text` in lower case, without accents, with one space for any run of other signs: `Équipe_A`, `equipe a`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _APART.sub(" ", letters.replace("œ", "oe").replace("æ", "ae")).strip()
