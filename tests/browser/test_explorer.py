"""The explorer in a real browser: a person chooses, and chart, table, definition and file follow."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from reporting.explorer import render_explorer
from tests.browser.headless import PATIENCE, chromium
from tests.reporting.published_rows import EDITION, LONG_NAME, write
from tests.reporting.test_report_in_browser import TELEPHONE, violations

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


@pytest.mark.parametrize(
    "view", ["L’évolution d’un territoire", "Les territoires d’une année", "Les modalités d’une année"]
)
@pytest.mark.parametrize("telephone", [False, True], ids=["desk", "telephone"])
def test_axe_finds_no_violation_in_any_view(browser: WebDriver, view: str, telephone: bool) -> None:
    if telephone:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", TELEPHONE)
    browser.set_script_timeout(120)
    choose(browser, indicator="Part des femmes et des hommes", view=view)
    WebDriverWait(browser, PATIENCE).until(lambda one: one.find_elements(By.CSS_SELECTOR, "#chart svg"))
    assert violations(browser) == []


def test_every_choice_and_the_table_are_reached_by_keyboard(browser: WebDriver) -> None:
    choose(browser, indicator="Part des femmes et des hommes", view="Les territoires d’une année", scope="PLIE")
    browser.execute_script("arguments[0].focus()", browser.find_element(By.ID, "indicator"))
    reached = ["indicator"]
    for _ in range(10):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = browser.switch_to.active_element
        reached.append(focused.get_attribute("id") or focused.get_attribute("class"))
    places = [reached.index(one) for one in ("indicator", "view", "scope", "category", "year", "download", "scroll")]
    assert places == sorted(places)


def test_a_share_whose_base_is_hidden_is_shown_as_hidden_beside_its_public_count(browser: WebDriver) -> None:
    choose(browser, indicator="Part des femmes et des hommes", view="Les modalités d’une année", scope="PLIE")
    choose(browser, territory="PLIE du Nord", year="2020")
    drawn(browser, "Homme", "60,0\u202f%")
    assert rows(browser) == [["Femme", "s", "0", "s", "1"], ["Homme", "60,0\u202f%", "60", "100", "1"]]
    assert "1 chiffre est couvert par le secret" in browser.find_element(By.ID, "remark").text


def all_hidden(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "update published.indicators set suppressed = true, numerator = null, denominator = null, value = null"
        " where indicator_id = 'entries.total'"
    )


def one_year(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from published.indicators where year < 2021")


def one_plie(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from published.indicators where scope = 'plie' and scope_id <> 'P1'")
    connection.execute("update published.indicators set n_plie = 1")


def no_place_but_the_nation(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from published.indicators where scope <> 'national'")


def nothing_counted(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update published.indicators set numerator = 0, value = 0 where not suppressed")


AWKWARD = {
    all_hidden: (["2020", "s", "3"], ["2021", "s", "3"]),
    one_year: (["2021", "1\u202f530", "3"],),
    one_plie: (["2020", "1\u202f200", "1"], ["2021", "1\u202f530", "1"]),
    no_place_but_the_nation: (["2020", "1\u202f200", "3"], ["2021", "1\u202f530", "3"]),
    nothing_counted: (["2020", "0", "3"], ["2021", "0", "3"]),
}
"""Editions in which much is missing, and the years of all entries that the table then shows."""


@pytest.mark.parametrize("make", AWKWARD, ids=lambda make: make.__name__)
def test_an_awkward_edition_is_shown_as_it_is(
    make: Callable[[duckdb.DuckDBPyConnection], None], tmp_path: Path
) -> None:
    path = tmp_path / "explorer.html"
    with duckdb.connect() as connection:
        write(connection)
        make(connection)
        path.write_text(render_explorer(connection, EDITION), encoding="utf-8")
    with chromium(tmp_path / "profile") as browser:
        browser.get(path.as_uri())
        choose(browser, indicator="Entrées en parcours")
        assert rows(browser) == list(AWKWARD[make])
        remark = browser.find_element(By.ID, "remark").text
        assert ("Tous ces chiffres sont couverts par le secret" in remark) == (make is all_hidden)
        for option in Select(browser.find_element(By.ID, "view")).options:
            if option.is_enabled():
                option.click()
                assert rows(browser)
