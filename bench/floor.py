"""The floor under a load: unzip every delivery, parse the same bytes with polars, insert into DuckDB, check nothing."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import duckdb
import polars as pl


def floor(landing: Path, database: Path) -> int:
    """Rows inserted. Reads every zip under `landing`, changes none of them."""
    rows = 0
    connection = duckdb.connect(str(database))
    connection.execute("begin")
    for path in sorted(landing.glob("*/*.zip")):
        with zipfile.ZipFile(path) as archive:
            descriptor = json.loads(archive.read("datapackage.json"))
            for resource in descriptor["resources"]:
                content = archive.read(resource["path"])
                frame = pl.read_csv(content, separator=";", encoding="utf8-lossy", infer_schema=False)
                name = resource["name"]
                listed = ", ".join(f'"{column}"' for column in frame.columns)
                typed = ", ".join(f'"{column}" varchar' for column in frame.columns)
                connection.execute(f"create table if not exists {name} ({typed})")
                connection.execute(f"insert into {name} ({listed}) select {listed} from frame")
                rows += frame.height
    connection.execute("commit")
    connection.close()
    return rows


if __name__ == "__main__":
    print(floor(Path(sys.argv[1]), Path(sys.argv[2])))
