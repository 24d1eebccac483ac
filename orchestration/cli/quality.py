"""`plie check` and `plie waive`: whether a year may be frozen, and the answers that it takes."""

from __future__ import annotations

import getpass
from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.console import CommandFailed, DataOption, out, progress, say_wait, settings_of

if TYPE_CHECKING:
    from quality.results import CheckResult, GateResult

Year = Annotated[int, typer.Argument(min=1990, max=2100, help="The year that is to be consolidated.")]


def check(year: Year, data: DataOption = None) -> None:
    """Examine a year before it is frozen: suites of expectations and reconciliation of figures.

    Exit code 1 says that something stops an edition. A warning needs an answer (`plie waive`) before one is frozen.
    """
    from quality.gate import NotBuilt, run_gate
    from quality.page import page_file

    settings = settings_of(data)
    try:
        with progress("Examining the year") as advance:
            result = run_gate(settings, year, advance, say_wait)
    except (NotBuilt, FileNotFoundError) as error:
        raise CommandFailed(str(error)) from None
    print_results(result)
    out.print(f"The page: {page_file(settings)}", markup=False, soft_wrap=True)
    if result.blocking:
        raise CommandFailed(f"{year} cannot be frozen: {len(result.blocking)} blocking, above.")


def print_results(result: GateResult) -> None:
    """What stops an edition, what waits for an answer, what was answered; then how many there are of each kind."""
    blocking, unanswered = result.blocking, result.unanswered
    answered = tuple(found for found in result.results if found.waived_reason is not None)
    for title, found in (
        ("Stops an edition", blocking),
        ("Needs an answer", unanswered),
        ("Answered", answered),
    ):
        _print_group(title, found)
    n_pass = sum(found.status == "pass" for found in result.results)
    n_without = sum(found.status == "not_applicable" for found in result.results)
    out.print(
        f"{len(blocking)} blocking · {len(unanswered)} to answer · {len(answered)} answered · {n_pass} passed"
        f" · {n_without} not applicable",
        markup=False,
    )
    if unanswered:
        out.print(_how_to_answer(result), markup=False, soft_wrap=True)
    if result.can_be_frozen:
        out.print(f"{result.year} may be frozen: plie consolidate {result.year}", markup=False)


def _how_to_answer(result: GateResult) -> str:
    """What a person can do about warnings, with the first of them as the example."""
    first = result.unanswered[0]
    whose = f" --plie {first.plie_id}" if first.plie_id else ""
    answer = f'plie waive {first.check_id} --year {result.year}{whose} --reason "…"'
    return f"A new delivery puts a warning right; what stands all the same is answered: {answer}"


def _print_group(title: str, results: tuple[CheckResult, ...]) -> None:
    if not results:
        return
    out.print(f"\n[bold]{title}[/bold]")
    by_check: dict[str, list[CheckResult]] = defaultdict(list)
    for found in results:
        by_check[found.check_id].append(found)
    for check_id, group in by_check.items():
        out.print(f"  {check_id}", style="bold")
        for found in group:
            out.print(f"    {found.plie_id or 'nation':<11} {found.message_fr}", markup=False, soft_wrap=True)
            if found.waived_reason:
                out.print(f"    {'':<11} → {found.waived_reason}", markup=False, soft_wrap=True)
    out.print()


def waive(
    check_id: Annotated[str, typer.Argument(metavar="CHECK", help="The check that warns, as `plie check` names it.")],
    year: Annotated[int, typer.Option(min=1990, max=2100, help="The year.")],
    reason: Annotated[str, typer.Option(help="Why it stands; printed in the report, so nothing personal.")],
    plie: Annotated[
        list[str] | None, typer.Option(help="The PLIE; may be given again. Default: the warning of the nation.")
    ] = None,
    who: Annotated[str | None, typer.Option(help="Who answers. Default: the user of this machine.")] = None,
    data: DataOption = None,
) -> None:
    """Answer a warning of the last `plie check`, with a reason that is kept and printed.

    The answer holds for what failed: another failing row, or a value that moves by more than a tenth, asks again.
    """
    from quality.waivers import NotWaivable, waive_each

    of_whom: list[str | None] = [*dict.fromkeys(plie or ())] or [None]
    warnings = [(check_id, plie_id) for plie_id in of_whom]
    try:
        run = waive_each(settings_of(data), year, warnings, reason, who or getpass.getuser(), say_wait)
    except NotWaivable as error:
        raise CommandFailed(str(error)) from None
    whose = ", ".join(plie_id or "the nation" for plie_id in of_whom)
    out.print(f"{check_id}, {year}, {whose}: answered. Still to answer: {len(run.unanswered)}", markup=False)


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command()(check)
    app.command()(waive)
