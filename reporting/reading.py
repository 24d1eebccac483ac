"""Reads one edition from the published snapshot: the only place of this room that opens a database.

Of its figures, only those that disclosure control let through are read, for the nation and its regions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from ingestion.settings import Settings
from reporting.catalogue import CatalogueRow, Indicator, catalogue_of
from reporting.edition import ActionSheet, Edition, Programme, Restatement, Waiver
from reporting.figures import Figure, Figures


class NoSuchEdition(LookupError):
    """The snapshot holds no such edition; the message says what to do."""


FIGURES = """
with shown as (
    select * from published.indicators where edition_id = ? and scope in ('national', 'region')
)
select now.indicator_id, now.year, now.scope, now.scope_id, now.category, now.numerator, now.denominator, now.value,
    now.n_missing, now.n_plie, now.suppressed,
    now.value - before.value as change_points,
    100 * (now.value - before.value) / nullif(before.value, 0) as change_percent
from shown as now
left join shown as before
    on now.indicator_id = before.indicator_id and now.scope = before.scope and now.scope_id = before.scope_id
    and now.category = before.category and now.year = before.year + 1
order by all
"""

RESTATEMENTS = """
with national as (
    select * from published.indicators where scope = 'national' and not suppressed
)
select changed.indicator_id, changed.year, changed.category, former.value, latter.value, len(changed.plie_ids),
    changed.previous_edition_id
from consolidation.restatements as changed
join national as latter using (edition_id, indicator_id, year, scope, scope_id, category)
join national as former
    on former.edition_id = changed.previous_edition_id
    and (former.indicator_id, former.year, former.scope_id, former.category)
        = (changed.indicator_id, changed.year, changed.scope_id, changed.category)
where changed.edition_id = ?
order by changed.year desc, changed.indicator_id, changed.category
"""
"""National figures of which both values were published: a hidden figure is not told by its change."""


@contextmanager
def snapshot_of(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published snapshot, read-only.

    Raises:
        NoSuchEdition: nothing is published yet.
    """
    if not settings.snapshot.exists():
        raise NoSuchEdition("Nothing is published yet: run `plie build`, then `plie consolidate YEAR`.")
    with duckdb.connect(str(settings.snapshot), read_only=True, config={"threads": settings.threads}) as connection:
        connection.execute("set enable_progress_bar = false")
        yield connection


def edition_of(settings: Settings, year: int, edition_id: str | None = None) -> Edition:
    """The edition of this identifier, or the latest of the year, read from the published snapshot.

    Raises:
        NoSuchEdition: nothing is published, or there is no such edition.
    """
    with snapshot_of(settings) as connection:
        return read_edition(connection, year, edition_id)


def read_edition(connection: duckdb.DuckDBPyConnection, year: int, edition_id: str | None = None) -> Edition:
    """The same from an open connection.

    Raises:
        NoSuchEdition: there is none.
    """
    found = None
    if _was_ever_frozen(connection):
        found = connection.execute(
            "select edition_id, number, frozen_at, reason, code_version, catalogue_version, digest, is_made_up"
            " from consolidation.editions where year = ? and (? is null or edition_id = ?)"
            " order by number desc limit 1",
            [year, edition_id, edition_id],
        ).fetchone()
    if found is None:
        wanted = f"edition {edition_id} of the year {year}" if edition_id else f"edition of the year {year}"
        raise NoSuchEdition(f"There is no {wanted} here; `plie consolidate {year}` freezes one.")

    def rows(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query, [found[0]]).fetchall()

    catalogue = _catalogue(
        rows(
            "select indicator_id, category, section, label_fr, category_label_fr, unit, decimals, base"
            " from consolidation.edition_catalogue where edition_id = ? order by section, indicator_id, position"
        )
    )
    register = {
        row[0]: Programme(*row)
        for row in rows(
            "select plie_id, name, town, department_code, region_code, region from consolidation.edition_register"
            " where edition_id = ?"
        )
    }
    restatements = rows(RESTATEMENTS)
    identifier, number, frozen_at, reason, code_version, catalogue_version, digest, is_made_up = found
    return Edition(
        edition_id=identifier,
        year=year,
        number=number,
        frozen_at=frozen_at,
        reason=reason,
        code_version=code_version,
        catalogue_version=catalogue_version,
        digest=digest,
        is_made_up=is_made_up,
        figures=Figures((Figure(catalogue[row[0]], *row[1:]) for row in rows(FIGURES)), year, catalogue),
        programmes=tuple(
            register[plie_id]
            for (plie_id,) in rows(
                "select plie_id from consolidation.edition_plie where edition_id = ? order by"
                " strip_accents(region) nulls last, department_code nulls last, strip_accents(name), plie_id"
            )
        ),
        sheets=tuple(
            ActionSheet(register[row[0]], *row[1:])
            for row in rows(
                "select plie_id, theme, theme_label_fr, report_section, title, stakes, description, results, partners,"
                " n_participants from consolidation.edition_action_sheets where edition_id = ?"
                " order by plie_id, position"
            )
        ),
        waivers=tuple(
            Waiver(row[0], register.get(row[1]), *row[2:])
            for row in rows(
                "select check_id, plie_id, reason, waived_at from consolidation.edition_waivers where edition_id = ?"
                " order by check_id, plie_id nulls first, waived_at"
            )
        ),
        restatements=tuple(Restatement(catalogue[row[0]], *row[1:6]) for row in restatements),
        compared_with=restatements[0][6] if restatements else None,
        checks=dict(
            rows("select status, count(*) from consolidation.checks where edition_id = ? group by status order by all")
        ),
    )


def _was_ever_frozen(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(
        connection.execute(
            "select 1 from duckdb_tables() where database_name = current_database()"
            " and schema_name = 'consolidation' and table_name = 'editions'"
        ).fetchone()
    )


def _catalogue(rows: list[tuple[Any, ...]]) -> Mapping[str, Indicator]:
    return catalogue_of(CatalogueRow(*row) for row in rows)
