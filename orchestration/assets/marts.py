"""Every dbt model and seed, their tests as checks, and the published snapshot: built together, as `plie build` does.

Asked for everything or for the snapshot, the run is `plie build` itself: it builds what changed, tests, publishes, all
under one hold of the lock. Asked for some models, it builds those alone and publishes nothing.
"""

from collections.abc import Iterator, Sequence

import dagster as dg
from dagster_dbt.asset_utils import build_dbt_specs

from ingestion.settings import Settings
from orchestration.dbt_results import ProjectMap, results_of
from orchestration.dbt_translator import PlieTranslator
from orchestration.manifest import KnownProject
from orchestration.owners import ANALYSTS, WAREHOUSE_POOL
from orchestration.pipeline import Published
from orchestration.resources import Warehouse

SNAPSHOT = dg.AssetKey("snapshot")


def dbt_specs(known: KnownProject) -> tuple[Sequence[dg.AssetSpec], Sequence[dg.AssetCheckSpec]]:
    """Assets of models and seeds, and the data tests as their checks."""
    return build_dbt_specs(
        translator=PlieTranslator(known),
        manifest=known.manifest,
        select="fqn:*",
        exclude="",
        selector="",
        io_manager_key=None,
        project=None,
    )


def snapshot_spec(models: Sequence[dg.AssetSpec]) -> dg.AssetSpec:
    """The file that analysts open: it holds every mart."""
    return dg.AssetSpec(
        key=SNAPSHOT,
        deps=[spec.key for spec in models if spec.group_name == "marts"],
        group_name="publication",
        kinds={"duckdb", "file"},
        owners=[ANALYSTS],
        tags={"layer": "publication", "data": "renumbered"},
        skippable=True,
        description=(
            "`published/plie_marts.duckdb`, the file that analysts open at any time: every mart, written aside and "
            "renamed into place, without any pseudonym. Materialising it is `plie build`: what changed is built and "
            "tested first; where a test fails, the former snapshot stays."
        ),
    )


def mart_assets(known: KnownProject) -> dg.AssetsDefinition:
    """The dbt project and the snapshot as one operation."""
    models, checks = dbt_specs(known)
    project = ProjectMap(known.manifest, models, checks)

    @dg.multi_asset(
        name="dbt_build",
        specs=[*models, snapshot_spec(models)],
        check_specs=checks,
        can_subset=True,
        pool=WAREHOUSE_POOL,
    )
    def dbt_build(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        from orchestration.dbt_runner import BuildFailed
        from orchestration.last_build import Extent
        from orchestration.pipeline import build_and_publish, build_some

        settings = warehouse.settings()
        selected, checked = context.selected_asset_keys, context.selected_asset_check_keys
        try:
            if SNAPSHOT not in selected:
                names = project.names({*selected, *checked})
                yield from results_of(build_some(settings, names, context.log.info), project, selected, checked)
                return
            report = build_and_publish(settings, on_wait=context.log.info)
        except BuildFailed as failed:
            yield from results_of(failed.report, project, selected, checked)
            raise dg.Failure(
                f"The build failed; the snapshot that was there stays.\n{failed}", allow_retries=False
            ) from None
        views_follow = report.plan.extent is Extent.CHANGED
        yield from results_of(report, project, selected, checked, views_follow=views_follow)
        if report.plan.extent is Extent.NOTHING:
            context.log.info("Nothing changed since the last complete build, which passed its tests: nothing was run.")
            return
        yield _published(settings, report)

    return dbt_build


def _published(settings: Settings, report: Published) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=SNAPSHOT,
        metadata={
            "file": dg.MetadataValue.path(settings.snapshot),
            "bytes": settings.snapshot.stat().st_size,
            "built": report.plan.extent.value,
            "PLIE built again": len(report.plan.changed_plie),
            "rows of the marts": sum(n for name, n in report.rows.items() if name.startswith("marts.")),
            **{f"nodes {status}": count for status, count in sorted(report.statuses.items())},
        },
    )
