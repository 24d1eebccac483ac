"""Fills the rows that a check judges, from the SQL files of this folder: every figure is computed there, none here.

`cells/` gives counts by PLIE and year, `forms/` compares such cells (with the own past, with peers, with the year
before), `rows/` answers one question by itself. A query sees one row of `parameters`: the year and what the catalogue
says of the check.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from quality.catalogue import catalogue
from quality.suites import Check

FOLDER = Path(__file__).parent
DIGITS = 6
"""Decimals of what is kept of a value: the order of additions, which differs between machines, leaves no trace."""

_PARAMETERS = """
select
    ?::integer as year,
    ?::varchar as indicator_id,
    ?::double as minimum,
    ?::double as maximum,
    coalesce(?::double, 0) as minimum_difference,
    ?::integer as past_years,
    ?::integer as minimum_peers
"""
_COLUMNS = ("plie_id", "label_fr", "observed", "usual", "lower", "upper", "deviation", "difference")


@dataclass(frozen=True)
class Row:
    """One row that a check judges: a PLIE, a category or a figure.

    Attributes:
        plie_id: None for the nation.
        observed, usual: what is there and what was expected, in the unit of the check; None where there is none.
        lower, upper: limits of this very row; None where those of the catalogue hold, or none.
        deviation: how many times the usual deviation lies between the two.
        difference: what the catalogue's `minimum_difference` is held against.
    """

    check_id: str
    plie_id: str | None
    label_fr: str
    observed: float | None
    usual: float | None
    lower: float | None
    upper: float | None
    deviation: float | None
    difference: float | None

    def judged(self, check: Check) -> float | None:
        """The value that is held against the limits of the catalogue; None: there is nothing to judge."""
        return self.deviation if check.judged == "deviation" else self.observed


def rows(connection: duckdb.DuckDBPyConnection, check: Check, year: int) -> list[Row]:
    """Every row that a check judges in a year, the nation first, then by PLIE and label.

    Raises:
        duckdb.Error: the tables that it reads are not there, or not as they should be.
    """
    entry = catalogue()[check.check_id]
    cursor = connection.execute(
        query(check),
        [
            year,
            check.indicator,
            entry.minimum,
            entry.maximum,
            entry.minimum_difference,
            entry.past_years,
            entry.minimum_peers,
        ],
    )
    names = [column[0] for column in cursor.description or ()]
    found = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    made = [
        Row(
            check.check_id,
            values["plie_id"],
            values["label_fr"],
            *(_kept(values.get(name)) for name in _COLUMNS[2:]),
        )
        for values in found
    ]
    return sorted(made, key=lambda row: (row.plie_id or "", row.label_fr))


@dataclass(frozen=True)
class Participation:
    """How far one PLIE is covered in a year: `n_months` whole months, 12 being complete."""

    plie_id: str
    name: str
    n_months: int


def participation(connection: duckdb.DuckDBPyConnection, year: int) -> list[Participation]:
    """Every PLIE that is in the register on 31 December of a year, or has any coverage in it, by identifier."""
    found = connection.execute(
        f"with parameters as ({_PARAMETERS}), cells as ({_sql('cells/participation')})"
        " select cells.plie_id, register.name, cells.n_months from cells"
        " inner join parameters on cells.year = parameters.year"
        " inner join marts.dim_plie as register on cells.plie_id = register.plie_id order by cells.plie_id",
        [year, *[None] * 6],
    ).fetchall()
    return [Participation(*row) for row in found]


def query(check: Check) -> str:
    """The whole SQL of a check; its parameters are bound in the order of the columns of `parameters`."""
    steps = {"parameters": _PARAMETERS}
    if check.cells:
        steps["cells"] = _sql(check.cells)
    steps["judged_rows"] = _sql(check.rows)
    listed = ",\n".join(f"{name} as (\n{text}\n)" for name, text in steps.items())
    return f"with\n{listed}\nselect * from judged_rows"


@cache
def _sql(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()


def _kept(value: object) -> float | None:
    return None if value is None else round(float(str(value)), DIGITS)
