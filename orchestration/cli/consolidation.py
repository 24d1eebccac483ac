"""`plie consolidate`, `plie editions`, `plie diff`, `plie publish`, `plie rebuild`: yearly figures that are frozen."""

from __future__ import annotations

import getpass
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ingestion.settings import Settings
from orchestration.cli.console import CommandFailed, DataOption, out, progress, say_wait, settings_of
from orchestration.cli.warehouse import build_with_progress

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from consolidation.editions import Restatement
    from orchestration.consolidating import Consolidated

EditionArgument = Annotated[str, typer.Argument(metavar="EDITION", help="Year and number, such as 2021.1.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

SHOWN_CHANGES = 40
"""Changes that `plie diff` lists on a terminal before it says how many more there are."""

SHOWN_MOVERS = 4
"""PLIE that it names of those that moved one figure."""


def consolidate(
    year: Annotated[int, typer.Argument(min=1990, max=2100, help="The year to consolidate.")],
    reason: Annotated[
        str | None, typer.Option(help="Why frozen figures are corrected; kept and printed, so nothing personal.")
    ] = None,
    who: Annotated[str | None, typer.Option(help="Who freezes it. Default: the user of this machine.")] = None,
    data: DataOption = None,
) -> None:
    """Freeze the figures of a year as its next edition, and publish it.

    Builds what changed first. The gate is asked again on the very rows that are frozen: a blocking failure, or a
    warning that nobody answered (`plie waive`), stops it.
    """
    settings = settings_of(data)
    print_consolidated(settings, consolidate_with_progress(settings, year, reason, who or getpass.getuser()))


def consolidate_with_progress(settings: Settings, year: int, reason: str | None, who: str) -> Consolidated:
    """Consolidates, showing how far it is.

    Raises:
        CommandFailed: the edition was not frozen; the message says why.
    """
    from consolidation.disclosure import Unprotected
    from consolidation.editions import EditionAltered, NotFrozen
    from consolidation.editions.deliveries import ArchiveIncomplete
    from consolidation.editions.freshness import MartsOutOfDate
    from orchestration.consolidating import consolidate as freeze_and_publish
    from orchestration.dbt_runner import BuildFailed
    from quality.gate import NotBuilt

    refusals = (NotFrozen, MartsOutOfDate, ArchiveIncomplete, EditionAltered, NotBuilt, Unprotected, BuildFailed)
    build_with_progress(settings)
    try:
        with progress("Consolidating") as advance:
            return freeze_and_publish(settings, year, reason, who=who, on_progress=advance, on_wait=say_wait)
    except refusals as error:
        raise CommandFailed(str(error)) from None


def print_consolidated(settings: Settings, done: Consolidated) -> None:
    """What was frozen and where it lies."""
    edition = done.edition
    marked = " (données fictives)" if edition.is_made_up else ""
    out.print(f"Frozen: edition {edition.edition_id}{marked}, {edition.n_plie} PLIE", markup=False)
    out.print(f"  digest     {edition.digest}", markup=False, soft_wrap=True)
    out.print(f"  open data  {done.open_data}", markup=False, soft_wrap=True)
    out.print(f"  snapshot   {settings.snapshot}", markup=False, soft_wrap=True)
    if edition.previous_edition_id:
        out.print(f"  what changed: plie diff {edition.previous_edition_id} {edition.edition_id}", markup=False)


def editions(as_json: JsonOption = False, data: DataOption = None) -> None:
    """List the editions that were frozen, and look whether anything of them was changed since."""
    from dataclasses import asdict

    from consolidation.editions import EditionAltered, list_editions, verify_editions
    from consolidation.editions.manifest import verify_manifest

    settings = settings_of(data)
    with _reading(settings) as connection:
        known = list_editions(connection)
        trouble = ""
        try:
            verify_editions(connection)
            for edition in known:
                verify_manifest(settings, edition)
        except EditionAltered as error:
            trouble = str(error)
    if as_json:
        typer.echo(json.dumps([asdict(edition) for edition in known], default=str, ensure_ascii=False, indent=2))
    elif not known:
        out.print("No edition was frozen here yet: plie consolidate YEAR", markup=False)
    else:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in ("Edition", "Frozen (UTC)", "By", "PLIE", "Digest", "Reason"):
            table.add_column(column, justify="right" if column == "PLIE" else "left", no_wrap=column != "Reason")
        for edition in known:
            cells = (f"{edition.frozen_at:%Y-%m-%d %H:%M}", edition.frozen_by, str(edition.n_plie), edition.digest[:12])
            table.add_row(edition.edition_id, *cells, edition.reason or "")
        out.print(table)
        if any(edition.is_made_up for edition in known):
            out.print("Données fictives.")
    if trouble:
        raise CommandFailed(trouble)


def diff(
    old: EditionArgument,
    new: EditionArgument,
    csv: Annotated[bool, typer.Option("--csv", help="Print every change as CSV.")] = False,
    scope: Annotated[str | None, typer.Option(help="Only national, region, departement or plie.")] = None,
    data: DataOption = None,
) -> None:
    """List what changed from one edition to another, figure by figure, and which PLIE and deliveries moved it.

    These are figures of the house, before disclosure control; what may leave it is `restatements.csv` of the open data.
    """
    from consolidation.editions import EditionAltered, UnknownEdition, compare, find_edition, verify_editions

    with _reading(settings_of(data)) as connection:
        try:
            verify_editions(connection, old, new)
            changes = compare(connection, find_edition(connection, old), find_edition(connection, new))
        except (UnknownEdition, EditionAltered) as error:
            raise CommandFailed(str(error.args[0])) from None
    changes = [change for change in changes if scope in (None, change.scope)]
    if csv:
        _print_csv(changes)
        return
    _print_changes(old, new, changes)


def _print_csv(changes: list[Restatement]) -> None:
    import csv
    import sys
    from dataclasses import fields

    from consolidation.editions import Restatement

    names = [field.name for field in fields(Restatement)]
    writer = csv.writer(sys.stdout)
    writer.writerow(names)
    for change in changes:
        cells = (getattr(change, name) for name in names)
        writer.writerow([" ".join(cell) if isinstance(cell, list) else cell for cell in cells])


def _print_changes(old: str, new: str, changes: list[Restatement]) -> None:
    movers = sorted({plie_id for change in changes for plie_id in change.plie_ids})
    deliveries = sorted({delivery for change in changes for delivery in change.delivery_ids})
    by_scope = Counter(change.scope for change in changes)
    listed = ", ".join(f"{count} {scope}" for scope, count in by_scope.items())
    out.print(f"{old} → {new}: {len(changes)} figures differ{f' ({listed})' if listed else ''}", markup=False)
    if movers:
        out.print(f"Moved by {len(movers)} PLIE: {', '.join(movers)}", markup=False)
        out.print(f"Deliveries that only one of the two rests on: {', '.join(deliveries) or 'none'}", markup=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Indicator", "Year", "Category", "Scope", old, new, "Moved by"):
        table.add_column(column, justify="right" if column in (old, new) else "left", no_wrap=column != "Moved by")
    for change in changes[:SHOWN_CHANGES]:
        more = len(change.plie_ids) - SHOWN_MOVERS
        who = ", ".join(change.plie_ids[:SHOWN_MOVERS]) + (f" and {more} more" if more > 0 else "")
        cells = (change.indicator_id, str(change.year), change.category, f"{change.scope} {change.scope_id}")
        table.add_row(*cells, _shown(change.old_value), _shown(change.new_value), who or "code or catalogue")
    if changes:
        out.print(table)
    if len(changes) > SHOWN_CHANGES:
        out.print(f"… and {len(changes) - SHOWN_CHANGES} more: --csv prints all of them.")


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".").replace(",", "\u202f")


def publish(
    edition_ids: Annotated[list[str] | None, typer.Argument(metavar="[EDITION]...", help="Default: all.")] = None,
    data: DataOption = None,
) -> None:
    """Write the open data of editions and the snapshot again: the same bytes, also after a crash."""
    from consolidation.editions import EditionAltered, UnknownEdition
    from consolidation.publication import publish as write

    settings = settings_of(data)
    try:
        for folder in write(settings, edition_ids or None, say_wait):
            out.print(f"Published {folder}", markup=False)
    except (UnknownEdition, EditionAltered, ValueError) as error:
        raise CommandFailed(str(error.args[0])) from None
    out.print(f"Published {settings.snapshot}", markup=False)


def rebuild(edition: EditionArgument, data: DataOption = None) -> None:
    """Make an edition again from the archived deliveries alone, in a scratch folder, and compare the digests."""
    from consolidation.editions import NotFrozen
    from consolidation.editions.deliveries import ArchiveIncomplete
    from consolidation.editions.manifest import NoManifest
    from orchestration.dbt_runner import BuildFailed
    from orchestration.rebuild import NotLoadable
    from orchestration.rebuild import rebuild as make_again

    try:
        with progress("Rebuilding") as advance:
            rebuilt = make_again(settings_of(data), edition, advance)
    except (NoManifest, ArchiveIncomplete, NotLoadable, BuildFailed, NotFrozen) as error:
        raise CommandFailed(str(error)) from None
    if rebuilt.is_same:
        out.print(f"{edition} rebuilt from the archive: same digest {rebuilt.digest}", markup=False, soft_wrap=True)
        return
    said = [f"{edition} rebuilt from the archive has another digest: {rebuilt.digest}, not {rebuilt.frozen_digest}."]
    if rebuilt.code_version != rebuilt.frozen_code_version:
        at = f" (git {rebuilt.code_commit})" if rebuilt.code_commit else ""
        said.append(f"The code is another: {rebuilt.code_version}, not {rebuilt.frozen_code_version}{at}.")
    said.append(f"What differs: {', '.join(rebuilt.differing) or 'nothing but the version of the code'}.")
    raise CommandFailed("\n".join(said))


@contextmanager
def _reading(settings: Settings) -> Iterator[DuckDBPyConnection]:
    from ingestion.warehouse import reading

    try:
        with reading(settings) as connection:
            yield connection
    except FileNotFoundError as error:
        raise CommandFailed(str(error)) from None


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    for command in (consolidate, editions, diff, publish, rebuild):
        app.command()(command)
