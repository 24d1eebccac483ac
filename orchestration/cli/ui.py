"""`plie ui`: Dagster in the browser of the person at this machine."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Annotated

import typer

from orchestration.cli.console import CommandFailed, DataOption, out, settings_of


def ui(
    port: Annotated[int, typer.Option(help="Port of the web page (0: any free one).", min=0, max=65535)] = 3000,
    data: DataOption = None,
) -> None:
    """Open Dagster on this machine: what was sent, what failed and why, and runs started by a click.

    It listens on 127.0.0.1 alone, sends nothing anywhere, and keeps its runs in the folder `dagster` of the data root.
    The schedule of the night and the sensors work while this command runs; Ctrl-C stops everything.
    """
    from orchestration.local_dagster import CannotStart, local_dagster
    from orchestration.manifest import manifest_file

    settings = settings_of(data)
    # SIGINT too: a shell starts what it puts into the background deaf to it, and the services would inherit that.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    first = "" if manifest_file(settings).exists() else " The dbt models are read once, which takes a moment."
    out.print(f"Starting Dagster on {settings.data} …{first}", markup=False)
    try:
        with local_dagster(settings, port) as dagster:
            out.print(f"Open {dagster.address} in your browser. Ctrl-C stops it.", markup=False)
            try:
                dagster.watch()
            except KeyboardInterrupt:
                out.print("Stopping: runs in progress are cancelled …")
    except CannotStart as error:
        raise CommandFailed(str(error)) from None
    out.print("Stopped.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Ends on `kill`, or when the terminal is closed, as on Ctrl-C."""
    raise KeyboardInterrupt


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command()(ui)
