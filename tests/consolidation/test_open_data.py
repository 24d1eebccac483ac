"""The open data of an edition: valid, described, readable in a spreadsheet, the same bytes every time, and no more than
disclosure control lets out."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from frictionless import Package, validate

from consolidation.editions import Edition, freeze
from consolidation.open_data import write_open_data
from consolidation.open_data.columns import INDICATORS
from consolidation.publication import publish
from ingestion.made_up_mark import MARK
from ingestion.settings import Settings

FILES = {"datapackage.json", "edition.json", "indicators.csv", "indicators.parquet", "indicators.xlsx"}


@pytest.fixture
def folder(campaign: Settings, warehouse: duckdb.DuckDBPyConnection, edition: Edition) -> Path:
    return write_open_data(warehouse, campaign, edition)


def rows(folder: Path, name: str = "indicators.csv") -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_data_package_is_valid_for_frictionless(folder: Path) -> None:
    report = validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]
    package = Package(str(folder / "datapackage.json"))
    assert {resource.path for resource in package.resources} == FILES - {"datapackage.json"}
    assert {path.name for path in folder.iterdir()} == FILES


def test_every_column_is_described_in_french(folder: Path) -> None:
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"][0]["schema"][
        "fields"
    ]
    assert [field["name"] for field in described] == list(rows(folder)[0])
    assert all(field["description"].endswith(".") and field["title"] for field in described)
    parquet = pq.read_schema(folder / "indicators.parquet")
    assert [field.metadata[b"description"].decode() for field in parquet] == [
        field["description"] for field in described
    ]


def test_the_same_edition_gives_the_same_bytes(
    folder: Path, campaign: Settings, warehouse: duckdb.DuckDBPyConnection, edition: Edition
) -> None:
    first = digests(folder)
    shutil.rmtree(folder)
    warehouse.execute("set threads = 1")
    assert digests(write_open_data(warehouse, campaign, edition)) == first


def test_a_later_edition_leaves_the_files_of_the_former_one_as_they_were(corrected: Settings, open_gate: None) -> None:
    publish(corrected, ["2021.1"])
    before = digests(corrected.published / "open" / "2021.1")
    freeze(corrected, 2021, "Roubaix a complété ses entrées.", who="Camille")
    freeze(corrected, 2020, who="Camille")
    publish(corrected)
    assert digests(corrected.published / "open" / "2021.1") == before


def test_the_three_files_hold_the_published_figures(folder: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = (
        "indicator_id, category, year, scope, scope_id, numerator, denominator, value, n_missing, n_plie, suppressed"
    )
    types = "{scope_id: 'varchar', category: 'varchar', numerator: 'double', denominator: 'double', value: 'double'}"
    published = sorted(map(str, warehouse.execute(f"select {columns} from published.indicators").fetchall()))
    for file in (f"read_csv('{folder / 'indicators.csv'}', types = {types})", f"'{folder / 'indicators.parquet'}'"):
        assert sorted(map(str, warehouse.execute(f"select {columns} from {file}").fetchall())) == published
    shown = warehouse.execute(
        "select count(*) from published.indicators where scope in ('national', 'region') or year = 2021"
    ).fetchone()
    workbook = openpyxl.load_workbook(folder / "indicators.xlsx", read_only=True)
    assert sum(sheet.max_row - 2 for sheet in workbook.worksheets[1:]) == (shown or (0,))[0]


def test_a_hidden_figure_is_nowhere(folder: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    hidden = [row for row in rows(folder) if row["suppressed"] == "true"]
    (count,) = warehouse.execute("select count(*) from published.indicators where suppressed").fetchone() or (0,)
    assert len(hidden) == count > 0
    for row in hidden:
        assert (row["numerator"], row["denominator"], row["value"], row["n_missing"]) == ("", "", "", "")
    sheet = openpyxl.load_workbook(folder / "indicators.xlsx")["PLIE"]
    titles = [cell.value for cell in sheet[2]]
    secret, value = titles.index("Secret"), titles.index("Valeur")
    lines = [line for line in sheet.iter_rows(min_row=3, values_only=True) if line[secret] == "oui"]
    assert lines
    assert all(line[value] is None for line in lines)


def test_digests_of_single_parts_stay_in_the_house(folder: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    everything = "".join(path.read_bytes().decode("utf-8", "ignore") for path in folder.iterdir())
    for (digest,) in warehouse.execute(
        "select digest from consolidation.seals where part in ('indicators', 'checks', 'plie')"
    ).fetchall():
        assert digest not in everything


def test_the_workbook_reads_well(folder: Path) -> None:
    workbook = openpyxl.load_workbook(folder / "indicators.xlsx")
    assert workbook.sheetnames == ["Lisez-moi", "France", "Régions", "Départements", "PLIE"]
    first = [str(value) for row in workbook["Lisez-moi"].iter_rows(values_only=True) for value in row if value]
    assert "Données fictives\u202f: aucune personne réelle." in first
    assert [column.description for column in INDICATORS if column.description not in first] == []
    for sheet in workbook.worksheets[1:]:
        assert "Données fictives" in str(sheet["A1"].value)
        assert [cell.value for cell in sheet[2]] == [column.title for column in INDICATORS]
        assert sheet.freeze_panes == "A3"
        assert sheet.auto_filter.ref is not None
        assert sheet.auto_filter.ref.startswith("A2:")
        assert all(sheet.column_dimensions[cell.column_letter].width >= 7 for cell in sheet[2])


def test_no_text_is_run_by_a_spreadsheet(campaign: Settings, open_gate: None, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x";"clic")'
    with duckdb.connect(str(campaign.warehouse)) as connection:
        connection.execute("update marts.dim_plie set name = ?, region = '@SUM(1)'", [evil])
    edition = freeze(campaign, 2021, who="Camille")
    with duckdb.connect(str(campaign.warehouse)) as connection:
        folder = write_open_data(connection, campaign, edition)
    names = {row["scope_name"] for row in rows(folder)}
    assert {f"'{evil}", "'@SUM(1)"} <= names
    assert not any(row[column].startswith(("=", "+", "-", "@")) for row in rows(folder) for column in row)
    cells = [cell for sheet in openpyxl.load_workbook(folder / "indicators.xlsx") for line in sheet for cell in line]
    assert any(cell.value == evil for cell in cells)
    # openpyxl reads formulas as type f
    assert {cell.data_type for cell in cells if cell.value == evil} <= {"s", "f"}
    import zipfile

    with zipfile.ZipFile(folder / "indicators.xlsx") as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "sheet" in name)


def test_real_data_bear_no_mark_of_being_made_up(campaign: Settings, open_gate: None) -> None:
    (campaign.data / MARK).unlink()
    edition = freeze(campaign, 2021, who="Camille")
    with duckdb.connect(str(campaign.warehouse)) as connection:
        folder = write_open_data(connection, campaign, edition)
    assert {row["is_made_up"] for row in rows(folder)} == {"false"}
    text = (folder / "datapackage.json").read_text(encoding="utf-8") + (folder / "edition.json").read_text(
        encoding="utf-8"
    )
    assert "Données fictives" not in text


def test_made_up_data_say_so_in_every_file(folder: Path) -> None:
    assert {row["is_made_up"] for row in rows(folder)} == {"true"}
    for name in ("datapackage.json", "edition.json"):
        assert "Données fictives" in (folder / name).read_text(encoding="utf-8")
    assert "Données fictives" in pq.read_schema(folder / "indicators.parquet").metadata[b"avertissement"].decode()


def test_restatements_tell_only_of_figures_that_both_editions_show(corrected: Settings, open_gate: None) -> None:
    freeze(corrected, 2021, "Roubaix a complété ses entrées.", who="Camille")
    (folder,) = publish(corrected, ["2021.2"])
    told = rows(folder, "restatements.csv")
    assert ("exits.total", "27", "29") in {(r["indicator_id"], r["old_value"], r["new_value"]) for r in told}
    with duckdb.connect(str(corrected.warehouse), read_only=True) as connection:
        hidden = connection.execute(
            "select indicator_id, category, year::varchar, scope, scope_id from published.indicators where suppressed"
        ).fetchall()
    key = ("indicator_id", "category", "year", "scope", "scope_id")
    assert not {tuple(row[name] for name in key) for row in told} & set(hidden)
    with duckdb.connect(str(corrected.warehouse), read_only=True) as connection:
        names = "indicator_id, category, year::varchar, scope, scope_id"
        restated = connection.execute(f"select {names} from consolidation.restatements").fetchall()
    assert {tuple(row[name] for name in key) for row in told} <= set(restated)
    assert not any("plie_ids" in row or "delivery_ids" in row for row in told)
    assert validate(str(folder / "datapackage.json")).valid


def test_no_person_who_froze_it_is_named(folder: Path) -> None:
    assert b"Camille" not in b"".join(path.read_bytes() for path in folder.iterdir() if path.suffix != ".xlsx")
