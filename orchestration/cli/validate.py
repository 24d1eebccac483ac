"""`plie validate`: the gate alone, for a sender, who reads the outcome in French on the terminal or on a local page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orchestration.cli.console import CommandFailed, out

_STYLES = {"good": "bold green", "partial": "bold yellow", "bad": "bold red", "waiting": "bold blue"}
_SPACES = "\u00a0\u202f"
"""No-break spaces of French typography, which Python does not count as printable."""


def validate(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FICHIER",
            help="Le zip à contrôler.",
            exists=True,
            dir_okay=False,
            readable=True,
            show_default=False,
        ),
    ] = None,
    plie: Annotated[
        str | None,
        typer.Option(metavar="PLIE_ID", help="Le PLIE qui envoie, si ce n'est pas celui du nom du fichier."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Écrire l'accusé de réception en JSON.")] = False,
    web: Annotated[bool, typer.Option("--web", help="Ouvrir une page locale où déposer des fichiers.")] = False,
    port: Annotated[int, typer.Option(help="Port de la page locale (0 : un port libre).", min=0, max=65535)] = 8765,
) -> None:
    """Contrôler une livraison avant de l'envoyer : rien n'est envoyé, chargé ni gardé. (Check a file before sending.)

    Code de sortie : 1 si la livraison serait refusée, 0 sinon (des lignes rejetées ne sont pas un refus).
    """
    if web:
        if file is not None or as_json:
            raise typer.BadParameter("--web ne se combine ni avec FICHIER ni avec --json")
        _serve(port, plie)
        return
    if file is None:
        raise typer.BadParameter("indiquez le FICHIER à contrôler, ou --web")
    content = _acknowledgement(file, plie)
    acknowledgement = json.loads(content)
    if as_json:
        typer.echo(content, nl=False)
    else:
        _show(acknowledgement)
    if acknowledgement["status"] == "refused":
        raise typer.Exit(1)


def _acknowledgement(file: Path, plie: str | None) -> bytes:
    from ingestion.acknowledgement.checked import check_file

    try:
        return check_file(file.resolve(), file.name, plie, datetime.now(UTC))
    except OSError as error:
        raise typer.BadParameter(f"{file} ne peut pas être lu : {error.strerror or error}") from None


def _serve(port: int, plie: str | None) -> None:
    from orchestration.validate_web import CheckServer

    try:
        server = CheckServer(port, plie)
    except OSError as error:
        raise CommandFailed(f"le port {port} ne peut pas être ouvert ({error.strerror}) : essayez --port 0") from None
    with server:
        out.print(f"Ouvrez {server.address} dans votre navigateur. Ctrl-C pour arrêter.", markup=False)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            out.print("Arrêté.")


def _show(acknowledgement: Mapping[str, Any]) -> None:
    """The outcome in words, counts, and each finding with what to do about it."""
    from ingestion.acknowledgement.sections import sections
    from ingestion.acknowledgement.wording import CHECKED_STATUSES, NOTHING_KEPT, UNKNOWN_TO_A_CHECK, typeset

    status = CHECKED_STATUSES[acknowledgement["status"]]
    _say(acknowledgement["delivery"])
    _say(typeset(status.title), _STYLES[status.tone])
    _say(typeset(f"{status.meaning} {status.next_step}"))
    _show_counts(acknowledgement["resources"])
    for section in sections(acknowledgement):
        out.print()
        _say(typeset(f"{section.words.heading} – {section.words.explanation}"), _STYLES[section.words.tone])
        for rule in section.rules:
            out.print()
            _say(typeset(f"{rule.code}  {rule.message or rule.title}"), "bold", indent=2)
            for place in rule.places:
                column = f"colonne {place.column}" if place.column else None
                expected = f"attendu : {place.expected}" if place.expected else None
                parts = (place.message, place.file, column, place.lines, expected)
                _say(typeset(" · ".join(part for part in parts if part)), indent=7)
            if rule.advice:
                _say(typeset(f"→ {rule.advice.correction.replace('`', '')}"), indent=7)
    out.print()
    _say(typeset(f"{NOTHING_KEPT} {UNKNOWN_TO_A_CHECK}"), "dim")


def _show_counts(resources: list[Mapping[str, Any]]) -> None:
    from ingestion.acknowledgement.wording import CHECKED_COUNTS, FILES, number

    if not resources:
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Fichier", no_wrap=True)
    for title in CHECKED_COUNTS.values():
        table.add_column(title, justify="right", no_wrap=True)
    for resource in resources:
        counts = (number(resource[member]) for member in CHECKED_COUNTS)
        table.add_row(Text(FILES.get(resource["name"], resource["name"])), *counts)
    out.print()
    out.print(table)


def _say(text: str, style: str = "", indent: int = 0) -> None:
    """One line: folded at the width of a terminal; elsewhere it stays whole, so that it can be searched."""
    if out.is_terminal:
        out.print(Padding(Text(_printable(text), style), (0, 0, 0, indent), expand=False))
    else:
        out.print(Text(" " * indent + _printable(text)), soft_wrap=True)


def _printable(text: str) -> str:
    """Without characters that could steer the terminal: names come from the file."""
    return "".join(character if character.isprintable() or character in _SPACES else "�" for character in text)


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command()(validate)
