"""Checks the rows of several deliveries at once, in SQL made from the contract: what is wrong, and what is accepted.

Works in temporary tables of the connection that it is given. After `check_rows`, and until `forget`:

- `delivery`: the deliveries of the group (`delivery_number`, `plie_id`, `created_on`, `mode`,
  `delivery_id`);
- `fault`: one row per broken rule of a line that is rejected (`delivery_number`, `resource`, `line`, `rule`, `field`);
- `doubt`: likewise, one row per warning about a line that is accepted;
- `accepted_<resource>`: the typed rows that no rule rejects, with `delivery_number` and `line`;
- `removed_<resource>`: keys of loaded rows that `suppressions` take away, with what depends on them (deltas only);
- `state_<resource>`: what will be loaded of each PLIE once its delivery is applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.contract import Contract, Field, Resource
from ingestion.gate.coherence import check_coherence
from ingestion.gate.references import check_references, check_suppressions, define_state, holds
from ingestion.gate.resources import LINE
from ingestion.gate.row_rules import (
    any_of,
    cell_conditions,
    each_of,
    quoted,
    read_relation,
    stated_conditions,
    typed_cell,
)

ValueSql = Callable[[Resource, Field, str], str]
"""SQL for what is kept of a cell, from the SQL of its value: this is where identifiers are keyed."""


@dataclass(frozen=True)
class Member:
    """One delivery of a group, all of one contract version and of different PLIE."""

    number: int
    plie_id: str
    created_on: date
    mode: str
    tables: Mapping[str, pa.Table]
    delivery_id: str = ""


def as_received(resource: Resource, field: Field, value: str) -> str:
    """Keeps every value as it came."""
    return value


def check_rows(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    members: Sequence[Member],
    *,
    loaded: str | None = None,
    keep: ValueSql = as_received,
) -> None:
    """Fills the temporary tables above for a group of deliveries.

    Args:
        loaded: the schema that holds what is loaded already, which a delta may refer to; None when there is no
            warehouse, and then a delta's references to rows that it does not hold are believed.
        keep: what is kept of each value.
    """
    has_delta = any(member.mode == "delta" for member in members)
    _register(connection, members, contract.allowed_resources("delta" if has_delta else "full").values())
    if has_delta:
        for resource in contract.delta_resources.values():
            _check_cells(connection, resource, contract, keep)
            _check_keys(connection, resource)
            check_suppressions(connection, contract, resource, loaded)
    for resource in contract.resources.values():
        _check_cells(connection, resource, contract, keep)
        _check_keys(connection, resource)
        check_references(connection, contract, resource, has_delta=has_delta, loaded=loaded)
        define_state(connection, resource, loaded if has_delta else None)
    check_coherence(connection, contract, knows_loaded=loaded is not None)


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Drops whatever `check_rows` left on the connection; the connection holds no other temporary thing."""
    made = connection.execute(
        """
        select 0, 'view', view_name from duckdb_views() where temporary and not internal
        union all select 1, 'table', table_name from duckdb_tables() where temporary
        order by all
        """
    ).fetchall()
    for _, kind, name in made:
        connection.unregister(name)
        connection.execute(f"drop {kind} if exists temp.{name}")


def _register(connection: duckdb.DuckDBPyConnection, members: Sequence[Member], resources: Iterable[Resource]) -> None:
    deliveries = pa.table(
        {
            "delivery_number": pa.array([member.number for member in members], pa.int32()),
            "plie_id": pa.array([member.plie_id for member in members], pa.string()),
            "created_on": pa.array([member.created_on for member in members], pa.date32()),
            "mode": pa.array([member.mode for member in members], pa.string()),
            "delivery_id": pa.array([member.delivery_id for member in members], pa.string()),
        }
    )
    connection.register("registered_deliveries", deliveries)
    connection.execute("create or replace temp table delivery as from registered_deliveries")
    for table in ("fault", "doubt"):
        connection.execute(
            f"""
            create or replace temp table {table}
            (delivery_number integer, resource varchar, line integer, rule varchar, field varchar)
            """
        )
    for resource in resources:
        empty = pa.schema([*((name, pa.string()) for name in resource.field_names), (LINE, pa.int32())])
        parts = [
            member.tables[resource.name].append_column(
                "delivery_number",
                pa.array(np.full(member.tables[resource.name].num_rows, member.number, dtype=np.int32)),
            )
            for member in members
            if resource.name in member.tables
        ]
        nothing = empty.append(pa.field("delivery_number", pa.int32())).empty_table()
        connection.register(f"received_{resource.name}", pa.concat_tables([nothing, *parts]))


def _check_cells(connection: duckdb.DuckDBPyConnection, resource: Resource, contract: Contract, keep: ValueSql) -> None:
    """R01 to R05 and the version's own rules on a row by itself: first which rows are wrong, then what is wrong."""
    name = resource.name
    on_cells = list(cell_conditions(resource))
    on_values = [rule for rule in stated_conditions(contract, resource, only_warns=False) if rule.parent is None]
    kept = ", ".join(f"{keep(resource, field, typed_cell(field))} as {field.name}" for field in resource.fields)
    connection.execute(
        f"""
        create or replace temp table checked_{name} as
        with {name} as (
            select delivery_number, {LINE}, {kept}, {any_of(on_cells)} as has_wrong_cell
            from {read_relation(resource, f"received_{name}")}
        )
        select {name}.* exclude (has_wrong_cell), has_wrong_cell or {any_of(on_values)} as is_wrong
        from {name} join delivery using (delivery_number)
        """
    )
    if holds(connection, f"from checked_{name} where is_wrong"):
        connection.execute(
            f"""
            insert into fault
            select delivery_number, {quoted(name)}, {LINE}, broken.rule, broken.field
            from (
                select {name}.delivery_number, {name}.{LINE}, {each_of([*on_cells, *on_values])} as broken
                from (from checked_{name} where is_wrong) as {name}
                join {read_relation(resource, f"received_{name}")}
                    on read.delivery_number = {name}.delivery_number and read.{LINE} = {name}.{LINE}
                join delivery on delivery.delivery_number = {name}.delivery_number
            )
            where broken.fails
            """
        )


def _check_keys(connection: duckdb.DuckDBPyConnection, resource: Resource) -> None:
    """R06: every row whose key occurs twice in the file, whatever else is right or wrong with the row."""
    key = ", ".join(resource.primary_key)
    filled = " and ".join(f"{column} is not null" for column in resource.primary_key)
    connection.execute(
        f"""
        create or replace temp table repeated as
        select delivery_number, {key} from checked_{resource.name} where {filled} group by all having count(*) > 1
        """
    )
    if holds(connection, "from repeated"):
        connection.execute(
            f"""
            insert into fault
            select delivery_number, {quoted(resource.name)}, {LINE}, 'R06', {quoted(resource.primary_key[-1])}
            from checked_{resource.name} semi join repeated using (delivery_number, {key})
            """
        )
