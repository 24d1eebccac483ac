"""`plie report`: what people read of a frozen edition, written anew from its figures."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.console import CommandFailed, DataOption, out, progress, settings_of


def report(
    year: Annotated[int, typer.Argument(min=1990, max=2100, help="The year of the report.")],
    edition: Annotated[
        str | None, typer.Option(help="Edition, such as 2021.1. Default: the latest of the year.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Write the annual report of a frozen edition (HTML, PDF), the explorer of its figures, and a sheet for each PLIE.

    Report and explorer stand beside the open data of the edition; each sheet, which holds exact figures, goes into the
    outbox of its PLIE alone. The same edition gives the same bytes.
    """
    from reporting.publishing import publish_report
    from reporting.reading import NoSuchEdition
    from reporting.sheets.publishing import publish_sheets

    settings = settings_of(data)
    try:
        with progress("Writing the report") as advance:
            written = publish_report(settings, year, edition, advance)
        with progress("Writing the sheets") as advance:
            own = publish_sheets(settings, year, edition, advance)
    except NoSuchEdition as error:
        raise CommandFailed(str(error)) from None
    for path in written:
        out.print(f"{path} ({path.stat().st_size / 1e6:.1f} MB)", markup=False, soft_wrap=True)
    out.print(f"{len(own)} files of the sheets in {settings.outbox}/<plie_id>/", markup=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command()(report)
