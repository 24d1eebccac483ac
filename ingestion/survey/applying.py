"""Puts the answers of a workbook in place of those of the former one of the same PLIE and year, and compares them.

Works within the transaction of its caller, on what `stage` left in temporary tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb
import pyarrow as pa

from ingestion.survey.answers import Answers
from ingestion.survey.form import survey_form

_VALUE = pa.decimal128(18, 2)


@dataclass(frozen=True)
class Change:
    """Choices (or fiches) of one sheet against the former workbook."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Surprise:
    """A total of a section far from that of the year before."""

    section: str
    column: str
    before: Decimal
    now: Decimal


def stage(connection: duckdb.DuckDBPyConnection, answers: Answers, plie_id: str, year: int, delivery_id: str) -> None:
    """Lays the answers out as rows of `raw`, in the temporary tables `staged_answers` and `staged_fiches`."""
    form = survey_form()
    whose = {"plie_id": plie_id, "year": year, "delivery_id": delivery_id}
    figures = [
        whose | {"section": a.section, "code": a.code, "figure": a.column, "value": a.value, "line": a.line}
        for a in answers.figures
    ]
    (count,) = form.fiches.figures
    fiches = [
        whose | {"theme": fiche.theme, **fiche.texts, count.name: fiche.participants, "line": fiche.line}
        for fiche in answers.fiches
    ]
    _put(connection, "staged_answers", "survey_answers", figures)
    _put(connection, "staged_fiches", "action_sheets", fiches)


def _put(connection: duckdb.DuckDBPyConnection, table: str, like: str, rows: Sequence[dict[str, object]]) -> None:
    connection.execute(f"create or replace temp table {table} as from raw.{like} limit 0")
    if rows:
        types = {"value": _VALUE}
        columns = {name: pa.array([row[name] for row in rows], types.get(name)) for name in rows[0]}
        connection.register("survey_rows", pa.table(columns))
        connection.execute(f"insert into {table} by name from survey_rows")
        connection.unregister("survey_rows")


def changes(connection: duckdb.DuckDBPyConnection, plie_id: str, year: int) -> dict[str, Change]:
    """What the staged answers change, by sheet, against what is loaded of this PLIE and year."""
    by_section: dict[str, Change] = {}
    texts = ", ".join(column.name for column in survey_form().fiches.columns[2:])
    rows = connection.execute(
        f"""
        with said as (
            select is_new, section, code, string_agg(figure || '=' || total, ';' order by figure) as content
            from (
                select is_new, section, code, figure, sum(value) as total
                from (
                    select true as is_new, section, code, figure, value from staged_answers
                    union all
                    select false, section, code, figure, value from raw.survey_answers where plie_id = ? and year = ?
                )
                group by all
            )
            group by all
            union all
            select is_new, '', theme || '|' || coalesce(titre, ''), string_agg(content, '|' order by content)
            from (
                select true as is_new, theme, titre, concat_ws('|', {texts}) as content from staged_fiches
                union all
                select false, theme, titre, concat_ws('|', {texts})
                from raw.action_sheets where plie_id = ? and year = ?
            )
            group by all
        ),

        new as (from said where is_new),

        old as (from said where not is_new)

        select
            coalesce(new.section, old.section),
            count(*) filter (old.code is null),
            count(*) filter (new.content <> old.content),
            count(*) filter (new.code is null)
        from new
        full join old on new.section = old.section and new.code = old.code
        group by all
        """,
        [plie_id, year, plie_id, year],
    ).fetchall()
    for section, *counts in rows:
        by_section[section] = Change(*counts)
    return {
        sheet.name: _sum([by_section.get(section, Change()) for section in set(sheet.sections.values()) or {""}])
        for sheet in survey_form().sheets
    }


def _sum(parts: Sequence[Change]) -> Change:
    return Change(
        sum(part.added for part in parts), sum(part.changed for part in parts), sum(part.removed for part in parts)
    )


def surprises(connection: duckdb.DuckDBPyConnection, plie_id: str, year: int) -> list[Surprise]:
    """Totals of staged sections that differ from the year before by more than the form's threshold (S09).

    A change of a few people in a small team is no surprise, however large its share: the form says from how many on.
    """
    form = survey_form()
    floors = {column.name: form.change_floors[column.type] for sheet in form.sheets for column in sheet.figures}
    rows = connection.execute(
        """
        with before as (
            select section, figure, sum(value) as total
            from raw.survey_answers where plie_id = ? and year = ? group by all
        ),

        now as (select section, figure, sum(value) as total from staged_answers group by all)

        select now.section, now.figure, before.total, now.total
        from now join before using (section, figure)
        where abs(now.total - before.total) * 100 > ? * before.total
        order by all
        """,
        [plie_id, year - 1, form.change_threshold_percent],
    ).fetchall()
    return [Surprise(*row) for row in rows if abs(row[3] - row[2]) >= floors[row[1]]]


def apply(
    connection: duckdb.DuckDBPyConnection,
    answers: Answers,
    surprising: Sequence[Surprise],
    plie_id: str,
    year: int,
    delivery_id: str,
    received_at: datetime,
) -> None:
    """Replaces what is loaded of this PLIE and year by what is staged."""
    for table in ("survey_answers", "survey_sections", "action_sheets"):
        connection.execute(f"delete from raw.{table} where plie_id = ? and year = ?", [plie_id, year])
    connection.execute("insert into raw.survey_answers by name from staged_answers")
    connection.execute("insert into raw.action_sheets by name from staged_fiches")
    questioned = {surprise.section for surprise in surprising}
    sections = [
        {
            "plie_id": plie_id,
            "year": year,
            "section": section,
            "status": status,
            "is_questioned": section in questioned,
            "delivery_id": delivery_id,
        }
        for section, status in answers.sections.items()
    ]
    _put(connection, "staged_sections", "survey_sections", sections)
    connection.execute("insert into raw.survey_sections by name from staged_sections")
    before = connection.execute(
        "select max(load_number) from raw.loaded_surveys where plie_id = ? and year = ?", [plie_id, year]
    ).fetchone()
    load_number = 1 + (before[0] or 0 if before else 0)
    connection.execute("delete from raw.loaded_surveys where plie_id = ? and year = ?", [plie_id, year])
    connection.execute(
        "insert into raw.loaded_surveys values (?, ?, ?, ?, ?)", [plie_id, year, delivery_id, load_number, received_at]
    )
