"""The rows that one PLIE sends: the nation's arrays cut to it, with its own identifiers, as the contract's columns."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import numpy as np
import polars as pl

from ingestion.sample.calendar import NO_DAY, year_of
from ingestion.sample.careers import Careers
from ingestion.sample.contracts import CONTRACTS, EMPLOYERS, SECTORS, Exits
from ingestion.sample.drawing import Ints
from ingestion.sample.outcomes import MOTIVES
from ingestion.sample.profiles import SEXES, Profiles
from ingestion.sample.senders import Sender
from ingestion.sample.situations import BENEFITS, PRESCRIBERS, TRI
from ingestion.sample.step_details import HOSTS, STEP_TYPES, StepDetails
from ingestion.sample.steps import Steps


@dataclass(frozen=True)
class Nation:
    """Everything that was made up, before it is cut into deliveries."""

    careers: Careers
    profiles: Profiles
    exits: Exits
    steps: Steps
    details: StepDetails


class Cutter:
    """Cuts the nation by PLIE: positions of its parcours by day of entry, and of its steps by first day."""

    def __init__(self, nation: Nation, programmes: int) -> None:
        self.nation = nation
        careers, steps = nation.careers, nation.steps
        self._parcours = np.lexsort((careers.entry, careers.programme))
        self._parcours_ends = np.cumsum(np.bincount(careers.programme, minlength=programmes))
        sender = careers.programme[steps.parcours]
        self._steps = np.lexsort((steps.start, sender))
        self._step_ends = np.cumsum(np.bincount(sender, minlength=programmes))

    def cut(self, number: int) -> tuple[Ints, Ints]:
        """Positions of the parcours and of the steps of one PLIE."""

        def part(order: Ints, ends: Ints) -> Ints:
            return order[int(ends[number - 1]) if number else 0 : int(ends[number])]

        return part(self._parcours, self._parcours_ends), part(self._steps, self._step_ends)


def _codes(codes: tuple[str, ...], positions: Ints) -> pl.Series:
    """Codes at these positions; null at -1."""
    return pl.Series([*codes, None], dtype=pl.String).gather(
        np.where(positions < 0, len(codes), positions).astype(np.uint32)
    )


def _numbers(values: Ints) -> pl.Series:
    """Whole numbers; null at -1."""
    series = pl.Series(values.astype(np.int32))
    return series.set(series < 0, None)


def _dates(days: Ints) -> pl.Series:
    """Dates; null at NO_DAY."""
    series = pl.Series(days.astype(np.int32))
    return series.set(series == int(NO_DAY), None).cast(pl.Date)


def _identifiers(form: tuple[str, int], given: int, size: int, years: Ints | None = None) -> pl.Series:
    """The next `size` numbers after those `given` before, as this PLIE writes them; bare numbers begin at 1 followed by
    zeros, like a counter set to that."""
    prefix, width = form
    numbers = np.arange(given + 1, given + size + 1)
    if not prefix:
        return pl.Series(numbers + 10 ** (width - 1)).cast(pl.String)
    text = pl.Series(numbers).cast(pl.String).str.zfill(width)
    begin = pl.lit(prefix) if years is None or prefix != "year" else pl.Series(years).cast(pl.String) + "-"
    return pl.select(pl.concat_str(begin, text)).to_series()


def _half_hours(values: Ints) -> pl.Series:
    """Hours with a decimal comma; null at -1."""
    whole = pl.Series(values.astype(np.int32))
    fraction = pl.Series([None, "", ",5"], dtype=pl.String)
    decimals = fraction.gather(np.where(values < 0, 0, values % 2 + 1).astype(np.uint32))
    return pl.select((whole // 2).cast(pl.String) + decimals).to_series()


def rows_of(
    nation: Nation, parcours: Ints, steps: Ints, sender: Sender, given: tuple[int, int] = (0, 0)
) -> dict[str, pl.DataFrame]:
    """The four resources of one PLIE, columns in the contract's order.

    `given` counts the parcours and the steps that it has sent before, whose numbers are taken.
    """
    careers, profiles, exits, details = nation.careers, nation.profiles, nation.exits, nation.details
    persons, local = np.unique(careers.person[parcours], return_inverse=True)
    pseudonyms = pl.Series([hmac.digest(sender.secret, b"%d" % person, "sha256").hex() for person in persons.tolist()])
    entry = careers.entry[parcours]
    parcours_ids = _identifiers(sender.parcours_id, given[0], len(parcours), year_of(entry))
    left = np.flatnonzero(careers.exit[parcours] != NO_DAY)
    gone = parcours[left]
    order = np.argsort(parcours, kind="stable")
    owner = order[np.searchsorted(parcours[order], nation.steps.parcours[steps])]
    answers = {name.lower(): _codes(TRI, profiles.situations.answers[name][parcours]) for name in BENEFITS}
    levels = profiles.level_at_entry[parcours]
    return {
        "participants": pl.DataFrame(
            {"participant_id": pseudonyms, "sexe": _codes(SEXES, profiles.sex[persons])},
        ),
        "parcours": pl.DataFrame(
            {
                "parcours_id": parcours_ids,
                "participant_id": pseudonyms.gather(local.astype(np.uint32)),
                "date_entree": _dates(entry),
                "age_entree": _numbers(profiles.age_at_entry[parcours]),
                "niveau_formation": _numbers(np.where(levels < 0, levels, levels + 1)),
                "duree_inscription_mois": _numbers(profiles.situations.months_registered[parcours]),
                **answers,
                "prescripteur": _codes(PRESCRIBERS, profiles.situations.prescriber[parcours]),
            }
        ),
        "etapes": pl.DataFrame(
            {
                "etape_id": _identifiers(sender.step_id, given[1], len(steps)),
                "parcours_id": parcours_ids.gather(owner.astype(np.uint32)),
                "type_etape": _codes(STEP_TYPES, details.type[steps]),
                "type_contrat": _codes(CONTRACTS, details.contract[steps]),
                "structure_accueil": _codes(HOSTS, details.host[steps]),
                "date_debut": _dates(nation.steps.start[steps]),
                "date_fin": _dates(nation.steps.end[steps]),
                "heures": _half_hours(details.half_hours[steps]),
                "cofinance_fse": _codes(TRI, details.paid_by_fund[steps]),
            }
        ),
        "sorties": pl.DataFrame(
            {
                "parcours_id": parcours_ids.gather(left.astype(np.uint32)),
                "date_sortie": _dates(careers.exit[gone]),
                "motif_sortie": _codes(MOTIVES, exits.motive[gone]),
                "type_contrat": _codes(CONTRACTS, exits.contract[gone]),
                "date_debut_contrat": _dates(exits.contract_start[gone]),
                "duree_contrat_mois": _numbers(exits.months[gone]),
                "categorie_employeur": _codes(EMPLOYERS, exits.employer[gone]),
                "secteur_naf": _codes(SECTORS, exits.sector[gone]),
            }
        ),
    }
