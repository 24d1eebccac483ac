"""What people read of a year: the annual report, the explorer of its figures, and the sheet of each PLIE."""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from orchestration.assets.edition import OPEN_DATA
from orchestration.owners import ANALYSTS, WAREHOUSE_POOL
from orchestration.partitions import YEARS
from orchestration.resources import Warehouse

KEY = dg.AssetKey("report")


@dg.asset(
    key=KEY,
    deps=[OPEN_DATA],
    partitions_def=YEARS,
    pool=WAREHOUSE_POOL,
    group_name="publication",
    kinds={"html", "pdf"},
    owners=[ANALYSTS],
    tags={"layer": "publication", "data": "disclosure-controlled"},
    description=(
        "The annual report of the last edition of a year (HTML and PDF) and the explorer of its figures, beside its "
        "open data; the sheet of each PLIE, with its exact figures, in its own outbox. `plie report` writes the same "
        "bytes."
    ),
)
def report(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Writes them from the frozen figures; nothing is computed here."""
    from reporting.publishing import publish_report
    from reporting.reading import NoSuchEdition
    from reporting.sheets.publishing import publish_sheets

    settings, year = warehouse.settings(), int(context.partition_key)
    try:
        written = publish_report(settings, year)
        sheets = publish_sheets(settings, year)
    except NoSuchEdition as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    return dg.MaterializeResult(metadata={**_links(written), "files of the sheets": len(sheets)})


def _links(written: Sequence[Path]) -> dict[str, dg.MetadataValue]:
    return {path.name: dg.MetadataValue.path(path) for path in written}
