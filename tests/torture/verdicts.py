"""What must be true after any load, whatever landed: told from the contract, without asking the code under test."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from ingestion.loading.intake import Outcome
from ingestion.settings import Settings
from tests.torture import acknowledgements, personal
from tests.torture.mutants import Mutant

ROOMS = ("archive", "quarantine", "outbox")
NEVER_KEPT = {"T01", "T02", "P01", "P02", "P03", "P04", "P05", "P06"}

WRONG_ROWS = """
select 'a key twice in participants' from raw.participants group by plie_id, participant_id having count(*) > 1
union all select 'a key twice in parcours' from raw.parcours group by plie_id, parcours_id having count(*) > 1
union all select 'a key twice in etapes' from raw.etapes group by plie_id, etape_id having count(*) > 1
union all select 'a key twice in sorties' from raw.sorties group by plie_id, parcours_id having count(*) > 1
union all select 'a parcours of nobody' from raw.parcours anti join raw.participants using (plie_id, participant_id)
union all select 'a step of no parcours' from raw.etapes anti join raw.parcours using (plie_id, parcours_id)
union all select 'an exit of no parcours' from raw.sorties anti join raw.parcours using (plie_id, parcours_id)
union all select 'a step of an unknown delivery' from raw.etapes anti join raw.deliveries using (delivery_id)
union all select 'a parcours that was not accepted' from raw.parcours join raw.deliveries using (delivery_id)
    where not starts_with(status, 'accepted')
union all select 'a finding of an unknown delivery' from raw.findings anti join raw.deliveries using (delivery_id)
union all select 'an exit before its entry' from raw.sorties join raw.parcours using (plie_id, parcours_id)
    where date_sortie < date_entree
