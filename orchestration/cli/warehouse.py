"""`plie build` and `plie sql`: make the marts, and look at them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ingestion.settings import Settings
from orchestration.cli.console import CommandFailed, DataOption, out, progress, say_wait, settings_of


def build(
    full: Annotated[bool, typer.Option("--full", help="Build and test everything, changed or not.")] = False,
    data: DataOption = None,
) -> None:
    """Build with dbt what changed since the last build, test the data, and refresh the published snapshot.

    Everything is built anew when a model, a seed, the contract or dbt itself changed, after a build that failed, and
    after dbt was run by hand.
    """
    build_with_progress(settings_of(data), full)


def build_with_progress(settings: Settings, full: bool = False) -> None:
    """Builds and publishes, showing how far it is.

    Raises:
        CommandFailed: a model or a data test failed.
    """
    from orchestration.dbt_runner import BuildFailed
    from orchestration.last_build import Extent
    from orchestration.pipeline import build_and_publish

    try:
        with progress("Building models") as advance:
            report = build_and_publish(settings, advance, say_wait, full)
    except BuildFailed as error:
        raise CommandFailed(f"the build failed, and the published snapshot is the one from before.\n{error}") from None
    for warning in report.warnings:
        out.print(f"warning: {warning}", markup=False)
    if report.plan.extent is Extent.NOTHING:
        out.print(
            "Nothing changed since the last build, which passed its tests: nothing was built or tested again (--full"
            f" does it all the same). Published: {settings.snapshot}",
            markup=False,
        )
        return
    counts = ", ".join(f"{count} {status}" for status, count in sorted(report.statuses.items()))
    n_plie = len(report.plan.changed_plie)
    what = {
        Extent.EVERYTHING: "everything",
        Extent.CHANGED: f"what changed ({n_plie} PLIE loaded again)",
        Extent.NIGHTS: "what the ledger of nights changed (no PLIE loaded again)",
    }[report.plan.extent]
    out.print(f"Built {what}: {counts}. Published: {settings.snapshot}", markup=False)


def sql(
    query: Annotated[str | None, typer.Argument(help="One query. Without it: a prompt.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    night: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Of a lake: the marts as they stood at the end of this night (Paris)."),
    ] = None,
    data: DataOption = None,
) -> None:
    """Query the published snapshot (schema `marts`), from a prompt or once. Nothing can be changed from here."""
    from orchestration.cli.sql_prompt import open_night, open_snapshot, prompt, show

    settings = settings_of(data)
    with open_snapshot(settings) if night is None else open_night(settings, night.date()) as connection:
        if query is None:
            prompt(connection)
        else:
            show(connection, query, as_csv=csv)


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command()(build)
    app.command()(sql)
