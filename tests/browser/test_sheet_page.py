"""A sheet in Chromium: axe finds nothing to object to, and nothing is wider than a telephone."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from reporting.sheets.content import write_sheet
from reporting.sheets.rendering import render_sheet
from tests.browser.headless import chromium
from tests.reporting.test_report_in_browser import DESK, TELEPHONE, violations
from tests.reporting.test_sheets import long_name

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sheet") / "sheet.html"
    path.write_text(render_sheet(write_sheet(long_name()))[0], encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("screen", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_a_sheet_is_accessible_and_fits_the_screen(page: str, tmp_path: Path, screen: dict[str, object]) -> None:
    with chromium(tmp_path / "profile", scripts=True) as browser:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        browser.set_script_timeout(120)
        browser.get(page)
        for details in browser.find_elements(By.TAG_NAME, "details"):
            browser.execute_script("arguments[0].open = true", details)
        assert violations(browser) == []
        wide, shown = browser.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= shown
