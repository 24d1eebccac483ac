"""The `plie` command. One file per family of commands; this one puts them together and turns errors into exit codes."""

from __future__ import annotations

import sys

import duckdb
import typer

from ingestion.lake.errors import LakeUnavailable
from ingestion.loading.pseudonym import PseudonymKeyError
from ingestion.warehouse import WarehouseBusy
from orchestration.cli import (
    alert,
    campaign,
    consolidation,
    deliveries,
    editions,
    move,
    night,
    quality,
    reconcile,
    report,
    survey,
    trace,
    ui,
    upkeep,
    validate,
    warehouse,
)
from orchestration.cli.console import CommandFailed, errors

app = typer.Typer(
    name="plie",
    help="The national PLIE warehouse: takes in transfers, builds facts and indicators, shows where each figure comes"
    " from.\n\nExit codes: 0 done, 1 something was refused or failed, 2 wrong use.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
alert.register(app)
campaign.register(app)
consolidation.register(app)
deliveries.register(app)
editions.register(app)
move.register(app)
night.register(app)
quality.register(app)
reconcile.register(app)
report.register(app)
survey.register(app)
trace.register(app)
ui.register(app)
upkeep.register(app)
validate.register(app)
warehouse.register(app)


def main() -> None:
    """Entry point of the `plie` command."""
    try:
        app()
    except (CommandFailed, WarehouseBusy, PseudonymKeyError, LakeUnavailable) as error:
        errors.print(f"plie: {error}", markup=False, highlight=False)
        sys.exit(1)
    except (OSError, duckdb.IOException) as error:
        said = "Nothing is half done: see to the disk or to the rights on the folder, then run the command again."
        errors.print(f"plie: {error}\n{said}", markup=False, highlight=False)
        sys.exit(1)
    except KeyboardInterrupt:
        errors.print("plie: interrupted; nothing is half done, run the command again")
        sys.exit(1)
