"""The local page of `plie validate --web` in a real browser."""

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from ingestion.gate.archive import envelope_limits
from tests.browser.headless import PATIENCE, chromium, requested
from tests.deliveries import a_delivery

pytestmark = pytest.mark.browser

DROP = """
const [zone, name, encoded] = arguments;
const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
const data = new DataTransfer();
data.items.add(new File([bytes], name, {type: "application/zip"}));
for (const kind of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the command, run as a person runs it, says that its page is."""
    command = [sys.executable, "-u", "-m", "orchestration.cli", "validate", "--web", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            words = process.stdout.readline().split()
            yield next(word for word in words if word.startswith("http://127.0.0.1:"))
        finally:
            process.terminate()


def heading(browser: WebDriver, words: str) -> str:
    """The heading of the page once it holds these words."""
    place = (By.TAG_NAME, "h1")
    WebDriverWait(browser, PATIENCE).until(expected_conditions.text_to_be_present_in_element(place, words))
    return browser.find_element(*place).text


def drop(browser: WebDriver, name: str, content: bytes) -> None:
    zone = browser.find_element(By.ID, "depot")
    browser.execute_script(DROP, zone, name, base64.b64encode(content).decode())


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_file_that_is_chosen_gets_its_outcome(address: str, tmp_path: Path, scripts: bool) -> None:
    path = a_delivery(people=20).set("parcours", 3, "age_entree", "12").write(tmp_path)
    with chromium(tmp_path / "profile", scripts=scripts) as browser:
        browser.get(address)
        assert browser.execute_script("return typeof limit") == ("number" if scripts else "undefined")
        browser.find_element(By.ID, "fichier").send_keys(str(path))
        browser.find_element(By.ID, "bouton").click()
        assert heading(browser, "serait") == "Ce fichier serait accepté, sauf certaines lignes"
        assert path.name in browser.find_element(By.CSS_SELECTOR, "dl.facts").text
        assert "R04" in browser.find_element(By.TAG_NAME, "article").text


def test_a_file_that_is_dropped_gets_its_outcome_and_the_next_one_too(address: str, tmp_path: Path) -> None:
    delivery = a_delivery()
    with chromium(tmp_path / "profile") as browser:
        browser.get(address)
        drop(browser, delivery.file_name, delivery.zipped())
        assert heading(browser, "serait") == "Ce fichier serait accepté"
        browser.find_element(By.LINK_TEXT, "Contrôler un autre fichier").click()
        heading(browser, "Contrôler une livraison")
        drop(browser, delivery.file_name, b"not a zip")
        assert heading(browser, "serait") == "Ce fichier serait refusé"
        browser.back()
        heading(browser, "Contrôler une livraison")
        assert browser.find_element(By.ID, "bouton").is_enabled()


def test_a_file_over_the_limit_is_not_even_sent(address: str, tmp_path: Path) -> None:
    path = tmp_path / a_delivery().file_name
    with path.open("wb") as file:
        file.truncate(envelope_limits().zip_bytes + 1)
    with chromium(tmp_path / "profile") as browser:
        browser.get(address)
        browser.find_element(By.ID, "fichier").send_keys(str(path))
        browser.find_element(By.ID, "bouton").click()
        state = browser.find_element(By.ID, "etat")
        WebDriverWait(browser, PATIENCE).until(lambda _: "limite du contrat" in state.text)
        assert requested(browser) == [address]


def test_both_pages_fit_a_small_telephone(address: str, tmp_path: Path) -> None:
    delivery = a_delivery(people=20).set("parcours", 3, "age_entree", "12")
    with chromium(tmp_path / "profile") as browser:
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True},
        )
        widths = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        browser.get(address)
        assert browser.execute_script(widths) == [320, 320]
        drop(browser, delivery.file_name, delivery.zipped())
        heading(browser, "serait")
        assert browser.execute_script(widths) == [320, 320]
