"""`plie move`: a warehouse that has outgrown its file goes into a DuckLake, and back when that was too much."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from orchestration.cli.console import CommandFailed, DataOption, out, progress, say_wait, settings_of


def move(
    to: Annotated[Literal["ducklake", "duckdb"], typer.Option(help="Where the warehouse is to be kept.")],
    data: DataOption = None,
) -> None:
    """Copy the warehouse into the DuckLake of PLIE_LAKE_CATALOG, or from it back into a file.

    Everything that was loaded, decided and frozen is copied and compared row for row; what a build makes is not: run
    `plie build` afterwards, with PLIE_ENGINE set. The place that it is copied from stays as it is. Copying over other
    data is refused; an interrupted copy is started again.
    """
    from orchestration.moving import NotMoved
    from orchestration.moving import move as copy

    try:
        with progress("Copying tables") as advance:
            moved = copy(settings_of(data), to, advance, say_wait)
    except NotMoved as error:
        raise CommandFailed(str(error)) from None
    for table, rows in moved.rows.items():
        out.print(f"  {table}: {rows:,} rows, the same on both sides", markup=False)
    if moved.was_there:
        out.print("All of it was there already: nothing was copied.")
    out.print(f"Moved. From now on, set PLIE_ENGINE={to}; `plie build` makes the marts there.", markup=False)


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command()(move)
