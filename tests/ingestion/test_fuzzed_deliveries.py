"""Deliveries that nobody should send: a short run of the fuzzer (`python -m tests.torture.fuzz` is the long one), and
properties that hold whatever bytes, JSON or rows arrive."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.contract import code_lists, known_contracts
from ingestion.gate import examine
from ingestion.gate.descriptor import read_descriptor
from ingestion.loading.intake import load_landing
from ingestion.settings import Settings
from tests.deliveries import CREATED, PLIE, a_delivery, etape
from tests.torture import acknowledgements
from tests.torture.csv_text import Table
from tests.torture.csv_values import DATES, NUMBERS, PLAUSIBLE
from tests.torture.fuzz import torture
from tests.torture.mutants import NOW, Mutant, mutant, plie_ids
from tests.torture.verdicts import Verdicts

LISTS = code_lists()
unhurried = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def test_mutated_deliveries_each_end_with_a_status_and_leave_nothing_undone(tmp_path: Path) -> None:
    tally = torture(tmp_path / "data", seed=7, numbers=range(2 * len(plie_ids())))
    assert tally.wrong == []
    assert tally.statuses.total() == tally.count - tally.mutators["(not a delivery by name)"]
    assert set(tally.statuses) <= acknowledgements.STATUSES
    assert len(tally.rules) > 15


def test_the_same_seed_and_number_give_the_same_mutant() -> None:
    assert [mutant(3, number) for number in range(200)] == [mutant(3, number) for number in range(200)]
    assert len({mutant(3, number).content for number in range(200)}) > 190


def test_the_fuzzer_would_notice(tmp_path: Path) -> None:
    """A ledger that lacks a row, an acknowledgement that is cut, a file of nobody: the fuzzer's own eyes are open."""
    data = Settings(data=tmp_path / "data", threads=2)
    good = a_delivery()
    path = good.land(data)
    outcomes = load_landing(data, now=lambda: NOW)
    landed = [Mutant(0, PLIE.encode(), path.name.encode(), good.zipped(), ())]
    assert Verdicts(data).after_load(landed, outcomes) == []
    assert Verdicts(data).after_load([], outcomes) != []
    assert Verdicts(data).after_load(landed, [])[0] == "1 landed, 0 outcomes"
    nobodys = data.archive / PLIE / ".autre.zip.part"
    nobodys.write_bytes(b"")
    assert "nobody's" in Verdicts(data).after_load(landed, outcomes)[0]
    nobodys.unlink()
    acknowledged = data.outbox / PLIE / f"{path.name}.ack.json"
    acknowledged.write_bytes(acknowledged.read_bytes().replace(b'"accepted"', b'"rejected"'))
    assert any("status rejected" in wrong for wrong in Verdicts(data).after_load(landed, outcomes))


@unhurried
@given(content=st.binary(max_size=4000), is_zip=st.booleans())
def test_any_bytes_are_a_delivery_that_is_refused(tmp_path: Path, content: bytes, is_zip: bool) -> None:
    path = tmp_path / a_delivery().file_name
    path.write_bytes(b"PK\x03\x04" * is_zip + content)
    examination = examine(path, PLIE, now=NOW)
    assert examination.status == "refused"
    assert {finding.rule for finding in examination.findings} <= {"T01", "T02", "T03"}


