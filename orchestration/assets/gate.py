"""The gate before a consolidation, one partition per year: each check of the catalogue is a check here, PLIE by PLIE.

A failed blocking check stops what comes after it in the same run. An edition asks the gate again by itself, however it
is started: nothing is frozen past a closed gate because somebody left this asset out.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import dagster as dg

from ingestion.acknowledgement.wording import typeset
from ingestion.settings import Settings
from orchestration.owners import DATA_ENGINEERS, WAREHOUSE_POOL
from orchestration.partitions import YEARS
from orchestration.resources import Warehouse
from quality.catalogue import catalogue
from quality.results import CheckResult, GateResult

KEY = dg.AssetKey("quality_gate")
RECONCILIATION = "reconciliation"
EXAMINED = ("indicators", "fct_entries", "fct_exits", "fct_participant_steps", "fct_deliveries", "survey_responses")
"""The marts that the suites look at."""


def check_specs() -> Sequence[dg.AssetCheckSpec]:
    """One check for each of the catalogue, and one for all relations between figures."""
    listed = [
        dg.AssetCheckSpec(
            _name(entry.check_id),
            asset=KEY,
            blocking=entry.severity == "blocking",
            description=typeset(f"{entry.texts.label}. {entry.texts.advice}".strip()),
            metadata={"suite": entry.suite, "severity": entry.severity, "owner": entry.owner},
        )
        for entry in catalogue().values()
    ]
    relations = dg.AssetCheckSpec(
        RECONCILIATION,
        asset=KEY,
        blocking=True,
        description="Relations between figures: parts add up to wholes, rates are what their parts make, and so on.",
    )
    return [*listed, relations]


def _name(check_id: str) -> str:
    """Dagster's names have no dots; the relations of the reconciliation are one check together."""
    suite, _, name = check_id.partition(".")
    return RECONCILIATION if suite == RECONCILIATION else f"{suite}__{name}"


@dg.multi_asset(
    name="examine_year",
    specs=[
        dg.AssetSpec(
            KEY,
            deps=[dg.AssetKey(["marts", mart]) for mart in EXAMINED],
            partitions_def=YEARS,
            group_name="consolidation",
            kinds={"greatexpectations"},
            owners=[DATA_ENGINEERS],
            tags={"layer": "consolidation", "data": "no-person"},
            description=(
                "What the suites of Great Expectations and the reconciliation say of one year, PLIE by PLIE: `plie "
                "check`. The page `quality.html` says it to people, in French."
            ),
        )
    ],
    check_specs=check_specs(),
    can_subset=True,
    pool=WAREHOUSE_POOL,
)
def examine_year(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Runs every suite on the year of the partition, and keeps what they found."""
    from quality.gate import run_gate

    settings = warehouse.settings()
    gate = run_gate(settings, int(context.partition_key), on_wait=context.log.info)
    yield _materialised(gate, settings)
    by_check = defaultdict[str, list[CheckResult]](list)
    for result in gate.results:
        by_check[_name(result.check_id)].append(result)
    asked = {key.name for key in context.selected_asset_check_keys}
    for name, results in by_check.items():
        judged = [result for result in results if result.status != "not_applicable"]
        # Where there was nothing to judge nothing was passed either: the check stays without a result.
        if judged and name in asked:
            yield _checked(name, judged)


def _materialised(gate: GateResult, settings: Settings) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=KEY,
        metadata={
            "year": gate.year,
            "can be frozen": gate.can_be_frozen,
            "blocking": len(gate.blocking),
            "warnings without an answer": len(gate.unanswered),
            "warnings answered": sum(result.waived_reason is not None for result in gate.results),
            "results": len(gate.results),
            "page": dg.MetadataValue.path(settings.published / "quality.html"),
        },
    )


def _checked(name: str, judged: Sequence[CheckResult]) -> dg.AssetCheckResult:
    """Failed where a failure has no answer; an answered warning is listed and passes."""
    failing = [result for result in judged if result.status in ("fail", "error")]
    unanswered = [result for result in failing if result.waived_reason is None]
    is_grave = any(result.severity == "blocking" or result.status == "error" for result in unanswered)
    rows = [
        dg.TableRecord(
            {
                "PLIE": result.plie_id or "all",
                "status": result.status,
                "observed": "" if result.observed is None else result.observed,
                "expected": result.expected,
                "rows": result.n_rows,
                "message": result.message_fr,
                "answer": result.waived_reason or "",
            }
        )
        for result in failing
    ]
    return dg.AssetCheckResult(
        asset_key=KEY,
        check_name=name,
        passed=not unanswered,
        severity=dg.AssetCheckSeverity.ERROR if is_grave else dg.AssetCheckSeverity.WARN,
        description=f"{len(failing)} of {len(judged)} fail, {len(failing) - len(unanswered)} of them answered.",
        metadata={
            "judged": len(judged),
            "failing": len(failing),
            "without an answer": len(unanswered),
            "PLIE": len({result.plie_id for result in failing if result.plie_id}),
            **({"findings": dg.MetadataValue.table(rows)} if rows else {}),
        },
    )
