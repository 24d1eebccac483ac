"""The French words and typography in which a sender learns what became of a delivery, on paper, screen or terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NARROW = "\u202f"
"""Narrow no-break space: before : ; ? ! % and between thousands."""

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True)
class StatusWords:
    """One status: its title, what it means, what happens next; `tone` names the look (good, partial, bad, waiting)."""

    title: str
    meaning: str
    next_step: str
    tone: str


STATUSES = {
    "accepted": StatusWords(
        "Livraison acceptée",
        "Toutes les lignes sont chargées dans l'entrepôt national.",
        "Vous n'avez rien à faire.",
        "good",
    ),
    "accepted_with_rejects": StatusWords(
        "Livraison acceptée, sauf certaines lignes",
        "Les lignes sans erreur sont chargées. Les lignes rejetées ne le sont pas : elles manqueront dans les chiffres"
        " tant qu'elles ne seront pas corrigées.",
        "Corrigez-les dans votre logiciel : elles entreront avec votre prochaine livraison.",
        "partial",
    ),
    "refused": StatusWords(
        "Livraison refusée",
        "Rien n'a été chargé. Les données que l'entrepôt avait déjà de votre PLIE restent telles quelles.",
        "Corrigez les points bloquants ci-dessous, puis refaites un export et envoyez-le.",
        "bad",
    ),
    "held": StatusWords(
        "Livraison en attente de confirmation",
        "Rien n'est chargé pour le moment. Les données que l'entrepôt avait déjà de votre PLIE restent telles quelles.",
        "Si le point ci-dessous est voulu, donnez-en la raison à l'équipe de l'entrepôt national, qui confirmera la"
        " livraison. Si c'est une erreur, refaites un export complet et envoyez-le.",
        "waiting",
    ),
    "duplicate": StatusWords(
        "Livraison déjà reçue",
        "Ce fichier est exactement le même qu'une livraison déjà reçue. Rien n'a été refait : le premier accusé de"
        " réception reste valable.",
        "Vous n'avez rien à faire. Si vous vouliez envoyer une correction, refaites un export : il portera une nouvelle"
        " date de création.",
        "waiting",
    ),
    "stale": StatusWords(
        "Livraison plus ancienne que les données déjà chargées",
        "Elle est gardée en archive mais n'est pas chargée : l'entrepôt a déjà une livraison de votre PLIE au moins"
        " aussi récente.",
        "Si un ancien fichier est parti par erreur, vous n'avez rien à faire. Si c'était une correction, refaites un"
        " export maintenant et envoyez-le.",
        "waiting",
    ),
}
"""Every status of the contract (§4)."""

CHECKED_STATUSES = {
    "accepted": StatusWords(
        "Ce fichier serait accepté", "Toutes les lignes seraient chargées.", "Vous pouvez l'envoyer.", "good"
    ),
    "accepted_with_rejects": StatusWords(
        "Ce fichier serait accepté, sauf certaines lignes",
        "Les lignes sans erreur seraient chargées, les autres laissées de côté.",
        "Corrigez d'abord ces lignes dans votre logiciel si vous le pouvez. Vous pouvez aussi envoyer le fichier"
        " tel quel.",
        "partial",
    ),
    "refused": StatusWords(
        "Ce fichier serait refusé",
        "Rien ne serait chargé.",
        "Corrigez les points bloquants ci-dessous, puis refaites un export et contrôlez-le à nouveau.",
        "bad",
    ),
}
"""The statuses that a check before sending can give; the others need to know what the warehouse holds."""

PRIVACY = (
    "Elle contenait des données qui ne doivent pas quitter votre PLIE. Le fichier reçu a été détruit, et la valeur"
    " trouvée n'est écrite nulle part."
)
UNKNOWN_TO_A_CHECK = (
    "Ce contrôle se fait sans l'entrepôt : il ne peut pas dire si ce fichier a déjà été reçu, s'il est plus ancien que"
    " les données chargées, s'il contient beaucoup moins de parcours qu'avant, ni si ce que désigne une livraison"
    " partielle est déjà chargé."
)
NOTHING_KEPT = "Rien n'a été envoyé, chargé ni conservé : votre fichier est intact."


@dataclass(frozen=True)
class SeverityWords:
    """One severity: heading and explanation of its findings, label and consequence of a single one, its look."""

    heading: str
    explanation: str
    label: str
    consequence: str
    tone: str


SEVERITIES = {
    "refuse": SeverityWords(
        "Points bloquants",
        "Chacun de ces points fait refuser toute la livraison.",
        "Bloquant",
        "toute la livraison est refusée",
        "bad",
    ),
    "hold": SeverityWords(
        "Point à confirmer",
        "La livraison attend une confirmation.",
        "À confirmer",
        "la livraison attend une confirmation",
        "waiting",
    ),
    "reject": SeverityWords(
        "Lignes rejetées",
        "Ces lignes ont une erreur et sont laissées de côté.",
        "Ligne rejetée",
        "la ligne est laissée de côté, les autres sont chargées",
        "partial",
    ),
    "warn": SeverityWords(
        "Points à vérifier",
        "Ces lignes ne sont pas écartées, mais quelque chose y est surprenant.",
        "À vérifier",
        "la ligne est chargée, mais quelque chose y est surprenant",
        "waiting",
    ),
}
"""Every severity of the catalogue, gravest first."""

FILES = {
    "participants": "Participants",
    "parcours": "Parcours",
    "etapes": "Étapes",
    "sorties": "Sorties",
    "suppressions": "Suppressions",
}
"""How a person calls a resource; a resource that is not here goes by its own name."""

COUNTS = {
    "received": "Reçues",
    "loaded": "Chargées",
    "rejected": "Rejetées",
    "warned": "À vérifier",
    "added": "Ajoutées",
    "changed": "Modifiées",
    "removed": "Retirées",
}
"""Headings of the counts of a resource (contract §4)."""

CHECKED_COUNTS = {"received": "Lues", "loaded": "À charger", "rejected": "À rejeter", "warned": "À vérifier"}
"""The same before sending; what is added, changed or removed is not known then."""


def typeset(text: str) -> str:
    """French typography for a text typed plainly: apostrophes, narrow no-break spaces, thousands kept together."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r" (?=[:;?!%»])", NARROW, text)
    text = text.replace("« ", f"«{NARROW}")
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", NARROW, text)
    return re.sub(r"(?<=\d) (?=(?:Kio|Mio|Gio|ans|mois|heures|lignes)\b)", "\u00a0", text)


