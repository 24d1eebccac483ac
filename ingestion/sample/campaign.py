"""Makes up the whole 2021 campaign and writes it into the landing place: everything in it is invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from ingestion.contract import known_contracts
from ingestion.sample.bad_rows import careless_senders, with_bad_rows
from ingestion.sample.calendar import CAMPAIGN_YEAR
from ingestion.sample.careers import write_careers
from ingestion.sample.contracts import draw_contracts
from ingestion.sample.deliveries import write_delivery
from ingestion.sample.drawing import stream
from ingestion.sample.flows import plan_flows
from ingestion.sample.outcomes import draw_motives, find_leavers
from ingestion.sample.profiles import draw_profiles
from ingestion.sample.programmes import Programmes, read_programmes
from ingestion.sample.rows import Cutter, Nation, rows_of
from ingestion.sample.senders import draw_senders, sending_more
from ingestion.sample.step_details import draw_step_details
from ingestion.sample.steps import draw_steps
from ingestion.sample.surveys import write_surveys
from ingestion.sample.targets import national_targets
from ingestion.settings import Settings

CONTRACT_VERSION = "1.0"
SMALLEST_SCALE, LARGEST_SCALE = 0.01, 200.0
"""Below, some PLIE would have no one; above, nothing was ever measured."""
LARGEST_PART = 17.0
"""Scale above which each PLIE sends its people in parts: the largest delivery would go beyond the limits of the
contract, and the nation beyond the memory of a small machine."""


@dataclass(frozen=True)
class CampaignSummary:
    """What was written: deliveries, rows of each resource (bad ones included), bad rows, bytes of all zips, surveys."""

    year: int
    scale: float
    seed: int
    files: tuple[Path, ...]
    rows: dict[str, int]
    bad_rows: int
    bytes: int
    surveys: tuple[Path, ...] = ()

    @property
    def deliveries(self) -> int:
        return len(self.files)


def make_nation(programmes: Programmes, scale: float, seed: int) -> Nation:
    """Every person, parcours, step and exit of the history, before it is cut into deliveries."""
    targets = national_targets()
    flows = plan_flows(programmes, targets, scale, stream(seed, "flows"))
    careers = write_careers(programmes, flows, targets, stream(seed, "careers"))
    profiles = draw_profiles(careers, programmes, targets, stream(seed, "profiles"))
    outcomes = stream(seed, "outcomes")
    leavers = find_leavers(careers, programmes, profiles, outcomes)
    motives = draw_motives(len(careers), leavers, targets, outcomes)
    exits = draw_contracts(careers, motives, leavers, targets, stream(seed, "contracts"))
    steps = draw_steps(careers, programmes, targets, scale, stream(seed, "steps"))
    details = draw_step_details(steps, careers, programmes, targets, stream(seed, "details"))
    return Nation(careers, profiles, exits, steps, details)


def write_campaign(
    settings: Settings,
    year: int = CAMPAIGN_YEAR,
    scale: float = 1.0,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> CampaignSummary:
    """Writes one made-up delivery per participating PLIE into `settings.landing`, and the workbooks of the survey.

    `scale` multiplies people (1 = the national size), not surveys; the same seed and scale give the same bytes. Beyond
    LARGEST_PART a full delivery is followed by deltas of other people. `on_progress` is told the deliveries written and
    their number. Raises ValueError for a year that is not calibrated and for a scale outside SMALLEST_SCALE to
    LARGEST_SCALE.
    """
    if year != CAMPAIGN_YEAR:
        raise ValueError(f"Only the campaign of {CAMPAIGN_YEAR} is calibrated on published figures, not {year}.")
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise ValueError(f"The scale must be from {SMALLEST_SCALE} to {LARGEST_SCALE}, not {scale}.")
    contract = known_contracts()[CONTRACT_VERSION]
    programmes = read_programmes(stream(seed, "programmes"), national_targets())
    chance = stream(seed, "bad")
    careless = careless_senders(programmes, chance)
    senders = draw_senders(programmes, seed, stream(seed, "senders"))
    files: list[Path] = []
    counts: Counter[str] = Counter()
    given = {sender.plie_id: (0, 0) for sender in senders}
    bad_rows = 0
    parts = ceil(scale / LARGEST_PART)
    for part in range(parts):
        nation = make_nation(programmes, scale / parts, seed * parts + part)
        cutter = Cutter(nation, len(programmes))
        for number, sender in enumerate(senders):
            sending = sending_more(sender, part) if part else sender
            parcours, steps = cutter.cut(number)
            sent = given[sender.plie_id]
            rows = rows_of(nation, parcours, steps, sending, sent)
            given[sender.plie_id] = (sent[0] + len(parcours), sent[1] + len(steps))
            if number in careless:
                rows, bad = with_bad_rows(rows, careless.index(number), chance)
                bad_rows += bad
            files.append(write_delivery(rows, sending, contract, settings.landing))
            counts.update({name: len(frame) for name, frame in rows.items()})
            if on_progress is not None:
                on_progress(len(files), len(senders) * parts)
    size = sum(path.stat().st_size for path in files)
    surveys = write_surveys(programmes, seed, settings.landing)
    return CampaignSummary(year, scale, seed, tuple(files), dict(counts), bad_rows, size, tuple(surveys))
