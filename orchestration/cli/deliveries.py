"""`plie load` and `plie status`: take in what waits in landing, and see who sent what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ingestion.settings import Settings
from orchestration.cli.console import CommandFailed, DataOption, out, progress, say_wait, settings_of

if TYPE_CHECKING:
    from ingestion.loading.intake import Outcome

NOT_LOADED = ("refused", "error")
"""Outcomes that make `plie load` end with exit code 1."""


def load(
    plie_ids: Annotated[list[str] | None, typer.Argument(metavar="[PLIE_ID]...", help="Only these PLIE.")] = None,
    data: DataOption = None,
) -> None:
    """Check and load what waits in landing, acknowledge each delivery, and file it away."""
    from ingestion.contract import registered_plie_ids

    settings = settings_of(data)
    unknown = sorted(set(plie_ids or ()) - registered_plie_ids())
    if unknown:
        raise typer.BadParameter(f"not in the register: {', '.join(unknown)}")
    outcomes = load_with_progress(settings, plie_ids or None)
    print_statuses(outcomes)
    failed = [outcome for outcome in outcomes if outcome.status in NOT_LOADED]
    if failed:
        raise CommandFailed(f"{len(failed)} of {len(outcomes)} deliveries were not loaded; the reasons are above.")


def load_with_progress(settings: Settings, plie_ids: Collection[str] | None) -> Sequence[Outcome]:
    """Loads what waits, showing how far it is; what came counts for the night of today's date."""
    from ingestion.loading.intake import utc_now
    from ingestion.loading.landing import waiting
    from ingestion.nights import night_of, record_night
    from ingestion.survey.landing import waiting_workbooks
    from orchestration.pipeline import take_in

    total = len(waiting(settings, plie_ids)) + len(waiting_workbooks(settings, plie_ids))
    with progress("Loading deliveries") as advance:
        done = 0

        def on_outcome(outcome: Outcome) -> None:
            nonlocal done
            done += 1
            advance(done, total, f"{outcome.file_name}: {outcome.status}")

        outcomes = take_in(settings, plie_ids, on_outcome=on_outcome, on_wait=say_wait)
    record_night(settings, night_of(utc_now()), [], outcomes, on_wait=say_wait)
    return outcomes


def print_statuses(outcomes: Sequence[Outcome]) -> None:
    """How many deliveries ended in which status, then each one that was not simply accepted, and why."""
    counts = Counter(outcome.status for outcome in outcomes)
    listed = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    out.print(f"Deliveries: {listed or 'none waits'}", markup=False)
    for outcome in outcomes:
        if outcome.status != "accepted":
            rejected = sum(resource.rejected for resource in outcome.resources)
            rows = f", {rejected} rows rejected" if rejected else ""
            out.print(f"  {outcome.file_name}: {outcome.status}{rows}. {outcome.message}", markup=False)


STATUS_QUERY = """
with last_delivery as (
    select plie_id, arg_max(file_name, received_at) as file_name, arg_max(status, received_at) as status,
        max(received_at) as received_at
    from raw.deliveries
    where mode is distinct from 'survey'
    group by plie_id
)
select coalesce(loaded.plie_id, last.plie_id) as plie_id, last.file_name, last.status, last.received_at,
    loaded.coverage_from, loaded.coverage_to
from last_delivery as last
full join raw.loaded_plie as loaded on loaded.plie_id = last.plie_id
"""


def status(
    everyone: Annotated[bool, typer.Option("--all", help="Also list the PLIE that never sent anything.")] = False,
    data: DataOption = None,
) -> None:
    """Per PLIE: its last delivery and what became of it, the period that is loaded, and nights without news."""
    from ingestion.contract import registered_plie_ids
    from ingestion.warehouse import reading

    settings = settings_of(data)
    try:
        with reading(settings) as connection:
            known = {row[0]: row[1:] for row in connection.execute(STATUS_QUERY).fetchall()}
    except FileNotFoundError as error:
        raise CommandFailed(str(error)) from None
    today = datetime.now(UTC).date()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("PLIE", "Last delivery", "Outcome", "Loaded period", "Nights without news"):
        table.add_column(column, justify="right" if column.startswith("Nights") else "left")
    silent = sorted(registered_plie_ids() - set(known))
    for plie_id in sorted(known):
        file_name, last_status, received_at, coverage_from, coverage_to = known[plie_id]
        nights = (today - received_at.date()).days
        period = f"{coverage_from} – {coverage_to}" if coverage_from else "nothing loaded"
        table.add_row(plie_id, file_name, last_status, period, str(nights))
    if everyone:
        for plie_id in silent:
            table.add_row(plie_id, "", "nothing received", "nothing loaded", "")
    out.print(table)
    counts = Counter(row[1] for row in known.values())
    listed = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    out.print(f"{len(known)} PLIE have sent something ({listed}); {len(silent)} of the register never have.")


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command()(load)
    app.command()(status)
