"""Writes `docs/quality.md`: the checks of the yearly gate in French, from their catalogue.

Run `uv run python docs/make_quality.py` after a change of `quality/catalogue.csv` or of the relations of
`quality/reconciliation`.
"""

from __future__ import annotations

from pathlib import Path

from ingestion.acknowledgement.wording import typeset
from quality.catalogue import OWNERS, CatalogueEntry, catalogue
from quality.page_content import SUITES
from quality.reconciliation import relation_texts
from quality.suites import SUITES as SUITES_OF_CHECKS
from quality.suites import Check
from quality.wording import figure, limits

PAGE = Path(__file__).with_name("quality.md")
SOURCE = "<!-- Made by docs/make_quality.py from quality/catalogue.csv: change that. -->"
INTRODUCTION = """\
Avant qu'une année soit figée en édition, `plie check 2021` l'examine : une suite de contrôles par sujet, puis la \
concordance des chiffres entre eux. Le résultat est gardé dans l'entrepôt (schéma `quality`) et montré sur une page, \
`published/quality.html`, qui se lit sans réseau.

- **Bloquant** : l'année ne peut pas être figée, et il n'y a pas de réponse possible : le défaut est dans l'entrepôt.
- **Alerte** : elle est corrigée par une nouvelle livraison, ou reçoit une réponse \
(`plie waive CONTRÔLE --year 2021 --plie PLIE --reason "…"`), gardée avec sa date et imprimée en annexe du rapport.
- **Sans objet** : il n'y avait rien à juger (aucun cas, pas d'année précédente). Ce n'est jamais une réussite.

Une réponse vaut pour ce qui a été constaté : une autre ligne en défaut, ou une valeur qui bouge de plus d'un dixième, \
pose de nouveau la question. Un contrôle qui n'a pas pu être fait bloque.

Ce que la réception vérifie déjà ligne à ligne ([règles](rules/README.md)) n'est pas vérifié une seconde fois ici. \
Les seuils et leurs raisons statistiques : [décision 0011](decisions/0011-what-is-usual-for-a-plie.md). \
La concordance : [les relations entre chiffres](reconciliation.md)."""


def page() -> str:
    """The whole page."""
    checks = {check.check_id: check for suite in SUITES_OF_CHECKS for check in suite.checks}
    blocks = ["# Les contrôles avant consolidation", SOURCE, _prose(INTRODUCTION)]
    for name, title in SUITES.items():
        entries = [entry for entry in catalogue().values() if entry.suite == name]
        if entries:
            blocks.append(f"## {title}")
            blocks += [_section(entry, checks[entry.check_id]) for entry in entries]
    blocks += [f"## {SUITES['reconciliation']}", _prose("Chacune de ces relations est bloquante."), _relations()]
    return "\n\n".join(blocks) + "\n"


def _section(entry: CatalogueEntry, check: Check) -> str:
    severity = "bloquant" if entry.severity == "blocking" else "alerte"
    lines = [
        f"### {typeset(entry.texts.label)}",
        "",
        f"- **Contrôle** : `{entry.check_id}` ({severity})",
        f"- **Seuil** : {_threshold(entry, check)}",
        f"- **Raison du seuil** : {entry.texts.note} ({entry.decided_on:%d/%m/%Y})",
        f"- **À traiter par** : {OWNERS[entry.owner]}",
        f"- **Que faire** : {entry.texts.advice}",
    ]
    return "\n".join(_prose(line) for line in lines)


def _threshold(entry: CatalogueEntry, check: Check) -> str:
    if check.judged == "deviation" and entry.minimum_difference is None:
        return f"un écart de {entry.maximum:g} points au plus, dans un sens ou dans l'autre"
    if entry.minimum_difference is None or check.judged == "observed":
        said = limits(entry.minimum, entry.maximum, entry.unit)
        if entry.minimum_difference is not None:
            said += f", à partir de {entry.minimum_difference:g} cas"
        return said
    times = figure(entry.maximum if entry.maximum is not None else -(entry.minimum or 0), "ratio")
    direction = {(True, False): ", vers le bas", (False, True): ", vers le haut"}.get(
        (entry.minimum is not None, entry.maximum is not None), ""
    )
    against = {None: "entre PLIE", 1: "par rapport à l'année précédente"}.get(
        entry.past_years, f"par rapport aux {entry.past_years} années précédentes"
    )
    in_points = f"{entry.minimum_difference:g} points"
    difference = in_points if entry.unit == "percent" else figure(entry.minimum_difference, "percent")
    return f"plus de {times} fois l'écart habituel {against}{direction}, et au moins {difference}"


def _relations() -> str:
    rows = [f"| `{check_id}` | {label} | {advice} |" for check_id, (label, advice) in relation_texts().items()]
    return "\n".join(["| contrôle | ce qui doit tenir | que faire |", "|---|---|---|", *map(_prose, rows)])


def _prose(text: str) -> str:
    """French typography outside of what stands between backticks or is the target of a link."""
    return "`".join(part if place % 2 else typeset(part) for place, part in enumerate(text.split("`")))


def write(path: Path = PAGE) -> None:
    """Writes the page."""
    path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
