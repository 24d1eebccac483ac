"""A disk that fills up, a disk or a folder that may not be written to: a clear error, and nothing half done."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_ROOT
from tests.torture.aftermath import differences
from tests.torture.scarcity import left_in, load_with_room, plie_load, prepare

ROOMS_ON_A_SMALL_DISK = ("0", "400000", "read-only")
ROOMS_WITHOUT_ONE = ("limit:4096", "limit:150000", "limit:400000")
WITHOUT_RIGHT_TO_OVERRIDE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Makes permissions bind root as they bind everybody."""
REASONS = r"No space left on device|File too large|Read-only file system|Permission denied"


def on_a_small_disk(folder: Path, *command: str) -> list[str] | None:
    """The command in a mount namespace of its own with 48 MiB at `folder`; None where the system allows none."""
    script = 'mount -t tmpfs -o size=48m none "$0" && exec "$@"'
    for namespace in (["unshare", "--mount"], ["unshare", "--mount", "--user", "--map-root-user"]):
        tried = [*namespace, "sh", "-c", script, str(folder)]
        if (
            shutil.which("unshare")
            and subprocess.run([*tried, "true"], capture_output=True, check=False).returncode == 0
        ):
            return [*tried, *command]
    return None


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("scarce") / "base"
    prepare(base)
    return base


@pytest.fixture(scope="module")
def whole(base: Path) -> Path:
    """What an undisturbed load makes of it."""
    whole = base.parent / "whole"
    shutil.copytree(base, whole)
    load_with_room(whole)
    return whole


def test_a_load_without_room_says_so_and_leaves_each_plie_as_it_was_or_whole(base: Path, whole: Path) -> None:
    disk = whole.parent / "disk"
    disk.mkdir()
    program = (sys.executable, "-m", "tests.torture.scarcity", str(disk))
    command = on_a_small_disk(disk, *program, *ROOMS_ON_A_SMALL_DISK) or [*program, *ROOMS_WITHOUT_ONE]
    attempts = json.loads(subprocess.run(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, check=True).stdout)
    assert len(attempts) == 3
    for attempt in attempts:
        room = attempt["room"]
        assert (room, attempt["exit_code"]) == (room, 1), attempt["said"]
        assert (room, attempt["half_done"]) == (room, [])
        assert re.search(REASONS, attempt["said"]), f"{room}: {attempt['said']}"
        assert "Traceback" not in attempt["said"]
        assert (room, attempt["lost"]) == (room, [])
    # Some fail before anything is loaded, some in the middle of the night.
    assert {bool(attempt["loaded"]) for attempt in attempts} == {True, False}


@pytest.mark.parametrize("what", [".", "landing", "outbox", "archive", "warehouse.duckdb"])
def test_a_load_that_may_not_write_somewhere_says_where_and_changes_nothing(
    base: Path, whole: Path, tmp_path: Path, what: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(base, data)
    before = left_in(data)
    closed = data / what
    below = closed.rglob("*") if what in ("landing", "outbox", "archive") else ()
    paths = [closed, *(path for path in below if path.is_dir())]
    modes = {path: path.stat().st_mode for path in paths}
    for path in paths:
        path.chmod(modes[path] & ~0o222)
    code, said = plie_load(data, wrap=WITHOUT_RIGHT_TO_OVERRIDE)
    for path in paths:
        path.chmod(modes[path])
    assert code == 1, said
    assert "Permission denied" in said
    assert str(closed) in said
    assert "Traceback" not in said
    assert differences(before, left_in(data)) == []
    load_with_room(data)
    assert differences(left_in(whole), left_in(data)) == []
