"""What can be wrong with a lake before anything is read of it, in words that say what to do."""

from __future__ import annotations


class LakeUnavailable(RuntimeError):
    """The lake cannot be opened; the message says why and what to do, and never holds a password."""


GROUP_MISSING = (
    "PLIE_ENGINE=ducklake needs packages that are not installed ({}): run `uv sync --group ducklake`, or "
    "`pip install` what pyproject.toml lists under that name."
)


def explained(said: str, catalog: str) -> LakeUnavailable:
    """The error for what DuckDB or PostgreSQL said on opening; `catalog` is the connection string without password."""
    text = " ".join(said.split())
    small = text.lower()
    if "version mismatch" in small or "ducklake version" in small:
        advice = (
            "The catalog was written by another version of DuckLake. Use the version of duckdb and of "
            "duckdb-extension-ducklake that pyproject.toml names on every machine that opens it."
        )
    elif "does not match existing data path" in small:
        advice = (
            "The lake keeps its files elsewhere than PLIE_LAKE_PATH says. Set PLIE_LAKE_PATH to the place where they "
            "are: the same words on every machine."
        )
    elif "permission denied" in small or "must be owner" in small:
        advice = "The role may not do this in that database: it must own the database, or have been given its tables."
    elif "password" in small or "authentication" in small or "pg_hba" in small:
        advice = "PostgreSQL refuses this role: look at user and password in PLIE_LAKE_CATALOG, or at ~/.pgpass."
    elif "does not exist" in small and "database" in small:
        advice = "Make the database first: `createdb --owner ROLE NAME`."
    else:
        advice = "Is PostgreSQL running there, and reachable from this machine?"
    return LakeUnavailable(f"The lake's catalog ({catalog}) cannot be opened. {advice} It said: {text}")
