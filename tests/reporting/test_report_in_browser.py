"""The report in Chromium: without scripts, by keyboard, on a telephone, on paper; axe finds nothing to object to."""

from __future__ import annotations

import base64
from importlib.util import find_spec
from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from ingestion.settings import Settings
from reporting.html.page import render_page
from reporting.report import write_document
from tests.browser.headless import chromium
from tests.reporting.an_edition import LONG_NAME, a_programme, a_sheet, an_edition, made_figures

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True}
DESK = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}


def axe() -> str:
    """The text of axe-core, from the package that carries it."""
    package = find_spec("axe_playwright_python")
    assert package is not None
    assert package.submodule_search_locations is not None
    return (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


def violations(browser: WebDriver) -> list[str]:
    browser.execute_script(axe())
    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1]; axe.run(document).then(r => done(r.violations))"
    )
    return [f"{one['id']}: {one['help']} {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    programme = a_programme(1, LONG_NAME)
    edition = an_edition(
        made_figures(hide=lambda figure: figure.category == "RQTH"),
        programmes=(programme, a_programme(2)),
        sheets=(a_sheet(programme=programme), a_sheet("ENTREPRISES")),
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render_page(write_document(edition, Settings())), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_axe_finds_no_violation(page: str, tmp_path: Path, screen: dict[str, object]) -> None:
    with chromium(tmp_path / "profile") as browser:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        browser.set_script_timeout(120)
        browser.get(page)
        for details in browser.find_elements(By.TAG_NAME, "details"):
            browser.execute_script("arguments[0].open = true", details)
        assert violations(browser) == []


@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_nothing_is_wider_than_the_screen(page: str, tmp_path: Path, screen: dict[str, object]) -> None:
    with chromium(tmp_path / "profile") as browser:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        browser.get(page)
        wide, shown = browser.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= shown


def test_a_figure_explains_itself_on_the_keyboard_without_scripts(page: str, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile", scripts=False) as browser:
        browser.get(page)
        figure = browser.find_element(By.CSS_SELECTOR, "main p .f")
        card = figure.find_element(By.CLASS_NAME, "card")
        assert not card.is_displayed()
        link = figure.find_element(By.TAG_NAME, "a")
        for _ in range(60):
            browser.switch_to.active_element.send_keys(Keys.TAB)
            if browser.switch_to.active_element == link:
                break
        assert card.is_displayed()
        for word in ("Effectif", "personnes différentes", "Base", "Édition"):
            assert word in card.text


def test_a_figure_explains_itself_when_it_is_pointed_at(page: str, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile", scripts=False) as browser:
        browser.get(page)
        figure = browser.find_element(By.CSS_SELECTOR, "main p .f")
        card = figure.find_element(By.CLASS_NAME, "card")
        ActionChains(browser).move_to_element(figure).perform()
        assert card.is_displayed()
        ActionChains(browser).move_to_element(card).perform()
        assert card.is_displayed()
        ActionChains(browser).move_to_element(browser.find_element(By.TAG_NAME, "h2")).perform()
        assert not card.is_displayed()


@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_a_card_stands_inside_the_screen(page: str, tmp_path: Path, screen: dict[str, object]) -> None:
    with chromium(tmp_path / "profile") as browser:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        browser.get(page)
        links = browser.find_elements(By.CSS_SELECTOR, "main .f > a")
        for link in [link for link in links[::17] if link.is_displayed()]:
            browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", link)
            browser.execute_script("arguments[0].focus({preventScroll: true})", link)
            left, right, height = browser.execute_script(
                "const card = arguments[0].parentElement.querySelector('.card').getBoundingClientRect();"
                "return [card.left, card.right, card.height]",
                link,
            )
            assert height > 50
            assert left >= -1
            assert right <= int(str(screen["width"])) + 1


def test_on_paper_everything_is_open_and_the_pages_are_numbered(page: str, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile") as browser:
        browser.get(page)
        printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        assert base64.b64decode(printed["data"]).startswith(b"%PDF")
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        fiche = browser.find_element(By.CSS_SELECTOR, ".fiche details p")
        assert browser.execute_script("return arguments[0].getBoundingClientRect().height", fiche) > 10
        assert not browser.find_element(By.CSS_SELECTOR, "figure .behind").is_displayed()
