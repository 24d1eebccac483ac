"""`marts.indicators` against a second computation made apart from the same definitions, and against a count by hand."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import load_settings
from ingestion.warehouse import writer_lock
from orchestration.dbt_runner import build
from tests.reference_indicators import written
from tests.reference_indicators.awkward_cases import EXPECTED, cases_of
from tests.reference_indicators.by_hand import A, B, C, D, hand_made_world
from tests.reference_indicators.reference import Figures, Key, indicators
from tests.reference_indicators.rows import World
from tests.reference_indicators.world import random_world

SEEDS = (1, 2, 3)
CATALOGUE = written.catalogue()
REGISTER = written.register()
COMPUTED_HERE = {id_ for id_, line in CATALOGUE.lines.items() if line["base"] in ("transfers", "register")}
COLUMNS = {
    "indicator_id": "VARCHAR",
    "year": "INTEGER",
    "perimeter": "VARCHAR",
    "scope": "VARCHAR",
    "scope_id": "VARCHAR",
    "category": "VARCHAR",
    "numerator": "DOUBLE",
    "denominator": "DOUBLE",
    "value": "DOUBLE",
    "n_missing": "BIGINT",
    "n_plie": "BIGINT",
}

Table = dict[Key, Figures]


def _random(seed: int) -> World:
    return random_world(seed, list(REGISTER.values()), CATALOGUE.codes)


def _expected(world: World) -> Table:
    return indicators(world, REGISTER, CATALOGUE)


def _built(world: World, data: Path) -> Table:
    """The rows of `marts.indicators` that dbt makes of this world, for the bases that are computed here."""
    settings = load_settings(data)
    world.write_into(settings.warehouse)
    with writer_lock(settings, "test of the indicators"):
        build(settings)
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        described = connection.execute("describe marts.indicators").fetchall()
        rows = connection.execute(f"select {', '.join(COLUMNS)} from marts.indicators").fetchall()
    assert {column: type_ for column, type_, *_ in described} == COLUMNS
    rows = [row for row in rows if row[0] in COMPUTED_HERE]
    table = {Key(*row[:6]): Figures(*row[6:]) for row in rows}
    assert len(table) == len(rows), "two rows have one key"
    return table


def _same(found: float | None, expected: float | None, *, exactly: bool) -> bool:
    if found is None or expected is None or exactly:
        return found == expected
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


def _differ(key: Key, found: Figures, expected: Figures) -> bool:
    counts_something = key.indicator_id != "steps.mean_duration_months"
    return not (
        _same(found.numerator, expected.numerator, exactly=counts_something)
        and _same(found.denominator, expected.denominator, exactly=True)
        and _same(found.value, expected.value, exactly=CATALOGUE.lines[key.indicator_id]["unit"] == "count")
        and (found.n_missing, found.n_plie) == (expected.n_missing, expected.n_plie)
    )


def _assert_same_rows(found: Table, expected: Table) -> None:
    problems = [f"{key}: missing in the mart" for key in expected.keys() - found.keys()]
    problems += [f"{key}: only in the mart" for key in found.keys() - expected.keys()]
    problems += [
        f"{key}: mart {found[key]}, reference {expected[key]}"
        for key in found.keys() & expected.keys()
        if _differ(key, found[key], expected[key])
    ]
    assert not problems, f"{len(problems)} differences, among them:\n" + "\n".join(sorted(problems)[:20])


def test_the_reference_computes_every_line_and_category_of_the_catalogue() -> None:
    computed = {(key.indicator_id, key.category) for key in _expected(hand_made_world())}
    assert computed == {(id_, category) for id_ in COMPUTED_HERE for category in CATALOGUE.categories(id_)}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mart_and_the_reference_agree_on_every_row_of_a_random_world(seed: int, tmp_path: Path) -> None:
    world = _random(seed)
    _assert_same_rows(_built(world, tmp_path), _expected(world))


def test_the_random_worlds_hold_every_awkward_case_and_every_code() -> None:
    worlds = [_random(seed) for seed in SEEDS]
    assert worlds == [_random(seed) for seed in SEEDS], "a seed does not give the same world twice"
    assert set().union(*(cases_of(world, REGISTER) for world in worlds)) == EXPECTED

    def used(table: str, column: str) -> set[str | None]:
        return {getattr(row, column) for world in worlds for row in getattr(world, table)}

    assert used("participants", "sexe") == set(CATALOGUE.codes["SEXE"])
    for column in ("brsa", "ass", "aah", "rqth", "qpv"):
        assert used("parcours", column) == {"oui", "non", "refus", None}
    assert used("parcours", "niveau_formation") == {None, *range(1, 9)}
    assert used("parcours", "prescripteur") == {None, *CATALOGUE.codes["PRESCRIPTEUR"]}
    assert used("etapes", "type_etape") == set(CATALOGUE.codes["TYPE_ETAPE"])
    assert used("etapes", "structure_accueil") == {None, *CATALOGUE.codes["STRUCTURE"]}
    assert used("sorties", "motif_sortie") == set(CATALOGUE.codes["MOTIF_SORTIE"])
    assert used("sorties", "categorie_employeur") == {None, *CATALOGUE.codes["EMPLOYEUR"]}
    assert used("sorties", "secteur_naf") == {None, *CATALOGUE.codes["NAF_SECTION"]}
    for table in ("etapes", "sorties"):
        assert used(table, "type_contrat") == {None, *CATALOGUE.codes["TYPE_CONTRAT"]}


class Mart:
    """The mart of the world made by hand, to be asked for one figure at a time."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def row(self, year: int, indicator_id: str, scope_id: str, category: str, perimeter: str) -> Figures | None:
        scope = "national" if scope_id == "FR" else "plie" if scope_id.startswith("PLIE") else "departement"
        return self.table.get(Key(indicator_id, year, perimeter, scope, scope_id, category))

    def __call__(
        self, year: int, indicator_id: str, scope_id: str = A, category: str = "TOTAL", perimeter: str = "running"
    ) -> float | tuple[float, float]:
        """The count, or the numerator and the denominator."""
        row = self.row(year, indicator_id, scope_id, category, perimeter)
        assert row is not None
        return row.numerator if row.denominator is None else (row.numerator, row.denominator)


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Mart:
    return Mart(_built(hand_made_world(), tmp_path_factory.mktemp("by_hand")))