union all select 'an impossible age' from raw.parcours where age_entree not between 15 and 80
union all select 'an impossible level' from raw.parcours where niveau_formation not between 1 and 8
union all select 'impossible hours' from raw.etapes where not (heures >= 0 and isfinite(heures))
union all select 'a day that is none' from raw.etapes where not isfinite(date_debut) or not isfinite(date_fin)
union all select 'a step that ends first' from raw.etapes where date_fin < date_debut
"""


class Entry(NamedTuple):
    """What the ledger says of one delivery."""

    delivery_id: str
    plie_id: str
    file_name: str
    sha256: str
    status: str
    kept_in: str | None
    kept_as: str | None
    acknowledged_as: str
    filed: bool


class Verdicts:
    """Looks at a data root after each load, and remembers what it has looked at."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: set[str] = set()
        self._landed: Counter[str] = Counter()
        self._passed_over: set[bytes] = set()
        self.statuses: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()

    def after_load(self, landed: Sequence[Mutant], outcomes: Sequence[Outcome]) -> list[str]:
        """What is not as it must be after these mutants were landed and loaded; empty when all is well."""
        deliveries = [mutant for mutant in landed if mutant.is_delivery]
        self._landed.update(hashlib.sha256(mutant.content).hexdigest() for mutant in deliveries)
        self._passed_over |= {mutant.folder + b"/" + mutant.name for mutant in landed if not mutant.is_delivery}
        self.statuses.update(outcome.status for outcome in outcomes)
        wrong = [] if len(outcomes) == len(deliveries) else [f"{len(deliveries)} landed, {len(outcomes)} outcomes"]
        for outcome in outcomes:
            if outcome.status not in acknowledgements.STATUSES or outcome.message.startswith("not filed"):
                wrong.append(f"{outcome.plie_id}/{outcome.file_name}: {outcome.status}, {outcome.message}")
                self._withdraw(deliveries, outcome)
        return [*wrong, *self._wrong_in_landing(), *self._wrong_in_warehouse()]

    def _withdraw(self, deliveries: Sequence[Mutant], outcome: Outcome) -> None:
        """Takes a delivery that ended in an error away, so that it is told once and not again in every later batch."""
        for mutant in deliveries:
            path = Path(os.fsdecode(os.fsencode(self._settings.landing) + b"/" + mutant.folder + b"/" + mutant.name))
            if path.parent.name == outcome.plie_id and path.name == outcome.file_name and path.exists():
                path.unlink()
                self._landed[hashlib.sha256(mutant.content).hexdigest()] -= 1
                self._landed += Counter()

    def at_the_end(self) -> list[str]:
        """What is not as it must be once all is loaded: personal data that stands anywhere."""
        return [f"personal data in {path}" for path in personal.strays(self._settings.data)]

    def _wrong_in_landing(self) -> Iterator[str]:
        landing = self._settings.landing
        waiting = {os.fsencode(path.relative_to(landing)) for path in landing.rglob("*") if path.is_file()}
        if waiting != self._passed_over:
            yield f"in landing, but not to be: {sorted(waiting ^ self._passed_over)[:5]}"

    def _wrong_in_warehouse(self) -> Iterator[str]:
        with duckdb.connect(str(self._settings.warehouse), read_only=True) as connection:
            columns = ", ".join(Entry._fields)
            entries = [Entry(*row) for row in connection.execute(f"select {columns} from raw.deliveries").fetchall()]
            findings = connection.execute("select distinct delivery_id, rule from raw.findings").fetchall()
            yield from (f"in raw: {what}" for (what,) in connection.execute(WRONG_ROWS).fetchall())
        if Counter(entry.sha256 for entry in entries) != self._landed:
            yield f"the ledger has {len(entries)} rows, which are not the {self._landed.total()} deliveries that landed"
        fresh = [entry for entry in entries if entry.delivery_id not in self._seen]
        self._seen |= {entry.delivery_id for entry in fresh}
        self.rules.update(rule for delivery_id, rule in findings if delivery_id in {entry[0] for entry in fresh})
        for entry in fresh:
            broken = {rule for delivery_id, rule in findings if delivery_id == entry.delivery_id}
            yield from (f"{entry.plie_id}/{entry.file_name}: {wrong}" for wrong in self._wrong_entry(entry, broken))
        yield from self._wrong_files(entries)

    def _wrong_entry(self, entry: Entry, broken: set[str]) -> Iterator[str]:
        if not entry.filed:
            yield "not filed"
        try:
            content = (self._settings.outbox / entry.plie_id / entry.acknowledged_as).read_bytes()
        except OSError as error:
            yield f"no acknowledgement: {error}"
            return
        yield from acknowledgements.faults(content)
        page = (self._settings.outbox / entry.plie_id / entry.acknowledged_as).with_suffix(".html")
        if not page.exists() or not page.read_text(encoding="utf-8").rstrip().endswith("</html>"):
            yield "no page for people"
        said: dict[str, Any] = json.loads(content)
        for member, value in (
            ("delivery", entry.file_name), ("sha256", entry.sha256), ("plie_id", entry.plie_id), ("status",
            entry.status),
        ):  # fmt: skip
            if said[member] != value:
                yield f"acknowledged with {member} {said[member]!r} instead of {value!r}"
        may_be_kept = entry.status != "duplicate" and not broken & NEVER_KEPT
        room = {"refused": "quarantine"}.get(entry.status, "archive") if may_be_kept else None
        # What is refused and holds something that cannot be searched, such as a picture, is not kept either.
        if entry.kept_in != room and not (entry.status == "refused" and entry.kept_in is None):
            yield f"{entry.status} for {sorted(broken)}, kept in {entry.kept_in}"
        if entry.kept_in is not None and entry.kept_as is not None:
            kept = self._settings.data / entry.kept_in / entry.plie_id / entry.kept_as
            if not kept.exists() or hashlib.sha256(kept.read_bytes()).hexdigest() != entry.sha256:
                yield f"not kept as it came in {kept}"

    def _wrong_files(self, entries: Sequence[Entry]) -> Iterator[str]:
        data = self._settings.data
        expected = {Path("outbox", entry.plie_id, entry.acknowledged_as) for entry in entries}
        expected |= {path.with_suffix(".html") for path in expected}
        expected |= {Path(entry.kept_in, entry.plie_id, entry.kept_as or "") for entry in entries if entry.kept_in}
        present = {path.relative_to(data) for room in ROOMS for path in (data / room).rglob("*") if path.is_file()}
        if present != expected:
            yield f"files that are half done, lost or nobody's: {sorted(map(str, present ^ expected))[:5]}"
        known = {"landing", "warehouse.duckdb", "warehouse.lock", "pseudonym.key", "tmp", *ROOMS}
        if unknown := {path.name for path in data.iterdir()} - known:
            yield f"unknown in the data root: {sorted(unknown)}"
