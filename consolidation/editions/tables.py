"""The tables of the schemas `consolidation` and `published`, column by column, with the French comment of each.

Everything here is written once and never changed: an edition only adds rows. `consolidation.waivers`, which people
write to all year long, belongs to `quality.waivers`; an edition keeps its own copy of those that it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Counted = Literal["digest", "seal", "key"]
"""How a column counts: in the digest of the edition (and its seal), in the seal alone since another machine or another
day gives other values, or not at all since every row of the edition has the same."""


@dataclass(frozen=True)
class Column:
    """One column: DuckDB type, French comment, and whether the digest of an edition covers it."""

    name: str
    type: str
    comment: str
    counted: Counted = "digest"


@dataclass(frozen=True)
class Table:
    """One table whose rows belong to editions; `part` is what its rows are called in seals and digests."""

    part: str
    name: str
    comment: str
    columns: tuple[Column, ...]
    in_digest: bool = True

    @property
    def digest_columns(self) -> tuple[str, ...]:
        """What the digest of an edition says of a row, in this order; empty where the digest does not cover it."""
        return tuple(column.name for column in self.columns if column.counted == "digest") if self.in_digest else ()

    @property
    def sealed_columns(self) -> tuple[str, ...]:
        """What the seal says of a row, in this order."""
        return tuple(column.name for column in self.columns if column.counted != "key")


_EDITION = Column("edition_id", "varchar not null", "Édition, par exemple 2021.1.", "key")
_PLIE = Column("plie_id", "varchar not null", "Identifiant du PLIE dans le répertoire.")

_PLACE = (
    Column("name", "varchar", "Nom du PLIE."),
    Column("town", "varchar", "Commune du siège."),
    Column("department_code", "varchar", "Code du département ; vide quand le répertoire n’en donne pas."),
    Column("region_code", "varchar", "Code INSEE de la région ; vide quand le répertoire n’en donne pas."),
    Column("region", "varchar", "Nom de la région."),
)

FIGURES = (
    Column("indicator_id", "varchar not null", "Identifiant de l’indicateur dans le catalogue."),
    Column("year", "integer not null", "Année à laquelle le chiffre se rapporte."),
    Column("perimeter", "varchar not null", "Périmètre : toujours complete, les PLIE dont l’année est complète."),
    Column("scope", "varchar not null", "Étendue : national, region, departement ou plie."),
    Column("scope_id", "varchar not null", "FR, code INSEE de la région, code du département ou identifiant du PLIE."),
    Column("category", "varchar not null", "Modalité ; TOTAL quand l’indicateur n’en a pas."),
    Column("numerator", "double", "Ce que l’indicateur compte."),
    Column("denominator", "double", "Ce à quoi le numérateur est rapporté ; vide pour un effectif."),
    Column(
        "value", "double", "L’effectif, ou le pourcentage, ou le rapport, non arrondi ; vide si le dénominateur est 0."
    ),
    Column("n_missing", "bigint", "Lignes du dénominateur dont l’information n’est pas fournie ou est refusée."),
    Column("n_plie", "bigint", "Nombre de PLIE dans la base du chiffre."),
)
"""The columns of `marts.indicators`, which frozen and published figures have too."""

EDITIONS = Table(
    "edition",
    "consolidation.editions",
    "Une ligne par édition : une consolidation annuelle figée, avec son empreinte.",
    (
        Column("edition_id", "varchar primary key", "Année et numéro, par exemple 2021.1."),
        Column("year", "integer not null", "Année de la consolidation."),
        Column("number", "integer not null", "Numéro de l’édition dans l’année, à partir de 1."),
        Column("frozen_at", "timestamp not null", "Moment où l’édition a été figée, en temps universel.", "seal"),
        Column("frozen_by", "varchar not null", "Personne ou compte qui l’a figée.", "seal"),
        Column("reason", "varchar", "Motif de la correction ; vide pour la première édition d’une année."),
        Column("previous_edition_id", "varchar", "Édition à laquelle celle-ci est comparée, s’il y en a une.", "seal"),
        Column("code_version", "varchar not null", "Empreinte SHA-256 du code qui produit les chiffres."),
        Column("code_commit", "varchar", "Révision git du code, quand elle est connue.", "seal"),
        Column("catalogue_version", "varchar not null", "Empreinte SHA-256 du catalogue des indicateurs."),
        Column("n_plie", "bigint not null", "Nombre de PLIE participants."),
        Column("digest", "varchar not null", "Empreinte SHA-256 de tout le contenu de l’édition.", "seal"),
        Column("is_made_up", "boolean not null", "Vrai quand les données sont fictives."),
    ),
)

PLIE = Table(
    "plie",
    "consolidation.edition_plie",
    "Une ligne par édition et PLIE participant : sa période couverte contient toute l’année.",
    (
        _EDITION,
        _PLIE,
        Column("coverage_from", "date not null", "Premier jour de la période couverte."),
        Column("coverage_to", "date not null", "Dernier jour de la période couverte."),
        *_PLACE,
    ),
)

REGISTER = Table(
    "register",
    "consolidation.edition_register",
    "Le répertoire des PLIE tel qu’il était au moment de l’édition, participants ou non.",
    (
        _EDITION,
        _PLIE,
        *_PLACE,
        Column("opened_on", "date", "Date d’ouverture, quand elle est connue."),
        Column("closed_on", "date", "Date de fermeture ; vide quand le PLIE est ouvert."),
    ),
)

DELIVERIES = Table(
    "deliveries",
    "consolidation.edition_deliveries",
    "Les livraisons sur lesquelles repose l’édition : dernière livraison complète de chaque PLIE, livraisons"
    " différentielles qui l’ont suivie, classeurs de l’enquête.",
    (
        _EDITION,
        _PLIE,
        Column("delivery_id", "varchar not null", "Clé de la livraison dans le registre des livraisons.", "seal"),
        Column("file_name", "varchar not null", "Nom du fichier tel qu’il est arrivé."),
        Column(
            "sha256",
            "varchar not null",
            "Empreinte du fichier conservé en archive ; pour un classeur, celle de la copie qui ne garde que les"
            " réponses acceptées.",
        ),
        Column("mode", "varchar not null", "full (complète), delta (différentielle) ou survey (enquête)."),
        Column("kept_as", "varchar not null", "Nom du fichier dans l’archive du PLIE.", "seal"),
    ),
)

CATALOGUE = Table(
    "catalogue",
    "consolidation.edition_catalogue",
    "Le catalogue des indicateurs tel qu’il était au moment de l’édition, une ligne par indicateur et modalité.",
    (
        _EDITION,
        Column("indicator_id", "varchar not null", "Identifiant de l’indicateur."),
        Column("category", "varchar not null", "Modalité ; TOTAL quand l’indicateur n’en a pas."),
        Column("position", "integer not null", "Rang de la modalité."),
        Column("section", "varchar not null", "Partie du rapport."),
        Column("label_fr", "varchar not null", "Libellé de l’indicateur."),
        Column("category_label_fr", "varchar not null", "Libellé de la modalité."),
        Column("unit", "varchar not null", "count (effectif), percent, ratio ou fte (équivalent temps plein)."),
        Column("decimals", "integer not null", "Nombre de décimales affichées."),
        Column("numerator", "varchar not null", "Définition du numérateur, en anglais."),
        Column("denominator", "varchar", "Définition du dénominateur, en anglais ; vide pour un effectif."),
        Column("base", "varchar not null", "Qui est compté : transfers, register ou survey:<partie>."),
    ),
)

MODELS = Table(
    "models",
    "consolidation.edition_models",
    "Le SQL des modèles dont sortent les chiffres, tel qu’il était au moment de l’édition.",
    (
        _EDITION,
        Column("model", "varchar not null", "Nom du modèle dbt."),
        Column("path", "varchar not null", "Fichier du modèle dans le projet."),
        Column("sql", "varchar not null", "Texte du modèle."),
    ),
)

INDICATORS = Table(
    "indicators",
    "consolidation.indicators",
    "Les chiffres figés d’une édition, avant secret statistique : ceux de son année et des années antérieures.",
    (_EDITION, *FIGURES),
)

CHECKS = Table(
    "checks",
    "consolidation.checks",
    "Les résultats des contrôles au moment de l’édition.",
    (
        _EDITION,
        Column("check_id", "varchar not null", "Contrôle du catalogue."),
        Column("suite", "varchar not null", "Groupe de contrôles."),
        Column("severity", "varchar not null", "blocking (bloquant) ou warning (avertissement)."),
        Column("status", "varchar not null", "pass, fail, error ou not_applicable."),
        Column("plie_id", "varchar", "PLIE concerné ; vide pour la France entière."),
        Column("observed", "double", "Valeur observée, à dix chiffres significatifs."),
        Column("expected", "varchar", "Ce qui était attendu."),
        Column("message_fr", "varchar", "Le constat en une phrase."),
        Column("reason_waived", "varchar", "Réponse donnée à l’avertissement, s’il y en a une."),
    ),
)

WAIVERS = Table(
    "waivers",
    "consolidation.edition_waivers",
    "Les réponses aux avertissements sur lesquelles repose l’édition.",
    (
        _EDITION,
        Column("check_id", "varchar not null", "Contrôle auquel il est répondu."),
        Column("plie_id", "varchar", "PLIE concerné ; vide pour la France entière."),
        Column("reason", "varchar not null", "Motif de la réponse."),
        Column("waived_by", "varchar", "Personne ou compte qui a répondu.", "seal"),
        Column("waived_at", "timestamp", "Moment de la réponse, en temps universel.", "seal"),
    ),
)

ACTION_SHEETS = Table(
    "action_sheets",
    "consolidation.edition_action_sheets",
    "Les fiches action de l’année de l’édition.",
    (
        _EDITION,
        _PLIE,
        Column("position", "integer not null", "Rang de la fiche parmi celles du PLIE."),
        Column("theme", "varchar not null", "Code du thème."),
        Column("theme_label_fr", "varchar", "Libellé du thème."),
        Column("report_section", "varchar", "Partie du rapport à laquelle le thème appartient."),
        Column("title", "varchar", "Titre."),
        Column("stakes", "varchar", "Enjeux."),
        Column("description", "varchar", "Description."),
        Column("results", "varchar", "Résultats."),
        Column("partners", "varchar", "Partenaires."),
        Column("n_participants", "bigint", "Nombre de participants."),
    ),
)

RESTATEMENTS = Table(
    "restatements",
    "consolidation.restatements",
    "Ce qu’une édition change aux chiffres de la précédente, chiffre par chiffre.",
    (
        _EDITION,
        Column("previous_edition_id", "varchar not null", "Édition à laquelle celle-ci est comparée."),
        Column("indicator_id", "varchar not null", "Identifiant de l’indicateur."),
        Column("year", "integer not null", "Année à laquelle le chiffre se rapporte."),
        Column("scope", "varchar not null", "Étendue : national, region, departement ou plie."),
        Column("scope_id", "varchar not null", "Code de l’étendue."),
        Column("category", "varchar not null", "Modalité."),
        Column("old_numerator", "double", "Numérateur de l’édition précédente."),
        Column("old_denominator", "double", "Dénominateur de l’édition précédente."),
        Column("old_value", "double", "Valeur de l’édition précédente."),
        Column("new_numerator", "double", "Numérateur de cette édition."),
        Column("new_denominator", "double", "Dénominateur de cette édition."),
        Column("new_value", "double", "Valeur de cette édition."),
        Column("plie_ids", "varchar[] not null", "PLIE dont les chiffres ont changé, ou qui sont entrés ou sortis."),
        Column("delivery_ids", "varchar[] not null", "Leurs livraisons qui sont dans une seule des deux éditions."),
    ),
    in_digest=False,
)

PUBLISHED = Table(
    "published",
    "published.indicators",
    "Les chiffres publiables d’une édition, après secret statistique.",
    (
        _EDITION,
        *FIGURES,
        Column("suppressed", "boolean not null", "Vrai quand le chiffre est couvert par le secret statistique."),
    ),
    in_digest=False,
)

SEALS = Table(
    "seals",
    "consolidation.seals",
    "Une empreinte par édition et table : une ligne figée qui serait modifiée se verrait.",
    (
        _EDITION,
        Column("part", "varchar not null", "Table, ou ligne de l’édition elle-même."),
        Column("n_rows", "bigint not null", "Nombre de lignes."),
        Column("digest", "varchar not null", "Empreinte SHA-256 de ces lignes, toutes colonnes comprises."),
    ),
    in_digest=False,
)

CONTENT = (PLIE, REGISTER, DELIVERIES, CATALOGUE, MODELS, INDICATORS, CHECKS, WAIVERS, ACTION_SHEETS)
"""What an edition is made of, in the order of its digest."""

SEALED = (EDITIONS, *CONTENT, RESTATEMENTS, PUBLISHED)
"""What never changes once an edition is frozen."""

TABLES = (*SEALED, SEALS)