def test_the_mart_and_the_reference_agree_on_the_world_made_by_hand(mart: Mart) -> None:
    _assert_same_rows(mart.table, _expected(hand_made_world()))


def test_who_is_active_in_a_year(mart: Mart) -> None:
    # Bruno, Chloé, Éric; Bruno left on 31 December 2020 itself.
    assert mart(2020, "active.participants") == 3
    assert mart(2020, "active.on_31_december") == 2
    # Alice once for her two parcours, Chloé who left on 1 January, Dominique who came and Éric who left on 31 December.
    assert mart(2021, "active.participants") == 4
    assert mart(2021, "active.on_31_december") == 2


def test_entries_and_exits_of_a_year(mart: Mart) -> None:
    assert mart(2021, "entries.total") == 3
    assert mart(2021, "exits.total") == 3
    assert mart(2021, "exits.positive_rate_total") == (1, 3)
    assert mart(2021, "exits.positive_rate_neutralised") == (1, 2)
    assert mart(2021, "exits.sans_suite_by_cause", category="CHANGEMENT_SITUATION") == (1, 2)
    # Éric and nobody else entered in 2020, and no exit of 2020 was positive.
    assert mart(2020, "exits.positive_to_entries") == (0, 1)
    # 945 days for Chloé, 699 for Éric, none for Alice.
    row = mart.row(2021, "steps.mean_duration_months", A, "TOTAL", "running")
    assert row is not None
    assert row.value == pytest.approx((945 + 699 + 0) / 30.4375 / 3, rel=1e-9)


def test_what_was_not_supplied_is_in_the_denominator_and_counted_as_missing(mart: Mart) -> None:
    # Alice: oui, then refus; Dominique: nothing.
    assert mart.row(2021, "entries.by_situation", A, "BRSA", "running") == Figures(1, 3, 100 / 3, 2, 1)
    # 11 months, 12 months, not supplied.
    assert mart.row(2021, "entries.by_situation", A, "DELD", "running") == Figures(1, 3, 100 / 3, 1, 1)
    # 25 years, 26 years, not supplied.
    for band, entries in (("MOINS_26", 1), ("26_44", 1), ("45_PLUS", 0), ("NR", 1)):
        assert mart(2021, "entries.by_age_band", category=band) == (entries, 3)
    assert mart(2020, "entries.by_age_band", category="45_PLUS") == (1, 1)


def test_in_which_years_a_step_counts_and_as_what(mart: Mart) -> None:
    assert mart(2020, "steps.total") == 4  # 1, 2, 3, 8
    assert mart(2021, "steps.total") == 5  # 1, 3, 4, 5, 7
    assert mart(2021, "steps.per_participant") == (5, 4)
    for nature in ("IAE", "EMPLOI_AIDE", "MOBILISATION", "FREINS", "FORMATION"):
        assert mart(2021, "steps.by_type", category=nature) == (1, 5)
    assert mart(2021, "steps.jobs_outside_iae") == (1, 2)
    assert mart(2021, "steps.by_type", B, "IAE") == (0, 1)


def test_which_plie_count_in_which_year_and_perimeter(mart: Mart) -> None:
    # The person of B has Alice's identifier, and is another person.
    assert mart(2021, "active.participants", "FR") == 5
    assert mart(2021, "active.participants", "FR", perimeter="complete") == 4
    assert mart.row(2021, "entries.total", "FR", "TOTAL", "running") == Figures(4, None, 4, None, 3)
    assert mart.row(2021, "active.participants", B, "TOTAL", "complete") is None
    # A alone is of 2020: C begins on 2 January, B and D in 2021.
    assert mart.row(2020, "active.participants", "FR", "TOTAL", "running") == Figures(3, None, 3, None, 1)
    assert not [key for key in mart.table if key.scope_id == C and not key.indicator_id.startswith("participation.")]
    # D sent no row and is in the base all the same.
    assert mart.row(2021, "entries.by_sex", D, "F", "complete") == Figures(0, 0, None, 0, 1)
    assert mart.row(2021, "active.participants", "59", "TOTAL", "complete") == Figures(4, None, 4, None, 2)


def test_who_takes_part_is_told_of_every_plie_of_the_register(mart: Mart) -> None:
    # 147 at the end of 2020, 145 at the end of 2021; A and D are complete in 2021, B is not.
    for perimeter in ("running", "complete"):
        assert mart(2020, "participation.rate", "FR", perimeter=perimeter) == (1, 147)
        assert mart(2021, "participation.rate", "FR", perimeter=perimeter) == (2, 145)
        assert mart.row(2021, "participation.rate", B, "TOTAL", perimeter) == Figures(0, 1, 0, None, 1)
        assert mart.row(2021, "participation.plie_known", C, "TOTAL", perimeter) == Figures(1, None, 1, None, 1)
