"""Writes `docs/rules/`: one page in French for each rule of the gate, and their index, from the catalogue of rules.

Run `uv run python docs/make_rules.py` after a change of `ingestion/rules.csv` or of the contract.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ingestion.acknowledgement.advice import advice
from ingestion.acknowledgement.expected_value import expected_value
from ingestion.acknowledgement.wording import FILES, SEVERITIES, typeset
from ingestion.contract import Field, known_contracts
from ingestion.rules import Rule, rules

FOLDER = Path(__file__).with_name("rules")
SOURCE = "<!-- Made by docs/make_rules.py from ingestion/rules.csv: change those. -->"
FAMILIES = {
    "T": ("Le transfert", "La livraison est entière, bien nommée et conforme au contrat."),
    "P": ("La vie privée", "Rien de ce qui nomme une personne ne doit entrer."),
    "R": ("Les lignes", "Chaque ligne se lit et se rattache aux autres."),
    "C": ("La cohérence", "Ce que disent les lignes est vraisemblable."),
    "V": ("Le volume", "La livraison ne fait pas disparaître une grande part des parcours."),
    "S": ("L'enquête annuelle", "Le classeur se lit, et ses chiffres peuvent être comptés."),
}
CONCERNED: dict[str, Callable[[Field], bool]] = {
    "R01": lambda field: field.required,
    "R02": lambda field: field.type != "string",
    "R04": lambda field: bool(field.minimum or field.maximum),
    "R05": lambda field: bool(field.code_list or field.enum),
}
INTRODUCTION = """\
Chaque livraison d'un PLIE passe par ces règles, dans cet ordre. L'accusé de réception nomme celles qui n'ont pas été \
respectées ; chaque page ci-dessous dit ce que la règle vérifie, pourquoi, et comment corriger dans votre logiciel. \
La commande `plie validate FICHIER` applique les mêmes règles avant l'envoi, sur votre poste. \
Tous les exemples sont fictifs."""


def pages() -> dict[str, str]:
    """Text of every page of `docs/rules` by its file name."""
    return {"README.md": _index()} | {f"{code}.md": _page(rule) for code, rule in rules().items()}


def _prose(text: str) -> str:
    """French typography outside of what stands between backticks."""
    return "`".join(part if place % 2 else typeset(part) for place, part in enumerate(text.split("`")))


def _severity(rule: Rule) -> str:
    if rule.code.startswith("S") and rule.severity == "reject":
        return "Partie rejetée (cette partie de l'enquête est laissée de côté, les autres sont comptées)"
    words = SEVERITIES[rule.severity]
    return f"{words.label} ({words.consequence})"


def _place(rule: Rule) -> tuple[str, str]:
    """Which file and which column the rule looks at, in words."""
    if rule.code.startswith("S"):
        return "le classeur de l'enquête annuelle", f"`{rule.field}`" if rule.field else "–"
    if rule.resource is None:
        return ("chaque fichier", "chaque colonne") if rule.severity == "reject" else ("la livraison entière", "–")
    return f"{FILES[rule.resource]} (`{rule.resource}.csv`)", f"`{rule.field}`" if rule.field else "–"


def _columns(rule: Rule) -> list[str]:
    """For a rule on single values: the columns of the newest contract that it concerns, with what each one accepts."""
    concerns = CONCERNED.get(rule.code)
    if concerns is None:
        return []
    *_, contract = known_contracts().values()
    lines = [
        f"- `{resource.name}.csv`, `{field.name}` : {expected_value(field) or field.title}"
        for resource in contract.resources.values()
        for field in resource.fields
        if concerns(field)
    ]
    return [f"## Colonnes concernées (contrat {contract.version})", "\n".join(lines)]


def _page(rule: Rule) -> str:
    texts = advice()[rule.code]
    file, column = _place(rule)
    message = re.sub(r"\{\w+\}", "…", rule.message_fr)
    blocks = [
        f"# {rule.code} – {texts.title}",
        SOURCE,
        f"- **Gravité** : {_severity(rule)}\n- **Fichier** : {file}\n- **Colonne** : {column}",
        "## Ce qui est vérifié",
        texts.check,
        *_columns(rule),
        "## Pourquoi c'est important",
        texts.why,
        "## Le message que vous recevez",
        f"> {message}",
        "## Exemple fictif",
        "\n".join(f"- {line.label} : `{line.content}`" for line in texts.example),
        "## Comment corriger",
        texts.correction,
        "[Toutes les règles](README.md)",
    ]
    return "\n\n".join(block if block == SOURCE else _prose(block) for block in blocks) + "\n"


def _index() -> str:
    blocks = ["# Les règles de réception", SOURCE, _prose(INTRODUCTION)]
    for letter, (title, explanation) in FAMILIES.items():
        rows = [
            f"| [{rule.code}]({rule.code}.md) | {_prose(advice()[rule.code].title)} | {_prose(_severity(rule))} |"
            for rule in rules().values()
            if rule.code.startswith(letter)
        ]
        blocks += [
            f"## {title}",
            _prose(explanation),
            "\n".join(["| règle | objet | gravité |", "|---|---|---|", *rows]),
        ]
    return "\n\n".join(blocks) + "\n"


def write(folder: Path = FOLDER) -> None:
    """Writes every page and removes those of rules that are no more."""
    folder.mkdir(exist_ok=True)
    made = pages()
    for path in folder.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
