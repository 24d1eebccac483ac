"""The tables of `raw`: what the gate let in, as sent, and the ledger. `deliveries` fills them, dbt reads them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb

from ingestion.contract import known_contracts
from ingestion.raw_schema import row_tables
from ingestion.warehouse import reading
from orchestration.assets.deliveries import KEY as DELIVERIES
from orchestration.dbt_translator import PSEUDONYM
from orchestration.owners import DATA_ENGINEERS, WAREHOUSE_POOL
from orchestration.resources import Warehouse

SCHEMA = "raw"

TABLES_OF_THE_HOUSE = {
    "deliveries": "One row per delivery, whatever became of it: the ledger.",
    "delivery_resources": "One row per file of a delivery: rows received, loaded, rejected, warned, added, changed.",
    "findings": "One row per rule that a delivery broke, with the number of rows and the first lines.",
    "loaded_plie": "One row per PLIE of which something is loaded: from which delivery, and the period covered.",
    "loaded_surveys": "One row per PLIE and year whose workbook of the annual survey is loaded.",
    "night_outcomes": "One row per PLIE and night: what came of it, `nothing_received` and `transport_error` included.",
    "survey_sections": "One row per section of a loaded workbook, and what became of it.",
    "survey_answers": "One row per figure of each line of a loaded workbook.",
    "action_sheets": "One row per fiche action of a loaded workbook.",
}
"""Descriptions of the tables that are not resources of the contract; those have their title there."""


def raw_specs(manifest: Mapping[str, Any]) -> Sequence[dg.AssetSpec]:
    """One asset for each table of `raw` that dbt reads."""
    names = sorted(source["name"] for source in manifest["sources"].values() if source["schema"] == SCHEMA)
    return [_spec(name) for name in names]


def _spec(name: str) -> dg.AssetSpec:
    titles: dict[str, str] = {}
    columns: dict[str, dg.TableColumn] = {}
    for contract in known_contracts().values():
        for resource in contract.resources.values():
            if resource.name == name:
                titles[name] = resource.title
                columns |= {
                    field.name: dg.TableColumn(
                        field.name,
                        type=field.sql_type,
                        description=field.title,
                        constraints=dg.TableColumnConstraints(nullable=not field.required),
                    )
                    for field in resource.fields
                }
    schema = {"dagster/column_schema": dg.TableSchema(columns=list(columns.values()))} if columns else {}
    return dg.AssetSpec(
        key=[SCHEMA, name],
        deps=[DELIVERIES],
        group_name=SCHEMA,
        kinds={"duckdb", "table"},
        owners=[DATA_ENGINEERS],
        tags={"layer": SCHEMA, "data": "pseudonymised" if PSEUDONYM in columns else "no-person"},
        description=titles.get(name) or TABLES_OF_THE_HOUSE.get(name, "A table of the ledger."),
        metadata={"dagster/table_name": f"{SCHEMA}.{name}", **schema},
    )


def raw_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The tables of `raw` as assets; looking at them counts their rows and moves nothing."""

    @dg.multi_asset(name="raw_tables", specs=list(raw_specs(manifest)), can_subset=True, pool=WAREHOUSE_POOL)
    def raw_tables(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
        with reading(warehouse.settings()) as connection:
            for key in sorted(context.selected_asset_keys):
                table = key.path[-1]
                n_rows, n_plie = _count(connection, table)
                yield dg.MaterializeResult(
                    asset_key=key,
                    metadata={"dagster/row_count": n_rows} | ({"PLIE": n_plie} if n_plie is not None else {}),
                    # The same rows as last night are the same version: nothing downstream looks outdated.
                    data_version=dg.DataVersion(_version(connection, table)),
                )

    return raw_tables


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int | None]:
    """Rows of a table and, where it has them, how many PLIE they are of."""
    columns = {name for name, *_ in connection.execute(f"describe {SCHEMA}.{table}").fetchall()}
    counted = "count(distinct plie_id)" if "plie_id" in columns else "null"
    row: tuple[int, int | None] | None
    row = connection.execute(f"select count(*), {counted} from {SCHEMA}.{table}").fetchone()
    return row or (0, None)


def _version(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Changes with the rows; for those of the PLIE their load numbers stand, as for `plie build`."""
    told = "loaded_plie" if table in row_tables() else table
    row = connection.execute(
        f"select md5(concat(count(*), ' ', coalesce(sum(hash(entry::varchar)), 0))) from {SCHEMA}.{told} as entry"
    ).fetchone()
    return str(row[0]) if row else ""
