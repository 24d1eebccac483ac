"""`python -m bench.second_opinion`: our gate against the `frictionless` library on the same files, rows per second.

The library validates each CSV file with the same table schemas, which covers rules R01 to R06. The gate does that and
all the rest: opens the archive, compares fingerprints, searches for personal data, follows references, checks dates.
`tests/ingestion/test_second_opinion.py` uses the functions of this module to compare what both find.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
from frictionless import Detector, Dialect, Report, Schema, resources, system
from frictionless.formats import CsvControl

from ingestion.contract import Contract, Resource, code_lists, known_contracts
from ingestion.gate import examine
from ingestion.gate.reading import read_delivery
from ingestion.gate.row_checks import Member, check_rows
from ingestion.loading.intake import load_landing
from ingestion.sample.campaign import write_campaign
from ingestion.settings import Settings

LIBRARY_RULES = (
    ('constraint-error: constraint "required"', "R01"),
    ("type-error:", "R02"),
    ('constraint-error: constraint "pattern"', "R03"),
    ('constraint-error: constraint "minimum"', "R04"),
    ('constraint-error: constraint "maximum"', "R04"),
    ('constraint-error: constraint "enum"', "R05"),
    ("primary-key:", "R06"),
)
"""How the library's errors begin, and the rule of ours that says the same."""
WHOLE = 10**9


class Finding(NamedTuple):
    """One rule broken by one field of one line (1 = header)."""

    line: int
    field: str
    rule: str


@dataclass(frozen=True)
class UnpackedFile:
    """One CSV file of a delivery, laid out for a validator that reads files."""

    path: Path
    encoding: str
    resource: Resource
    rows: int


def library_schema(resource: Resource) -> Schema:
    """Our table schema as the library understands it: code lists written out as enums, references left aside."""
    schema = json.loads(resource.schema_path.read_text(encoding="utf-8"))
    schema.pop("foreignKeys", None)
    for field in schema["fields"]:
        code_list = field.pop("codeList", None)
        if code_list is not None:
            field.setdefault("constraints", {})["enum"] = list(code_lists()[code_list])
    return Schema.from_descriptor(schema)


def unpack(delivery: Path, folder: Path, contract: Contract) -> list[UnpackedFile]:
    """Writes the CSV files of a sound zip into a folder."""
    with zipfile.ZipFile(delivery) as archive:
        descriptor = json.loads(archive.read("datapackage.json"))
        for declared in descriptor["resources"]:
            (folder / declared["path"]).write_bytes(archive.read(declared["path"]))
    return [
        UnpackedFile(
            folder / declared["path"],
            declared["encoding"],
            contract.allowed_resources("delta")[declared["name"]],
            declared["rows"],
        )
        for declared in descriptor["resources"]
    ]


def library_report(file: UnpackedFile) -> Report:
    """What the library says of one file. Like the gate, it finds columns by their names (`schema_sync`)."""
    control = CsvControl(delimiter=";", quote_char='"', double_quote=True, skip_initial_space=False)
    table = resources.TableResource(
        path=str(file.path),
        schema=library_schema(file.resource),
        encoding="utf-8-sig" if file.encoding == "utf-8" else file.encoding,
        dialect=Dialect(controls=[control]),
        detector=Detector(schema_sync=True),
    )
    with system.use_context(trusted=True):
        return table.validate(limit_errors=WHOLE)


def library_findings(file: UnpackedFile) -> set[Finding]:
    """What the library finds in one file, in our rules. It counts records, so no cell may hold a line break."""
    found = set()
    for line, field, kind, note in library_report(file).flatten(["rowNumber", "fieldName", "type", "note"]):
        rule = next(rule for start, rule in LIBRARY_RULES if f"{kind}: {note}".startswith(start))
        found.add(Finding(line, field or file.resource.primary_key[-1], rule))
    return found


def gate_findings(delivery: Path, plie_id: str, now: datetime) -> dict[str, set[Finding]]:
    """What the gate finds in each file of a delivery, for the rules that a table schema can say.

    Raises:
        ValueError: the delivery is refused for something else than its rows.
    """
    read = read_delivery(delivery, plie_id, now)
    contract, descriptor = read.sound()
    member = Member(0, plie_id, descriptor.created_at.date(), descriptor.mode, read.tables)
    with duckdb.connect() as connection:
        check_rows(connection, contract, [member])
        faults = connection.execute("select resource, line, field, rule from fault where rule <= 'R06'").fetchall()
    return {name: {Finding(*fault[1:]) for fault in faults if fault[0] == name} for name in read.tables}


def _measure(folder: Path, scale: float, deliveries: int) -> None:
    contract, now = known_contracts()["1.0"], datetime.now(UTC)
    settings = Settings(data=folder / "data")
    campaign = write_campaign(settings, scale=scale)
    by_size = sorted(campaign.files, key=lambda path: -path.stat().st_size)
    for path in by_size[deliveries:]:
        path.unlink()
    chosen = by_size[:deliveries]
    rows, library = 0, 0.0
    for path in chosen:
        aside = folder / "unpacked" / path.stem
        aside.mkdir(parents=True)
        files = unpack(path, aside, contract)
        started = time.perf_counter()
        for file in files:
            library_report(file)
        library += time.perf_counter() - started
        rows += sum(file.rows for file in files)
    started = time.perf_counter()
    for path in chosen:
        examine(path, path.parent.name, now=now)
    alone = time.perf_counter() - started
    started = time.perf_counter()
    load_landing(settings)
    loaded = time.perf_counter() - started
    print(f"{len(chosen)} deliveries, {rows} rows, scale {scale:g}")
    for name, seconds in (
        ("frictionless: table schemas (R01-R06)", library),
        ("our gate: every rule, one delivery at a time", alone),
        ("our gate and the load, all together", loaded),
    ):
        print(f"{name:<46} {rows / seconds:10,.0f} rows a second ({seconds:.2f} s), x {library / seconds:.1f}")


def main() -> None:
    """Command line of the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="size of the made-up campaign that is validated")
    parser.add_argument("--deliveries", type=int, default=12, help="how many of its deliveries, the largest first")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="plie-second-opinion-") as folder:
        _measure(Path(folder), arguments.scale, arguments.deliveries)


if __name__ == "__main__":
    main()
