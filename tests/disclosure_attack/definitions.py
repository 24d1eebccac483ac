"""What the catalogue lets a reader write down: which count stands where, and how counts of one PLIE hang together.

Every equation is read off the words of `indicator_catalogue.csv` and of the transfer contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.disclosure_attack.published import all_codes

SITUATIONS = ("BRSA", "DELD", "ASS", "AAH", "RQTH", "QPV")
PROFILES = ("HOMMES", "FEMMES", "DELD", "BRSA", "NIVEAU_1_2")
NATURES = "MOBILISATION MEDIATION FORMATION EMPLOI_ORDINAIRE EMPLOI_AIDE IAE FREINS CREATION_ACTIVITE IMMERSION AUTRE"
MONTHS_SINCE_JUNE_1990 = "379"
"""The longest that anybody who left by the end of 2021 can have stayed, with a month to spare."""


@dataclass(frozen=True)
class Places:
    """Where counts stand in a row: their names, or None where the column says nothing about people or money."""

    numerator: str | None
    denominator: str | None = None
    missing: str | None = None


def counts_in(indicator_id: str, category: str) -> Places | None:
    """The counts in a row; None for indicators that count PLIE."""
    section, name = indicator_id.split(".")
    if section == "participation":
        return None
    if section == "entries":
        return _entry_counts(name, category)
    if section == "exits":
        return _exit_counts(name, category)
    fixed = {
        "active.participants": Places("A"),
        "active.on_31_december": Places("OPEN"),
        "steps.total": Places("S"),
        "steps.per_participant": Places("S", "A"),
        "steps.by_type": Places(f"STEP {category}", "S"),
        "steps.jobs": Places("JOBS", "S"),
        "steps.jobs_outside_iae": Places("OTHER JOBS", "JOBS"),
        "steps.training_by_kind": Places(f"TRAINING {category}", "STEP FORMATION"),
        "steps.mean_duration_months": Places("MONTHS", "X"),
        "funding.by_funder": Places(f"EUR {category}", "EUR"),
        "funding.by_group": Places(f"EUR GROUP {category}", "EUR"),
        "allocation.by_operator": Places(f"PAID {category}", "PAID"),
        "allocation.iae_share": Places("PAID TO IAE", "PAID"),
        "allocation.by_operation": Places(f"SPENT {category}", "SPENT"),
        "team.external_referents_by_employer": Places(f"REFERENTS {category}", "REFERENTS"),
    }
    return fixed.get(indicator_id, Places(indicator_id))


def _entry_counts(name: str, category: str) -> Places:
    if name == "total":
        return Places("E")
    if name == "low_qualified":
        return Places("LOW", "E", "LEVEL NR")
    if name == "by_situation":
        return Places(f"IN {category}", "E", f"UNSAID {category}")
    word, unknown = {"by_sex": ("SEX", "N"), "by_age_band": ("AGE", "NR"), "by_education": ("LEVEL", "NR")}[name]
    return Places(f"{word} {category}", "E", f"{word} {unknown}")


def _exit_counts(name: str, category: str) -> Places:
    return {
        "total": Places("X"),
        "by_class": Places(f"LEFT {category}", "X"),
        "positive_by_outcome": Places(f"LEFT {category}", "POS"),
        "sans_suite_by_cause": Places(f"CAUSE {category}", "LEFT SANS_SUITE"),
        "sans_suite_share_of_exits": Places(f"CAUSE {category}", "X"),
        "positive_rate_total": Places("POS", "X"),
        "positive_rate_neutralised": Places("POS", "X STAYING"),
        "positive_to_entries": Places("POS", "E"),
        "positive_by_sector": Places(f"SECTOR {category}", "SECTOR"),
        "durable_by_employer": Places(f"EMPLOYER {category}", "EMPLOYER"),
        "contracts_by_type": Places(f"CONTRACT {category}", "CONTRACT"),
        "contracts_durable": Places("CONTRACT LASTING", "CONTRACT"),
        "positive_rate_by_profile": Places(f"POS {category}", f"X {category}"),
    }[name]


def equations(codes: Mapping[str, Mapping[str, list[str]]]) -> list[str]:
    """What holds for one PLIE in one year, as `a + b = c`; a name in brackets is in print nowhere, and not negative."""

    def total(whole: str, word: str, parts: list[str], rest: str = "") -> str:
        return f"{whole} = " + " + ".join([*(f"{word} {part}" for part in parts), *([rest] if rest else [])])

    lines = [
        total("E", "SEX", all_codes(codes["SEXE"])),
        total("E", "AGE", ["MOINS_26", "26_44", "45_PLUS", "NR"]),
        total("E", "LEVEL", [*"12345678", "NR"]),
        "LOW = LEVEL 1 + LEVEL 2 + LEVEL 3",
        *(f"E = IN {situation} + UNSAID {situation} + (NOT IN {situation})" for situation in SITUATIONS),
        "X = POS + LEFT SANS_SUITE",
        "POS = LEFT EMPLOI_DURABLE + LEFT FORMATION_QUALIFIANTE + LEFT AUTRE_POSITIVE",
        "LEFT SANS_SUITE = CAUSE ABANDON + CAUSE CHANGEMENT_SITUATION + CAUSE AUTRE",
        "X = X STAYING + CAUSE CHANGEMENT_SITUATION",
        total("SECTOR", "SECTOR", all_codes(codes["NAF_SECTION"])),
        "POS = SECTOR + (NO SECTOR)",
        total("EMPLOYER", "EMPLOYER", all_codes(codes["EMPLOYEUR"])),
        "LEFT EMPLOI_DURABLE = EMPLOYER + (NO EMPLOYER)",
        total("CONTRACT", "CONTRACT", all_codes(codes["TYPE_CONTRAT"])),
        "CONTRACT LASTING = CONTRACT CDI + CONTRACT CDD_6_PLUS",
        "X = CONTRACT + (NO CONTRACT)",
        "CONTRACT = LEFT EMPLOI_DURABLE + (CONTRACT BUT NOT DURABLE)",
        "POS = POS HOMMES + POS FEMMES + (POS N)",
        "LEFT SANS_SUITE = (SANS HOMMES) + (SANS FEMMES) + (SANS N)",
        *(f"X {profile} = POS {profile} + (SANS {profile})" for profile in PROFILES),
        *(f"POS = POS {profile} + (POS NOT {profile})" for profile in PROFILES[2:]),
        *(f"LEFT SANS_SUITE = (SANS {profile}) + (SANS NOT {profile})" for profile in PROFILES[2:]),
        "A = OPEN + (GONE)",
        "X = (GONE) + (OTHER EXITS)",
        total("S", "STEP", NATURES.split()),
        "JOBS = STEP IAE + OTHER JOBS",
        "OTHER JOBS = STEP EMPLOI_ORDINAIRE + STEP EMPLOI_AIDE",
        total(
            "STEP FORMATION",
            "TRAINING",
            ["FORMATION_QUALIFIANTE", "FORMATION_CERTIFIANTE", "FORMATION_NON_QUALIFIANTE"],
        ),
        f"{MONTHS_SINCE_JUNE_1990} X = MONTHS + (MONTHS TO SPARE)",
        total("EUR", "EUR", all_codes(codes["FINANCEUR"])),
        total("EUR", "EUR GROUP", list(codes["FINANCEUR"])),
        *(total(f"EUR GROUP {group}", "EUR", members) for group, members in codes["FINANCEUR"].items()),
        total("PAID", "PAID", all_codes(codes["STRUCTURE"])),
        total("PAID TO IAE", "PAID", codes["STRUCTURE"]["IAE"]),
        total("SPENT", "SPENT", all_codes(codes["OPERATION"])),
        total("REFERENTS", "REFERENTS", all_codes(codes["STRUCTURE"])),
    ]
    for team in ("team.internal", "team.internal_referents", "team.external_referents"):
        lines.append(f"{team}_headcount = {team}_fte + ({team} PART TIME)")
    return lines


ACROSS_YEARS = (
    "OPEN + X = BEFORE OPEN + E",
    "A = BEFORE OPEN + (NEW OR BACK)",
    "E = (NEW OR BACK) + (SECOND PARCOURS)",
)
"""The same with the year before, which a reader of the identities of the reconciliation knows (`BEFORE`)."""


def is_whole(name: str) -> bool:
    """Whether a count can only be a whole number."""
    return not name.startswith(
        ("MONTHS", "(MONTHS", "EUR", "PAID", "SPENT", "REFERENTS", "team.", "(team.", "partners.")
    )


def terms(equation: str) -> list[tuple[str, float]]:
    """The counts of an equation with their coefficients, all on one side."""
    found: list[tuple[str, float]] = []
    for side, sign in zip(equation.split(" = "), (1.0, -1.0), strict=True):
        for term in side.split(" + "):
            first, _, rest = term.partition(" ")
            if first.isdigit() and rest:
                found.append((rest, sign * float(first)))
            else:
                found.append((term, sign))
    return found
