"""`plie release` and `plie purge`: what a person decides about single deliveries, kept with who decided and when."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from orchestration.cli.console import CommandFailed, DataOption, out, say_wait, settings_of


def release(
    delivery: Annotated[str, typer.Argument(help="File name or id of the held delivery (`plie status` shows it).")],
    reason: Annotated[str, typer.Option(help="Why it is let in; kept for ever, so nothing personal.")],
    who: Annotated[str | None, typer.Option(help="Who lets it in. Default: the user of this machine.")] = None,
    data: DataOption = None,
) -> None:
    """Let in a delivery that is held because it has far fewer parcours than were loaded before."""
    from ingestion.loading.release import NotReleasable
    from ingestion.loading.release import release as let_in

    try:
        outcome = let_in(settings_of(data), delivery, reason, who or getpass.getuser(), on_wait=say_wait)
    except (NotReleasable, FileNotFoundError) as error:
        raise CommandFailed(str(error)) from None
    out.print(f"{outcome.file_name}: {outcome.status}", markup=False)


def purge(
    older_than: Annotated[
        int | None,
        typer.Option(min=0, metavar="DAYS", help="Age in days. Default: $PLIE_RETENTION_DAYS.", show_default=False),
    ] = None,
    who: Annotated[str | None, typer.Option(help="Who purges. Default: the user of this machine.")] = None,
    data: DataOption = None,
) -> None:
    """Destroy kept deliveries past their age, and what deleted rows left in the warehouse; a lake forgets its nights.

    The last full delivery of each PLIE and what came after it stay: the warehouse can always be loaded again from them.
    """
    from ingestion.loading.purge import purge as destroy

    settings = settings_of(data)
    days = settings.retention_days if older_than is None else older_than
    purged = destroy(settings, days, who or getpass.getuser(), on_wait=say_wait)
    for item in purged:
        out.print(f"destroyed {item.file}", markup=False)
    forgotten = "the warehouse's file was written anew" if settings.store == "duckdb" else "the lake forgot its nights"
    out.print(f"{len(purged)} files older than {days} days destroyed; {forgotten}.")


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command()(release)
    app.command()(purge)
