"""What is surprising about accepted rows, to be looked at by their sender: they are loaded all the same (C rules).

Works on the temporary tables that `row_checks` describes. The rules are the contract version's own.
"""

from __future__ import annotations

import duckdb

from ingestion.contract import Contract, Resource
from ingestion.gate.resources import LINE
from ingestion.gate.row_rules import Condition, any_of, each_of, quoted, stated_conditions


def check_coherence(connection: duckdb.DuckDBPyConnection, contract: Contract, *, knows_loaded: bool) -> None:
    """Fills `doubt`. Without knowing what is loaded, rules that take more than its own rows do not judge a delta."""
    for resource in contract.resources.values():
        stated = stated_conditions(contract, resource, only_warns=True)
        by_row = [rule for rule in stated if rule.fails_when]
        for parent in {rule.parent for rule in by_row}:
            _check_rows(connection, resource, parent, [rule for rule in by_row if rule.parent == parent])
        for rule in stated:
            if rule.fails_for:
                _check_together(connection, rule, knows_loaded=knows_loaded)


def _check_rows(
    connection: duckdb.DuckDBPyConnection, resource: Resource, parent: str | None, conditions: list[Condition]
) -> None:
    name = resource.name
    joined = "".join(
        f"""
        join state_{parent} as {parent}
            on {parent}.delivery_number = {name}.delivery_number and {parent}.{key.target_field} = {name}.{key.field}
        """
        for key in resource.foreign_keys
        if key.target == parent
    )
    connection.execute(
        f"""
        insert into doubt
        select delivery_number, {quoted(name)}, {LINE}, broken.rule, broken.field
        from (
            select {name}.delivery_number, {name}.{LINE}, {each_of(conditions)} as broken
            from accepted_{name} as {name}
            join delivery on delivery.delivery_number = {name}.delivery_number
            {joined}
            where {any_of(conditions)}
        )
        where broken.fails
        """
    )


def _check_together(connection: duckdb.DuckDBPyConnection, rule: Condition, *, knows_loaded: bool) -> None:
    judged = "delivery" if knows_loaded else "(from delivery where mode <> 'delta')"
    connection.execute(
        f"""
        insert into doubt
        select delivery_number, {quoted(rule.resource)}, {LINE}, {quoted(rule.rule)}, {quoted(rule.field)}
        from ({rule.fails_for}) as doubtful
        semi join {judged} as judged using (delivery_number)
        where {LINE} is not null
        """
    )
