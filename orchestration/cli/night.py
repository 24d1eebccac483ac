"""`plie night`: one whole night by hand or from a timer, for whoever does not run Dagster."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration.cli.console import CommandFailed, DataOption, out, progress, say_wait, settings_of
from orchestration.cli.deliveries import print_statuses

if TYPE_CHECKING:
    from ingestion.settings import Settings
    from orchestration.night import Night


def night(
    build: Annotated[bool, typer.Option("--build/--no-build", help="Build and publish afterwards.")] = True,
    data: DataOption = None,
) -> None:
    """Fetch what the PLIE sent, check and load it, return acknowledgements, record the night, build and publish.

    Where deliveries come from is a setting (`PLIE_SOURCE`). A PLIE that sends something bad, or cannot be reached, has
    its own outcome and stops no other: exit code 1 says that the night itself failed. Running it again changes nothing.
    """
    from ingestion.sources.mailbox import SourceMisconfigured
    from ingestion.sources.remembered import TransportBusy
    from orchestration.cli.warehouse import build_with_progress

    settings = settings_of(data)
    try:
        print_night(_run(settings))
    except (SourceMisconfigured, TransportBusy) as error:
        raise CommandFailed(str(error)) from None
    if build:
        try:
            build_with_progress(settings)
        except CommandFailed as error:
            _tell_failure(settings, error)
            raise


def _run(settings: Settings) -> Night:
    """The night, showing mailboxes, then deliveries."""
    from ingestion.contract import open_plie_ids
    from ingestion.loading.intake import Outcome, utc_now
    from ingestion.nights import night_of
    from ingestion.sources.visits import Visit
    from orchestration.night import mailboxes, run_night

    if settings.source == "landing":
        return run_night(settings, on_wait=say_wait)
    total = len(mailboxes(settings, open_plie_ids(night_of(utc_now()))))
    with progress("Fetching deliveries") as advance:
        done = 0

        def on_visit(visit: Visit) -> None:
            nonlocal done
            done += 1
            advance(done, total, f"{visit.plie_id}: {visit.status}")

        def on_outcome(outcome: Outcome) -> None:
            advance(total, total, f"{outcome.file_name}: {outcome.status}")

        return run_night(settings, on_visit=on_visit, on_outcome=on_outcome, on_wait=say_wait)


def print_night(night: Night) -> None:
    """What came of the deliveries, then how many PLIE stand where tonight, and what went wrong at mailboxes."""
    print_statuses(night.outcomes)
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Outcome of the night")
    table.add_column("PLIE", justify="right")
    for status, count in sorted(Counter(row.status for row in night.recorded).items()):
        table.add_row(status, str(count))
    out.print(f"Night of {night.night}", markup=False)
    out.print(table)
    for visit in night.visits:
        if visit.message:
            out.print(f"  {visit.plie_id}: {visit.message}", markup=False)


def _tell_failure(settings: Settings, error: CommandFailed) -> None:
    """The build is the only part of a night that one PLIE cannot be blamed for."""
    from ingestion.loading.intake import utc_now
    from orchestration.alerts import tell_run_failed

    tell_run_failed(settings, f"plie night {utc_now():%Y-%m-%dT%H:%M:%SZ}", "plie night", ["plie build"])


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command()(night)
