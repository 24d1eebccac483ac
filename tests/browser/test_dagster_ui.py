"""Dagster as the people see it who run the nights: `plie ui` in a real browser, on a tiny campaign."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import reading
from tests.browser.dagster_pages import DagsterPages
from tests.browser.headless import chromium
from tests.deliveries import PLIE, a_delivery
from tests.running_dagster import a_ui

pytestmark = pytest.mark.browser


class Opened(NamedTuple):
    """A running `plie ui`: where it is, and the settings of its data root."""

    address: str
    settings: Settings


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    data = tmp_path_factory.mktemp("ui")
    with a_ui(data) as dagster:
        yield Opened(dagster.address, Settings(data=data))


@pytest.fixture
def pages(opened: Opened, tmp_path: Path) -> Iterator[DagsterPages]:
    with chromium(tmp_path / "profile", ours=False) as browser:
        yield DagsterPages(browser, opened.address)


def test_the_graph_shows_the_way_from_landing_to_publication(pages: DagsterPages) -> None:
    assert {"ingestion", "raw", "staging", "intermediate", "marts", "publication"} <= pages.open_graph()


def test_a_partition_is_materialised_by_a_click_and_a_failed_check_is_seen(opened: Opened, pages: DagsterPages) -> None:
    a_delivery(people=20).set("parcours", 3, "age_entree", "12").land(opened.settings)
    pages.open_partition("deliveries", PLIE)
    pages.see("Materialized (0)")
    pages.materialise_what_is_chosen()
    pages.see("Materialized (1)")
    pages.open_partition("deliveries", PLIE)
    pages.see("rows rejected")
    pages.see("accepted_with_rejects")
    with reading(opened.settings) as connection:
        loaded = connection.execute("select plie_id, status from raw.deliveries").fetchall()
    assert loaded == [(PLIE, "accepted_with_rejects")]

    pages.open_checks("deliveries")
    pages.click("Execute all", "button")
    pages.see("Failed")
    pages.click("gate_rejected_rows")
    pages.see("1 PLIE had rows rejected in their last delivery.")
    assert PLIE in pages.see(PLIE, "table").text
