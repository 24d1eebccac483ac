"""Loads of a lake in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys

from ingestion.settings import PROJECT_ROOT, Settings
from tests.ingestion import interrupted_load


def environment(settings: Settings) -> dict[str, str]:
    """What a process needs to open the same lake."""
    assert settings.lake_catalog is not None
    lake = {"PLIE_ENGINE": settings.engine, "PLIE_LAKE_CATALOG": settings.lake_catalog.get_secret_value()}
    return {**os.environ, **lake, "PLIE_LOCK_TIMEOUT": "120"}


def start(settings: Settings, *point: object) -> subprocess.Popen[bytes]:
    """A load of everything that waits; it kills itself at a point, if one is named (see `interrupted_load`)."""
    return subprocess.Popen(
        [sys.executable, interrupted_load.__file__, str(settings.data), *map(str, point)],
        cwd=PROJECT_ROOT,
        env=environment(settings),
    )


def script(settings: Settings, code: str, *arguments: object) -> subprocess.Popen[str]:
    """Some code in a process that can be spoken with; the data root is its first argument."""
    return subprocess.Popen(
        [sys.executable, "-c", code, str(settings.data), *map(str, arguments)],
        cwd=PROJECT_ROOT,
        env=environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