MEMBERS = (
    "name",
    "created",
    "plie",
    "resources",
    "contract",
    "plie_id",
    "mode",
    "coverage",
    "from",
    "to",
    "path",
    "rows",
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["1.0", "full"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None)
@given(anything)
def test_any_json_is_a_descriptor_or_a_finding(members: Any) -> None:
    reading = read_descriptor(json.dumps(members).encode("utf-8", "surrogatepass"))
    assert (reading.descriptor is None) == bool(reading.findings)
    assert {finding.rule for finding in reading.findings} <= {"T03", "T04"}
    assert all(finding.message.isprintable() for finding in reading.findings)


def steps() -> st.SearchStrategy[dict[str, str]]:
    """Rows of etapes, mostly right, with keys and references that may repeat or miss."""
    odd = st.sampled_from(["", " ", "x", "é", "1.5", "=1+1", "EMPLOI "]) | st.text("0123456789-,ab ", max_size=12)
    values = {
        "etape_id": st.sampled_from([f"E{number}" for number in range(30)]),
        "parcours_id": st.sampled_from(["P1", "P2", "P3", "P4", "P9", ""]),
        **{name: st.sampled_from(PLAUSIBLE[name]) for name in ("type_etape", "type_contrat", "structure_accueil")},
        "date_debut": st.sampled_from([*PLAUSIBLE["date_debut"], *DATES]),
        "date_fin": st.sampled_from([*PLAUSIBLE["date_fin"], *DATES]),
        "heures": st.sampled_from([*PLAUSIBLE["heures"], *NUMBERS]),
        "cofinance_fse": st.sampled_from(["oui", "non", "refus", ""]),
    }
    return st.fixed_dictionaries({name: value | odd if name != "etape_id" else value for name, value in values.items()})


@cache
def schema_of_steps() -> dict[str, Any]:
    path = known_contracts()["1.0"].resources["etapes"].schema_path
    return {field["name"]: field for field in json.loads(path.read_text(encoding="utf-8"))["fields"]}


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def breaks_its_schema(name: str, value: str) -> bool:
    """R01 to R05 for one cell, told once more in plain Python."""
    field = schema_of_steps()[name]
    constraints = field.get("constraints", {})
    if value == "":
        return bool(constraints.get("required"))
    if field["type"] == "date":
        return day(value) is None
    if field["type"] == "number":
        if not re.fullmatch("-?[0-9]+(,[0-9]+)?", value):
            return True
        number = float(value.replace(",", "."))
        return not math.isfinite(number) or number < constraints["minimum"]
    codes = constraints.get("enum") or LISTS.get(field.get("codeList"))
    pattern = constraints.get("pattern", ".*")
    return (codes is not None and value not in codes) or not re.fullmatch(pattern.rstrip("$"), value)


def is_rejected(row: dict[str, str], keys: Counter[str]) -> bool:
    """R01 to R08, R11 and R12 of a step in a delivery with the parcours P1 to P4."""
    start, end = day(row["date_debut"]), day(row["date_fin"])
    return (
        any(breaks_its_schema(name, value) for name, value in row.items())
        or keys[row["etape_id"]] > 1
        or row["parcours_id"] not in ("P1", "P2", "P3", "P4")
        or (row["type_etape"] == "EMPLOI" and "" in (row["type_contrat"], row["structure_accueil"]))
        or (start is not None and end is not None and end < start)
        or (start is not None and start > CREATED.date())
    )


@settings(unhurried, max_examples=30)
@given(
    rows=st.lists(steps(), max_size=9),
    quotes=st.sampled_from(["always", "necessary"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_the_rows_let_in_are_those_that_the_contract_allows(
    tmp_path: Path, rows: list[dict[str, str]], quotes: str, line_end: str
) -> None:
    delivery = a_delivery()
    sound = [etape(100 + number, of=1) for number in range(200 - len(rows))]
    delivery.rows["etapes"] = [*rows, *sound]
    cells = [list(row.values()) for row in delivery.rows["etapes"]]
    delivery.contents["etapes"] = Table([list(etape(1)), *cells], "utf-8", quotes=quotes, line_end=line_end).written()
    examination = examine(delivery.write(tmp_path), PLIE, now=NOW)
    keys = Counter(row["etape_id"] for row in rows)
    rejected = {line for line, row in enumerate(rows, start=2) if is_rejected(row, keys)}
    assert examination.status == ("accepted_with_rejects" if rejected else "accepted")
    assert examination.rejected["etapes"] == len(rejected)
    let_in = examination.accepted["etapes"].to_pylist()
    assert {row["line"] for row in let_in} == set(range(2, 202)) - rejected
    sent = list(csv.DictReader(io.StringIO(delivery.contents["etapes"].decode(), newline=""), delimiter=";"))
    for row in let_in:
        text = {
            name: "" if value is None else str(value) for name, value in row.items() if name not in ("line", "heures")
        }
        assert text == {name: value for name, value in sent[row["line"] - 2].items() if name != "heures"}
