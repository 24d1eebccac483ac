"""The gate against the `frictionless` library on the same files and schemas: which cell breaks which of R01 to R06.

Both must agree, save for the differences that `DIFFERENCES` explains; each of those must really occur.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa
import pytest

from bench.second_opinion import Finding, UnpackedFile, gate_findings, library_findings, unpack
from ingestion.contract import Field, Resource, known_contracts
from ingestion.gate.reading import read_delivery
from ingestion.sample.campaign import write_campaign
from ingestion.settings import Settings
from tests.deliveries import PLIE, Delivery, a_delivery, person
from tests.torture.csv_text import Table
from tests.torture.csv_values import EVERY

NOW = datetime(2022, 3, 1, 2, 0, 0, tzinfo=UTC)
CONTRACT = known_contracts()["1.0"]
RESOURCES = tuple(CONTRACT.resources)
MARK_OF_THE_CARELESS = b"saisie-en-double"
"""A key that the made-up campaign's careless senders send twice."""


@dataclass(frozen=True)
class Difference:
    """Why the gate (`gate`: its rule) and the library (`library`: likewise) may differ about one cell."""

    why: str
    gate: frozenset[str]
    library: frozenset[str]
    explains: Callable[[Field, str], bool]


def reads(value: str, reader: Callable[[str], object]) -> bool:
    try:
        reader(value)
    except (ValueError, InvalidOperation):
        return False
    return True


def is_loose_date(field: Field, value: str) -> bool:
    return field.type == "date" and reads(value, lambda text: datetime.strptime(text, "%Y-%m-%d"))


def is_loose_integer(field: Field, value: str) -> bool:
    return field.type == "integer" and reads(value, int)


def is_loose_number(field: Field, value: str) -> bool:
    return field.type == "number" and "." not in value and reads(value.replace(",", "."), Decimal)


def is_beyond_double(field: Field, value: str) -> bool:
    return (
        field.type == "number" and value.replace(",", "").isdecimal() and float(value.replace(",", ".")) == float("inf")
    )


R02, R04, R06, NOTHING = frozenset({"R02"}), frozenset({"R04"}), frozenset({"R06"}), frozenset[str]()
LOOSE = "the contract wants {}; Python, hence the library, reads more, and may then find it out of bounds"
DIFFERENCES = (
    Difference(LOOSE.format("AAAA-MM-JJ in plain digits"), R02, NOTHING, is_loose_date),
    Difference(LOOSE.format("digits alone, not +5, 1_000 or ٣"), R02, NOTHING, is_loose_integer),
    Difference(LOOSE.format("digits alone, not +5, 1_000 or ٣"), R02, R04, is_loose_integer),
    Difference(LOOSE.format("digits and a comma, not 1e5, ',5' or inf"), R02, NOTHING, is_loose_number),
    Difference(LOOSE.format("digits and a comma, not NaN or -inf"), R02, R04, is_loose_number),
    Difference("a number that the warehouse cannot hold is out of bounds", R04, NOTHING, is_beyond_double),
    Difference("an empty key is R01; the library calls it a wrong key too", NOTHING, R06, lambda _, value: value == ""),
)
FIRST_OF_SEVERAL = "of several rows with one key, none is loaded (R06); the library lets the first one pass"


def rules_by_cell(findings: set[Finding]) -> dict[tuple[int, str], frozenset[str]]:
    cells = {(finding.line, finding.field) for finding in findings}
    return {cell: frozenset(found.rule for found in findings if (found.line, found.field) == cell) for cell in cells}


def compared(
    resource: Resource, table: pa.Table, by_gate: set[Finding], by_library: set[Finding]
) -> Iterator[tuple[str, Finding]]:
    """Each difference with the reason for it; one without a reason fails the test."""
    rows = {row["line"]: row for row in table.to_pylist()}
    keys = [(row[resource.key] or "", line) for line, row in sorted(rows.items())]
    first = {line for place, (key, line) in enumerate(keys) if key not in {before for before, _ in keys[:place]}}
    gate, library = rules_by_cell(by_gate), rules_by_cell(by_library)
    fields = {field.name: field for field in resource.fields}
    for line, name in sorted(gate.keys() | library.keys()):
        ours, theirs = gate.get((line, name), NOTHING), library.get((line, name), NOTHING)
        only_ours, only_theirs = ours - theirs, theirs - ours
        if "R06" in only_ours and name == resource.key and line in first:
            yield FIRST_OF_SEVERAL, Finding(line, name, "R06")
            only_ours -= R06
        if only_ours or only_theirs:
            value = rows[line][name] or ""
            reasons = [
                difference.why + "".join(sorted(difference.library))
                for difference in DIFFERENCES
                if (difference.gate, difference.library) == (only_ours, only_theirs)
                and difference.explains(fields[name], value)
            ]
            assert reasons, f"line {line}, {name}, {value!r}: gate {set(ours)}, library {set(theirs)}"
            yield reasons[0], Finding(line, name, "")


def opinions(delivery: Path, folder: Path) -> Iterator[tuple[UnpackedFile, pa.Table, set[Finding], set[Finding]]]:
    plie_id = delivery.parent.name
    found, tables = gate_findings(delivery, plie_id, NOW), read_delivery(delivery, plie_id, NOW).tables
    folder.mkdir(parents=True, exist_ok=True)
    for file in unpack(delivery, folder, CONTRACT):
        yield file, tables[file.resource.name], found[file.resource.name], library_findings(file)


