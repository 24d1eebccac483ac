"""The situation of people at entry: benefits, disability, neighbourhood, months registered, who sent them.

« oui », « non », « refus » and not supplied are four things; some PLIE never supply some fields.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.sample.drawing import Floats, Ints, Mask, first
from ingestion.sample.targets import Targets

TRI = ("non", "oui", "refus")
NON, OUI, REFUS, NOT_SUPPLIED = 0, 1, 2, -1
BENEFITS = ("BRSA", "ASS", "AAH", "RQTH", "QPV")
REFUSES = {"BRSA": 0.008, "ASS": 0.010, "AAH": 0.018, "RQTH": 0.020, "QPV": 0.004}
"""Share of people who decline to answer, of those asked."""
FORGOTTEN = 0.015
"""Share of values that a PLIE which does supply the field has left out."""
GOES_WITH_DISADVANTAGE = {"BRSA": 0.6, "DELD": 0.35, "ASS": 0.2, "AAH": 0.1, "RQTH": 0.1, "QPV": 0.4}
GOES_WITH_ANSWER = {("ASS", "BRSA"): -2.5, ("AAH", "BRSA"): -1.5, ("RQTH", "AAH"): 3.0}
"""How much « oui » to the second makes « oui » to the first more likely: two benefits seldom go together."""
LONG_UNEMPLOYMENT_MONTHS = 12
LONGEST_REGISTRATION_MONTHS = 300
PRESCRIBERS = ("FT", "ML", "CD", "CCAS", "SIAE", "CAP", "PLIE", "AUTRE")
PRESCRIBER_CHANCES = {
    NON: np.array([0.50, 0.06, 0.07, 0.10, 0.06, 0.03, 0.12, 0.06]),
    OUI: np.array([0.20, 0.02, 0.51, 0.10, 0.04, 0.01, 0.08, 0.04]),
}
"""By whether the person receives the RSA: departments send those whom they pay it to."""
NEVER_SUPPLIED_BY = {"RQTH": (12, 5), "AAH": (19, 3), "QPV": (23, 7), "DELD": (31, 8), "HEURES": (29, 13)}
"""Fields that a PLIE never supplies: one PLIE in the first number, beginning with the second, in order of the list."""


@dataclass
class Situations:
    """By parcours: answers as positions in TRI, months registered, prescriber; -1 when not supplied."""

    answers: dict[str, Ints]
    months_registered: Ints
    prescriber: Ints

    @classmethod
    def empty(cls, size: int) -> Situations:
        answers: dict[str, Ints] = {name: np.full(size, NOT_SUPPLIED, dtype=np.int8) for name in BENEFITS}
        return cls(answers, np.full(size, NOT_SUPPLIED, dtype=np.int16), np.full(size, NOT_SUPPLIED, dtype=np.int8))

    @property
    def long_unemployed(self) -> Mask:
        """DELD: registered for 12 months or more; not supplied is not."""
        return self.months_registered >= LONG_UNEMPLOYMENT_MONTHS


def never_supplied(field: str, programme: Ints) -> Mask:
    """Whether the PLIE of each row never supplies this field."""
    every, begin = NEVER_SUPPLIED_BY.get(field, (0, 0))
    if not every:
        return np.zeros(len(programme), dtype=np.bool_)
    return np.asarray(programme % every == begin, dtype=np.bool_)


def draw_situations(
    situations: Situations,
    entries: Ints,
    year: int,
    programmes: Ints,
    disadvantage: Floats,
    bent: dict[str, Floats],
    targets: Targets,
    rng: np.random.Generator,
) -> None:
    """Fills the situations of these entries of one year, each « oui » to its share of all of them."""
    programme = programmes[entries]
    size = len(entries)

    def among(field: str, asked: Mask) -> Ints:
        """Positions of the « oui », the most exposed of those `asked`; in a cohort too small, everyone asked."""
        score = GOES_WITH_DISADVANTAGE[field] * disadvantage[entries] + bent[field][programme] + rng.normal(size=size)
        for (wanted, given), pull in GOES_WITH_ANSWER.items():
            if wanted == field:
                score = score + pull * (situations.answers[given][entries] == OUI)
        quota = round(size * targets.value("situation", year, field) / 100)
        return first(np.where(asked, -score, np.inf), min(quota, int(asked.sum())))

    for field in BENEFITS:
        answers = np.full(size, NON, dtype=np.int8)
        answers[rng.random(size) < REFUSES[field]] = REFUS
        answers[(rng.random(size) < FORGOTTEN) | never_supplied(field, programme)] = NOT_SUPPLIED
        answers[among(field, answers == NON)] = OUI
        situations.answers[field][entries] = answers

    supplied = (rng.random(size) >= FORGOTTEN) & ~never_supplied("DELD", programme)
    months = rng.integers(0, LONG_UNEMPLOYMENT_MONTHS, size)
    long = among("DELD", supplied)
    longer = np.minimum(rng.exponential(16, len(long)), LONGEST_REGISTRATION_MONTHS - LONG_UNEMPLOYMENT_MONTHS)
    months[long] = LONG_UNEMPLOYMENT_MONTHS + longer.astype(np.int64)
    situations.months_registered[entries] = np.where(supplied, months, NOT_SUPPLIED)

    by_answer = [rng.choice(len(PRESCRIBERS), size, p=PRESCRIBER_CHANCES[answer]) for answer in (NON, OUI)]
    prescriber = np.where(situations.answers["BRSA"][entries] == OUI, by_answer[1], by_answer[0])
    situations.prescriber[entries] = np.where(rng.random(size) < FORGOTTEN, NOT_SUPPLIED, prescriber)
