"""Takes the pictures of Dagster in `docs/screenshots`: `uv run python -m docs.take_screenshots`, a few minutes.

It needs Debian's chromium and chromedriver. A small made-up campaign is taken in by a night, in a temporary folder;
then the pages are opened as the browser tests open them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from dagster import DagsterRunStatus

from ingestion.sample import write_campaign
from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.made_up import MadeUp, claim
from tests.browser.dagster_pages import DagsterPages
from tests.browser.headless import chromium
from tests.running_dagster import a_ui

FOLDER = PROJECT_ROOT / "docs" / "screenshots"
CAMPAIGN = MadeUp(year=2021, scale=0.02, seed=0)
NIGHT_PATIENCE = 900.0
"""Seconds that the night of the small campaign may take."""


def take_screenshots() -> list[Path]:
    """Writes every picture anew; returns their paths."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="plie-screenshots-") as folder:
        settings = Settings(data=Path(folder) / "data")
        claim(settings, CAMPAIGN)
        write_campaign(settings, CAMPAIGN.year, CAMPAIGN.scale, CAMPAIGN.seed)
        with a_ui(settings.data) as dagster:
            if dagster.finished(dagster.launch("night"), NIGHT_PATIENCE) is not DagsterRunStatus.SUCCESS:
                raise RuntimeError("the night failed; `plie ui` shows why")
            with chromium(Path(folder) / "profile", ours=False) as browser:
                return _pictures(DagsterPages(browser, dagster.address))


def _pictures(pages: DagsterPages) -> list[Path]:
    pages.open_lineage("marts/indicators")
    pages.wait_until_green("snapshot")
    taken = [pages.picture(FOLDER / "asset-graph.png")]
    pages.open_partition("deliveries", "PLIE-59-06")
    pages.see("rows received")
    taken.append(pages.picture(FOLDER / "plie-partition.png"))
    pages.open_checks("deliveries")
    pages.click("gate_rejected_rows")
    pages.see("had rows rejected in their last delivery")
    taken.append(pages.picture(FOLDER / "failed-check.png"))
    return taken


if __name__ == "__main__":
    for path in take_screenshots():
        print(path.relative_to(PROJECT_ROOT))
