"""Draws mutated deliveries: the same seed and number give the same bytes under the same name."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from ingestion.contract import known_contracts, registered_plie_ids
from tests.deliveries import Delivery, a_delivery, etape, parcours, participant, sortie, suppression
from tests.torture import csv_text, descriptor_json, havoc, landing_names, zip_container
from tests.torture.csv_text import Table
from tests.torture.raw_zip import RawEntry, RawZip

NOW = datetime(2024, 1, 1, 2, 0, 0, tzinfo=UTC)
"""The clock under which mutants are loaded; no sound one is dated after it."""
FIRST = datetime(2021, 12, 31, 22, 0, 0, tzinfo=UTC)
PEOPLE = 8


@dataclass(frozen=True)
class Mutant:
    """One mutated delivery; `made_by` names what was done to it, for the report."""

    number: int
    folder: bytes
    name: bytes
    content: bytes
    made_by: tuple[str, ...]

    @property
    def is_delivery(self) -> bool:
        return landing_names.is_delivery(self.folder, self.name)


@dataclass
class _Draft:
    """A delivery on its way: what each layer may still spoil."""

    rng: random.Random
    delivery: Delivery
    tables: dict[str, Table]
    made_by: list[str] = field(default_factory=list)


@cache
def plie_ids() -> tuple[str, ...]:
    """Every PLIE of the register, in the order in which mutants take turns."""
    return tuple(sorted(registered_plie_ids()))


def turn(number: int) -> str:
    """The PLIE that sends the mutant `number`."""
    return plie_ids()[number % len(plie_ids())]


def sound(number: int) -> Mutant:
    """What the PLIE of the mutant `number` sent before everything else: sound, so that deltas have what to apply to."""
    delivery = a_delivery(turn(number), people=PEOPLE, created=FIRST - timedelta(days=1))
    delivery.coverage = ("2016-01-01", "2021-12-30")
    return Mutant(number, delivery.plie_id.encode(), delivery.file_name.encode(), delivery.zipped(), ("sound",))


def mutant(seed: int, number: int) -> Mutant:
    """The mutant `number` of a run."""
    rng = random.Random(f"plie {seed} {number}")
    if rng.random() < 0.02 and number >= len(plie_ids()):
        earlier = mutant(seed, number - len(plie_ids()))
        name = earlier.name if rng.random() < 0.5 else b"%s_%d.zip" % (turn(number).encode(), number)
        return Mutant(number, turn(number).encode(), name, earlier.content, ("sent again",))
    draft = _drawn(rng, number)
    layers = rng.choices(
        [_spoil_csv, _spoil_descriptor, None, _spoil_bytes_within, _keep],
        weights=[45, 22, 25, 6, 2],
        k=rng.choice([1, 1, 1, 1, 2]),
    )
    for layer in filter(None, layers):
        layer(draft)
    archive = RawZip([RawEntry(name.encode(), content) for name, content in draft.delivery.entries().items()])
    if None in layers:
        _do(draft, zip_container.MUTATORS, archive)
    content = archive.written()
    if rng.random() < 0.06:
        content = havoc.spoil(rng, content, sound(number).content)
        draft.made_by.append("havoc of the zip")
    if rng.random() < 0.01:
        content = content[: rng.randrange(len(content) + 1)]
        draft.made_by.append("truncated zip")
    folder, name = _named(draft)
    return Mutant(number, folder, name, content, tuple(draft.made_by) or ("sound",))


def _drawn(rng: random.Random, number: int) -> _Draft:
    """A sound delivery of the PLIE whose turn it is, with a random sender's habits."""
    plie_id = turn(number)
    age = timedelta(seconds=number) if rng.random() < 0.95 else -timedelta(days=rng.randint(0, 400))
    if rng.random() < 0.2:
        delivery = Delivery(plie_id, FIRST + age, mode="delta", rows=_delta_rows(rng, plie_id))
    else:
        people = rng.choice([0, 1, PEOPLE, PEOPLE, PEOPLE, PEOPLE + 2])
        delivery = a_delivery(plie_id, people=people, created=FIRST + age)
    delivery.coverage = ("2016-01-01", "2020-01-01") if delivery.created < FIRST else ("2016-01-01", "2021-12-31")
    quotes, ending, encoding = rng.choice(["never", "always", "necessary"]), rng.choice(["\n", "\r\n"]), rng.random()
    tables = {}
    for name, rows in delivery.rows.items():
        columns = delivery.columns(name)
        cells = [list(columns), *([row[column] for column in columns] for row in rows)]
        tables[name] = Table(cells, "utf-8", quotes=quotes, line_end=ending, has_mark=encoding < 0.2)
        if encoding > 0.7:
            tables[name].encoding = rng.choice(known_contracts()["1.0"].encodings)
        delivery.encodings[name] = tables[name].encoding
    draft = _Draft(rng, delivery, tables)
    _write(draft)
    return draft


