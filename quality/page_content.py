"""Sorts what the gate found as the page shows it: warnings to answer by subject, then every PLIE, then every check."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from quality.catalogue import OWNERS, catalogue
from quality.reconciliation import relation_texts
from quality.results import CheckResult, FailingRow, GateResult
from quality.subjects import participation

SUITES = {
    "completeness": "Qui est là",
    "entries": "Entrées",
    "steps": "Étapes",
    "exits": "Sorties",
    "survey": "Enquête annuelle",
    "indicators": "Indicateurs",
    "reconciliation": "Concordance des chiffres",
}
"""How a reader calls each suite, in the order of reading."""

STATES = ("blocking", "to_answer", "answered", "pass", "not_applicable")
"""What a result means for an edition, gravest first."""


@dataclass(frozen=True)
class CheckWords:
    """Texts of one check of the catalogue, or of one relation of the reconciliation; `owner` is in words."""

    check_id: str
    label: str
    advice: str
    owner: str
    note: str | None
    decided_on: str | None


@dataclass(frozen=True)
class Finding:
    """One failing result with the rows that broke it."""

    result: CheckResult
    words: CheckWords
    state: str
    plie_name: str | None
    rows: tuple[FailingRow, ...]


@dataclass(frozen=True)
class CheckLine:
    """One check in the table of its suite: how many PLIE (or the nation) are in each state."""

    words: CheckWords
    severity: str
    counts: Counter[str]


@dataclass(frozen=True)
class FailingCheck:
    """One check that fails somewhere; `state` is the gravest of its findings."""

    words: CheckWords
    state: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class SuiteSection:
    """One suite: its checks, and those that fail, both in the order of the catalogue."""

    name: str
    title: str
    lines: tuple[CheckLine, ...]
    failing: tuple[FailingCheck, ...]


@dataclass(frozen=True)
class PlieLine:
    """One PLIE of the register or of the year: how far it is covered, and what the checks say of it."""

    plie_id: str
    name: str
    n_months: int
    counts: Counter[str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Content:
    """Everything that the page shows of one run."""

    suites: tuple[SuiteSection, ...]
    plie: tuple[PlieLine, ...]
    counts: Counter[str]

    @property
    def missing(self) -> tuple[PlieLine, ...]:
        """PLIE of the register that are not complete."""
        return tuple(line for line in self.plie if line.n_months < 12)


def state(result: CheckResult) -> str:
    """What a result means for an edition: one of `STATES`."""
    if result.status == "error" or (result.status == "fail" and result.severity == "blocking"):
        return "blocking"
    if result.status == "fail":
        return "to_answer" if result.waived_reason is None else "answered"
    return result.status


def content(connection: duckdb.DuckDBPyConnection, run: GateResult) -> Content:
    """Sorts one run; names and coverage of the PLIE are those of the warehouse."""
    words = _words(result.check_id for result in run.results)
    known = participation(connection, run.year)
    names = {plie.plie_id: plie.name for plie in known}
    rows: dict[tuple[str, str | None], list[FailingRow]] = defaultdict(list)
    for row in run.failing_rows:
        rows[row.check_id, row.plie_id].append(row)
    findings = [
        Finding(
            result,
            words[result.check_id],
            state(result),
            names.get(result.plie_id or ""),
            tuple(rows[result.check_id, result.plie_id]),
        )
        for result in run.results
    ]
    return Content(
        suites=tuple(_suite(name, [one for one in findings if one.result.suite == name]) for name in SUITES),
        plie=tuple(
            PlieLine(plie.plie_id, plie.name, plie.n_months, _counts(own), _failing(own))
            for plie in known
            for own in [[one for one in findings if one.result.plie_id == plie.plie_id]]
        ),
        counts=_counts(findings),
    )


def _suite(name: str, findings: Sequence[Finding]) -> SuiteSection:
    by_check: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        by_check[one.result.check_id].append(one)
    lines = (CheckLine(group[0].words, group[0].result.severity, _counts(group)) for group in by_check.values())
    failing = (
        FailingCheck(found[0].words, found[0].state, found)
        for found in (_failing(group) for group in by_check.values())
        if found
    )
    return SuiteSection(name, SUITES[name], tuple(lines), tuple(failing))


def _counts(findings: Sequence[Finding]) -> Counter[str]:
    return Counter(one.state for one in findings)


def _failing(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What fails, gravest first, else in the given order."""
    failing = [one for one in findings if one.result.status in ("fail", "error")]
    return tuple(sorted(failing, key=lambda one: STATES.index(one.state)))


def _words(check_ids: Iterable[str]) -> dict[str, CheckWords]:
    """Texts of every check, by its id; one that is in no catalogue (any more) goes by its id."""
    ours = {
        entry.check_id: CheckWords(
            entry.check_id,
            entry.texts.label,
            entry.texts.advice,
            OWNERS[entry.owner],
            entry.texts.note,
            entry.decided_on.strftime("%d/%m/%Y"),
        )
        for entry in catalogue().values()
    }
    relations = {
        check_id: CheckWords(check_id, label, advice, OWNERS["warehouse"], None, None)
        for check_id, (label, advice) in relation_texts().items()
    }
    unknown = {check_id: CheckWords(check_id, check_id, "", OWNERS["warehouse"], None, None) for check_id in check_ids}
    return unknown | ours | relations
