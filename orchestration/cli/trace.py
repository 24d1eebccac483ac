"""`plie trace`: where one figure comes from, down to the deliveries and the SQL."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration.cli.console import CommandFailed, DataOption, out, settings_of

if TYPE_CHECKING:
    from consolidation.editions.figure_trace import Trace

SCOPES = "`national`, `region:32`, `departement:59` or a PLIE such as `PLIE-59-06`"


def trace(
    indicator: Annotated[str, typer.Argument(help="Indicator of the catalogue, such as exits.positive_rate_total.")],
    year: Annotated[int, typer.Argument(min=1990, max=2100, help="Year that the figure is about.")],
    scope: Annotated[str, typer.Option(help=f"{SCOPES}.")] = "national",
    category: Annotated[str, typer.Option(help="Category, for an indicator that has any.")] = "TOTAL",
    edition: Annotated[str | None, typer.Option(help="As this edition froze it. Default: as it is now.")] = None,
    running: Annotated[bool, typer.Option("--running", help="Also count PLIE whose year is not complete.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    data: DataOption = None,
) -> None:
    """Show where a figure comes from: definition, numerator, denominator, base, PLIE, rows, SQL and deliveries."""
    from consolidation.editions import EditionAltered, UnknownEdition, find_edition, verify_editions
    from consolidation.editions.evidence import Cell
    from consolidation.editions.figure_trace import NoSuchFigure
    from consolidation.editions.tracing import trace as look_behind
    from ingestion.warehouse import reading

    if running and edition:
        raise typer.BadParameter("an edition holds complete PLIE alone: --running goes without --edition")
    kind, code = _scope(scope)
    cell = Cell(indicator, year, kind, code, category, "running" if running else "complete")
    try:
        with reading(settings_of(data)) as connection:
            if edition is not None:
                verify_editions(connection, edition)
            frozen = find_edition(connection, edition) if edition is not None else None
            found = look_behind(connection, cell, frozen)
    except (NoSuchFigure, UnknownEdition, EditionAltered, FileNotFoundError) as error:
        raise CommandFailed(str(error.args[0] if len(error.args) == 1 else error)) from None
    if as_json:
        typer.echo(json.dumps(asdict(found) | {"rows_agree": found.rows_agree}, ensure_ascii=False, indent=2))
    else:
        _show(found)


def _scope(text: str) -> tuple[str, str]:
    kind, _, code = text.partition(":")
    if text == "national":
        return "national", "FR"
    if text.startswith("PLIE-"):
        return "plie", text
    if kind in ("region", "departement", "plie") and code:
        return kind, code
    raise typer.BadParameter(f"--scope is {SCOPES}")


def _show(found: Trace) -> None:
    cell, definition, counted = found.cell, found.definition, found.counted
    source = f"edition {found.edition_id}" if found.edition_id else f"marts as they are now, perimeter {cell.perimeter}"
    out.print(f"[bold]{cell.indicator_id}[/bold] · {cell.category} · {cell.year} · {cell.scope} {cell.scope_id}")
    labels = dict.fromkeys((definition.label_fr, definition.category_label_fr))
    out.print(f"{' – '.join(labels)} (section {definition.section})", markup=False)
    out.print(f"From: {source}\n", markup=False)
    lines = {
        "value": f"{_number(counted.value)} ({definition.unit})",
        "numerator": f"{_number(counted.numerator)}: {definition.numerator}",
        "denominator": f"{_number(counted.denominator)}: {definition.denominator}" if definition.denominator else "–",
        "base": f"{definition.base}, {counted.n_plie} PLIE",
        "not supplied": "has no sense here" if counted.n_missing is None else _number(counted.n_missing),
    }
    for name, text in lines.items():
        out.print(f"  {name:<13} {text}", markup=False, soft_wrap=True)
    numerator, denominator = found.recomputed
    recounted = _number(numerator) + (f" / {_number(denominator)}" if denominator is not None else "")
    verdict = "the same" if found.rows_agree else "[bold]not the same[/bold]: rows changed since the edition was frozen"
    out.print(f"\nCounted anew from the rows of the facts as they are now: {recounted}, {verdict}")
    _show_plie(found)
    out.print("\n[bold]Rows of the numerator[/bold] (plie sql understands it)")
    out.print(f"  {found.evidence.numerator_rows}", markup=False, soft_wrap=True)
    if found.evidence.denominator_rows:
        out.print("[bold]Rows of the denominator[/bold]")
        out.print(f"  {found.evidence.denominator_rows}", markup=False, soft_wrap=True)
    out.print("\n[bold]Models[/bold], the counting one first")
    for model in found.models:
        out.print(f"  {model.path}", markup=False)
    if found.models:
        out.print(f"\n[bold]{found.models[0].path}[/bold]")
        out.print(found.models[0].sql, markup=False, soft_wrap=True)


def _show_plie(found: Trace) -> None:
    out.print(f"\n[bold]By PLIE[/bold] ({len(found.plie)}), with the deliveries it rests on")
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("PLIE", no_wrap=True)
    table.add_column("Numerator", justify="right")
    table.add_column("Denominator", justify="right")
    table.add_column("Delivery", no_wrap=True)
    table.add_column("sha256", overflow="fold")
    for share in found.plie:
        own = [delivery for delivery in found.deliveries if delivery.plie_id == share.plie_id]
        cells = (share.plie_id, _number(share.numerator), _number(share.denominator))
        first = (own[0].file_name, own[0].sha256) if own else ("– nothing of it is loaded", "")
        table.add_row(*cells, *first)
        for delivery in own[1:]:
            table.add_row("", "", "", delivery.file_name, delivery.sha256)
    out.print(table)


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".").replace(",", "\u202f")


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command()(trace)
