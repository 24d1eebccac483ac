"""Which charts the report has: each name gives the figures to show. Titles are in the texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from reporting.charts.chart import Chart, Mark
from reporting.edition import Edition
from reporting.figures import Figure
from reporting.typography import set_in_french

FEWEST_YEARS = 3
"""A line or columns over fewer years would show no evolution."""


def _label(figure: Figure) -> str:
    return set_in_french(figure.label)


def _categories(
    edition: Edition,
    indicator_id: str,
    *,
    compared: bool = False,
    in_order: bool = False,
    strong: Iterable[str] = (),
    keep: int | None = None,
) -> tuple[Mark, ...]:
    """The categories of the year, the largest first (or `in_order` of the catalogue), those that nobody used left out.

    Args:
        compared: adds the mark of the year before.
        strong: categories that stand out.
        keep: how many of the largest are kept; the table of the annex holds all of them.
    """
    year = str(edition.year)
    used = [one for one in edition.figures.all_of(indicator_id) if one.suppressed or one.value]
    if not in_order:
        used.sort(key=lambda one: -(one.value or 0))
    marks: list[Mark] = []
    for figure in used[:keep]:
        marks.append(Mark(_label(figure), year, figure, strong=figure.category in strong))
        before = edition.figures.find(indicator_id, figure.category, year=edition.year_before) if compared else None
        if before is not None:
            marks.append(Mark(_label(figure), str(before.year), before, former=True))
    return tuple(marks)


def _bars(
    indicator_id: str,
    *,
    compared: bool = False,
    in_order: bool = False,
    strong: tuple[str, ...] = (),
    keep: int | None = None,
) -> Callable[[Edition, str], Chart]:
    def build(edition: Edition, name: str) -> Chart:
        marks = _categories(edition, indicator_id, compared=compared, in_order=in_order, strong=strong, keep=keep)
        return Chart(name, "bars", marks)

    return build


def _columns(indicator_id: str) -> Callable[[Edition, str], Chart]:
    def build(edition: Edition, name: str) -> Chart:
        series = edition.figures.series(indicator_id)
        marks = tuple(Mark(str(one.year), set_in_french(one.indicator.label), one) for one in series)
        return Chart(name, "columns", marks if len(marks) >= FEWEST_YEARS else ())

    return build


def _lines(*followed: tuple[str, str, str], from_zero: bool = False) -> Callable[[Edition, str], Chart]:
    """Lines over the years; `followed` gives indicator, category and name of each."""

    def build(edition: Edition, name: str) -> Chart:
        marks = tuple(
            Mark(str(one.year), line_name, one)
            for indicator_id, category, line_name in followed
            for one in edition.figures.series(indicator_id, category)
        )
        years = {mark.row for mark in marks}
        return Chart(name, "lines", marks if len(years) >= FEWEST_YEARS else (), from_zero=from_zero)

    return build


def _stacks(indicator_id: str) -> Callable[[Edition, str], Chart]:
    """The parts of the whole, in the order of the catalogue, for the year and the year before."""

    def build(edition: Edition, name: str) -> Chart:
        both = [edition.figures.all_of(indicator_id, year=year) for year in (edition.year_before, edition.year)]
        used = {one.category for figures in both for one in figures if one.suppressed or one.value}
        marks = tuple(
            Mark(str(one.year), _label(one), one) for figures in both for one in figures if one.category in used
        )
        return Chart(name, "stacks", marks)

    return build


def _profiles(edition: Edition, name: str) -> Chart:
    everyone: Figure | None = edition.figures.find("exits.positive_rate_total")
    return Chart(
        name,
        "bars",
        _categories(edition, "exits.positive_rate_by_profile"),
        reference=("Ensemble des sorties", everyone) if everyone is not None else None,
    )


def _by_region(indicator_id: str) -> Callable[[Edition, str], Chart]:
    def build(edition: Edition, name: str) -> Chart:
        found = [
            (region, edition.figures.find(indicator_id, scope=("region", code)))
            for code, region in edition.regions.items()
        ]
        known = [(region, one) for region, one in found if one is not None]
        known.sort(key=lambda item: -(item[1].value or 0))
        nation = edition.figures.find(indicator_id)
        return Chart(
            name,
            "bars",
            tuple(Mark(set_in_french(region), str(edition.year), one) for region, one in known),
            reference=("France", nation) if nation is not None else None,
        )

    return build


def _map(edition: Edition, name: str) -> Chart:
    found = [
        (region, edition.figures.find("participation.plie_participating", scope=("region", code)))
        for code, region in edition.regions.items()
    ]
    return Chart(
        name,
        "tiles",
        tuple(Mark(set_in_french(region), str(edition.year), one) for region, one in found if one is not None),
    )


CHARTS: Mapping[str, Callable[[Edition, str], Chart]] = {
    "participants": _columns("active.participants"),
    "regions": _map,
    "entrees-sorties": _lines(("entries.total", "TOTAL", "Entrées"), ("exits.total", "TOTAL", "Sorties")),
    "sexe": _stacks("entries.by_sex"),
    "age": _stacks("entries.by_age_band"),
    "niveaux": _bars("entries.by_education", in_order=True, compared=True, strong=("1", "2", "3")),
    "situations": _bars("entries.by_situation", compared=True),
    "sorties": _stacks("exits.by_class"),
    "causes": _bars("exits.sans_suite_by_cause", compared=True),
    "evolution": _lines(
        ("exits.positive_rate_neutralised", "TOTAL", "Hors déménagement, décès et retraite"),
        ("exits.positive_rate_total", "TOTAL", "Sur le total des sorties"),
    ),
    "profils": _profiles,
    "taux-par-region": _by_region("exits.positive_rate_total"),
    "secteurs": _bars("exits.positive_by_sector", keep=10),
    "employeurs": _bars("exits.durable_by_employer"),
    "contrats": _bars("exits.contracts_by_type", strong=("CDI", "CDD_6_PLUS")),
    "etapes": _bars("steps.by_type", compared=True),
    "etapes-par-personne": _lines(("steps.per_participant", "TOTAL", "Étapes par personne")),
    "formations": _stacks("steps.training_by_kind"),
    "financeurs": _stacks("funding.by_group"),
    "operateurs": _bars("allocation.by_operator", strong=("ACI", "EI", "ETTI", "AI", "EITI", "RQ"), keep=10),
    "operations": _bars("allocation.by_operation", compared=True),
    "referents": _bars("team.external_referents_by_employer"),
}
"""Every chart of the report."""


def build_chart(edition: Edition, name: str) -> Chart:
    """The chart of this name; without marks where the edition has nothing for it.

    Raises:
        KeyError: the report has no such chart.
    """
    return CHARTS[name](edition, name)
