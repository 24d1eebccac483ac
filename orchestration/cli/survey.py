"""`plie survey`: the workbook of the annual survey, to send out to the PLIE."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.console import CommandFailed, out

survey = typer.Typer(help="The annual survey: funding, teams, partners and fiches actions.", no_args_is_help=True)


@survey.command()
def template(
    year: Annotated[int, typer.Argument(help="Year that the survey asks about.", min=1990, max=2100)],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Where to write it. Default: enquete_YEAR.xlsx in this folder.", dir_okay=False
        ),
    ] = None,
) -> None:
    """Write the workbook that PLIE fill in: in French, with drop-down lists and an explanation."""
    from ingestion.survey.names import workbook_name
    from ingestion.survey.writing import write_workbook

    path = output or Path(workbook_name(year))
    try:
        path.write_bytes(write_workbook(year))
    except OSError as error:
        raise CommandFailed(f"{path} cannot be written: {error.strerror or error}") from None
    out.print(f"Wrote {path}", markup=False)


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.add_typer(survey, name="survey")
