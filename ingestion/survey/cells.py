"""Turns cells into what their column asks for: a code from its label, a figure from what people type, a text."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from ingestion.survey.form import Column
from ingestion.survey.words import plain
from ingestion.survey.workbook import Cell

LARGEST = Decimal("9999999999.99")
_STORED_DIGITS = 15
"""Spreadsheets calculate with 15 digits: what comes after them is not what was typed."""

_CURRENCY = re.compile(r"(?:€|eur|euros?)$", re.IGNORECASE)
_WRITTEN = re.compile(
    r"""
    (?P<whole> [0-9]+ | [0-9]{1,3}(?:\ [0-9]{3})+ | [0-9]{1,3}(?:\.[0-9]{3}){2,} | [0-9]{1,3}(?:,[0-9]{3}){2,} )
    (?: [.,] (?P<cents> [0-9]{1,2} ) )?
  | (?P<dotted> [0-9]{1,3}(?:\.[0-9]{3})+ ) , (?P<comma_cents> [0-9]{1,2} )
  | (?P<comma_grouped> [0-9]{1,3}(?:,[0-9]{3})+ ) \. (?P<dot_cents> [0-9]{1,2} )
    """,
    re.VERBOSE,
)


class NotAFigure(ValueError):
    """The cell holds no figure that its column takes; the message says why in French and quotes nothing of it."""


def as_text(cell: Cell | None) -> str:
    """The text of a cell, without what surrounds it; lines are kept, characters that no one can see are not."""
    if cell is None:
        return ""
    lines = cell.text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return "\n".join("".join(filter(_is_seen, line)).strip() for line in lines).strip()


def _is_seen(sign: str) -> bool:
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def as_code(cell: Cell | None, column: Column) -> str | None:
    """The code that a cell names, by itself or by its label; None when it names none of the column's."""
    return _spelt(column).get(plain(as_text(cell)))


def _spelt(column: Column) -> dict[str, str]:
    return {plain(word): code for code, label in column.codes.items() for word in (label, code)}


def as_figure(cell: Cell, column: Column) -> Decimal:
    """The figure of a cell: euros or FTE with up to 2 decimals, or a whole number; never below 0.

    Raises:
        NotAFigure: it is none, or none that can be read in one way only (`12.500` could be two).
    """
    if cell.kind != "number" and cell.kind in _REFUSED:
        raise NotAFigure(_REFUSED[cell.kind])
    value = _stored(cell.text) if cell.kind == "number" else _typed(cell.text)
    if value < 0:
        raise NotAFigure("un nombre négatif")
    if value > LARGEST:
        raise NotAFigure("un nombre trop grand")
    if column.type == "headcount":
        if value != value.to_integral_value():
            raise NotAFigure("un nombre à virgule, où il faut un entier")
        return value.quantize(Decimal(1))
    cents = value.quantize(Decimal("0.01"))
    if cents != value:
        raise NotAFigure("plus de deux décimales")
    return cents


_REFUSED = {
    "formula": "une formule : remplacez-la par sa valeur (copier, puis collage spécial « valeurs »)",
    "boolean": "VRAI ou FAUX",
    "error": "une erreur de calcul",
    "date": "une date",
    "percent": "un pourcentage",
}


def _stored(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise NotAFigure("un texte") from None
    if not value.is_finite():
        raise NotAFigure("un texte")
    if value == 0:
        return Decimal(0)
    if value.adjusted() > _STORED_DIGITS or value.adjusted() < -_STORED_DIGITS:
        raise NotAFigure("un nombre trop grand" if value.adjusted() > 0 else "plus de deux décimales")
    return round(value, _STORED_DIGITS - 1 - value.adjusted())


def _typed(text: str) -> Decimal:
    """A number typed as text, as the French write it and as their software does; any kind of space may stand in it."""
    written = " ".join(unicodedata.normalize("NFKC", text).replace("'", " ").replace("’", " ").split())
    if written.endswith("%"):
        raise NotAFigure(_REFUSED["percent"])
    written = _CURRENCY.sub("", written.removeprefix("€").strip()).strip()
    if re.match(r"[-−–(]\s*[0-9]", written):
        raise NotAFigure("un nombre négatif")
    match = _WRITTEN.fullmatch(written)
    if match is None:
        is_ambiguous = re.fullmatch(r"[0-9]+[.,][0-9]{3,}", written) is not None
        raise NotAFigure("un nombre qui se lit de deux façons" if is_ambiguous else "un texte")
    groups = match.groupdict()
    whole = groups["whole"] or groups["dotted"] or groups["comma_grouped"]
    cents = groups["cents"] or groups["comma_cents"] or groups["dot_cents"] or "0"
    return Decimal(f"{re.sub('[ .,]', '', whole)}.{cents}")
