"""The explorer in a real browser: a person chooses, and chart, table, definition and file follow."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from reporting.explorer import render_explorer
from tests.browser.headless import PATIENCE, chromium
from tests.reporting.published_rows import EDITION, LONG_NAME, write

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    with duckdb.connect() as connection:
        write(connection)
        path.write_text(render_explorer(connection, EDITION), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def browser(page: str, tmp_path: Path) -> Iterator[WebDriver]:
    with chromium(tmp_path / "profile") as driver:
        driver.execute_cdp_cmd(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path / "downloads")}
        )
        driver.get(page)
        yield driver


def choose(browser: WebDriver, **choices: str) -> None:
    for field, label in choices.items():
        Select(browser.find_element(By.ID, field)).select_by_visible_text(label)


def drawn(browser: WebDriver, *labels: str) -> None:
    """Waits until the picture, and nothing older, holds these texts."""

    def holds(driver: WebDriver) -> bool:
        texts = driver.execute_script(
            "return [...document.querySelectorAll('#chart svg text')].map((one) => one.textContent)"
        )
        return set(labels) <= set(texts)

    WebDriverWait(browser, PATIENCE).until(holds, f"the picture should hold {labels}")


def rows(browser: WebDriver) -> list[list[str]]:
    return browser.execute_script(
        "return [...document.querySelectorAll('#table tbody tr')]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent))"
    )


def test_a_choice_changes_picture_table_and_definition(browser: WebDriver) -> None:
    choose(browser, indicator="Part des femmes et des hommes", view="Les modalités d’une année")
    drawn(browser, "Femme", "Homme", "52,3\u202f%", "47,7\u202f%")
    assert rows(browser) == [
        ["Femme", "52,3\u202f%", "800", "1\u202f530", "3"],
        ["Homme", "47,7\u202f%", "730", "1\u202f530", "3"],
    ]
    assert "entries.by_sex" in browser.find_element(By.ID, "definition").text
    assert "Femme 52,3" in (browser.find_element(By.ID, "chart").get_attribute("aria-label") or "")


def test_years_are_shown_in_their_order(browser: WebDriver) -> None:
    choose(browser, indicator="Entrées en parcours")
    drawn(browser, "1\u202f200", "1\u202f530")
    assert rows(browser) == [["2020", "1\u202f200", "3"], ["2021", "1\u202f530", "3"]]


def test_a_hidden_figure_is_shown_as_hidden_and_a_missing_one_as_missing(browser: WebDriver) -> None:
    choose(browser, indicator="Entrées en parcours", view="Les territoires d’une année", scope="PLIE", year="2021")
    drawn(browser, "PLIE du Nord", "1\u202f400")
    assert rows(browser) == [
        ["PLIE du Nord", "1\u202f400", "1"],
        ["PLIE d’ailleurs", "s", "1"],
        [LONG_NAME, "s", "1"],
    ]
    assert "2 chiffres sont couverts par le secret" in browser.find_element(By.ID, "remark").text
    choose(browser, indicator="Étapes par participant", view="L’évolution d’un territoire")
    drawn(browser, "1,30")
    assert rows(browser)[0] == ["2020", "–", "0", "0", "3"]


def test_the_file_holds_what_the_table_shows(browser: WebDriver, tmp_path: Path) -> None:
    choose(browser, indicator="Entrées en parcours", view="Les territoires d’une année", scope="PLIE", year="2021")
    browser.find_element(By.ID, "download").click()
    path = tmp_path / "downloads" / "plie_2021.1_entries.total.csv"
    WebDriverWait(browser, PATIENCE).until(lambda _: path.exists())
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file, delimiter=";"))
    assert [(one["nom"], one["valeur"], one["secret"]) for one in found] == [
        ("PLIE du Nord", "1400", "non"),
        ("PLIE d’ailleurs", "", "oui"),
        (LONG_NAME, "", "oui"),
    ]
    assert {one["avertissement"] for one in found} == {"données fictives"}


def test_an_address_leads_back_to_the_same_choice(browser: WebDriver) -> None:
    choose(browser, indicator="Part des femmes et des hommes", view="Les territoires d’une année", scope="PLIE")
    drawn(browser, "PLIE du Nord")
    address = browser.current_url
    browser.get("about:blank")
    browser.get(address)
    drawn(browser, "PLIE du Nord", "50,0\u202f%")
    assert Select(browser.find_element(By.ID, "scope")).first_selected_option.text == "PLIE"


def test_it_fits_a_telephone(browser: WebDriver) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    )
    choose(browser, indicator="Entrées en parcours", view="Les territoires d’une année", scope="PLIE", year="2021")
    drawn(browser, "PLIE du Nord")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
