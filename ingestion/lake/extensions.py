"""Loads the extensions of DuckDB that a lake needs from the installed wheels: nothing is downloaded at run time."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb

from ingestion.lake.errors import GROUP_MISSING, LakeUnavailable

NAMES = ("postgres_scanner", "ducklake", "httpfs")
"""`httpfs` is for object storage; it brings what DuckDB needs to write encrypted files, too."""


def extension_file(name: str) -> Path:
    """The extension of the running version of DuckDB, as its wheel brought it.

    Raises:
        LakeUnavailable: the wheel is missing, or is of another version than DuckDB.
    """
    found = find_spec(f"duckdb_extension_{name}")
    folders = list(found.submodule_search_locations or ()) if found else []
    if not folders:
        raise LakeUnavailable(GROUP_MISSING.format(f"duckdb-extension-{name.replace('_', '-')}"))
    path = Path(folders[0]) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    if not path.is_file():
        raise LakeUnavailable(
            f"The package duckdb-extension-{name.replace('_', '-')} is not of DuckDB's version {duckdb.__version__}: "
            "run `uv sync --group ducklake`."
        )
    return path


def load_extensions(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes DuckLake, PostgreSQL and S3 known to a connection."""
    connection.execute("set autoinstall_known_extensions = false")
    for name in NAMES:
        connection.execute(f"load '{str(extension_file(name)).replace(chr(39), chr(39) * 2)}'")
