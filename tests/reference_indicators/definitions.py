"""What each indicator counts over the rows of some PLIE in one year: the definitions of the catalogue in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tests.reference_indicators.rows import Etape, Parcours, Sortie, World

POSITIVE = ("EMPLOI_DURABLE", "FORMATION_QUALIFIANTE", "AUTRE_POSITIVE")
CHANGE_OF_SITUATION = ("DEMENAGEMENT", "DECES", "RETRAITE")
CAUSES = {
    "ABANDON": ("ABANDON",),
    "CHANGEMENT_SITUATION": CHANGE_OF_SITUATION,
    "AUTRE": ("REORIENTATION", "AUTRE_SANS_SUITE"),
}
TRAINING = ("FORMATION_QUALIFIANTE", "FORMATION_CERTIFIANTE", "FORMATION_NON_QUALIFIANTE")
DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True)
class Part:
    """A numerator and a denominator before they make a value; no denominator for a count."""

    numerator: float
    denominator: float | None = None
    n_missing: int | None = None


Parts = dict[str, dict[str, Part]]
"""By indicator, by category."""


@dataclass(frozen=True)
class Exit:
    sortie: Sortie
    parcours: Parcours
    sexe: str


@dataclass(frozen=True)
class Entry:
    parcours: Parcours
    sexe: str


class YearOfPlie:
    """The rows of one PLIE that count in one year."""

    def __init__(self, world: World, plie_id: str, year: int) -> None:
        first, last = date(year, 1, 1), date(year, 12, 31)
        sexe = {row.participant_id: row.sexe for row in world.participants if row.plie_id == plie_id}
        parcours = {row.parcours_id: row for row in world.parcours if row.plie_id == plie_id}
        sorties = {row.parcours_id: row for row in world.sorties if row.plie_id == plie_id}

        self.entries: list[Entry] = []
        self.active: set[tuple[str, str]] = set()
        self.open_on_31_december: set[tuple[str, str]] = set()
        for stay in parcours.values():
            left = sorties[stay.parcours_id].date_sortie if stay.parcours_id in sorties else None
            person = (plie_id, stay.participant_id)
            if first <= stay.date_entree <= last:
                self.entries.append(Entry(stay, sexe[stay.participant_id]))
            if stay.date_entree <= last and (left is None or left >= first):
                self.active.add(person)
            if stay.date_entree <= last and (left is None or left > last):
                self.open_on_31_december.add(person)

        self.exits: list[Exit] = []
        for sortie in sorties.values():
            if first <= sortie.date_sortie <= last:
                stay = parcours[sortie.parcours_id]
                self.exits.append(Exit(sortie, stay, sexe[stay.participant_id]))

        self.steps: list[Etape] = []
        for step in world.etapes:
            if step.plie_id != plie_id:
                continue
            end = step.date_fin
            if end is None and step.parcours_id in sorties:
                end = sorties[step.parcours_id].date_sortie
            if step.date_debut <= last and (end is None or end >= first):
                self.steps.append(step)


@dataclass
class Catalogue:
    """The written lists: catalogue lines by id, codes of each list, the codes of structures that belong to the IAE."""

    lines: Mapping[str, Mapping[str, str]]
    codes: Mapping[str, Sequence[str]]
    iae: frozenset[str]

    def categories(self, indicator_id: str) -> Sequence[str]:
        listed = self.lines[indicator_id]["categories"]
        if not listed:
            return ("TOTAL",)
        return self.codes[listed] if listed in self.codes else listed.split(";")


def _count(values: Iterable[bool]) -> int:
    return sum(1 for value in values if value)


def _age_band(age: int | None) -> str:
    if age is None:
        return "NR"
    if age < 26:
        return "MOINS_26"
    return "26_44" if age < 45 else "45_PLUS"


def _long_term(parcours: Parcours) -> bool:
    return parcours.duree_inscription_mois is not None and parcours.duree_inscription_mois >= 12


def _situation(parcours: Parcours, situation: str) -> bool | None:
    """Whether the person was in this situation at entry; None where it was not supplied or declined."""
    if situation == "DELD":
        return None if parcours.duree_inscription_mois is None else _long_term(parcours)
    answer = getattr(parcours, situation.lower())
    return {"oui": True, "non": False, "refus": None, None: None}[answer]


def _step_nature(step: Etape, iae: frozenset[str]) -> str:
    if step.type_etape in TRAINING:
        return "FORMATION"
    if step.type_etape != "EMPLOI":
        return step.type_etape
    if step.structure_accueil in iae:
        return "IAE"
    return "EMPLOI_AIDE" if step.type_contrat == "AIDE" else "EMPLOI_ORDINAIRE"


def _entries(entries: list[Entry], catalogue: Catalogue) -> Parts:
    n = len(entries)
    without_sex = _count(entry.sexe == "N" for entry in entries)
    without_age = _count(entry.parcours.age_entree is None for entry in entries)
    levels = [entry.parcours.niveau_formation for entry in entries]
    without_level = _count(level is None for level in levels)
    bands = [_age_band(entry.parcours.age_entree) for entry in entries]
    situations = {
        name: [_situation(entry.parcours, name) for entry in entries]
        for name in catalogue.categories("entries.by_situation")
    }
    return {
        "entries.total": {"TOTAL": Part(n)},
        "entries.by_sex": {
            sexe: Part(_count(entry.sexe == sexe for entry in entries), n, without_sex)
            for sexe in catalogue.codes["SEXE"]
        },
        "entries.by_age_band": {
            band: Part(bands.count(band), n, without_age) for band in catalogue.categories("entries.by_age_band")
        },
        "entries.by_education": {
            category: Part(levels.count(None if category == "NR" else int(category)), n, without_level)
            for category in catalogue.categories("entries.by_education")
        },
        "entries.low_qualified": {"TOTAL": Part(_count(level in (1, 2, 3) for level in levels), n, without_level)},
        "entries.by_situation": {
            name: Part(answers.count(True), n, answers.count(None)) for name, answers in situations.items()
        },
    }


def _exits(exits: list[Exit], n_entries: int, catalogue: Catalogue) -> Parts:
    n = len(exits)
    motifs = [exit_.sortie.motif_sortie for exit_ in exits]
    positive = [exit_ for exit_ in exits if exit_.sortie.motif_sortie in POSITIVE]
    n_positive = len(positive)
    n_sans_suite = n - n_positive
    causes = {name: _count(motif in members for motif in motifs) for name, members in CAUSES.items()}
    sectors = [exit_.sortie.secteur_naf for exit_ in positive if exit_.sortie.secteur_naf is not None]
    employers = [
        exit_.sortie.categorie_employeur
        for exit_ in exits
        if exit_.sortie.motif_sortie == "EMPLOI_DURABLE" and exit_.sortie.categorie_employeur is not None
    ]
    contracts = [exit_.sortie.type_contrat for exit_ in exits if exit_.sortie.type_contrat is not None]
    profiles: dict[str, Callable[[Exit], bool]] = {
        "HOMMES": lambda exit_: exit_.sexe == "H",
        "FEMMES": lambda exit_: exit_.sexe == "F",
        "DELD": lambda exit_: _long_term(exit_.parcours),
        "BRSA": lambda exit_: exit_.parcours.brsa == "oui",
        "NIVEAU_1_2": lambda exit_: exit_.parcours.niveau_formation in (1, 2),
    }
    days = sum((exit_.sortie.date_sortie - exit_.parcours.date_entree).days for exit_ in exits)
    return {
        "exits.total": {"TOTAL": Part(n)},
        "exits.by_class": {motif: Part(motifs.count(motif), n) for motif in POSITIVE}
        | {"SANS_SUITE": Part(n_sans_suite, n)},
        "exits.positive_by_outcome": {motif: Part(motifs.count(motif), n_positive) for motif in POSITIVE},
        "exits.sans_suite_by_cause": {name: Part(count, n_sans_suite) for name, count in causes.items()},
        "exits.sans_suite_share_of_exits": {name: Part(count, n) for name, count in causes.items()},
        "exits.positive_rate_total": {"TOTAL": Part(n_positive, n)},
        "exits.positive_rate_neutralised": {"TOTAL": Part(n_positive, n - causes["CHANGEMENT_SITUATION"])},
        "exits.positive_to_entries": {"TOTAL": Part(n_positive, n_entries)},
        "exits.positive_by_sector": {
            code: Part(sectors.count(code), len(sectors), 0) for code in catalogue.codes["NAF_SECTION"]
        },
        "exits.durable_by_employer": {
            code: Part(employers.count(code), len(employers), 0) for code in catalogue.codes["EMPLOYEUR"]
        },
        "exits.contracts_by_type": {
            code: Part(contracts.count(code), len(contracts), 0) for code in catalogue.codes["TYPE_CONTRAT"]
        },
        "exits.contracts_durable": {
            "TOTAL": Part(contracts.count("CDI") + contracts.count("CDD_6_PLUS"), len(contracts), 0)
        },
        "exits.positive_rate_by_profile": {
            name: Part(_count(map(holds, positive)), _count(map(holds, exits)), 0) for name, holds in profiles.items()
        },
        "steps.mean_duration_months": {"TOTAL": Part(days / DAYS_PER_MONTH, n)},
    }


def _steps(steps: list[Etape], n_active: int, catalogue: Catalogue) -> Parts:
    n = len(steps)
    natures = [_step_nature(step, catalogue.iae) for step in steps]
    kinds = [step.type_etape for step in steps]
    n_jobs, n_training = kinds.count("EMPLOI"), natures.count("FORMATION")
    return {
        "steps.total": {"TOTAL": Part(n)},
        "steps.per_participant": {"TOTAL": Part(n, n_active)},
        "steps.by_type": {nature: Part(natures.count(nature), n) for nature in catalogue.categories("steps.by_type")},
        "steps.jobs": {"TOTAL": Part(n_jobs, n)},
        "steps.jobs_outside_iae": {"TOTAL": Part(n_jobs - natures.count("IAE"), n_jobs)},
        "steps.training_by_kind": {kind: Part(kinds.count(kind), n_training) for kind in TRAINING},
    }


def transfers(plie: list[YearOfPlie], catalogue: Catalogue) -> Parts:
    """All indicators of the base `transfers` over the PLIE given. Persons of two PLIE are two persons."""
    entries = [row for one in plie for row in one.entries]
    exits = [row for one in plie for row in one.exits]
    steps = [row for one in plie for row in one.steps]
    n_active = sum(len(one.active) for one in plie)
    n_open = sum(len(one.open_on_31_december) for one in plie)
    return {
        "active.participants": {"TOTAL": Part(n_active)},
        "active.on_31_december": {"TOTAL": Part(n_open)},
        **_entries(entries, catalogue),
        **_exits(exits, len(entries), catalogue),
        **_steps(steps, n_active, catalogue),
    }


def participation(known: Sequence[str], participating: set[str]) -> Parts:
    """The three indicators of the base `register` over the known PLIE given."""
    n_participating = _count(plie_id in participating for plie_id in known)
    return {
        "participation.plie_known": {"TOTAL": Part(len(known))},
        "participation.plie_participating": {"TOTAL": Part(n_participating)},
        "participation.rate": {"TOTAL": Part(n_participating, len(known))},
    }
