"""Checks on what the PLIE send: who is late, who is missing or unexpected, and what the gate found, PLIE by PLIE.

They read the ledger as it stands and can be run at any time. The data tests of dbt are the checks of its own assets.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import dagster as dg
import duckdb

from ingestion.contract import open_plie_ids
from ingestion.loading.intake import utc_now
from ingestion.nights import late_plie, night_of
from ingestion.settings import Settings
from ingestion.warehouse import reading
from orchestration import senders
from orchestration.assets.deliveries import KEY as DELIVERIES
from orchestration.owners import WAREHOUSE_POOL
from orchestration.partitions import PLIE
from orchestration.resources import Warehouse
from orchestration.senders import Finding

Check = Callable[[duckdb.DuckDBPyConnection, Settings], dg.AssetCheckResult]

LISTED = 500
"""Rows of a table that one looks at in the UI; the ledger has them all."""


def _result(
    name: str,
    rows: Sequence[Mapping[str, str | int]],
    said: str,
    severity: dg.AssetCheckSeverity,
    counts: Mapping[str, int],
) -> dg.AssetCheckResult:
    """Passed when there is nothing to list."""
    listed = [dg.TableRecord(dict(row)) for row in rows[:LISTED]]
    table = {"PLIE concerned": dg.MetadataValue.table(listed)} if listed else {}
    return dg.AssetCheckResult(
        asset_key=DELIVERIES,
        check_name=name,
        passed=not rows,
        severity=severity,
        description=said,
        metadata={**counts, **table},
    )


def late(connection: duckdb.DuckDBPyConnection, settings: Settings) -> dg.AssetCheckResult:
    """Open PLIE whose last accepted delivery is `PLIE_LATE_NIGHTS` nights old or older."""
    found = late_plie(connection, settings, night_of(utc_now()))
    return _result(
        "late_plie",
        [
            {"plie_id": plie.plie_id, "last accepted on": plie.last_accepted_on.isoformat(), "nights": plie.n_nights}
            for plie in sorted(found, key=lambda plie: (-plie.n_nights, plie.plie_id))
        ],
        f"{len(found)} PLIE had nothing accepted for {settings.late_nights} nights or more.",
        dg.AssetCheckSeverity.WARN,
        {"late": len(found), "nights allowed": settings.late_nights},
    )


def expected(connection: duckdb.DuckDBPyConnection, settings: Settings) -> dg.AssetCheckResult:
    """Partitions that the register expects and that hold nothing, and senders that it does not know."""
    register = set(PLIE.get_partition_keys())
    open_now = set(open_plie_ids(night_of(utc_now())))
    loaded = senders.loaded_plie(connection)
    missing = sorted(open_now - loaded)
    strangers = sorted((senders.ledger_plie(connection) | senders.landing_folders(settings)) - register)
    rows: list[Mapping[str, str | int]]
    rows = [{"plie_id": plie_id, "what": "missing: open, and nothing is loaded"} for plie_id in missing]
    rows += [{"plie_id": plie_id, "what": "unexpected: not in the register"} for plie_id in strangers]
    return _result(
        "expected_plie",
        rows,
        f"{len(missing)} PLIE of the register have nothing loaded; {len(strangers)} senders are not in it.",
        dg.AssetCheckSeverity.WARN,
        {"expected": len(open_now), "found": len(loaded), "missing": len(missing), "unexpected": len(strangers)},
    )


def _gate(name: str, severities: Sequence[str], grave: dg.AssetCheckSeverity, said: str) -> Check:
    """A check on what the gate found in the last delivery of each PLIE, of the severities named."""

    def check(connection: duckdb.DuckDBPyConnection, settings: Settings) -> dg.AssetCheckResult:
        found = [finding for finding in senders.findings(connection) if finding.severity in severities]
        by_plie = defaultdict[str, list[Finding]](list)
        for finding in found:
            by_plie[finding.plie_id].append(finding)
        return _result(
            name,
            [
                {"plie_id": found.plie_id, "rule": found.rule, "rows": found.count, "message": found.message}
                for findings in by_plie.values()
                for found in findings
            ],
            f"{len(by_plie)} PLIE {said}.",
            grave,
            {"PLIE": len(by_plie), "rows": sum(finding.count for finding in found)},
        )

    check.__doc__ = f"PLIE that {said}: which rules of the gate, on how many rows of their last delivery."
    return check


CHECKS: dict[str, Check] = {
    "late_plie": late,
    "expected_plie": expected,
    "gate_refusals": _gate(
        "gate_refusals", ("refuse", "hold"), dg.AssetCheckSeverity.ERROR, "had their last delivery refused or held"
    ),
    "gate_rejected_rows": _gate(
        "gate_rejected_rows", ("reject",), dg.AssetCheckSeverity.WARN, "had rows rejected in their last delivery"
    ),
    "gate_warnings": _gate(
        "gate_warnings", ("warn",), dg.AssetCheckSeverity.WARN, "had rows loaded with a warning in their last delivery"
    ),
}
"""Each check by its name in the UI; the first line of its documentation is what the UI says of it."""


@dg.multi_asset_check(
    name="check_senders",
    specs=[
        dg.AssetCheckSpec(name, asset=DELIVERIES, description=(check.__doc__ or "").strip())
        for name, check in CHECKS.items()
    ],
    can_subset=True,
    pool=WAREHOUSE_POOL,
)
def check_senders(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
    """Looks at the ledger once for all checks that were asked for."""
    settings = warehouse.settings()
    asked = {key.name for key in context.selected_asset_check_keys}
    with reading(settings) as connection:
        for name, check in CHECKS.items():
            if name in asked:
                yield check(connection, settings)


def all_checks() -> Sequence[dg.AssetChecksDefinition]:
    """The checks that stand beside the assets; those of dbt come with its assets."""
    return [check_senders]
