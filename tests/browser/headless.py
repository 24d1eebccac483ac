"""Headless Chromium of Debian, driven by its chromedriver: what every test of a page shares.

Both must be on PATH; their absence is a failure, not a reason to skip.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=900,1200",
)
PATIENCE = 30
"""Seconds after which an outcome that does not show is a failure."""


def program(name: str) -> str:
    path = shutil.which(name)
    assert path is not None, f"{name} is not on PATH: apt-get install chromium chromium-driver"
    return path


@contextmanager
def chromium(profile: Path, *, scripts: bool = True, ours: bool = True) -> Iterator[WebDriver]:
    """A fresh browser; at the end nothing may have failed in it, and nothing been asked of another machine.

    What pages that are not `ours` write into the console is not judged: Dagster's own complain of their libraries.
    """
    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium")
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options, Service(program("chromedriver")))
    try:
        yield driver
        assert not ours or [entry["message"] for entry in driver.get_log("browser")] == []
        assert {urlsplit(url).hostname for url in requested(driver)} <= {"127.0.0.1", None}
    finally:
        driver.quit()


def requested(browser: WebDriver) -> list[str]:
    """Every address that a page asked for, those of the browser's own start page apart."""
    events = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    requests = (event["params"] for event in events if event["method"] == "Network.requestWillBeSent")
    return [sent["request"]["url"] for sent in requests if not sent["documentURL"].startswith("chrome:")]
