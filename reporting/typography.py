"""How a number is set in French: one rounding, narrow no-break spaces, decimal comma, sign, mark of a hidden one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from ingestion.acknowledgement.wording import NARROW as NARROW
from ingestion.acknowledgement.wording import PARIS, day, typeset

HIDDEN = "s"
"""What stands for a figure that disclosure control hides (« secret statistique »)."""

NOTHING = "–"
"""What stands for a figure that does not exist: nothing was counted, or the denominator is zero."""

MINUS = "\u2212"
_NO_BREAK = "\u00a0"
_DAY_OF_MONTH = re.compile(
    r"(?<=\d) (?=janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)|(?<=1er) "
)


def rounded(value: float, decimals: int) -> Decimal:
    """`value` rounded half away from zero.

    The detour by nine places keeps 1.005 from being taken for its binary neighbour 1.00499999999999989: the rule of the
    warehouse (`round_half_away`), so that a figure rounds alike everywhere.
    """
    exact = Decimal(value).quantize(Decimal("1e-9"), ROUND_HALF_UP)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def number(value: float, decimals: int = 0) -> str:
    """A number: « 16 896 », « 1,26 », « −3 »."""
    figure = rounded(value, decimals)
    digits = f"{abs(figure):,.{max(decimals, 0)}f}".replace(",", NARROW).replace(".", ",")
    return f"{MINUS}{digits}" if figure < 0 else digits


def quantity(value: float, unit: str, decimals: int) -> str:
    """A figure with the unit that its indicator has: « 52 % », « 7 ETP », « 32 682 »."""
    match unit:
        case "percent":
            return f"{number(value, decimals)}{NARROW}%"
        case "fte":
            return f"{number(value, decimals)}{_NO_BREAK}ETP"
        case _:
            return number(value, decimals)


def signed(value: float, decimals: int) -> str:
    """A number that always carries its sign, but for zero: « +0,6 », « −1,2 », « 0,0 »."""
    text = number(value, decimals)
    return f"+{text}" if rounded(value, decimals) > 0 else text


def points(value: float) -> str:
    """A change of a percentage, in points: « −0,8 point », « +2,4 points ». French takes the plural from two on."""
    word = "points" if abs(rounded(value, 1)) >= 2 else "point"
    return f"{signed(value, 1)}{_NO_BREAK}{word}"


def percent_change(value: float) -> str:
    """A change of a count or of a mean, in percent of the former value: « +15,1 % »."""
    return f"{signed(value, 1)}{NARROW}%"


_RANKS = ("première", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième", "huitième", "neuvième")


def rank_in_words(rank: int) -> str:
    """A rank in the feminine: « troisième »; in figures from the tenth on."""
    return _RANKS[rank - 1] if rank <= len(_RANKS) else f"{rank}e"


def moment(value: datetime) -> str:
    """A UTC time as a day and an hour of Paris: « 1er mars 2022 à 9 h 05 »."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    local = aware.astimezone(PARIS)
    return f"{day(local)} à {local.hour}{_NO_BREAK}h{_NO_BREAK}{local.minute:02d}"


def set_in_french(text: str) -> str:
    """A text typed plainly, set in French: `typeset` of the acknowledgements, and days kept with their month."""
    return _DAY_OF_MONTH.sub(_NO_BREAK, typeset(text))
