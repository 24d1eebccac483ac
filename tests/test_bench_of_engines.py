"""The arithmetic of the bench of engines: ratios, growth from scale to scale, shares of loaders, a country on paper."""

from dataclasses import replace
from pathlib import Path

from bench.country import country
from bench.loaders import shares
from bench.results import Record, add_result, read_results, verdicts

DUCKDB_1 = Record(
    engine="duckdb",
    scale=1,
    step="load",
    rows=1_000_000,
    seconds=10,
    processor_seconds=8,
    peak_mib=1024,
    spill_mib=0,
    store_bytes=100,
    store_files=1,
    catalog_bytes=0,
    archive_bytes=36_000_000,
    root_bytes=200,
    root_files=5,
    busy=0.1,
)


def test_a_cost_that_grows_faster_than_the_rows_is_said_to_be_missed_and_by_what() -> None:
    larger = replace(DUCKDB_1, scale=100, rows=100_000_000, seconds=1500, processor_seconds=800, peak_mib=9 * 1024)
    lines = list(verdicts([larger, DUCKDB_1]))
    assert [line.split("  ")[0] for line in lines] == [
        "duckdb, load: time per row, 100 / 1",
        "duckdb, load: processor time per row, 100 / 1",
        "duckdb, load: peak memory at scale 100",
    ]
    assert "MISSED by 50 %" in lines[0]
    assert ": met" in lines[1]
    assert "MISSED by 12 %" in lines[2]


def test_an_engine_is_compared_with_duckdb_on_the_same_step_and_scale() -> None:
    lake = replace(DUCKDB_1, engine="ducklake", seconds=25)
    (ratio,) = verdicts([DUCKDB_1, lake])
    assert "ducklake / duckdb, load, scale 1" in ratio
    assert "2.50 x" in ratio
    assert list(verdicts([DUCKDB_1, replace(lake, scale=10)])) == []


def test_a_measure_taken_again_replaces_the_former_one(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    for record in (DUCKDB_1, replace(DUCKDB_1, step="build"), replace(DUCKDB_1, seconds=11)):
        add_result(results, record)
    assert [(record.step, record.seconds) for record in read_results(results)] == [("build", 10), ("load", 11)]


def test_every_plie_is_in_one_share_and_shares_weigh_about_the_same(tmp_path: Path) -> None:
    for number in range(20):
        folder = tmp_path / f"PLIE-{number:02d}"
        folder.mkdir()
        (folder / "delivery.zip").write_bytes(b"x" * (1000 + 50 * number))
    parts = shares(tmp_path, 4)
    assert sorted(plie_id for part in parts for plie_id in part) == sorted(path.name for path in tmp_path.iterdir())
    weights = [sum((tmp_path / plie_id / "delivery.zip").stat().st_size for plie_id in part) for part in parts]
    assert max(weights) - min(weights) < 1000


def test_the_country_shows_from_which_numbers_each_figure_comes() -> None:
    build = replace(DUCKDB_1, step="build", scale=100, rows=100_000_000, seconds=600)
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in country([DUCKDB_1, build])}
    # 1 million rows in 6 years of 131,000 people: 10 years of 6 million people are 76.3 million rows.
    assert lines["rows kept"].endswith("| 76 million, scale 76 |")
    assert lines["duckdb, build of everything"].endswith("600 s / 100.0 million (scale 100) × 76 million | 8 minutes |")
    assert "36 bytes × 76.336 million | 2.56 GiB" in lines["archive of a night in full"]
    assert not any("spark" in name for name in lines)
