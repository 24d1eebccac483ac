"""What every command shares: the `--data` option, where text goes, how long work is shown, how a command fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ingestion.settings import Settings, load_settings

PLAIN_WIDTH = 160
"""Characters in a line where nothing says how wide the reader's screen is (a file, a pipe, a log)."""


def _console(stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=PLAIN_WIDTH)


out = _console()
errors = _console(stderr=True)

DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Root of the data. Default: $PLIE_DATA, else `data/` of the project.", metavar="DIR"),
]

Advance = Callable[[int, int, str], None]
"""Says how far long work is: done, in all, what was just done."""


class CommandFailed(RuntimeError):
    """Something was refused or failed: the message says what and what to do; exit code 1."""


def settings_of(data: Path | None) -> Settings:
    """Settings for this command, and logs of level WARNING and above on standard error.

    Raises:
        typer.BadParameter: a setting of the environment is wrong; its value, which may be secret, is not repeated.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        return load_settings(data)
    except ValidationError as error:
        said = (f"PLIE_{str(wrong['loc'][0]).upper()}: {wrong['msg']}" for wrong in error.errors(include_input=False))
        raise typer.BadParameter("; ".join(said)) from None


def say_wait(holder: str) -> None:
    """Tells the person at the terminal why nothing happens."""
    errors.print(f"Waiting: the warehouse is being written by {holder} …", markup=False)


@contextmanager
def progress(label: str) -> Iterator[Advance]:
    """A bar on a terminal; elsewhere a plain line for every tenth of the work."""
    if not out.is_terminal:
        shown = -1

        def advance_plainly(done: int, total: int, what: str) -> None:
            nonlocal shown
            tenth = 10 * done // total if total else 10
            if tenth > shown:
                shown = tenth
                out.print(f"{label}: {done}/{total}", markup=False)

        yield advance_plainly
        return
    columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("[dim]{task.fields[what]}"), console=out) as bar:
        task = bar.add_task(label, total=None, what="")

        def advance(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, what=what)

        yield advance
        bar.update(task, what="")
