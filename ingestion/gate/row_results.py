"""What the row checks of a group come to for each delivery: findings, counts, and too many rejected rows (T17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from ingestion.contract import Contract
from ingestion.gate.finding import SHOWN_LINES, Finding, found
from ingestion.gate.row_checks import Member
from ingestion.gate.row_rules import EXPECTED


@dataclass(frozen=True)
class RowOutcome:
    """Findings on the rows of one delivery; rows `received` and `rejected` by resource, in the contract's order."""

    findings: tuple[Finding, ...]
    received: Mapping[str, int]
    rejected: Mapping[str, int]

    @property
    def is_refused(self) -> bool:
        """Whether so many rows are rejected that the whole delivery is."""
        return any(finding.severity == "refuse" for finding in self.findings)


def row_outcomes(
    connection: duckdb.DuckDBPyConnection, contract: Contract, members: Sequence[Member]
) -> dict[int, RowOutcome]:
    """The outcome of each delivery of the group by its number, after `check_rows`."""
    findings = _findings(connection, contract)
    rejected = defaultdict[int, dict[str, int]](dict)
    counts = connection.execute(
        "select delivery_number, resource, count(distinct line) from fault group by all"
    ).fetchall()
    for number, resource, count in counts:
        rejected[number][resource] = count
    outcomes = {}
    for member in members:
        received = {
            name: member.tables[name].num_rows
            for name in contract.allowed_resources(member.mode)
            if name in member.tables
        }
        of_member = {name: rejected[member.number].get(name, 0) for name in received}
        too_many = [
            found("T17", resource=name, found=count, expected=received[name])
            for name, count in of_member.items()
            if count > contract.reject_floor and count > contract.reject_share * received[name]
        ]
        outcomes[member.number] = RowOutcome((*too_many, *findings[member.number]), received, of_member)
    return outcomes


def _findings(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Mapping[int, list[Finding]]:
    every = {**contract.resources, **contract.delta_resources}
    types = {(resource.name, field.name): field.type for resource in every.values() for field in resource.fields}
    broken = connection.execute(
        f"""
        select delivery_number, rule, resource, field, count(*), min(line, {SHOWN_LINES})
        from fault group by all
        """
    ).fetchall()
    findings = defaultdict[int, list[Finding]](list)
    for number, rule, resource, field, count, lines in broken:
        expected = EXPECTED.get(types[resource, field], "")
        findings[number].append(
            found(rule, resource=resource, field=field, lines=lines, count=count, expected=expected)
        )
    return findings
