"""`plie sample` and `plie demo`: a national campaign of made-up people, alone or all the way to its figures."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from ingestion.settings import Settings
from orchestration.cli.console import CommandFailed, DataOption, out, progress, settings_of

ScaleOption = Annotated[float, typer.Option(help="Multiplies the number of people (0.01 for a try, 100 for a bench).")]
SeedOption = Annotated[int, typer.Option(help="Another seed makes other people; the same seed the same bytes.")]


def _write_sample(settings: Settings, year: int, scale: float, seed: int) -> None:
    from ingestion.sample import write_campaign
    from orchestration.made_up import MadeUp, RealDataHere, claim

    try:
        if claim(settings, MadeUp(year, scale, seed)):
            out.print("Removed the other made-up campaign that was here.")
        with progress("Making people up") as advance:
            summary = write_campaign(
                settings, year, scale, seed, on_progress=lambda done, total: advance(done, total, "")
            )
    except (RealDataHere, ValueError) as error:
        raise CommandFailed(str(error)) from None
    rows = ", ".join(f"{count:,} {name}" for name, count in summary.rows.items())
    out.print(
        f"Données fictives: {summary.deliveries} deliveries ({rows}) and {len(summary.surveys)} workbooks of the survey"
        f" in {settings.landing}",
        markup=False,
    )


def sample(
    year: Annotated[int, typer.Option(help="Year of the campaign; 2021 is the one that is calibrated.")] = 2021,
    scale: ScaleOption = 1.0,
    seed: SeedOption = 0,
    data: DataOption = None,
) -> None:
    """Write the made-up deliveries of a whole campaign into the landing folders, and nothing more."""
    _write_sample(settings_of(data), year, scale, seed)


DEMO_YEAR = 2021
DEMO_REASON = (
    "Données fictives\u202f: l’écart vient du tirage au sort de la campagne de démonstration, aucun PLIE réel n’est en"
    " cause."
)
"""The answer that the demonstration gives to its own warnings; a person who answers for real looks at each."""


def demo(scale: ScaleOption = 1.0, seed: SeedOption = 0, data: DataOption = None) -> None:
    """Run the whole 2021 campaign with made-up people, from deliveries to a frozen edition and its report."""
    from orchestration.cli.deliveries import load_with_progress, print_statuses
    from orchestration.cli.warehouse import build_with_progress

    settings = settings_of(data)
    _write_sample(settings, DEMO_YEAR, scale, seed)
    print_statuses(load_with_progress(settings, None))
    build_with_progress(settings)
    _show_figures(settings, scale)
    _consolidate_and_report(settings)


def _consolidate_and_report(settings: Settings) -> None:
    """Asks the gate, answers its warnings, freezes the edition, writes its report, and says where everything lies."""
    from consolidation.editions import latest_edition
    from ingestion.warehouse import reading
    from orchestration.cli.consolidation import consolidate_with_progress, print_consolidated
    from quality.gate import run_gate
    from quality.page import page_file
    from quality.waivers import waive_each
    from reporting.publishing import publish_report

    with reading(settings) as connection:
        known = latest_edition(connection, DEMO_YEAR)
    if known is not None:
        out.print(f"Edition {known.edition_id} was frozen by a former demonstration: plie editions")
        return
    with progress("Examining the year") as advance:
        found = run_gate(settings, DEMO_YEAR, advance)
    warnings = [(warning.check_id, warning.plie_id) for warning in found.unanswered]
    out.print(
        f"Gate of {DEMO_YEAR}: {len(found.blocking)} blocking, {len(warnings)} warnings. The demonstration answers"
        " them: people who are made up deviate by chance.",
        markup=False,
    )
    if warnings:
        waive_each(settings, DEMO_YEAR, warnings, DEMO_REASON, "plie demo")
    done = consolidate_with_progress(settings, DEMO_YEAR, None, "plie demo")
    print_consolidated(settings, done)
    out.print(f"  gate       {page_file(settings)}", markup=False, soft_wrap=True)
    with progress("Writing the report") as advance:
        written = publish_report(settings, DEMO_YEAR, done.edition.edition_id, advance)
    for path in written:
        out.print(f"  report     {path}", markup=False, soft_wrap=True)
    out.print(
        f"Next: plie report {DEMO_YEAR} (the sheets of the PLIE too)"
        f" · plie trace exits.positive_rate_total {DEMO_YEAR} --edition {done.edition.edition_id}",
        markup=False,
    )


FIGURES_QUERY = """
select kind, figure_id, reference_year, label_fr, unit, decimals, published_value, computed_rounded, verdict,
    explanation_fr
from published_figures_check
order by reference_year desc, kind = 'survey', section <> 'Synthèse', section = 'presse', section, figure_id
"""


def _show_figures(settings: Settings, scale: float) -> None:
    """Every published figure beside the computed one, then how many agree."""
    from orchestration.cli.sql_prompt import open_snapshot

    with open_snapshot(settings) as connection:
        rows = connection.execute(FIGURES_QUERY).fetchall()
    table = Table(title="Published figures beside the same computed from rows (données fictives)", box=SIMPLE_HEAD)
    table.add_column("Figure", no_wrap=True)
    table.add_column("Year")
    table.add_column("Label", no_wrap=True, overflow="ellipsis", max_width=56)
    table.add_column("Published", justify="right", no_wrap=True)
    table.add_column("Computed", justify="right", no_wrap=True)
    table.add_column("Verdict")
    verdicts: Counter[str] = Counter()
    unanswered = 0
    for kind, figure, year, label, unit, decimals, published, computed, verdict, why in rows:
        verdicts[verdict] += 1
        if kind == "survey" and computed is None:
            unanswered += 1
            continue
        table.add_row(
            figure,
            str(year),
            label,
            _shown(published, decimals, unit),
            "" if computed is None else _shown(computed, decimals, unit),
            f"{verdict}: {why}" if why and verdict != "identical" else verdict,
        )
    out.print(table)
    if unanswered:
        out.print(f"Not shown: {unanswered} figures of section 2.4, which come from the annual survey; none is loaded.")
    if scale != 1:
        out.print(f"Scale {scale:g}: the campaign is calibrated at scale 1; counts differ by the scale.")
    out.print(" · ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))


def _shown(value: float, decimals: int, unit: str) -> str:
    return f"{value:,.{max(decimals, 0)}f}{' %' if unit == 'percent' else ''}".replace(",", "\u202f").replace(".", ",")


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command()(demo)
    app.command()(sample)
