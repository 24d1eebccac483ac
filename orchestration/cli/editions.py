"""`plie editions` and `plie diff`: which editions there are, and what changed from one to another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ingestion.settings import Settings
from orchestration.cli.console import CommandFailed, DataOption, out, settings_of
from orchestration.cli.consolidation import EditionArgument

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from consolidation.editions import Restatement

SCOPES = ("national", "region", "departement", "plie")

SHOWN_CHANGES = 40
"""Changes that `plie diff` lists on a terminal before it says how many more there are."""

SHOWN_MOVERS = 4
"""PLIE that it names of those that moved one figure."""


def editions(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    data: DataOption = None,
) -> None:
    """List the editions that were frozen, and look whether anything of them was changed since."""
    from dataclasses import asdict

    from consolidation.editions import EditionAltered, list_editions, verify_editions
    from consolidation.editions.manifest import verify_archive

    settings = settings_of(data)
    with _reading(settings) as connection:
        known = list_editions(connection)
        trouble = ""
        try:
            verify_editions(connection)
            verify_archive(settings, known)
        except EditionAltered as error:
            trouble = str(error)
    if as_json:
        typer.echo(json.dumps([asdict(edition) for edition in known], default=str, ensure_ascii=False, indent=2))
    elif not known and not trouble:
        out.print("No edition was frozen here yet: plie consolidate YEAR", markup=False)
    elif known:
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
    if scope is not None and scope not in SCOPES:
        raise typer.BadParameter(f"--scope is one of {', '.join(SCOPES)}")
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
    app.command()(editions)
    app.command()(diff)
