"""What a template may call: figures by their id, changes, and words chosen by rule from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingestion.acknowledgement.wording import day
from reporting import claims
from reporting.catalogue import TOTAL
from reporting.claims import Unsayable
from reporting.display import show
from reporting.document import Fiches, What
from reporting.edition import Edition
from reporting.figures import NATION, Figure
from reporting.typography import moment, number, rank_in_words, rounded
from reporting.writing.collector import Collector


class Voice:
    """The functions of the templates, for one edition. Each of them raises `Unsayable` where it cannot be honest."""

    def __init__(self, edition: Edition, collector: Collector) -> None:
        self.edition = edition
        self._collector = collector

    def globals(self) -> Mapping[str, Any]:
        """Name in the templates, and what it calls."""
        edition = self.edition
        return {
            "figure": self.figure,
            "count": lambda identifier, category=TOTAL, **where: self.figure(
                identifier, category, what="numerator", **where
            ),
            "change": lambda identifier, category=TOTAL: self.figure(identifier, category, what="change"),
            "changed": self.changed,
            "moved": lambda identifier, category=TOTAL: self.changed(identifier, category, briefly=True),
            "base": lambda identifier: self.figure(identifier, self._first(identifier), what="n_plie"),
            "missing": lambda identifier, category=TOTAL: self.figure(identifier, category, what="n_missing"),
            "share": lambda identifier, category=TOTAL: claims.share_in_words(self._find(identifier, category)),
            "is_majority": lambda identifier, category=TOTAL: claims.is_majority(self._find(identifier, category)),
            "direction": lambda identifier, category=TOTAL: claims.direction(self._find(identifier, category)),
            "compared": self.compared,
            "by_sign": self.by_sign,
            "run": lambda identifier, category=TOTAL: self.years_on_end(identifier, category),
            "extreme": lambda identifier, category=TOTAL: claims.is_extreme(
                edition.figures.series(identifier, category)
            ),
            "since": self.since,
            "largest": self.largest,
            "ranking": self.ranking,
            "smallest": self.smallest,
            "label": self.label,
            "plural": self.plural,
            "has": lambda identifier: bool(edition.figures.all_of(identifier)),
            "has_before": lambda identifier: bool(edition.figures.all_of(identifier, year=edition.year_before)),
            "require": self.require,
            "in_words": self.in_words,
            "fiches": self.fiches,
            "has_fiches": lambda theme: any(sheet.theme == theme for sheet in edition.sheets),
            "number": number,
            "rank": rank_in_words,
            "day": day,
            "moment": moment,
            "year": edition.year,
            "year_before": edition.year_before,
            "edition": edition,
        }

    def figure(
        self,
        identifier: str,
        category: str = TOTAL,
        *,
        what: What = "value",
        year: int | None = None,
        scope: tuple[str, str] = NATION,
    ) -> str:
        """A figure of the edition, to stand in a sentence.

        Raises:
            Unsayable: it does not exist, or is hidden.
        """
        found = self._find(identifier, category, year=year, scope=scope)
        if what == "change" and found.change is None:
            raise Unsayable
        if what in ("numerator", "denominator", "n_missing") and getattr(found, what) is None:
            raise Unsayable
        if what == "value":
            claims.value_of(found)
        return self._collector.place(show(found, what))

    def changed(self, identifier: str, category: str = TOTAL, *, briefly: bool = False) -> str:
        """« (−0,8 point par rapport à 2020) », « (comme en 2020) », or nothing where there is no year before.

        Args:
            briefly: leaves out the year, which the text has said: « (−0,8 point) ».
        """
        try:
            change = self._find(identifier, category).change
            shown = self.figure(identifier, category, what="change")
        except Unsayable:
            return ""
        if rounded(change or 0.0, 1) == 0:
            return f" (comme en {self.edition.year_before})"
        if briefly:
            return f" ({shown})"
        return f" ({shown} par rapport à {self.edition.year_before})"

    def compared(self, identifier: str, category: str, other: str, other_category: str = TOTAL) -> int:
        """-1, 0 or 1: how one percentage stands to another."""
        return claims.compared(self._find(identifier, category), self._find(other, other_category))

    @staticmethod
    def by_sign(sign: int, up: str, same: str, down: str) -> str:
        """The word for a rise, for no change worth the name, or for a fall."""
        return (same, up, down)[sign]

    def years_on_end(self, identifier: str, category: str = TOTAL) -> int:
        """For how many years on end it has moved the same way: at least two, else there is nothing to say.

        Raises:
            Unsayable: fewer.
        """
        length = claims.run_length(self.edition.figures.series(identifier, category))
        if length < 2:
            raise Unsayable
        return length

    def since(self, identifier: str, category: str = TOTAL) -> str:
        """The first year that the edition holds of a figure."""
        series = self.edition.figures.series(identifier, category)
        if len(series) < 2:
            raise Unsayable
        return str(series[0].year)

    def largest(self, identifier: str, n: int = 1) -> tuple[str, ...]:
        """The codes of the largest categories, the largest first."""
        return tuple(one.category for one in claims.largest(self.edition.figures.all_of(identifier), n))

    def ranking(self, identifier: str, n: int) -> tuple[str, ...]:
        """The same, empty where it cannot be told."""
        try:
            return self.largest(identifier, n)
        except Unsayable:
            return ()

    def smallest(self, identifier: str) -> str:
        """The code of the smallest category.

        Raises:
            Unsayable: one of them is hidden or has no value, or there are not two.
        """
        figures = self.edition.figures.all_of(identifier)
        if len(figures) < 2:
            raise Unsayable
        return min(figures, key=claims.value_of).category

    def label(self, identifier: str, category: str) -> str:
        """The French label of a category."""
        return self._find(identifier, category).label

    def plural(self, identifier: str, one: str, many: str, *, what: What = "value") -> str:
        """The form of a word that agrees with a count: French takes the plural from two on."""
        found = self._find(identifier, TOTAL)
        count = found.n_plie if what == "n_plie" else claims.value_of(found)
        return many if count >= 2 else one

    @staticmethod
    def require(condition: object) -> str:
        """Nothing, where a sentence may stand.

        Raises:
            Unsayable: where it may not.
        """
        if not condition:
            raise Unsayable
        return ""

    @staticmethod
    def in_words(n: int) -> str:
        """A small whole number in letters; a larger one in figures."""
        words = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
        return words[n] if 0 <= n < len(words) else number(n)

    def fiches(self, theme: str) -> str:
        """The fiches of one theme, as a block; nothing where no PLIE told any."""
        sheets = tuple(sheet for sheet in self.edition.sheets if sheet.theme == theme)
        return self._collector.place_block(Fiches(sheets)) if sheets else ""

    def _first(self, identifier: str) -> str:
        found = self.edition.figures.all_of(identifier)
        if not found:
            raise Unsayable
        return found[0].category

    def _find(
        self,
        identifier: str,
        category: str = TOTAL,
        *,
        year: int | None = None,
        scope: tuple[str, str] = NATION,
    ) -> Figure:
        found = self.edition.figures.find(identifier, category, year=year, scope=scope)
        if found is None:
            raise Unsayable
        return found