def replaced(name: str, changes: list[dict[str, str]]) -> tuple[Delivery, Resource]:
    """A delivery whose resource `name` is one sound row, then a row for each change, each with a key of its own."""
    delivery, resource = a_delivery(people=1), CONTRACT.resources[name]
    sound = delivery.rows[name][0]
    rows = [sound]
    for number, change in enumerate(changes, start=100):
        rows.append(sound | {resource.key: person(number) if name == "participants" else f"N{number}"} | change)
    delivery.rows[name] = rows
    cells = [list(resource.field_names), *([row[field] for field in resource.field_names] for row in rows)]
    delivery.contents[name] = Table(cells, "utf-8", quotes="necessary").written()
    return delivery, resource


def planted_faults(resource: Resource) -> Iterator[tuple[dict[str, str], str, str]]:
    """Every fault that the schema knows: the change of a row, and the field and rule that it breaks."""
    for field in resource.fields:
        if field.required:
            yield {field.name: ""}, field.name, "R01"
        if field.type != "string":
            yield {field.name: "inconnu"}, field.name, "R02"
        if field.pattern is not None:
            yield {field.name: "n° 12/é"}, field.name, "R03"
        if field.enum or field.code_list:
            yield {field.name: "INCONNU"}, field.name, "R05"
        for bound, step in ((field.minimum, -1), (field.maximum, 1)):
            if bound is not None:
                beyond = "1990-05-31" if field.type == "date" else str(int(bound) + step)
                yield {field.name: beyond}, field.name, "R04"


@pytest.mark.parametrize("name", RESOURCES)
def test_both_find_every_planted_fault_and_nothing_else(name: str, tmp_path: Path) -> None:
    faults = list(planted_faults(CONTRACT.resources[name]))
    doubles = [{}, {CONTRACT.resources[name].key: person(7) if name == "participants" else "double"}]
    changes = [change for change, _, _ in faults] + [doubles[1]] * 3 + [doubles[0]] * 5
    delivery, resource = replaced(name, changes)
    expected = {Finding(line, field, rule) for line, (_, field, rule) in enumerate(faults, start=3)}
    copies = {Finding(line, resource.key, "R06") for line in range(3 + len(faults), 6 + len(faults))}
    (opinion,) = (
        opinion for opinion in opinions(delivery.write(tmp_path / PLIE), tmp_path) if opinion[0].resource.name == name
    )
    _, table, by_gate, by_library = opinion
    assert by_gate == expected | copies
    empty_key, first_copy = Finding(3, resource.key, "R06"), Finding(3 + len(faults), resource.key, "R06")
    assert by_library == (expected | copies | {empty_key}) - {first_copy}
    reasons = {reason for reason, _ in compared(resource, table, by_gate, by_library)}
    assert reasons == {FIRST_OF_SEVERAL, f"{DIFFERENCES[-1].why}R06"}


def test_on_every_odd_value_in_every_column_both_agree_or_the_difference_is_explained(tmp_path: Path) -> None:
    # The library counts records, not lines; and one value made of a repeated pattern would be refused as a pseudonym.
    values = [*EVERY, " 12 ", " 2021-01-01", "1,5 "]
    values = [value for value in values if not set(value) & set("\0\r\n") and len(value.encode()) <= 4096]
    values = [value for value in values if len(value) != 64]
    met = set()
    for name in RESOURCES:
        changes = [{field: value} for field in CONTRACT.resources[name].field_names for value in values]
        delivery, resource = replaced(name, changes)
        for file, table, by_gate, by_library in opinions(delivery.write(tmp_path / name / PLIE), tmp_path / name):
            if file.resource is resource:
                assert len(by_gate) > len(values) / 2
                met |= {reason for reason, _ in compared(resource, table, by_gate, by_library)}
    assert met == {difference.why + "".join(sorted(difference.library)) for difference in DIFFERENCES} | {
        FIRST_OF_SEVERAL
    }


def test_a_line_feed_at_the_end_of_an_identifier_deceives_the_library_alone(tmp_path: Path) -> None:
    """In Python's patterns `$` also stands before a last line feed; in the gate's it is the end."""
    delivery, _ = replaced("etapes", [{"etape_id": "E9\n"}])
    (opinion,) = (
        opinion
        for opinion in opinions(delivery.write(tmp_path / PLIE), tmp_path)
        if opinion[0].resource.name == "etapes"
    )
    assert (opinion[2], opinion[3]) == ({Finding(3, "etape_id", "R03")}, set())


def test_on_a_made_up_campaign_both_agree_line_by_line(tmp_path: Path) -> None:
    campaign = write_campaign(Settings(data=tmp_path), scale=0.01)

    def is_careless(path: Path) -> bool:
        with zipfile.ZipFile(path) as archive:
            return MARK_OF_THE_CARELESS in archive.read("etapes.csv")

    careless = [path for path in campaign.files if is_careless(path)]
    sound = [path for path in campaign.files if path not in careless][::12]
    met: dict[str, int] = {}
    wrong = {True: 0, False: 0}
    for path in careless + sound:
        for file, table, by_gate, by_library in opinions(path, tmp_path / "unpacked" / path.stem):
            wrong[path in careless] += len(by_gate)
            for reason, _ in compared(file.resource, table, by_gate, by_library):
                met[reason] = met.get(reason, 0) + 1
    assert len(careless) == 8
    assert wrong[True] > 50
    assert wrong[False] == 0
    assert met == {FIRST_OF_SEVERAL: len(careless)}
