"""A year frozen as an edition, protected and published: one partition per year, its editions one after the other."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from orchestration.assets.gate import KEY as GATE
from orchestration.assets.marts import SNAPSHOT
from orchestration.owners import ANALYSTS, WAREHOUSE_POOL
from orchestration.partitions import YEARS
from orchestration.resources import Warehouse

EDITION = dg.AssetKey("edition")
OPEN_DATA = dg.AssetKey("open_data")


class Freezing(dg.Config):
    """What is kept of an edition besides its figures."""

    reason: str = Field(default="", description="Why figures that were frozen are corrected; needed from 2021.2 on.")
    frozen_by: str = Field(default="Dagster", description="Who freezes it; kept for ever.")


@dg.multi_asset(
    name="consolidate",
    specs=[
        dg.AssetSpec(
            EDITION,
            deps=[GATE, SNAPSHOT],
            partitions_def=YEARS,
            group_name="consolidation",
            kinds={"duckdb"},
            owners=[ANALYSTS],
            tags={"layer": "consolidation", "data": "no-person"},
            description=(
                "The figures of a year, frozen and sealed: 2021.1, then 2021.2 with a reason and a list of changes. "
                "It asks the gate by itself, and is refused where the gate is closed or nothing changed."
            ),
        ),
        dg.AssetSpec(
            OPEN_DATA,
            deps=[EDITION],
            partitions_def=YEARS,
            group_name="publication",
            kinds={"csv", "parquet", "excel"},
            owners=[ANALYSTS],
            tags={"layer": "publication", "data": "disclosure-controlled"},
            description=(
                "What may leave the house of the last edition of a year: figures after disclosure control, as CSV, "
                "Parquet and XLSX, described by a `datapackage.json`."
            ),
        ),
    ],
    pool=WAREHOUSE_POOL,
)
def consolidate(
    context: dg.AssetExecutionContext, config: Freezing, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Freezes the next edition of the year and publishes it: `plie consolidate`."""
    from consolidation.editions import NotFrozen
    from orchestration.consolidating import consolidate as freeze_and_publish

    try:
        done = freeze_and_publish(
            warehouse.settings(),
            int(context.partition_key),
            config.reason or None,
            who=config.frozen_by,
            on_wait=context.log.info,
        )
    except NotFrozen as refused:
        raise dg.Failure(str(refused), allow_retries=False) from None
    edition = done.edition
    yield dg.MaterializeResult(
        asset_key=EDITION,
        metadata={
            "edition": edition.edition_id,
            "PLIE": edition.n_plie,
            "digest": edition.digest,
            "frozen by": edition.frozen_by,
            "reason": edition.reason or "",
            "compared with": edition.previous_edition_id or "",
            "made-up data": edition.is_made_up,
        },
    )
    yield dg.MaterializeResult(
        asset_key=OPEN_DATA,
        metadata={"edition": edition.edition_id, "folder": dg.MetadataValue.path(done.open_data)},
    )
