"""The columns of the open files, with the French words that describe them in the data package and in the workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class OpenColumn:
    """One column: its name in CSV and Parquet, its type in the data package, French title and description.

    Attributes:
        width: of the column in the workbook, in characters.
        constraints: of the data package's field.
    """

    name: str
    type: str
    title: str
    description: str
    width: int
    constraints: dict[str, Any] = field(default_factory=dict)

    def as_field(self) -> dict[str, Any]:
        """The field of a Table Schema."""
        described = {"name": self.name, "type": self.type, "title": self.title, "description": self.description}
        return described | ({"constraints": self.constraints} if self.constraints else {})


_REQUIRED = {"required": True}
_SCOPES = {"required": True, "enum": ["national", "region", "departement", "plie"]}

WHICH = (
    OpenColumn("edition_id", "string", "Édition", "Édition de la consolidation, par exemple 2021.1.", 9, _REQUIRED),
    OpenColumn("indicator_id", "string", "Indicateur", "Identifiant de l’indicateur.", 32, _REQUIRED),
    OpenColumn("indicator_label_fr", "string", "Libellé", "Libellé de l’indicateur.", 56, _REQUIRED),
    OpenColumn(
        "section", "string", "Partie", "Partie du rapport annuel à laquelle l’indicateur appartient.", 8, _REQUIRED
    ),
    OpenColumn(
        "category", "string", "Modalité", "Code de la modalité ; TOTAL quand l’indicateur n’en a pas.", 24, _REQUIRED
    ),
    OpenColumn("category_label_fr", "string", "Libellé de la modalité", "Libellé de la modalité.", 40, _REQUIRED),
    OpenColumn("year", "integer", "Année", "Année à laquelle le chiffre se rapporte.", 7, _REQUIRED),
    OpenColumn(
        "scope", "string", "Étendue", "Étendue du chiffre : national, region, departement ou plie.", 12, _SCOPES
    ),
    OpenColumn(
        "scope_id",
        "string",
        "Code",
        "FR pour la France entière, code INSEE de la région, code du département ou identifiant du PLIE.",
        12,
        _REQUIRED,
    ),
    OpenColumn(
        "scope_name", "string", "Territoire", "Nom de la région ou du PLIE, code du département, ou France.", 36
    ),
    OpenColumn(
        "unit",
        "string",
        "Unité",
        "count : effectif ; percent : pourcentage ; ratio : rapport ; fte : équivalents temps plein.",
        9,
        {"required": True, "enum": ["count", "percent", "ratio", "fte"]},
    ),
)
"""Which figure of which edition and place a row is about."""

INDICATORS = (
    *WHICH,
    OpenColumn("numerator", "number", "Numérateur", "Ce que l’indicateur compte ; vide sous secret statistique.", 14),
    OpenColumn(
        "denominator",
        "number",
        "Dénominateur",
        "Ce à quoi le numérateur est rapporté ; vide pour un effectif et sous secret statistique.",
        14,
    ),
    OpenColumn(
        "value",
        "number",
        "Valeur",
        "L’effectif, le pourcentage ou le rapport, non arrondi ; vide sous secret statistique ou quand le dénominateur"
        " est nul.",
        14,
    ),
    OpenColumn(
        "n_missing",
        "integer",
        "Non renseignés",
        "Lignes du dénominateur dont l’information n’a pas été fournie ; vide quand cela n’a pas de sens et sous secret"
        " statistique.",
        15,
    ),
    OpenColumn("n_plie", "integer", "PLIE", "Nombre de PLIE dans la base du chiffre.", 7),
    OpenColumn(
        "suppressed", "boolean", "Secret", "Vrai quand le chiffre est couvert par le secret statistique.", 8, _REQUIRED
    ),
    OpenColumn("is_made_up", "boolean", "Fictif", "Vrai quand les données sont fictives.", 8, _REQUIRED),
)
"""`indicators.csv`, `.parquet` and `.xlsx`: one row per indicator, category, year and territory."""

INDICATORS_KEY = ("edition_id", "indicator_id", "category", "year", "scope", "scope_id")

RESTATEMENTS = (
    *WHICH,
    OpenColumn(
        "previous_edition_id", "string", "Édition précédente", "Édition à laquelle celle-ci est comparée.", 9, _REQUIRED
    ),
    *(
        OpenColumn(f"{when}_{what}", "number", f"{title} {words}", f"{title} dans {where}.", 14)
        for when, words, where in (
            ("old", "avant", "l’édition précédente"),
            ("new", "après", "cette édition"),
        )
        for what, title in (("numerator", "Numérateur"), ("denominator", "Dénominateur"), ("value", "Valeur"))
    ),
    OpenColumn("is_made_up", "boolean", "Fictif", "Vrai quand les données sont fictives.", 8, _REQUIRED),
)
"""`restatements.csv`: the figures that both editions show and that differ."""
