"""`plie reconcile`: which published figures cannot stand together, and what would have to change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from orchestration.cli.console import out

if TYPE_CHECKING:
    from quality.reconciliation.claims import Claim
    from quality.reconciliation.published import Change, Contradiction, Reconciliation, Swap

SHOWN_CONFLICTS = 2
"""Contradictions that are shown for one figure; `--all` shows those that were looked for."""

_SPACES = "\u00a0\u202f"
"""No-break spaces of French typography, which Python does not count as printable."""


def reconcile(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="CSV with the columns id, value, unit, decimals, base. Without it: the figures of --report.",
            exists=True,
            dir_okay=False,
            readable=True,
            show_default=False,
        ),
    ] = None,
    report: Annotated[int, typer.Option(help="Year of the published figures that this repository holds.")] = 2021,
    everything: Annotated[bool, typer.Option("--all", help="More contradictions, and the figures left out.")] = False,
    supposing: Annotated[
        bool,
        typer.Option("--suppose/--suppose-nothing", help="Also compare what only an assumption ties (it is named)."),
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with all that was found.")] = False,
) -> None:
    """List which published figures cannot stand together, as rounded, and the fewest that would have to change.

    Exit code 1 when some cannot.
    """
    from quality.reconciliation.figures import FiguresError
    from quality.reconciliation.plain import as_json as plain_values
    from quality.reconciliation.published import figures_of_report, reconcile_figures, reconcile_published

    try:
        found = (
            reconcile_published(file, supposing) if file else reconcile_figures(figures_of_report(report), supposing)
        )
    except FiguresError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        typer.echo(json.dumps(plain_values(found), ensure_ascii=False, indent=2))
    else:
        _show(found, everything)
    if not found.holds:
        raise typer.Exit(1)


def _show(found: Reconciliation, everything: bool) -> None:
    left_out = len(found.unplaced)
    aside = f"; {left_out} say nothing that another could contradict" if left_out else ""
    _say(f"{len(found.figures)} figures, {len(found.figures) - left_out} of them compared{aside}.")
    if found.holds:
        _say("All of them can hold together, as rounded.", "bold green")
    else:
        count = len(found.contradictions)
        one_or_more = "One figure cannot stand" if count == 1 else f"{count} figures cannot stand"
        _say(f"{one_or_more} with the others. No smaller correction lets all the rest hold:", "bold red")
    for contradiction in found.contradictions:
        _show_contradiction(contradiction, _single(found.swaps, contradiction), everything)
    several = [swap for swap in found.swaps if len(swap.instead_of) > 1]
    for swap in several:
        out.print()
        _say(f"Instead of {_ids(swap.instead_of)}, as few: {'; '.join(map(_to, swap.changes))}")
    if everything and left_out:
        out.print()
        _say("Not compared:", "bold")
        for each in found.unplaced:
            _say(f"{each.figure.figure_id}  {each.why_fr}", indent=2)


def _show_contradiction(found: Contradiction, swaps: Iterable[Swap], everything: bool) -> None:
    claim = found.change.claim
    out.print()
    _say(f"{_to(found.change)}  ({found.year})", "bold")
    if claim.figures and claim.kind == "figure":
        _say(claim.figures[0].label_fr, "dim", indent=4)
    shown = found.conflicts if everything else found.conflicts[:SHOWN_CONFLICTS]
    for conflict in shown:
        against = _listed([_claim(each) for each in conflict.against if each.kind != "assumption"])
        gives = "gives" if len(conflict.against) == 1 else "give"
        supposing = ", under what is supposed below" if any(e.kind == "assumption" for e in conflict.against) else ""
        _say(f"{against} {gives} {_bounds(claim, conflict.low, conflict.high)}{supposing}", indent=4)
    if len(found.conflicts) > len(shown):
        _say(f"and {len(found.conflicts) - len(shown)} more (--all)", "dim", indent=4)
    for change in found.supposed:
        if change.claim.assumption is not None:
            needed = _bounds(change.claim, change.low, change.high)
            _say(f"Supposed: {change.claim.assumption.label_fr}.", indent=4)
            _say(f"Without it, {change.claim.assumption.rate_fr} : {needed}.", indent=6)
    if instead := [_to(change) for swap in swaps for change in swap.changes]:
        _say(f"Or instead: {'; '.join(instead)}", indent=4)


def _single(swaps: Iterable[Swap], found: Contradiction) -> list[Swap]:
    return [swap for swap in swaps if swap.instead_of == (found.change.claim,)]


def _listed(words: Sequence[str]) -> str:
    """« a, b and c »."""
    return " and ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])


def _ids(claims: Iterable[Claim]) -> str:
    return " and ".join(", ".join(claim.ids) for claim in claims)


def _claim(claim: Claim) -> str:
    """A claim in a sentence: « 46 355 (F3N-04) »."""
    ids = ", ".join(claim.ids)
    return f"{_value(claim)} ({ids})" if claim.kind == "figure" else f"{_value(claim)} PLIE (base of {ids})"


def _value(claim: Claim) -> str:
    from quality.reconciliation.numbers_fr import shown_figure
    from quality.reconciliation.plain import unit_of, value_of

    decimals = claim.figures[0].decimals if claim.kind == "figure" else 0
    return shown_figure(value_of(claim) or Fraction(0), unit_of(claim), decimals)


def _to(change: Change) -> str:
    """A change in a sentence: « SYN-08: 27 % → 28 % (27,73 % to 28,5 %) »."""
    from quality.reconciliation.numbers_fr import shown_figure
    from quality.reconciliation.plain import printed_values, unit_of

    claim = change.claim
    name = ", ".join(claim.ids) if claim.kind == "figure" else f"base of {', '.join(claim.ids)}"
    decimals = claim.figures[0].decimals if claim.kind == "figure" else 0
    printed = [shown_figure(value, unit_of(claim), decimals) for value in printed_values(change)]
    bounds = _bounds(claim, change.low, change.high)
    if printed and bounds not in printed:
        bounds = f"{' or '.join(printed)} ({bounds})"
    return f"{name}: {_value(claim)} → {bounds}"


def _bounds(claim: Claim, low: Fraction | None, high: Fraction | None) -> str:
    from quality.reconciliation.numbers_fr import shown_figure, shown_number
    from quality.reconciliation.plain import unit_of

    unit = unit_of(claim)
    if high is None:
        return f"at least {shown_figure(low or Fraction(0), unit)}"
    if not low:
        return f"at most {shown_figure(high, unit)}"
    if shown_number(low) == shown_number(high):
        return shown_figure(low, unit)
    return f"{shown_figure(low, unit)} to {shown_figure(high, unit)}"


def _say(text: str, style: str = "", indent: int = 0) -> None:
    """One line, folded under its indent on a terminal; elsewhere it stays whole, so that it can be searched.

    Labels and ids come from a file: nothing in them may steer the terminal.
    """
    from ingestion.acknowledgement.wording import typeset

    text = "".join(each if each.isprintable() or each in _SPACES else "�" for each in typeset(text))
    if out.is_terminal:
        out.print(Padding(Text(text, style), (0, 0, 0, indent), expand=False))
    else:
        out.print(Text(" " * indent + text), soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command()(reconcile)
