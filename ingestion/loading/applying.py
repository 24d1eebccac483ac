"""Applies checked deliveries to the warehouse: what they add, change and remove is counted, then put in place.

Works on the temporary tables that `ingestion.gate.row_checks` leaves, inside the transaction of its caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from ingestion.contract import Contract, Resource
from ingestion.list_values import as_list_value


@dataclass(frozen=True)
class Changes:
    """Rows of one resource of one PLIE: `loaded` from the delivery; `added`, `changed`, `removed` against before."""

    loaded: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0


def _touched(connection: duckdb.DuckDBPyConnection, resource: Resource) -> list[tuple[str, str]]:
    """What the deliveries `$numbers` replace or take away: relations, and how a row that is loaded (`old`) meets them.

    A full delivery stands for all that is loaded of its PLIE; a delta for the keys that it says again or takes away.
    """
    of_numbers = "list_contains($numbers::json::integer[], delivery_number)"
    full = f"(from delivery where mode <> 'delta' and {of_numbers})"
    relations = [(full, "old.plie_id = touching.plie_id")]
    if connection.execute("select exists(from delivery where mode = 'delta')").fetchone() == (True,):
        delta = f"""(
            select delivery.delivery_number, delivery.plie_id, named.key
            from delivery
            join (
                select delivery_number, {resource.key} as key from accepted_{resource.name}
                union
                select delivery_number, key from removed_{resource.name}
            ) as named using (delivery_number)
            where mode = 'delta' and {of_numbers}
        )"""
        relations.append((delta, f"old.plie_id = touching.plie_id and old.{resource.key} = touching.key"))
    return relations


def changes(
    connection: duckdb.DuckDBPyConnection, contract: Contract, numbers: Sequence[int]
) -> dict[tuple[int, str], Changes]:
    """What applying the deliveries `numbers` of the group would do, by delivery and resource; applies nothing yet."""
    counted: dict[tuple[int, str], Changes] = {}
    for resource in contract.resources.values():
        loaded = _loaded(connection, resource, numbers)
        against = _against_before(connection, resource, numbers)
        for number in numbers:
            # For a PLIE with nothing loaded before, what is loaded is what is added.
            added, changed, removed = against.get(number, (loaded.get(number, 0), 0, 0))
            counted[number, resource.name] = Changes(loaded.get(number, 0), added, changed, removed)
    return counted


def _loaded(connection: duckdb.DuckDBPyConnection, resource: Resource, numbers: Sequence[int]) -> dict[int, int]:
    return dict(
        connection.execute(
            f"""
            select delivery_number, count(*) from accepted_{resource.name}
            where list_contains(?::json::integer[], delivery_number) group by all
            """,
            [as_list_value(numbers)],
        ).fetchall()
    )


def _against_before(
    connection: duckdb.DuckDBPyConnection, resource: Resource, numbers: Sequence[int]
) -> dict[int, tuple[int, int, int]]:
    """Added, changed and removed rows of each delivery that touches rows which are loaded already."""
    name, key = resource.name, resource.key
    others = [field for field in resource.field_names if field != key]
    differs = " or ".join(f"new.{field} is distinct from old.{field}" for field in others) or "false"
    touched = " union all ".join(
        f"select touching.delivery_number, old.* from raw.{name} as old join {relation} as touching on {meets}"
        for relation, meets in _touched(connection, resource)
    )
    connection.execute(f"create or replace temp table before as {touched}", {"numbers": as_list_value(numbers)})
    rows = connection.execute(
        f"""
        with new as (
            from accepted_{name} semi join before using (delivery_number)
        )
        select
            coalesce(new.delivery_number, old.delivery_number),
            count(*) filter (old.{key} is null),
            count(*) filter (new.{key} is not null and old.{key} is not null and ({differs})),
            count(*) filter (new.{key} is null)
        from new
        full join before as old on old.delivery_number = new.delivery_number and old.{key} = new.{key}
        group by all
        """
    ).fetchall()
    return {number: (added, changed, removed) for number, added, changed, removed in rows}


def apply(connection: duckdb.DuckDBPyConnection, contract: Contract, numbers: Sequence[int]) -> None:
    """Puts the rows of the deliveries `numbers` of the group in place of those that they replace or take away."""
    for resource in contract.resources.values():
        name = resource.name
        for relation, meets in _touched(connection, resource):
            connection.execute(
                f"delete from raw.{name} as old using {relation} as touching where {meets}",
                {"numbers": as_list_value(numbers)},
            )
        connection.execute(
            f"""
            insert into raw.{name} by name
            select delivery.plie_id, accepted.* exclude (delivery_number), delivery.delivery_id
            from accepted_{name} as accepted
            join delivery using (delivery_number)
            where list_contains(?::json::integer[], delivery_number)
            """,
            [as_list_value(numbers)],
        )
