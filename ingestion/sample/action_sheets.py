"""Makes up the fiches actions: invented actions over all themes, told in passages written for this purpose.

Each says in its own text that it is invented; no place, firm or person in it exists.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingestion.survey.form import survey_form
from ingestion.survey.writing import Line

ACTIONS = Path(__file__).resolve().with_name("action_sheets.csv")
PASSAGES = Path(__file__).resolve().with_name("action_sheet_passages.csv")
INVENTED = "Fiche fictive, écrite pour essayer l'entrepôt : aucun lieu, aucune structure et aucune personne n'existe."
_PASSAGES_OF = {"enjeux": 1, "description": 3, "resultats": 3, "partenaires": 1}


@dataclass(frozen=True)
class PlacedFiche:
    """One fiche, and the place of its PLIE among those that answer."""

    plie: int
    line: Line


def make_fiches(n_plie: int, rng: np.random.Generator) -> list[PlacedFiche]:
    """One fiche for each invented action, shared out among the PLIE; their order is that of the table."""
    with ACTIONS.open(encoding="utf-8", newline="") as file:
        actions = list(csv.DictReader(file))
    passages: defaultdict[str, list[str]] = defaultdict(list)
    with PASSAGES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            passages[row["part"]].append(row["passage"])
    places = rng.permutation(np.arange(len(actions)) % n_plie)
    return [
        PlacedFiche(int(place), _fiche(action, passages, rng)) for action, place in zip(actions, places, strict=True)
    ]


def _fiche(action: dict[str, str], passages: dict[str, list[str]], rng: np.random.Generator) -> Line:
    groups, size = int(rng.integers(2, 6)), int(rng.integers(6, 14))
    people = groups * size
    stayed = round(people * rng.uniform(0.65, 0.95))
    numbers = {
        "groups": groups,
        "size": size,
        "months": int(rng.integers(4, 13)),
        "meetings": int(rng.integers(3, 8)),
        "people": people,
        "stayed": stayed,
        "jobs": round(stayed * rng.uniform(0.2, 0.6)),
    }
    told = {
        part: " ".join(passages[part][place].format(**numbers) for place in _some(len(passages[part]), count, rng))
        for part, count in _PASSAGES_OF.items()
    }
    form = survey_form().fiches
    (participants,) = form.figures
    return {
        form.key.name: form.key.codes[action["theme"]],
        "titre": action["titre"],
        "enjeux": f"{action['enjeux']} {told['enjeux']}",
        "description": f"{INVENTED} {action['description']} {told['description']}",
        "resultats": told["resultats"],
        "partenaires": told["partenaires"],
        participants.name: people,
    }


def _some(size: int, count: int, rng: np.random.Generator) -> list[int]:
    """Places of `count` different passages, in their own order."""
    return sorted(rng.permutation(size)[:count].tolist())
