"""A small edition written by hand: two regions, three PLIE, two years, some figures hidden."""

from __future__ import annotations

import duckdb

from consolidation.editions.schema import create_edition_schema

EDITION = "2021.1"
LONG_NAME = (
    "PLIE de la Communauté de Communes des Très Longues Vallées et </script> des Hauts Plateaux «\u202fréunis\u202f»"
)

REGISTER = [
    ("P1", "PLIE du Nord", "Lille", "59", "32", "Hauts-de-France"),
    ("P2", LONG_NAME, "Lens", "62", "32", "Hauts-de-France"),
    ("P3", "PLIE d’ailleurs", None, None, None, None),
]
CATALOGUE = [
    ("entries.total", "TOTAL", 1, "2.1", "Entrées en parcours", "Entrées en parcours", "count", 0),
    ("entries.by_sex", "F", 1, "2.1", "Part des femmes et des hommes", "Femme", "percent", 0),
    ("entries.by_sex", "H", 2, "2.1", "Part des femmes et des hommes", "Homme", "percent", 0),
    ("steps.per_participant", "TOTAL", 1, "2.3", "Étapes par participant", "Étapes par participant", "ratio", 2),
]
FIGURES = [
    # indicator, year, scope, scope_id, category, numerator, denominator, n_plie, suppressed
    ("entries.total", 2020, "national", "FR", "TOTAL", 1200, None, 3, False),
    ("entries.total", 2021, "national", "FR", "TOTAL", 1530, None, 3, False),
    ("entries.total", 2021, "region", "32", "TOTAL", 1500, None, 2, False),
    ("entries.total", 2021, "plie", "P1", "TOTAL", 1400, None, 1, False),
    ("entries.total", 2021, "plie", "P2", "TOTAL", None, None, 1, True),
    ("entries.total", 2021, "plie", "P3", "TOTAL", None, None, 1, True),
    ("entries.by_sex", 2021, "national", "FR", "F", 800, 1530, 3, False),
    ("entries.by_sex", 2021, "national", "FR", "H", 730, 1530, 3, False),
    ("entries.by_sex", 2021, "plie", "P1", "F", 700, 1400, 1, False),
    ("entries.by_sex", 2021, "plie", "P1", "H", 700, 1400, 1, False),
    ("entries.by_sex", 2021, "plie", "P2", "F", None, None, 1, True),
    ("entries.by_sex", 2021, "plie", "P2", "H", None, None, 1, True),
    # The count of a category may be public while its base is hidden.
    ("entries.by_sex", 2020, "plie", "P1", "F", 0, None, 1, False),
    ("entries.by_sex", 2020, "plie", "P1", "H", 60, 100, 1, False),
    ("steps.per_participant", 2021, "national", "FR", "TOTAL", 2600, 2000, 3, False),
    ("steps.per_participant", 2020, "national", "FR", "TOTAL", 0, 0, 3, False),
]


def value(indicator: str, numerator: float | None, denominator: float | None) -> float | None:
    """The figure as the warehouse defines it."""
    if numerator is None or indicator == "entries.total":
        return numerator
    factor = 100 if indicator == "entries.by_sex" else 1
    return factor * numerator / denominator if denominator else None


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Fills the tables of editions with it."""
    create_edition_schema(connection)
    connection.execute(
        "insert into consolidation.editions (edition_id, year, number, frozen_at, frozen_by, code_version,"
        " catalogue_version, n_plie, digest, is_made_up)"
        f" values ('{EDITION}', 2021, 1, '2022-03-01 10:00', 'test', 'c', 'k', 3, 'd1ge57', true)"
    )
    connection.executemany(
        "insert into consolidation.edition_register (edition_id, plie_id, name, town, department_code, region_code,"
        f" region) values ('{EDITION}', ?, ?, ?, ?, ?, ?)",
        REGISTER,
    )
    connection.executemany(
        "insert into consolidation.edition_catalogue (edition_id, indicator_id, category, position, section, label_fr,"
        " category_label_fr, unit, decimals, numerator, denominator, base)"
        f" values ('{EDITION}', ?, ?, ?, ?, ?, ?, ?, ?, 'what it counts', nullif(?, ''), 'transfers')",
        [(*row, "" if row[6] == "count" else "out of which") for row in CATALOGUE],
    )
    connection.executemany(
        "insert into published.indicators (edition_id, indicator_id, year, perimeter, scope, scope_id, category,"
        " numerator, denominator, value, n_plie, suppressed)"
        f" values ('{EDITION}', ?, ?, 'complete', ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (name, year, scope, scope_id, category, top, bottom, value(name, top, bottom), n_plie, hidden)
            for name, year, scope, scope_id, category, top, bottom, n_plie, hidden in FIGURES
        ],
    )