def number(value: int) -> str:
    """A whole number with narrow no-break spaces between thousands."""
    return f"{value:,}".replace(",", NARROW)


def day(value: date) -> str:
    """A day in words: « 1er janvier 2022 »."""
    return f"{'1er' if value.day == 1 else value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: str) -> str:
    """A UTC time of the contract in words, at the hour of Paris: « samedi 1er janvier 2022 à 3 h 00 (heure de Paris) ».

    Raises:
        ValueError: `value` is no ISO 8601 time.
    """
    time = datetime.fromisoformat(value)
    local = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(PARIS)
    hour = f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
    return f"{_DAYS[local.weekday()]} {day(local)} à {hour} (heure de Paris)"


def lines_in_words(count: int, lines: Sequence[int]) -> str:
    """Where a finding stands: « ligne 17 », « 3 lignes : 17, 52, 88 », « 133 lignes, dont les 20 premières : … »."""
    listed = ", ".join(number(line) for line in lines)
    if not lines:
        return f"{number(count)} fois" if count > 1 else ""
    if count == len(lines) == 1:
        return f"ligne {listed}"
    if count <= len(lines):
        return f"{number(count)} lignes{NARROW}: {listed}"
    first = "la première" if len(lines) == 1 else f"les {len(lines)} premières"
    return f"{number(count)} lignes, dont {first}{NARROW}: {listed}"
