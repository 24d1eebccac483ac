"""Editions made up for the tests of this room: every indicator of the catalogue, as awkward as is wanted."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from ingestion.settings import SEEDS
from reporting.catalogue import TOTAL, CatalogueRow, Indicator, catalogue_of
from reporting.edition import ActionSheet, Edition, Programme
from reporting.figures import Figure, Figures

YEAR = 2021
REGIONS = {"32": "Hauts-de-France", "75": "Nouvelle-Aquitaine", "93": "Provence-Alpes-Côte d'Azur"}
LONG_NAME = "PLIE de la Communauté d'Agglomération " + "du Très Long Pays des Vallées et des Plateaux Réunis " * 4


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def the_catalogue() -> dict[str, Indicator]:
    """The catalogue as an edition freezes it."""
    codes: dict[str, dict[str, str]] = {}
    for row in _seed("code_lists"):
        codes.setdefault(row["list"], {})[row["code"]] = row["label_fr"]
    own = {(row["indicator_id"], row["category"]): row["label_fr"] for row in _seed("category_labels")}
    rows = []
    for row in _seed("indicator_catalogue"):
        for token in (row["categories"] or TOTAL).split(";"):
            for code, label in codes.get(token, {token: row["label_fr"]}).items():
                rows.append(
                    CatalogueRow(
                        row["indicator_id"],
                        code,
                        row["section"],
                        row["label_fr"],
                        own.get((row["indicator_id"], code), label),
                        row["unit"],
                        int(row["decimals"]),
                        row["base"],
                    )
                )
    return catalogue_of(rows)


def made_figures(
    years: Iterable[int] = range(2016, YEAR + 1),
    *,
    survey: bool = True,
    n_plie: int = 3,
    hide: Callable[[Figure], bool] = lambda figure: False,
    change: Callable[[Figure], Figure] = lambda figure: figure,
) -> Figures:
    """Figures of the nation and its regions: parts that add up, the first category the largest, growing by the year."""
    catalogue = the_catalogue()
    found: dict[tuple[object, ...], Figure] = {}
    for indicator in catalogue.values():
        if indicator.is_survey and not survey:
            continue
        for year in sorted(years):
            for scope in (("national", "FR"), *(("region", code) for code in REGIONS)):
                for place, category in enumerate(indicator.categories):
                    figure = change(_figure(indicator, category, place, year, scope, n_plie))
                    if hide(figure):
                        figure = replace(
                            figure, numerator=None, denominator=None, value=None, n_missing=None, suppressed=True
                        )
                    before = found.get((indicator.indicator_id, category, year - 1, scope))
                    if before is not None and before.value and figure.value is not None:
                        figure = replace(
                            figure,
                            change_points=figure.value - before.value,
                            change_percent=100 * (figure.value - before.value) / before.value,
                        )
                    found[(indicator.indicator_id, category, year, scope)] = figure
    return Figures(found.values(), YEAR, catalogue)


def _figure(indicator: Indicator, category: str, place: int, year: int, scope: tuple[str, str], n_plie: int) -> Figure:
    size = 4000.0 + 100 * (year - 2016) if scope[0] == "national" else 1000.0 + 10 * (year - 2016)
    if not indicator.definition.denominator:
        return Figure(indicator, year, *scope, category, size, None, size, None, n_plie, False)
    n = len(indicator.categories)
    weights = [2.0 ** -(one + 1) for one in range(n)]
    numerator = size * (0.6 if n == 1 else weights[place] / sum(weights))
    if indicator.unit in ("ratio", "fte"):
        numerator = 8.5 * size
    factor = 100 if indicator.unit == "percent" else 1
    return Figure(indicator, year, *scope, category, numerator, size, factor * numerator / size, 7, n_plie, False)


def a_programme(place: int, name: str | None = None) -> Programme:
    code = list(REGIONS)[place % len(REGIONS)]
    return Programme(f"PLIE-59-{place:02}", name or f"PLIE d'essai {place}", "Lille", "59", code, REGIONS[code])


def a_sheet(theme: str = "FREINS", programme: Programme | None = None, people: int | None = 25) -> ActionSheet:
    return ActionSheet(
        programme or a_programme(1),
        theme,
        "Un thème",
        "3.1",
        "Un garage solidaire",
        "L'emploi est loin.",
        "Un garage a ouvert.",
        "On s'y rend.",
        "La commune.",
        people,
    )


def an_edition(figures: Figures | None = None, **changes: object) -> Edition:
    """A first edition of three PLIE with one fiche, unless it is to be another."""
    edition = Edition(
        edition_id="2021.1",
        year=YEAR,
        number=1,
        frozen_at=datetime(2022, 3, 1, 8, 5),
        reason=None,
        code_version="c0de",
        catalogue_version="ca7a",
        digest="d19e57",
        is_made_up=True,
        figures=figures or made_figures(),
        programmes=tuple(sorted((a_programme(place) for place in (1, 2, 3)), key=lambda one: one.region or "")),
        sheets=(a_sheet(),),
        checks={"pass": 3, "not_applicable": 1},
    )
    return replace(edition, **changes)  # type: ignore[arg-type]
