"""Takes the pictures of what people read: `uv run python -m docs.take_report_screenshots --data DIR`.

It needs Debian's chromium and chromedriver, and a made-up data root on which `plie demo` and `plie report 2021` ran.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait

from ingestion.made_up_mark import is_made_up
from ingestion.settings import PROJECT_ROOT, Settings, load_settings
from tests.browser.headless import PATIENCE, chromium

FOLDER = PROJECT_ROOT / "docs" / "screenshots"
SHEET_OF = "PLIE-59-06"
SIZE = {"width": 1400, "height": 1000, "deviceScaleFactor": 1, "mobile": False}


def take_screenshots(settings: Settings) -> list[Path]:
    """Writes every picture anew; returns their paths.

    Raises:
        ValueError: the data root is not marked as made up: no picture of real figures is taken.
        FileNotFoundError: a page is not there; `plie report 2021` writes them.
    """
    if not is_made_up(settings):
        raise ValueError(f"{settings.data} is not marked as made up.")
    edition = settings.published / "open" / "2021.1"
    pages = {
        "report.png": (edition / "consolidation-plie-2021.html", ""),
        "explorer.png": (edition / "explorer.html", "#i=exits.positive_rate_total&v=places&s=region&y=2021"),
        "sheet.png": (settings.outbox / SHEET_OF / "fiche-plie_2021.1.html", ""),
    }
    with tempfile.TemporaryDirectory(prefix="plie-screenshots-") as profile, chromium(Path(profile)) as browser:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
        return [_picture(browser, page, place, FOLDER / name) for name, (page, place) in pages.items()]


def _picture(browser: WebDriver, page: Path, place: str, path: Path) -> Path:
    browser.get(page.resolve(strict=True).as_uri() + place)
    WebDriverWait(browser, PATIENCE).until(lambda _: browser.find_elements(By.CSS_SELECTOR, "img, #chart svg"))
    browser.save_screenshot(str(path))
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the made-up data root")
    for taken in take_screenshots(load_settings(parser.parse_args().data)):
        print(taken.relative_to(PROJECT_ROOT))