def _delta_rows(rng: random.Random, plie_id: str) -> dict[str, list[dict[str, str]]]:
    old, new = rng.randint(1, PEOPLE), rng.randint(PEOPLE + 1, PEOPLE + 5)
    rows = {
        "suppressions": [suppression(*rng.choice([("parcours", f"P{old}"), ("etapes", f"E{old}"), ("sorties", "P1")]))],
        "participants": [participant(new, plie_id)],
        "parcours": [parcours(new, plie_id), parcours(old, plie_id, age_entree="50")],
        "etapes": [etape(new), etape(old, heures="12,5"), etape(99, of=1)],
        "sorties": [sortie(new), sortie(rng.randint(1, PEOPLE))],
    }
    return {name: rows[name] for name in rng.sample(sorted(rows), rng.randint(1, 5))}


def _do(draft: _Draft, mutators: tuple[Callable[..., Any], ...], target: Any) -> Any:
    mutator = draft.rng.choice(mutators)
    draft.made_by.append(f"{mutator.__module__.rsplit('.', 1)[-1]}: {mutator.__name__}")
    return mutator(draft.rng, target)


def _write(draft: _Draft) -> None:
    for name, table in draft.tables.items():
        draft.delivery.contents[name] = table.written()


def _spoil_csv(draft: _Draft) -> None:
    """Bytes, hash and mostly the number of rows are declared as they have become, so that more than T08 is met."""
    rng, delivery = draft.rng, draft.delivery
    before = dict(delivery.contents)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        name = rng.choice(sorted(draft.tables))
        _do(draft, csv_text.MUTATORS, draft.tables[name])
        if rng.random() < 0.9:
            count = len(draft.tables[name].rows) - 1
            delivery.descriptor_edits.append(lambda tree, name=name, count=count: _declare(tree, name, rows=count))  # type: ignore[misc]
    _write(draft)
    if rng.random() < 0.1:
        encoding = rng.choice(known_contracts()["1.0"].encodings)
        delivery.descriptor_edits.append(lambda tree: _declare(tree, name, encoding=encoding))
    if rng.random() < 0.05:
        for resource, content in before.items():
            digest = hashlib.sha256(content).hexdigest()
            delivery.descriptor_edits.append(
                lambda tree, resource=resource, digest=digest: _declare(tree, resource, hash=f"sha256:{digest}")  # type: ignore[misc]
            )


def _declare(tree: dict[str, Any], name: str, **members: object) -> None:
    for declared in tree["resources"]:
        if declared["name"] == name:
            declared.update(members)


def _spoil_descriptor(draft: _Draft) -> None:
    rng = draft.rng
    if rng.random() < 0.7:
        for _ in range(rng.choice([1, 1, 2, 4])):
            mutator = rng.choice(descriptor_json.TREE_MUTATORS)
            draft.made_by.append(f"descriptor_json: {mutator.__name__}")
            draft.delivery.entries_edits.append(lambda entries, mutator=mutator: _rewrite(entries, mutator, rng))  # type: ignore[misc]
        return
    spoil = rng.choice([*descriptor_json.TEXT_MUTATORS, havoc.spoil])
    draft.made_by.append(f"descriptor_json: {spoil.__name__}")
    draft.delivery.entries_edits.append(
        lambda entries: entries.update({"datapackage.json": spoil(rng, entries["datapackage.json"])})
    )


def _rewrite(entries: dict[str, bytes], mutator: descriptor_json.TreeMutator, rng: random.Random) -> None:
    try:
        tree = json.loads(entries["datapackage.json"])
        if not isinstance(tree, dict):
            raise ValueError("an earlier change left no object")
        mutator(rng, tree)
        entries["datapackage.json"] = json.dumps(tree, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    except (ValueError, IndexError, RecursionError):
        entries["datapackage.json"] = havoc.spoil(rng, entries["datapackage.json"])


def _spoil_bytes_within(draft: _Draft) -> None:
    name = draft.rng.choice(sorted(draft.tables))
    draft.made_by.append("havoc of a file")
    draft.delivery.contents[name] = havoc.spoil(draft.rng, draft.delivery.contents[name])


def _keep(_: _Draft) -> None:
    """Leaves the delivery sound."""


def _named(draft: _Draft) -> tuple[bytes, bytes]:
    rng, chance = draft.rng, draft.rng.random()
    folder, name = draft.delivery.plie_id.encode(), draft.delivery.file_name.encode()
    if chance < 0.04:
        name = landing_names.odd_file_name(rng, name)
        draft.made_by.append("odd file name")
    elif chance < 0.05:
        name = landing_names.not_there_yet(rng, name)
        draft.made_by.append("not there yet")
    elif chance < 0.065:
        folder = rng.choice([*landing_names.FOLDERS, *landing_names.IGNORED_FOLDERS, rng.choice(plie_ids()).encode()])
        draft.made_by.append("odd folder")
    return folder, name
