"""The tables of the report, by name: from one edition to rows whose every figure knows where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ingestion.acknowledgement.wording import day
from reporting.catalogue import TOTAL, Indicator
from reporting.cells import caption, figure_cell, figures, head, words
from reporting.document import Cell, Table, Text, What
from reporting.edition import Edition, Programme
from reporting.figures import NATION
from reporting.typography import NOTHING, moment, number, percent_change, points, quantity, set_in_french


def _funders(edition: Edition) -> Table:
    found = sorted(edition.figures.all_of("funding.by_funder"), key=lambda one: -(one.value or 0))
    return Table(
        caption("Répartition des financements mobilisés, par financeur"),
        head("Financeur", str(edition.year), "Évolution", "PLIE ayant répondu"),
        tuple(
            (words(one.label, heading=True), figure_cell(one), figure_cell(one, "change"), figure_cell(one, "n_plie"))
            for one in found
        ),
    )


def _teams(edition: Edition) -> Table:
    followed = (
        "team.internal_headcount",
        "team.internal_fte",
        "team.internal_referents_headcount",
        "team.internal_referents_fte",
        "team.external_referents_headcount",
        "team.external_referents_fte",
    )
    found = [one for one in (edition.figures.find(identifier) for identifier in followed) if one is not None]
    return Table(
        caption("Les équipes, en moyenne par PLIE ayant répondu"),
        head("", "Par PLIE", "Évolution", "En tout", "PLIE ayant répondu"),
        tuple(
            (
                words(one.indicator.label, heading=True),
                figure_cell(one),
                figure_cell(one, "change"),
                figure_cell(one, "numerator"),
                figure_cell(one, "n_plie"),
            )
            for one in found
        ),
    )


REGIONAL: tuple[tuple[str, str, What, str], ...] = (
    ("active.participants", TOTAL, "value", "Personnes accompagnées"),
    ("entries.total", TOTAL, "value", "Entrées"),
    ("entries.by_sex", "F", "value", "Femmes à l’entrée"),
    ("exits.total", TOTAL, "value", "Sorties"),
    ("exits.positive_rate_total", TOTAL, "value", "Sorties positives"),
)
"""What is shown of each region: indicator, category, which part of it, heading."""


def _regions(edition: Edition) -> Table:
    def row(name: str, scope: tuple[str, str], n_plie: int) -> tuple[Cell, ...]:
        shown = (
            figure_cell(edition.figures.find(one, category, scope=scope), what) for one, category, what, _ in REGIONAL
        )
        return (words(name, heading=True), figures(Text(number(n_plie))), *shown)

    members: dict[str | None, int] = {}
    for programme in edition.programmes:
        members[programme.region_code] = members.get(programme.region_code, 0) + 1
    rows = [row(name, ("region", code), members[code]) for code, name in edition.regions.items()]
    unknown = sum(count for code, count in members.items() if code not in edition.regions)
    if unknown:
        blank = (Cell((Text(NOTHING),), is_number=True) for _ in REGIONAL)
        rows.append((words("Région non connue", heading=True), figures(Text(number(unknown))), *blank))
    rows.append(row("France", NATION, len(edition.programmes)))
    return Table(
        caption(f"Les régions en {edition.year} ; les PLIE de région non connue ne sont comptés que dans la nation"),
        head("Région", "PLIE participants", *(name for *_, name in REGIONAL)),
        tuple(rows),
    )


def place_of(programme: Programme) -> str:
    """« Lille (59) », or what is known of it."""
    town, department = programme.town, programme.department_code
    if town and department:
        return f"{town} ({department})"
    return town or department or NOTHING


def _participants(edition: Edition) -> Table:
    rows = tuple(
        (words(one.name, heading=True), words(place_of(one)), words(one.region or "Région non connue"))
        for one in edition.programmes
    )
    return Table(caption("Les PLIE participants"), head("PLIE", "Commune", "Région", numbers_from=9), rows)


def _about(edition: Edition) -> Table:
    told = (
        ("Édition", edition.edition_id),
        ("Figée le", moment(edition.frozen_at)),
        ("PLIE participants", number(len(edition.programmes))),
        ("Empreinte de l'édition", edition.digest),
        ("Version du code", edition.code_version),
        ("Version du catalogue", edition.catalogue_version),
    )
    return Table(
        caption("L'édition"),
        head("", "", numbers_from=9),
        tuple((words(name, heading=True), Cell((Text(value),))) for name, value in told),
    )


def _hidden(edition: Edition) -> Table:
    rows = []
    for scope, name in (("national", "France entière"), ("region", "Régions")):
        hidden, all_of_them = edition.figures.hidden(scope)
        share = quantity(100 * hidden / all_of_them, "percent", 1) if all_of_them else NOTHING
        texts = (number(all_of_them), number(hidden), share)
        rows.append((words(name, heading=True), *(figures(Text(text)) for text in texts)))
    return Table(
        caption(f"Chiffres de {edition.year} couverts par le secret statistique"),
        head("Étendue", "Chiffres", "Masqués", "Part"),
        tuple(rows),
    )


STATUSES = {
    "pass": "Contrôles passés",
    "fail": "Contrôles qui ont trouvé quelque chose",
    "error": "Contrôles qui n’ont pas pu se faire",
    "not_applicable": "Contrôles sans objet",
}


def _checks(edition: Edition) -> Table:
    rows = tuple(
        (words(name, heading=True), figures(Text(number(edition.checks.get(status, 0)))))
        for status, name in STATUSES.items()
    )
    return Table(caption("Les contrôles de l'édition"), head("Résultat", "Nombre"), rows)


def _waivers(edition: Edition) -> Table:
    rows = tuple(
        (
            words(one.check_id, heading=True),
            words(one.programme.name if one.programme else "France entière"),
            Cell((Text(set_in_french(one.reason)),)),
            words(day(one.waived_at.date()) if one.waived_at else None),
        )
        for one in edition.waivers
    )
    names = head("Contrôle", "PLIE", "Réponse", "Date", numbers_from=9)
    return Table(caption("Les avertissements et les réponses données"), names, rows)


def _restatements(edition: Edition) -> Table:
    rows = []
    for one in edition.restatements:
        indicator = one.indicator
        # A correction is often smaller than what a rounded percentage shows.
        decimals = max(indicator.decimals, 1) if indicator.unit == "percent" else indicator.decimals
        label = indicator.label
        if one.category != TOTAL:
            label = f"{label} : {indicator.categories[one.category]}"
        both = [
            NOTHING if value is None else quantity(value, indicator.unit, decimals)
            for value in (one.old_value, one.new_value)
        ]
        rows.append(
            (
                words(label, heading=True),
                figures(Text(str(one.year))),
                figures(Text(both[0])),
                figures(Text(both[1])),
                figures(Text(_gap(indicator, one.old_value, one.new_value))),
            )
        )
    return Table(
        caption("Les chiffres nationaux qui ont changé"),
        head("Chiffre", "Année", f"Édition {edition.compared_with}", f"Édition {edition.edition_id}", "Écart"),
        tuple(rows),
    )


def _gap(indicator: Indicator, old: float | None, new: float | None) -> str:
    if old is None or new is None:
        return NOTHING
    if indicator.unit == "percent":
        return points(new - old)
    return percent_change(100 * (new - old) / old) if old else NOTHING


TABLES: Mapping[str, Callable[[Edition], Table]] = {
    "financeurs": _funders,
    "equipes": _teams,
    "regions": _regions,
    "participants": _participants,
    "edition": _about,
    "secret": _hidden,
    "controles": _checks,
    "reponses": _waivers,
    "corrections": _restatements,
}
"""Every table that a template may ask for."""
