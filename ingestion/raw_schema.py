"""The tables of the `raw` schema: the rows that the gate let in, and the ledger of what became of every delivery.

Row tables follow the contract's own field names and order (the union over versions), so that no column is typed twice.
Times are UTC in TIMESTAMP columns, dates are DATE.
"""

from __future__ import annotations

import re

import duckdb

from ingestion.contract import Field, known_contracts
from ingestion.table_definitions import create, is_lake

LEDGER = """
create table if not exists raw.deliveries (
    delivery_id varchar primary key,
    plie_id varchar not null,
    file_name varchar not null,
    sha256 varchar not null,
    bytes bigint not null,
    received_at timestamp not null,
    status varchar not null,
    contract varchar,
    mode varchar,
    created_at timestamp,
    coverage_from date,
    coverage_to date,
    producer_name varchar,
    producer_version varchar,
    kept_in varchar,
    kept_as varchar,
    acknowledged_as varchar not null,
    filed boolean not null
);
create table if not exists raw.delivery_resources (
    delivery_id varchar not null,
    resource varchar not null,
    received bigint not null,
    loaded bigint not null,
    rejected bigint not null,
    warned bigint not null,
    added bigint not null,
    changed bigint not null,
    removed bigint not null
);
create table if not exists raw.findings (
    delivery_id varchar not null,
    rule varchar not null,
    severity varchar not null,
    resource varchar,
    field varchar,
    count bigint not null,
    lines integer[] not null,
    message varchar not null
);
create table if not exists raw.loaded_plie (
    plie_id varchar primary key,
    delivery_id varchar not null,
    load_number bigint not null,
    created_at timestamp not null,
    coverage_from date not null,
    coverage_to date not null
);
create table if not exists raw.releases (
    delivery_id varchar not null,
    released_at timestamp not null,
    released_by varchar not null,
    reason varchar not null
);
create table if not exists raw.purges (
    delivery_id varchar not null,
    purged_at timestamp not null,
    purged_by varchar not null,
    file varchar not null,
    older_than_days bigint not null
);
create table if not exists raw.warehouse_facts (name varchar primary key, value varchar not null);
"""
"""`raw.deliveries`: one row per delivery, whatever became of it; `filed` once file and acknowledgement are in place.
`kept_in` is `archive`, `quarantine` or null (not kept); `kept_as` and `acknowledged_as` are file names.
`raw.loaded_plie`: what is loaded of each PLIE now; `load_number` grows with every load of that PLIE.
`raw.releases`: who let a held delivery in, and why. `raw.purges`: which kept files were destroyed by retention."""

SURVEY = """
create table if not exists raw.loaded_surveys (
    plie_id varchar not null,
    year integer not null,
    delivery_id varchar not null,
    load_number bigint not null,
    received_at timestamp not null,
    primary key (plie_id, year)
);
create table if not exists raw.survey_sections (
    plie_id varchar not null,
    year integer not null,
    section varchar not null,
    status varchar not null,
    is_questioned boolean not null,
    delivery_id varchar not null
);
create table if not exists raw.survey_answers (
    plie_id varchar not null,
    year integer not null,
    section varchar not null,
    code varchar not null,
    figure varchar not null,
    value decimal(18, 2) not null,
    delivery_id varchar not null,
    line integer not null
);
create table if not exists raw.action_sheets (
    plie_id varchar not null,
    year integer not null,
    theme varchar not null,
    titre varchar,
    enjeux varchar,
    description varchar,
    resultats varchar,
    partenaires varchar,
    nb_participants integer,
    delivery_id varchar not null,
    line integer not null
);
"""
"""`raw.loaded_surveys`: the workbook of the annual survey that is loaded of each PLIE and year.
`raw.survey_sections`: what became of each section of it (`answered`, `not_answered`, `refused`); `is_questioned`
once its sender was asked about a change (S09).
`raw.survey_answers`: one figure of one line; `figure` is its column (`montant_eur`, `effectif`, `etp`, `nombre`).
`raw.action_sheets`: one fiche action; its columns are those of the form (`ingestion/contract/survey_v1.json`)."""

