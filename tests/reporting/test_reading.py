"""What is read of an edition: protected figures alone, with their changes, from the published snapshot."""

from pathlib import Path

import duckdb
import pytest

from consolidation.editions.schema import create_edition_schema
from ingestion.settings import Settings
from reporting.reading import NoSuchEdition, edition_of

TABLES = {
    "consolidation.editions": [
        {"edition_id": edition_id, "year": 2021, "number": number, "frozen_at": "2022-03-01 08:05:00"}
        | {"frozen_by": "essai", "reason": reason, "code_version": "c", "catalogue_version": "k", "n_plie": 1}
        | {"digest": "d", "is_made_up": True}
        for edition_id, number, reason in (("2021.1", 1, None), ("2021.2", 2, "Correction."))
    ],
    "consolidation.edition_catalogue": [
        {"edition_id": edition_id, "indicator_id": indicator, "category": "TOTAL", "position": 1, "section": section}
        | {"label_fr": label, "category_label_fr": label, "unit": unit, "decimals": 0, "numerator": "n"}
        | {"denominator": "d", "base": "transfers"}
        for edition_id in ("2021.1", "2021.2")
        for indicator, section, label, unit in (
            ("exits.total", "2.2", "Sorties", "count"),
            ("exits.positive_rate_total", "2.2", "Part des sorties positives", "percent"),
        )
    ],
    "consolidation.edition_register": [
        {"edition_id": "2021.2", "plie_id": "PLIE-59-01", "name": "PLIE d'ici", "town": "Lille"}
        | {"department_code": "59", "region_code": "32", "region": "Hauts-de-France"}
    ],
    "consolidation.edition_plie": [
        {"edition_id": "2021.2", "plie_id": "PLIE-59-01", "coverage_from": "2016-01-01", "coverage_to": "2021-12-31"}
    ],
    "consolidation.edition_waivers": [
        {"edition_id": "2021.2", "check_id": "entries.volume", "plie_id": "PLIE-59-01", "reason": "Fusion."}
    ],
    "consolidation.restatements": [
        {"edition_id": "2021.2", "previous_edition_id": "2021.1", "indicator_id": indicator, "year": 2021}
        | {"scope": "national", "scope_id": "FR", "category": "TOTAL", "old_value": 1.0, "new_value": 2.0}
        | {"plie_ids": ["PLIE-59-01"], "delivery_ids": []}
        for indicator in ("exits.total", "exits.positive_rate_total")
    ],
    "published.indicators": [
        {"edition_id": edition_id, "indicator_id": indicator, "year": year, "perimeter": "complete", "scope": scope}
        | {"scope_id": scope_id, "category": "TOTAL", "numerator": numerator, "denominator": denominator}
        | {"value": value, "n_plie": 1, "suppressed": value is None}
        for edition_id, indicator, year, scope, scope_id, numerator, denominator, value in (
            ("2021.1", "exits.total", 2021, "national", "FR", 90.0, None, 90.0),
            ("2021.1", "exits.positive_rate_total", 2021, "national", "FR", 40.0, 90.0, 100 * 40 / 90),
            ("2021.2", "exits.total", 2020, "national", "FR", 80.0, None, 80.0),
            ("2021.2", "exits.total", 2021, "national", "FR", 100.0, None, 100.0),
            ("2021.2", "exits.total", 2021, "region", "32", 60.0, None, 60.0),
            ("2021.2", "exits.total", 2021, "plie", "PLIE-59-01", 60.0, None, 60.0),
            ("2021.2", "exits.positive_rate_total", 2021, "national", "FR", None, None, None),
        )
    ],
}


@pytest.fixture
def published(settings: Settings) -> Settings:
    settings.published.mkdir(parents=True)
    with duckdb.connect(str(settings.snapshot)) as connection:
        create_edition_schema(connection)
        for table, rows in TABLES.items():
            for row in rows:
                places = ", ".join("?" for _ in row)
                connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", list(row.values()))
    return settings


def test_the_latest_edition_of_the_year_is_read_unless_another_is_named(published: Settings) -> None:
    assert edition_of(published, 2021).edition_id == "2021.2"
    assert edition_of(published, 2021, "2021.1").edition_id == "2021.1"


def test_figures_come_with_their_change_against_the_year_before(published: Settings) -> None:
    figures = edition_of(published, 2021).figures
    total = figures.find("exits.total")
    assert total is not None
    assert (total.value, total.change_percent, total.change) == (100.0, 25.0, 25.0)
    assert [one.year for one in figures.series("exits.total")] == [2020, 2021]


def test_figures_of_a_single_plie_are_not_read(published: Settings) -> None:
    figures = edition_of(published, 2021).figures
    assert figures.find("exits.total", scope=("region", "32")) is not None
    assert figures.find("exits.total", scope=("plie", "PLIE-59-01")) is None


def test_a_hidden_figure_is_there_without_its_value(published: Settings) -> None:
    hidden = edition_of(published, 2021).figures.find("exits.positive_rate_total")
    assert hidden is not None
    assert (hidden.suppressed, hidden.value, hidden.numerator, hidden.change) == (True, None, None, None)


def test_a_restatement_is_told_only_where_both_values_were_published(published: Settings) -> None:
    edition = edition_of(published, 2021)
    assert [(one.indicator.indicator_id, one.old_value, one.new_value) for one in edition.restatements] == [
        ("exits.total", 90.0, 100.0)
    ]
    assert edition.compared_with == "2021.1"


def test_participants_and_answers_bear_the_names_that_the_edition_froze(published: Settings) -> None:
    edition = edition_of(published, 2021)
    assert [one.name for one in edition.programmes] == ["PLIE d'ici"]
    assert edition.regions == {"32": "Hauts-de-France"}
    (waiver,) = edition.waivers
    assert waiver.programme == edition.programmes[0]


def test_an_unknown_indicator_or_category_is_an_error_and_not_a_missing_figure(published: Settings) -> None:
    figures = edition_of(published, 2021).figures
    with pytest.raises(KeyError):
        figures.find("exits.totl")
    with pytest.raises(KeyError):
        figures.find("exits.total", "FEMMES")
    assert figures.find("partners.companies") is None


def test_a_missing_edition_says_what_to_do(published: Settings, tmp_path: Path) -> None:
    with pytest.raises(NoSuchEdition, match=r"edition of the year 2019.*plie consolidate 2019"):
        edition_of(published, 2019)
    with pytest.raises(NoSuchEdition, match=r"edition 2021\.9"):
        edition_of(published, 2021, "2021.9")
    with pytest.raises(NoSuchEdition, match="Nothing is published"):
        edition_of(Settings(data=tmp_path / "elsewhere"), 2021)
    bare = Settings(data=tmp_path / "bare")
    bare.published.mkdir(parents=True)
    duckdb.connect(str(bare.snapshot)).close()
    with pytest.raises(NoSuchEdition):
        edition_of(bare, 2021)
