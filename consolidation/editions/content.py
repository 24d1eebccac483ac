"""Puts together what an edition is made of, from the warehouse as it is built now. SQL copies; nothing is computed."""

from __future__ import annotations

import math

import duckdb
import pyarrow as pa

from consolidation.editions.deliveries import rests_on
from consolidation.editions.tables import FIGURES
from ingestion.settings import PROJECT_ROOT, Settings
from quality.results import GateResult
from quality.waivers import create_waivers

MODELS = "dbt_project/models"
MACROS = "dbt_project/macros"

_FIGURE_COLUMNS = ", ".join(column.name for column in FIGURES)

_COPIES = {
    "edition_plie": """
        select plie_id, coverage_from, coverage_to, name, town, department_code, region_code, region
        from marts.dim_plie
        where coverage_from <= make_date($year, 1, 1) and coverage_to >= make_date($year, 12, 31)
    """,
    "edition_register": """
        select plie_id, name, town, department_code, region_code, region, opened_on, closed_on from marts.dim_plie
    """,
    "edition_catalogue": """
        select
            categories.indicator_id, categories.category, categories.position, categories.section,
            categories.label_fr, categories.category_label_fr, categories.unit, categories.decimals,
            catalogue.numerator, catalogue.denominator, categories.base
        from intermediate.int_indicator_categories as categories
        inner join nomenclature.indicator_catalogue as catalogue using (indicator_id)
    """,
    "indicators": f"""
        select {_FIGURE_COLUMNS} from marts.indicators where perimeter = 'complete' and year <= $year
    """,
    "edition_action_sheets": """
        select
            plie_id, cast(row_number() over (partition by plie_id order by line) as integer) as position, theme,
            theme_label_fr, report_section, title, stakes, description, results, partners, n_participants
        from marts.fct_action_sheets
        where year = $year
    """,
}


def assemble(
    connection: duckdb.DuckDBPyConnection, settings: Settings, edition_id: str, year: int, gate: GateResult
) -> None:
    """Inserts every part of an edition's content, within the transaction that is under way.

    Raises:
        ArchiveIncomplete: the edition could not be rebuilt: a delivery is missing from the archive, or was changed.
    """
    for table, rows in _COPIES.items():
        connection.execute(
            f"insert into consolidation.{table} by name select '{edition_id}' as edition_id, * from ({rows})",
            {"year": year} if "$year" in rows else {},
        )
    _insert(connection, "edition_deliveries", edition_id, rests_on(connection, settings, year))
    _insert(connection, "edition_models", edition_id, models_now())
    _insert(connection, "checks", edition_id, _checks(gate))
    _keep_waivers(connection, edition_id, year, gate)


def models_now() -> list[dict[str, object]]:
    """Name, path and text of every model and macro of the project."""
    paths = [path for folder in (MODELS, MACROS) for path in sorted((PROJECT_ROOT / folder).rglob("*.sql"))]
    return [
        {
            "model": path.stem,
            "path": path.relative_to(PROJECT_ROOT).as_posix(),
            "sql": path.read_text(encoding="utf-8"),
        }
        for path in paths
    ]


def _checks(gate: GateResult) -> list[dict[str, object]]:
    return [
        {
            "check_id": result.check_id,
            "suite": result.suite,
            "severity": result.severity,
            "status": result.status,
            "plie_id": result.plie_id,
            "observed": _rounded(result.observed),
            "expected": result.expected,
            "message_fr": result.message_fr,
            "reason_waived": result.waived_reason,
        }
        for result in gate.results
    ]


def _rounded(observed: float | None) -> float | None:
    """Ten significant digits: the last ones of a statistic hang on the order in which it was added up."""
    return None if observed is None or not math.isfinite(observed) else float(f"{observed:.10g}")


def _keep_waivers(connection: duckdb.DuckDBPyConnection, edition_id: str, year: int, gate: GateResult) -> None:
    """The answers that the gate accepted, with who gave each and when."""
    answered = [result for result in gate.results if result.waived_reason is not None]
    if not answered:
        return
    create_waivers(connection)  # a rebuilt edition takes its answers from the manifest
    signed = {
        (check_id, plie_id, reason): (waived_by, waived_at)
        for check_id, plie_id, reason, waived_by, waived_at in connection.execute(
            "select check_id, plie_id, reason, waived_by, waived_at from consolidation.waivers where year = ?"
            " order by waived_at",
            [year],
        ).fetchall()
    }
    rows: list[dict[str, object]] = []
    for result in answered:
        waived_by, waived_at = signed.get((result.check_id, result.plie_id, result.waived_reason), (None, None))
        rows.append(
            {
                "check_id": result.check_id,
                "plie_id": result.plie_id,
                "reason": result.waived_reason,
                "waived_by": waived_by,
                "waived_at": waived_at,
            }
        )
    _insert(connection, "edition_waivers", edition_id, rows)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, edition_id: str, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    connection.register("edition_rows", pa.table({"edition_id": [edition_id] * len(rows), **columns}))
    connection.execute(f"insert into consolidation.{table} by name from edition_rows")
    connection.unregister("edition_rows")
