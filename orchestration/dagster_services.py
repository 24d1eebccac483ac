"""What a running Dagster is made of: the arguments and the environment of code location, webserver and daemon.

The units in `deploy/` start the same three programs; a test compares them.
"""

from __future__ import annotations

import os
from pathlib import Path

from ingestion.settings import PROJECT_ROOT, Settings

HOST = "127.0.0.1"


def code_location_command(door: Path) -> list[str]:
    """The module and arguments that serve our definitions on the socket `door`; runs are processes under it."""
    definitions = ["--module-name", "orchestration.definitions", "--working-directory", str(PROJECT_ROOT)]
    return ["dagster", "api", "grpc", "--socket", str(door), "--location-name", "plie", *definitions]


def webserver_command(workspace: Path, address: str) -> list[str]:
    """The module and arguments of the webserver, on 127.0.0.1 alone: it has no login."""
    port = address.rpartition(":")[2]
    return ["orchestration.guarded_webserver", "--host", HOST, "--port", port, "--workspace", str(workspace)]


def daemon_command(workspace: Path) -> list[str]:
    """The module and arguments of the daemon: schedules, sensors, the queue of runs and their monitoring."""
    return ["dagster._daemon", "run", "--workspace", str(workspace)]


def services_environment(settings: Settings, home: Path) -> dict[str, str]:
    """Ours, for this data root, without what another instance of Dagster may have left in it.

    The setting of the instance stops what Dagster counts; only the variable also stops the webserver from sending what
    lies in the folder `logs` of its home.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAGSTER_", "DAGIT_"))}
    ours = {"DAGSTER_HOME": str(home), "PLIE_DATA": str(settings.data)}
    return {**kept, **ours, "DAGSTER_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
