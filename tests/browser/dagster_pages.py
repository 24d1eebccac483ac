"""Dagster's pages as a person goes through them: what is looked for, clicked and waited for. No test is in here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from selenium.common.exceptions import ElementClickInterceptedException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

WIDTH, HEIGHT = 1600, 1000
DIALOG = '[role="dialog"]'
FRAME_COLOUR = """
let box = arguments[0];
while (box.parentElement && getComputedStyle(box).borderTopWidth === "0px") box = box.parentElement;
return getComputedStyle(box).borderTopColor.match(/\\d+/g).slice(0, 3).map(Number);
"""
"""The red, green and blue of the frame around an element."""
PATIENCE = 120
"""Seconds that a page has to show what is waited for: a run takes some, on a small machine."""


class DagsterPages:
    """One browser on one webserver."""

    def __init__(self, browser: WebDriver, address: str) -> None:
        self.browser = browser
        self.address = address
        browser.set_window_size(WIDTH, HEIGHT)
        self._wait = WebDriverWait(browser, PATIENCE, ignored_exceptions=(StaleElementReferenceException,))

    def see(self, words: str, within: str = "body") -> WebElement:
        """The innermost element with these words that is shown, once there is one; `within` is a CSS selector."""

        def look(browser: WebDriver) -> WebElement | None:
            for place in browser.find_elements(By.CSS_SELECTOR, within):
                found = place.find_elements(
                    By.XPATH, f'.//*[not(self::script)][contains(normalize-space(), "{words}")]'
                )
                shown = [element for element in found if element.is_displayed()]
                if shown:
                    return shown[-1]
            return None

        return self._found(look, f"{words!r} within {within}")

    def click(self, words: str, within: str = "body") -> None:
        """Clicks the button, link or entry with these words, as soon as nothing lies over it."""

        def try_to(_: WebDriver) -> bool:
            try:
                self.see(words, within).click()
            except ElementClickInterceptedException:
                return False
            return True

        self._wait.until(try_to, f"nothing over {words!r}")

    def _found(self, look: Callable[[WebDriver], WebElement | None], what: str) -> WebElement:
        found = self._wait.until(look, f"no {what} on {self.browser.current_url}")
        assert found is not None
        return found

    def open_graph(self) -> set[str]:
        """The graph of all assets; the names of the groups that are drawn, once there are some."""
        self.browser.get(f"{self.address}/asset-groups")

        def drawn(browser: WebDriver) -> set[str]:
            return {node.text.strip() for node in browser.find_elements(By.CSS_SELECTOR, "svg foreignObject")} - {""}

        return self._wait.until(drawn, "nothing is drawn")

    def open_lineage(self, asset: str) -> None:
        """What an asset is made of and what is made of it, drawn."""
        self.browser.get(f"{self.address}/assets/{asset}?view=lineage&lineageScope=neighbors")
        self.see(asset.rpartition("/")[2], "svg foreignObject")

    def wait_until_green(self, asset: str) -> None:
        """Waits until the graph has learnt that this asset is materialised: its frame turns green."""

        def is_green(browser: WebDriver) -> bool:
            red, green, blue = browser.execute_script(FRAME_COLOUR, self.see(asset, "svg foreignObject"))
            return bool(green > red + 40 and green > blue + 20)

        self._wait.until(is_green, f"{asset} is not green")

    def open_partition(self, asset: str, partition: str) -> None:
        """The page of one partition, chosen in the list."""
        self.browser.get(f"{self.address}/assets/{asset}?view=partitions")
        self.see("Partitions Selected")
        field = self._found(
            lambda browser: browser.find_element(By.CSS_SELECTOR, 'input[placeholder^="Filter by name"]'), "filter"
        )
        field.send_keys(partition)
        self.click(partition)
        self.see("Latest materialization")

    def materialise_what_is_chosen(self) -> None:
        """Launches the partition that is chosen, through the dialog, which closes once the run is asked for."""
        self.click("Materialize", "button")
        self.see("1 partition", DIALOG)
        self.click("Launch 1 run", f"{DIALOG} button")
        self._wait.until(lambda browser: not browser.find_elements(By.CSS_SELECTOR, DIALOG), "the dialog stays")

    def open_checks(self, asset: str) -> None:
        """The page of the checks of one asset."""
        self.browser.get(f"{self.address}/assets/{asset}?view=checks")
        self.see("Execute all")

    def picture(self, path: Path) -> Path:
        """Writes what the browser shows, once nothing on the page moves or loads any more."""

        def stands_still(browser: WebDriver) -> bytes | None:
            before = browser.get_screenshot_as_png()
            self._settle()
            return before if browser.get_screenshot_as_png() == before else None

        path.write_bytes(self._wait.until(stands_still, "the page does not stand still") or b"")
        return path

    def _settle(self) -> None:
        """Lets the browser draw a dozen frames."""
        frames = "let n = 12; const done = arguments[0]; const next = () => n-- ? requestAnimationFrame(next) : done();"
        self.browser.execute_async_script(f"{frames} next();")
