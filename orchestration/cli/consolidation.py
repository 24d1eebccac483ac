"""`plie consolidate`, `plie publish` and `plie rebuild`: yearly figures that are frozen, published and made again."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.settings import Settings
from orchestration.cli.console import CommandFailed, DataOption, out, progress, say_wait, settings_of
from orchestration.cli.warehouse import build_with_progress

if TYPE_CHECKING:
    from orchestration.consolidating import Consolidated

EditionArgument = Annotated[str, typer.Argument(metavar="EDITION", help="Year and number, such as 2021.1.")]


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
    from consolidation.editions.freezing import refuse_early
    from consolidation.editions.freshness import MartsOutOfDate
    from orchestration.consolidating import consolidate as freeze_and_publish
    from orchestration.dbt_runner import BuildFailed
    from quality.gate import NotBuilt

    refusals = (
        *(NotFrozen, MartsOutOfDate, ArchiveIncomplete, EditionAltered),
        *(NotBuilt, Unprotected, BuildFailed, FileNotFoundError),
    )
    try:
        refuse_early(settings, year, reason, who)
        build_with_progress(settings)
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


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    for command in (consolidate, publish, rebuild):
        app.command()(command)
