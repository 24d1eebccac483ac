"""What rows refer to: parents in the same delivery or, for a delta, in the warehouse (R07 and the rules on a parent).

Works on the temporary tables that `row_checks` describes.
"""

from __future__ import annotations

import duckdb

from ingestion.contract import Contract, ForeignKey, Resource
from ingestion.gate.resources import LINE
from ingestion.gate.row_rules import Condition, any_of, each_of, quoted, stated_conditions


def holds(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    """Whether a query gives any row."""
    return bool(connection.execute(f"select exists({query})").fetchall()[0][0])


def define_state(connection: duckdb.DuckDBPyConnection, resource: Resource, loaded: str | None) -> None:
    """Defines `accepted_<resource>` and `state_<resource>`, once every rule on the resource has spoken."""
    name, key, fields = resource.name, resource.key, ", ".join(resource.field_names)
    _define_accepted(connection, resource)
    untouched = (
        f"""
        union all
        select delivery.delivery_number, null as {LINE}, {", ".join(f"old.{field}" for field in resource.field_names)}
        from {loaded}.{name} as old
        join delivery on delivery.plie_id = old.plie_id and delivery.mode = 'delta'
        anti join removed_{name} as removed
            on removed.delivery_number = delivery.delivery_number and removed.key = old.{key}
        anti join accepted_{name} as accepted
            on accepted.delivery_number = delivery.delivery_number and accepted.{key} = old.{key}
        """
        if loaded is not None
        else ""
    )
    connection.execute(
        f"""
        create or replace temp view state_{name} as
        select delivery_number, {LINE}, {fields} from accepted_{name} {untouched}
        """
    )


def _define_accepted(connection: duckdb.DuckDBPyConnection, resource: Resource) -> None:
    name = resource.name
    rejected = f"(select delivery_number, {LINE} from fault where resource = {quoted(name)})"
    left_out = (
        f"anti join {rejected} as rejected using (delivery_number, {LINE})"
        if holds(connection, f"from {rejected}")
        else ""
    )
    connection.execute(
        f"""
        create or replace temp view accepted_{name} as
        select delivery_number, {LINE}, {", ".join(resource.field_names)} from checked_{name} {left_out}
        """
    )


def check_references(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    resource: Resource,
    *,
    has_delta: bool,
    loaded: str | None,
) -> None:
    """R07, and the stated rules that compare a row with its parent. Parents have been checked before."""
    for reference in resource.foreign_keys:
        parent, target = reference.target, reference.target_field
        stated = [rule for rule in stated_conditions(contract, resource, only_warns=False) if rule.parent == parent]
        conditions = [Condition("R07", resource.name, reference.field, _is_missing(reference, has_delta, loaded))]
        conditions += stated
        source = f"""
            from checked_{resource.name} as {resource.name}
            join delivery on delivery.delivery_number = {resource.name}.delivery_number
            left join state_{parent} as {parent}
                on {parent}.delivery_number = {resource.name}.delivery_number
                and {parent}.{target} = {resource.name}.{reference.field}
            {_rejected_parent(contract.resources[parent], reference, resource) if has_delta else ""}
            where {resource.name}.{reference.field} is not null and {any_of(conditions)}
            """
        connection.execute(
            f"""
            insert into fault
            select delivery_number, {quoted(resource.name)}, {LINE}, broken.rule, broken.field
            from (
                select {resource.name}.delivery_number, {resource.name}.{LINE}, {each_of(conditions)} as broken {source}
            )
            where broken.fails
            """
        )


def _is_missing(reference: ForeignKey, has_delta: bool, loaded: str | None) -> str:
    """A delta refers to what is loaded too, but never to a parent that it holds itself and that was rejected."""
    absent = f"{reference.target}.{reference.target_field} is null"
    if not has_delta:
        return absent
    if loaded is None:
        absent = f"({absent} and delivery.mode <> 'delta')"
    return f"{absent} or rejected_parent.key is not null"


def _rejected_parent(parent: Resource, reference: ForeignKey, resource: Resource) -> str:
    return f"""
        left join (
            select distinct checked.delivery_number, checked.{parent.key} as key
            from checked_{parent.name} as checked
            semi join (from fault where resource = {quoted(parent.name)}) as rejected
                using (delivery_number, {LINE})
        ) as rejected_parent
            on rejected_parent.delivery_number = {resource.name}.delivery_number
            and rejected_parent.key = {resource.name}.{reference.field}
        """


def check_suppressions(
    connection: duckdb.DuckDBPyConnection, contract: Contract, suppressions: Resource, loaded: str | None
) -> None:
    """R07 for a row to delete that is not loaded, then `removed_<resource>`: rows deleted, and what depends on them.

    Suppressions are applied before the rows of the same delivery: a key that is in both is deleted, then inserted.
    """
    named, key = suppressions.primary_key
    listed = f"checked_{suppressions.name}"
    for resource in contract.resources.values():
        if loaded is not None:
            connection.execute(
                f"""
                insert into fault
                select asked.delivery_number, {quoted(suppressions.name)}, asked.{LINE}, 'R07', {quoted(key)}
                from {listed} as asked
                join delivery using (delivery_number)
                anti join {loaded}.{resource.name} as old
                    on old.plie_id = delivery.plie_id and old.{resource.key} = asked.{key}
                where asked.{named} = {quoted(resource.name)} and asked.{key} is not null
                """
            )
    _define_accepted(connection, suppressions)
    for resource in contract.resources.values():
        cascades = "".join(
            f"""
            union
            select delivery.delivery_number, old.{resource.key} as key
            from {loaded}.{resource.name} as old
            join delivery on delivery.plie_id = old.plie_id
            join removed_{reference.target} as parent
                on parent.delivery_number = delivery.delivery_number and parent.key = old.{reference.field}
            """
            for reference in resource.foreign_keys
            if loaded is not None
        )
        connection.execute(
            f"""
            create or replace temp table removed_{resource.name} as
            select delivery_number, {key} as key from accepted_{suppressions.name}
            where {named} = {quoted(resource.name)}
            {cascades}
            """
        )
