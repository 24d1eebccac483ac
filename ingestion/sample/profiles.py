"""Who the people are: sex, age and level of education of a person, situation at each entry.

Rank and cut: everyone gets latent scores that go together as in life (age, education, precarity, the PLIE), then the
national quota of each year is cut at its exact place among the entries that count, and at the same share elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.sample.calendar import DAYS_A_YEAR, YEARS, year_of
from ingestion.sample.careers import Careers
from ingestion.sample.drawing import Floats, Ints, Mask, apportion, first, rank_and_cut
from ingestion.sample.programmes import Programmes, peculiarities
from ingestion.sample.situations import Situations, draw_situations
from ingestion.sample.targets import Targets

SEXES = ("F", "H", "N")
AGE_BANDS = ("MOINS_26", "26_44", "45_PLUS")
BAND_LIMITS = ((18, 25, 1.4), (26, 44, 0.9), (45, 64, 0.75))
"""Ages of each band, and how they lean: below 1 towards the younger, above 1 towards the older."""
NOT_SUPPLIED = -1


@dataclass
class Profiles:
    """`sex` and `birth` (day number) by person; the rest by parcours, -1 when not supplied and level 1 as 0."""

    sex: Ints
    birth: Ints
    age_at_entry: Ints
    level_at_entry: Ints
    situations: Situations


@dataclass(frozen=True)
class Cohort:
    """Entries of one year that count in its complete perimeter, or those that do not."""

    year: int
    entries: Ints
    """Positions of the parcours."""
    first_time: Mask
    """For each of them, whether the person has no earlier parcours."""


def cohorts(careers: Careers, programmes: Programmes) -> list[Cohort]:
    """Every parcours in one cohort, by year of entry; those older than the history make the first ones."""
    year_entered = year_of(careers.entry)
    counted = np.zeros(len(careers), dtype=np.bool_)
    for year in YEARS:
        counted |= (year_entered == year) & programmes.complete(year)[careers.programme]
    found = []
    for year in (YEARS[0] - 1, *YEARS):
        of_year = year_entered <= year if year < YEARS[0] else year_entered == year
        for part in (of_year & ~counted, of_year & counted):
            entries = np.flatnonzero(part)
            if len(entries):
                found.append(Cohort(max(year, YEARS[0]), entries, careers.previous[entries] < 0))
    return found


class _Registrar:
    """Gives the people of one cohort after another what they keep for life."""

    def __init__(self, careers: Careers, programmes: Programmes, targets: Targets, rng: np.random.Generator) -> None:
        self.careers, self.targets, self.rng = careers, targets, rng
        persons = careers.persons
        self.sex = np.full(persons, NOT_SUPPLIED, dtype=np.int8)
        self.birth = np.zeros(persons, dtype=np.int32)
        self.level = np.full(persons, NOT_SUPPLIED, dtype=np.int8)
        self.precarity = rng.standard_normal(persons, dtype=np.float32)
        self.age_at_entry = np.full(len(careers), NOT_SUPPLIED, dtype=np.int16)
        self.level_at_entry = np.full(len(careers), NOT_SUPPLIED, dtype=np.int8)
        self.effects = {name: peculiarities(rng, programmes, 0.3) for name in ("sex", "age", "level")}

    def score(self, subject: str, entries: Ints, *latent: Floats) -> Floats:
        """Latent score: the PLIE's bent, what it goes with, and chance."""
        noise = self.rng.standard_normal(len(entries), dtype=np.float32)
        bent = self.effects[subject][self.careers.programme[entries]]
        return np.asarray(sum(latent, noise + bent), dtype=np.float64)

    def without_answer(self, cohort: Cohort, quota: int) -> Mask:
        """Marks `quota` entries whose attribute the PLIE did not supply."""
        mask = np.zeros(len(cohort.entries), dtype=np.bool_)
        mask[first(self.rng.random(len(mask)), quota)] = True
        return mask

    def assign(self, cohort: Cohort, quotas: Ints, kept: Ints, shown: Mask, score: Floats) -> None:
        """Fills `kept` (by person) for first-time people so that entries where it is `shown` meet the quotas.

        Those who came back hold part of the quotas already; people whose value is not shown get one in proportion.
        """
        persons = self.careers.person[cohort.entries]
        known = np.bincount(kept[persons[~cohort.first_time & shown]], minlength=len(quotas))
        seen, unseen = cohort.first_time & shown, cohort.first_time & ~shown
        in_proportion = apportion(int(unseen.sum()), np.maximum(quotas, 1))
        for group, wanted in ((seen, quotas - known), (unseen, in_proportion)):
            kept[persons[group]] = rank_and_cut(score[group], wanted)

    def quotas(self, target: str, cohort: Cohort, categories: tuple[str, ...]) -> dict[str, int]:
        parts = apportion(len(cohort.entries), self.targets.weights(target, cohort.year, categories))
        return dict(zip(categories, parts.tolist(), strict=True))

    def register(self, cohort: Cohort) -> None:
        """Sex, then age, then education of the cohort's people."""
        everyone = np.ones(len(cohort.entries), dtype=np.bool_)
        quotas = self.quotas("entries_by_sex", cohort, SEXES)
        self.assign(cohort, np.array(list(quotas.values())), self.sex, everyone, self.score("sex", cohort.entries))
        youth = self._register_ages(cohort)
        self._register_levels(cohort, youth)

    def _register_ages(self, cohort: Cohort) -> Floats:
        """Birth dates and ages at entry; returns how young each is, since the young went to school for longer."""
        entries = cohort.entries
        person, day = self.careers.person[entries], self.careers.entry[entries]
        quotas = self.quotas("entries_by_age", cohort, (*AGE_BANDS, "NR"))
        shown = ~self.without_answer(cohort, quotas.pop("NR"))
        band = np.full(self.careers.persons, NOT_SUPPLIED, dtype=np.int8)
        back = person[~cohort.first_time]
        band[back] = np.searchsorted([26, 45], self._age(back, day[~cohort.first_time]), side="right")
        score = self.score("age", entries)
        self.assign(cohort, np.array(list(quotas.values())), band, shown, score)
        youngest, oldest, lean = np.array(BAND_LIMITS)[band[person]].T
        years = youngest + np.floor(self.rng.random(len(entries)) ** (1 / lean) * (oldest - youngest + 1))
        born = day - np.ceil(years * DAYS_A_YEAR) - self.rng.integers(0, 365, len(entries))
        new = cohort.first_time
        self.birth[person[new]] = born[new].astype(np.int32)
        self.age_at_entry[entries[shown]] = self._age(person, day)[shown]
        return -score

    def _age(self, person: Ints, day: Ints) -> Ints:
        return np.floor((day - self.birth[person]) / DAYS_A_YEAR).astype(np.int16)

    def _register_levels(self, cohort: Cohort, youth: Floats) -> None:
        entries, year = cohort.entries, cohort.year
        quotas = self.quotas("entries_by_level", cohort, ("1_3", "4_8", "NR"))
        parts = [apportion(quotas[part], self.targets.weights(f"level_{part}", year)) for part in ("1_3", "4_8")]
        shown = ~self.without_answer(cohort, quotas["NR"])
        person = self.careers.person[entries]
        score = self.score("level", entries, 0.25 * youth, -0.3 * self.precarity[person])
        self.assign(cohort, np.concatenate(parts), self.level, shown, score)
        self.level_at_entry[entries[shown]] = self.level[person[shown]]


def draw_profiles(careers: Careers, programmes: Programmes, targets: Targets, rng: np.random.Generator) -> Profiles:
    """Everything that is known of people at entry, to the quotas of each year."""
    registrar = _Registrar(careers, programmes, targets, rng)
    groups = cohorts(careers, programmes)
    for cohort in groups:
        registrar.register(cohort)
    disadvantage = registrar.precarity[careers.person] - 0.25 * registrar.level[careers.person]
    situations = Situations.empty(len(careers))
    bent = {name: peculiarities(rng, programmes, 0.45) for name in targets.categories("situation")}
    for cohort in groups:
        draw_situations(situations, cohort.entries, cohort.year, careers.programme, disadvantage, bent, targets, rng)
    return Profiles(
        registrar.sex,
        registrar.birth,
        registrar.age_at_entry,
        registrar.level_at_entry,
        situations,
    )
