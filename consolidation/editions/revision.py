"""The revision of the code as git knows it: what to check out to rebuild an edition. Its version is its content."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ingestion.settings import PROJECT_ROOT


def code_commit(root: Path = PROJECT_ROOT) -> str | None:
    """The git commit of the code, ending in `-dirty` when files differ from it; None where git knows nothing."""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