NIGHTS = """
create table if not exists raw.night_outcomes (
    night date not null,
    plie_id varchar not null,
    status varchar not null,
    n_deliveries integer not null,
    n_attempts integer not null,
    is_reached boolean,
    delivery_id varchar,
    file_name varchar,
    message varchar not null,
    recorded_at timestamp not null,
    primary key (night, plie_id)
);
"""
"""`raw.night_outcomes`: what came of one PLIE in one night, by the date in Paris; written by `ingestion/nights.py`.
`status` is one of the contract, or `error`, `nothing_received`, `transport_error`; `is_reached` is null where
deliveries are not fetched; `delivery_id` and `file_name` are those of the delivery that `status` speaks of."""

INLINED_ROWS = 500
"""Rows of one insert into a ledger that a DuckLake keeps in its catalog, not in a file; rows of persons never are."""

PROVENANCE = {"delivery_id": "varchar", "line": "integer"}
"""Columns that say from which line (1 = header) of which delivery a row comes."""


def row_tables() -> dict[str, dict[str, str]]:
    """Columns and DuckDB types of each row table of `raw`, by resource, in order."""
    fields: dict[str, dict[str, Field]] = {}
    for contract in known_contracts().values():
        for resource in contract.resources.values():
            fields.setdefault(resource.name, {}).update({field.name: field for field in resource.fields})
    return {
        name: {"plie_id": "varchar"} | {field.name: field.sql_type for field in columns.values()} | PROVENANCE
        for name, columns in fields.items()
    }


def create_raw_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Creates what is missing of the `raw` schema, columns of a newer contract included; touches nothing else.

    In a lake, tables have no keys; rows of different PLIE are in different files, so that a full delivery puts files in
    place of files; and the few rows that a delivery adds to a ledger stay in the catalog until they are many.
    """
    if not is_lake(connection):
        _create_missing(connection)
        return
    connection.begin()
    try:
        before = {table for table, _ in _present(connection)}
        _create_missing(connection)
        for table in sorted(row_tables().keys() - before):
            connection.execute(f"alter table raw.{table} set partitioned by (plie_id)")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    for table in _not_inlined(connection):
        connection.execute(
            f"call lake.set_option('data_inlining_row_limit', {INLINED_ROWS}, schema => 'raw', table_name => '{table}')"
        )


def _create_missing(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists raw")
    create(connection, f"{LEDGER};{SURVEY};{NIGHTS}")
    for table, columns in row_tables().items():
        listed = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
        connection.execute(f"create table if not exists raw.{table} ({listed})")
    present = _present(connection)
    for table, columns in row_tables().items():
        for name, type_ in columns.items():
            if (table, name) not in present:
                connection.execute(f"alter table raw.{table} add column {name} {type_}")


def lacks_something(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether `create_raw_schema` has anything to do on a lake; asks its catalog and changes nothing."""
    columns = {(table, name) for table, columns in row_tables().items() for name in columns}
    return not columns <= _present(connection) or bool(_not_inlined(connection))


def _ledgers() -> list[str]:
    return re.findall(r"create table if not exists raw\.(\w+)", f"{LEDGER}{SURVEY}{NIGHTS}")


def _not_inlined(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The ledgers of a lake, those to be created included, of which it was never said how many rows stay in it."""
    said = connection.execute(
        "select scope_entry from lake.options() where option_name = 'data_inlining_row_limit' and scope = 'TABLE'"
    ).fetchall()
    return sorted(set(_ledgers()) - {entry.removeprefix("raw.") for (entry,) in said})


def _present(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    return set(
        connection.execute(
            """
            select table_name, column_name from duckdb_columns()
            where database_name = current_database() and schema_name = 'raw'
            """
        ).fetchall()
    )
