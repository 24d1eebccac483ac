"""What the gate found: one result for each check and PLIE, the rows that broke it, and what follows for an edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["blocking", "warning"]
"""`blocking` stops an edition; a `warning` needs an answer (a waiver) before one is frozen."""

Status = Literal["pass", "fail", "error", "not_applicable"]
"""`not_applicable`: there was nothing to judge (an empty denominator, no year before). It never counts as a pass.
`error`: the check itself could not be run."""


@dataclass(frozen=True)
class FailingRow:
    """One row that breaks a check: a category, a figure or a PLIE; never a person.

    Attributes:
        label: French words that name the row, such as « Sorties : Emploi durable ».
        observed: its value in the unit of the check, None where it has none.
        expected: French words for what was expected of it.
    """

    check_id: str
    plie_id: str | None
    label: str
    observed: float | None
    expected: str


@dataclass(frozen=True)
class CheckResult:
    """What one check says of one PLIE, or of the nation where `plie_id` is None.

    Attributes:
        observed: the value that decided, in the unit of the catalogue; None where there is none.
        expected: French words for what was expected.
        message_fr: one French sentence for a person who knows neither SQL nor this code; empty for a pass.
        waived_reason: the answer that was given to this failing warning and still holds.
        n_rows: how many rows break the check.
    """

    check_id: str
    suite: str
    severity: Severity
    status: Status
    plie_id: str | None
    observed: float | None
    expected: str
    message_fr: str
    waived_reason: str | None = None
    n_rows: int = 0


@dataclass(frozen=True)
class SuiteOutcome:
    """Everything that one suite found."""

    results: tuple[CheckResult, ...]
    failing_rows: tuple[FailingRow, ...] = ()


@dataclass(frozen=True)
class GateResult:
    """Everything that the gate found for one year, in the order of the catalogue, the nation before its PLIE.

    Nothing but `run_id` depends on when or where the gate ran: the same warehouse gives the same results.
    """

    run_id: str
    year: int
    results: tuple[CheckResult, ...]
    failing_rows: tuple[FailingRow, ...] = ()

    @property
    def blocking(self) -> tuple[CheckResult, ...]:
        """What stops an edition and cannot be waived: blocking failures, and every check that could not be run."""
        return tuple(
            result
            for result in self.results
            if result.status == "error" or (result.status == "fail" and result.severity == "blocking")
        )

    @property
    def unanswered(self) -> tuple[CheckResult, ...]:
        """Failing warnings that no waiver answers."""
        return tuple(
            result
            for result in self.results
            if result.status == "fail" and result.severity == "warning" and result.waived_reason is None
        )

    @property
    def can_be_frozen(self) -> bool:
        """Whether an edition of this year may be frozen."""
        return not self.blocking and not self.unanswered
