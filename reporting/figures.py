"""The figures of one edition, found by indicator, category, scope and year; what is hidden stays hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reporting.catalogue import TOTAL, Indicator, definitions

NATION = ("national", "FR")


@dataclass(frozen=True)
class Figure:
    """One figure of an edition: the table's own columns, unrounded, and its change against the year before.

    `value` is a count, a percentage (0 to 100) or a mean; it is None where the denominator is zero, and where the
    figure is `suppressed` (hidden by disclosure control), as numerator, denominator and `n_missing` are then.
    `change_points` (percentages) and `change_percent` (all others) are None where one of the two years has no value.
    """

    indicator: Indicator
    year: int
    scope: str
    scope_id: str
    category: str
    numerator: float | None
    denominator: float | None
    value: float | None
    n_missing: int | None
    n_plie: int
    suppressed: bool
    change_points: float | None = None
    change_percent: float | None = None

    @property
    def indicator_id(self) -> str:
        return self.indicator.indicator_id

    @property
    def has_hidden_base(self) -> bool:
        """Disclosure control shows what is counted and hides what it is a share of."""
        return self.denominator is None and self.numerator is not None and bool(self.indicator.definition.denominator)

    @property
    def label(self) -> str:
        """French label of its category."""
        return self.indicator.categories[self.category]

    @property
    def change(self) -> float | None:
        """Change against the year before: points of a percentage, else percent of the former value."""
        return self.change_points if self.indicator.unit == "percent" else self.change_percent


Key = tuple[str, int, str, str, str]


class Figures:
    """Every publishable figure of one edition; an absent one is None, never zero."""

    def __init__(self, figures: Iterable[Figure], year: int, catalogue: Mapping[str, Indicator]) -> None:
        self.year = year
        self.catalogue = catalogue
        self._found: Mapping[Key, Figure] = {
            (one.indicator_id, one.year, one.scope, one.scope_id, one.category): one for one in figures
        }

    def find(
        self,
        indicator_id: str,
        category: str = TOTAL,
        *,
        year: int | None = None,
        scope: tuple[str, str] = NATION,
    ) -> Figure | None:
        """The figure, or None where the edition has none.

        Args:
            year: the year of the edition when it is not given.
            scope: kind and identifier, such as `("region", "32")`.

        Raises:
            KeyError: there is no such indicator or category: the template is wrong.
        """
        indicator = self._indicator(indicator_id)
        if indicator is None:
            return None
        if category not in indicator.categories:
            raise KeyError(f"{indicator_id} has no category {category}")
        return self._found.get((indicator_id, year or self.year, *scope, category))

    def all_of(
        self, indicator_id: str, *, year: int | None = None, scope: tuple[str, str] = NATION
    ) -> tuple[Figure, ...]:
        """Its categories of one year, in the order of the catalogue; empty where the edition has none."""
        indicator = self._indicator(indicator_id)
        categories = indicator.categories if indicator is not None else ()
        found = (self.find(indicator_id, category, year=year, scope=scope) for category in categories)
        return tuple(one for one in found if one is not None)

    def series(
        self, indicator_id: str, category: str = TOTAL, *, scope: tuple[str, str] = NATION
    ) -> tuple[Figure, ...]:
        """The figure of every year that the edition holds up to its own, oldest first."""
        years = sorted({one.year for one in self._found.values() if one.indicator_id == indicator_id})
        found = (self.find(indicator_id, category, year=year, scope=scope) for year in years if year <= self.year)
        return tuple(one for one in found if one is not None)

    def hidden(self, scope: str) -> tuple[int, int]:
        """How many figures of the edition's year are hidden in a kind of scope, and how many there are in all."""
        mine = [one for one in self._found.values() if one.scope == scope and one.year == self.year]
        return sum(one.suppressed for one in mine), len(mine)

    def _indicator(self, indicator_id: str) -> Indicator | None:
        """The indicator, or None where the edition is older than it.

        Raises:
            KeyError: no edition knows it.
        """
        if indicator_id not in definitions():
            raise KeyError(indicator_id)
        return self.catalogue.get(indicator_id)
