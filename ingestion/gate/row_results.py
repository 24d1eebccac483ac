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
    """Findings on the rows of one delivery; rows `received`, `rejected` and `warned` by resource, in order."""

    findings: tuple[Finding, ...]
    received: Mapping[str, int]
    rejected: Mapping[str, int]
    warned: Mapping[str, int]

    @property
    def is_refused(self) -> bool:
        """Whether so many rows are rejected that the whole delivery is."""
        return any(finding.severity == "refuse" for finding in self.findings)


def row_outcomes(
    connection: duckdb.DuckDBPyConnection, contract: Contract, members: Sequence[Member]
) -> dict[int, RowOutcome]:
    """The outcome of each delivery of the group by its number, after `check_rows`."""
    findings = _findings(connection, contract)
    rejected, warned = _lines(connection, "fault"), _lines(connection, "doubt")
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
        outcomes[member.number] = RowOutcome(
            findings=(*too_many, *findings[member.number]),
            received=received,
            rejected=of_member,
            warned={name: warned[member.number].get(name, 0) for name in received},
        )
    return outcomes


def _lines(connection: duckdb.DuckDBPyConnection, table: str) -> Mapping[int, dict[str, int]]:
    """Lines of each resource that stand in `fault` or `doubt`, by delivery."""
    lines = defaultdict[int, dict[str, int]](dict)
    for number, resource, count in connection.execute(
        f"select delivery_number, resource, count(distinct line) from {table} group by all"
    ).fetchall():
        lines[number][resource] = count
    return lines


def _findings(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Mapping[int, list[Finding]]:
    every = {**contract.resources, **contract.delta_resources}
    types = {(resource.name, field.name): field.type for resource in every.values() for field in resource.fields}
    broken = connection.execute(
        f"""
        select delivery_number, rule, resource, field, count(*), min(line, {SHOWN_LINES})
        from (from fault union all from doubt) group by all
        """
    ).fetchall()
    findings = defaultdict[int, list[Finding]](list)
    for number, rule, resource, field, count, lines in broken:
        expected = EXPECTED.get(types[resource, field], "")
        findings[number].append(
            found(rule, resource=resource, field=field, lines=lines, count=count, expected=expected)
        )
    return findings
