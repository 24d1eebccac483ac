"""Where one figure comes from: its definition, its PLIE, the rows behind it, the SQL that counts, the deliveries."""

from __future__ import annotations

import duckdb

from consolidation.editions.content import models_now
from consolidation.editions.deliveries import RESTS_ON
from consolidation.editions.edition import Edition
from consolidation.editions.evidence import Cell, Evidence, evidence
from consolidation.editions.figure_trace import (
    Counted,
    Definition,
    DeliveryTraced,
    Model,
    NoSuchFigure,
    PlieShare,
    Trace,
)
from consolidation.editions.tables import CATALOGUE
from ingestion.survey.names import workbook_name
from ingestion.warehouse import as_list_value

_DEFINITION = ", ".join(Definition.__dataclass_fields__)
_NOW = """
select
    categories.*, catalogue.numerator, catalogue.denominator
from intermediate.int_indicator_categories as categories
inner join nomenclature.indicator_catalogue as catalogue using (indicator_id)
"""


def trace(connection: duckdb.DuckDBPyConnection, cell: Cell, edition: Edition | None = None) -> Trace:
    """Traces a figure of an edition, or of the marts as they are now.

    Args:
        connection: to the warehouse; it may be read-only.

    Raises:
        NoSuchFigure: no such indicator, category, year or scope.
    """
    definition = _definition(connection, cell, edition)
    counted = _counted(connection, cell, edition)
    behind = evidence(cell)
    shares = _shares(connection, cell, edition)
    return Trace(
        cell=cell,
        edition_id=edition.edition_id if edition else None,
        definition=definition,
        counted=counted,
        plie=shares,
        evidence=behind,
        recomputed=(
            _total(connection, behind.numerator, "numerator", shares),
            _total(connection, behind.denominator, "denominator", shares) if behind.denominator else None,
        ),
        models=_models(connection, behind, edition),
        deliveries=_deliveries(connection, cell, edition, definition, [share.plie_id for share in shares]),
    )


def _definition(connection: duckdb.DuckDBPyConnection, cell: Cell, edition: Edition | None) -> Definition:
    source, parameters = (f"({_NOW})", []) if edition is None else (_frozen(CATALOGUE.name), [edition.edition_id])
    found = connection.execute(
        f"select category, {_DEFINITION} from {source} where indicator_id = ? order by position",
        [*parameters, cell.indicator_id],
    ).fetchall()
    if not found:
        known = connection.execute(f"select distinct indicator_id from {source} order by 1", parameters).fetchall()
        raise NoSuchFigure(f"There is no indicator {cell.indicator_id}. They are: {', '.join(k for (k,) in known)}.")
    for category, *rest in found:
        if category == cell.category:
            return Definition(*rest)
    raise NoSuchFigure(
        f"{cell.indicator_id} has no category {cell.category}; choose one with --category:"
        f" {', '.join(category for category, *_ in found)}."
    )


def _frozen(table: str) -> str:
    return f"(from {table} where edition_id = ?)"


def _cells(edition: Edition | None) -> tuple[str, list[str]]:
    return ("marts.indicators", []) if edition is None else (_frozen("consolidation.indicators"), [edition.edition_id])


def _counted(connection: duckdb.DuckDBPyConnection, cell: Cell, edition: Edition | None) -> Counted:
    source, parameters = _cells(edition)
    row = connection.execute(
        f"select numerator, denominator, value, n_missing, n_plie from {source} where indicator_id = ? and category = ?"
        " and year = ? and perimeter = ? and scope = ? and scope_id = ?",
        [*parameters, cell.indicator_id, cell.category, cell.year, cell.perimeter, cell.scope, cell.scope_id],
    ).fetchone()
    if row is None:
        where = f"edition {edition.edition_id}" if edition else "the marts"
        (first, last) = connection.execute(
            f"select min(year), max(year) from {source} where indicator_id = ? and perimeter = ?",
            [*parameters, cell.indicator_id, cell.perimeter],
        ).fetchone() or (None, None)
        place = "the nation" if cell.scope == "national" else f"{cell.scope} {cell.scope_id}"
        years = "The indicator has no figure at all" if first is None else f"The indicator has years {first} to {last}"
        raise NoSuchFigure(
            f"There is no figure {cell.indicator_id} of {cell.year} for {place} in {where}: no PLIE there is in its"
            f" base that year. {years}."
        )
    return Counted(*row)


def _shares(connection: duckdb.DuckDBPyConnection, cell: Cell, edition: Edition | None) -> tuple[PlieShare, ...]:
    source, parameters = _cells(edition)
    register, of = (
        ("marts.dim_plie", []) if edition is None else (_frozen("consolidation.edition_register"), parameters)
    )
    members = {
        "national": "true",
        "region": "register.region_code = ?",
        "departement": "register.department_code = ?",
        "plie": "register.plie_id = ?",
    }[cell.scope]
    rows = connection.execute(
        f"""
        select cells.scope_id, register.name, cells.numerator, cells.denominator
        from {source} as cells
        inner join {register} as register on cells.scope_id = register.plie_id
        where
            cells.scope = 'plie' and indicator_id = ? and category = ? and year = ? and perimeter = ? and {members}
        order by 1
        """,
        [
            *(*parameters, *of),
            *(cell.indicator_id, cell.category, cell.year, cell.perimeter),
            *([] if cell.scope == "national" else [cell.scope_id]),
        ],
    ).fetchall()
    return tuple(PlieShare(*row) for row in rows)


def _total(connection: duckdb.DuckDBPyConnection, by_plie: str, column: str, shares: tuple[PlieShare, ...]) -> float:
    """The sum over the PLIE that are in the base, from the rows of the facts."""
    row = connection.execute(
        f"select coalesce(sum({column}), 0) from ({by_plie}) where list_contains(?::json::varchar[], plie_id)",
        [as_list_value(share.plie_id for share in shares)],
    ).fetchone()
    return float(row[0]) if row else 0.0


def _models(connection: duckdb.DuckDBPyConnection, behind: Evidence, edition: Edition | None) -> tuple[Model, ...]:
    if edition is None:
        known = [(str(row["model"]), str(row["path"]), str(row["sql"])) for row in models_now()]
    else:
        known = connection.execute(
            "select model, path, sql from consolidation.edition_models where edition_id = ?", [edition.edition_id]
        ).fetchall()
    by_name = {name: Model(name, path, sql) for name, path, sql in known}
    return tuple(by_name[name] for name in behind.models if name in by_name)


def _deliveries(
    connection: duckdb.DuckDBPyConnection,
    cell: Cell,
    edition: Edition | None,
    definition: Definition,
    plie_ids: list[str],
) -> tuple[DeliveryTraced, ...]:
    """Workbooks of the year for figures of the survey, transfers for all others."""
    if edition is None:
        source, parameters = f"({RESTS_ON.replace('$year', str(cell.year))})", []
    else:
        source, parameters = _frozen("consolidation.edition_deliveries"), [edition.edition_id]
    is_meant = "mode <> 'survey'"
    if definition.base.startswith("survey:"):
        is_meant = f"mode = 'survey' and file_name = '{workbook_name(cell.year)}'"
    rows = connection.execute(
        f"select plie_id, file_name, mode, sha256, delivery_id from {source}"
        f" where list_contains(?::json::varchar[], plie_id) and {is_meant} order by plie_id, file_name",
        [*parameters, as_list_value(plie_ids)],
    ).fetchall()
    return tuple(DeliveryTraced(*row) for row in rows)
