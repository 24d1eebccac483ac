"""`plie build` and `plie sql`: make the marts, and look at them."""

from __future__ import annotations

from typing import Annotated

import typer

from ingestion.settings import Settings
from orchestration.cli.console import CommandFailed, DataOption, out, progress, say_wait, settings_of


def build(data: DataOption = None) -> None:
    """Build every model with dbt, test the data, and refresh the published snapshot."""
    build_with_progress(settings_of(data))


def build_with_progress(settings: Settings) -> None:
    """Builds and publishes, showing how far it is.

    Raises:
        CommandFailed: a model or a data test failed.
    """
    from orchestration.dbt_runner import BuildFailed
    from orchestration.pipeline import build_and_publish

    try:
        with progress("Building models") as advance:
            report = build_and_publish(settings, advance, say_wait)
    except BuildFailed as error:
        raise CommandFailed(f"the build failed, and the published snapshot is the one from before.\n{error}") from None
    for warning in report.warnings:
        out.print(f"warning: {warning}", markup=False)
    counts = ", ".join(f"{count} {status}" for status, count in sorted(report.statuses.items()))
    out.print(f"Built: {counts}. Published: {settings.snapshot}", markup=False)


def sql(
    query: Annotated[str | None, typer.Argument(help="One query. Without it: a prompt.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    data: DataOption = None,
) -> None:
    """Query the published snapshot (schema `marts`), from a prompt or once. Nothing can be changed from here."""
    from orchestration.cli.sql_prompt import open_snapshot, prompt, show

    with open_snapshot(settings_of(data)) as connection:
        if query is None:
            prompt(connection)
        else:
            show(connection, query, as_csv=csv)


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command()(build)
    app.command()(sql)
