"""Where Dagster keeps its runs, events and settings: a folder of the data root, made on first use."""

from __future__ import annotations

import shutil
from pathlib import Path

from ingestion.settings import PROJECT_ROOT, Settings

TEMPLATE = PROJECT_ROOT / "deploy" / "dagster.yaml"
"""The settings of the instance, the same for one person's own UI and for the services."""


def dagster_home(settings: Settings) -> Path:
    """The folder that `DAGSTER_HOME` names for this data root; it may not exist yet."""
    return settings.data / "dagster"


def prepare_dagster_home(settings: Settings) -> Path:
    """Makes the folder, readable by its owner alone, with the settings of the instance. Settings that are there stay.

    Raises:
        OSError: the data root cannot be written to.
    """
    home = dagster_home(settings)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = home / "dagster.yaml"
    if not wanted.exists():
        shutil.copyfile(TEMPLATE, wanted)
    return home
