"""Writes under each query of `docs/analysts.md` what it gives on a snapshot: `python -m docs.make_analysts`."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
from pathlib import Path

import duckdb

from ingestion.settings import load_settings

PAGE = Path(__file__).with_name("analysts.md")
_QUERY = re.compile(r"```sql\n(?P<query>.*?)\n```\n(?:\n```text\n.*?\n```\n)?", re.DOTALL)


def queries(text: str) -> list[str]:
    """The SQL of each question, in order."""
    return [found["query"] for found in _QUERY.finditer(text)]


def shown(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """What `plie sql` prints for this query where nothing says how wide the screen is."""
    from orchestration.cli import sql_prompt

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        sql_prompt.show(connection, query)
    return "\n".join(line.rstrip() for line in printed.getvalue().rstrip().splitlines())


def with_results(text: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The page with each result as this snapshot gives it."""

    def answered(found: re.Match[str]) -> str:
        return f"```sql\n{found['query']}\n```\n\n```text\n{shown(connection, found['query'])}\n```\n"

    return _QUERY.sub(answered, text)


def main() -> None:
    """Rewrites the page from the snapshot of a data root that holds the national campaign."""
    from orchestration.cli.sql_prompt import open_snapshot

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a data root on which `plie demo` ran")
    with open_snapshot(load_settings(parser.parse_args().data)) as connection:
        PAGE.write_text(with_results(PAGE.read_text(encoding="utf-8"), connection), encoding="utf-8")


if __name__ == "__main__":
    main()
