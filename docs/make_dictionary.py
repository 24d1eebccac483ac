"""Writes `data-dictionary.md` from the YAML of the dbt project: `uv run python docs/make_dictionary.py`.

What a column means is written once, beside the model; a test compares the committed page with what this script makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT = ROOT / "dbt_project"
PAGE = ROOT / "docs" / "data-dictionary.md"

LAYERS = {
    "marts": (
        "What people query. Each column is typed and checked at every build; the same descriptions are comments in the"
        " published file."
    ),
    "nomenclature": (
        "Facts that the SQL needs, kept as CSV files in `dbt_project/seeds`: code lists, catalogue of indicators,"
        " register, published figures."
    ),
    "intermediate": (
        "Steps between the rows and the marts. The counts all have one shape: numerator, denominator and missing rows"
        " of one PLIE."
    ),
    "staging": "The rows of `raw` under the warehouse's names: renamed and cast, nothing else.",
}

RENAMING = re.compile(r"^ {4}(?:cast\((\w+) as [^)]*?(?:\(\) }})?\) as (\w+)|(\w+)),?$", re.MULTILINE)
"""A column of a staging model: `cast(<name in raw> as <type>) as <name>`, or a bare name."""


def staging_names(model: str) -> dict[str, str]:
    """Names of the columns of a staging model by the name under which they stand in `raw`, in order."""
    sql = (DBT_PROJECT / "models" / "staging" / f"{model}.sql").read_text(encoding="utf-8")
    return {raw or bare: name or bare for raw, name, bare in RENAMING.findall(sql)}


def staging_source(model: str) -> str:
    """The table of `raw` that a staging model reads."""
    sql = (DBT_PROJECT / "models" / "staging" / f"{model}.sql").read_text(encoding="utf-8")
    (table,) = re.findall(r"source\('raw', '(\w+)'\)", sql)
    return str(table)


def documented() -> Iterator[tuple[str, dict[str, Any]]]:
    """Layer and YAML entry of every model and seed, layers in the order of `LAYERS`, entries by name."""
    for layer in LAYERS:
        folder, kind = ("seeds", "seeds") if layer == "nomenclature" else (f"models/{layer}", "models")
        entries = [
            entry
            for path in sorted((DBT_PROJECT / folder).glob("*.yml"))
            for entry in yaml.safe_load(path.read_text(encoding="utf-8")).get(kind, [])
        ]
        for entry in sorted(entries, key=lambda entry: str(entry["name"])):
            yield layer, entry


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return [line(header), line(["---"] * len(header)), *map(line, rows)]


def _types(entry: dict[str, Any]) -> dict[str, str]:
    seed_types = entry.get("config", {}).get("column_types", {})
    types = {}
    for column in entry["columns"]:
        type_ = column.get("data_type") or seed_types.get(column["name"])
        if type_:
            required = any(constraint["type"] == "not_null" for constraint in column.get("constraints", []))
            types[column["name"]] = f"{type_}, never null" if required else str(type_)
    return types


def _section(layer: str, entry: dict[str, Any]) -> list[str]:
    name = entry["name"]
    types = _types(entry)
    header, raw_names = ["column"], {}
    if layer == "staging":
        header.append(f"in `raw.{staging_source(name)}`")
        raw_names = {column: raw for raw, column in staging_names(name).items()}
    if types:
        header.append("type")
    rows = []
    for column in entry["columns"]:
        cells = [f"`{column['name']}`"]
        if raw_names:
            cells.append(f"`{raw_names[column['name']]}`")
        if types:
            cells.append(types.get(column["name"], ""))
        rows.append([*cells, " ".join(column["description"].split())])
    lines = [f"### `{layer}.{name}`", "", " ".join(entry["description"].split()), ""]
    lines += _table([*header, "meaning"], rows)
    checks = [c["expression"] for c in entry.get("constraints", []) if c["type"] == "check"]
    if checks:
        lines += ["", "Always true: " + "; ".join(f"`{check}`" for check in checks) + "."]
    return [*lines, ""]


def dictionary() -> str:
    """The whole page, in Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "Made from the YAML of `dbt_project/` by `docs/make_dictionary.py`; change it there. Field terms are in the"
        " glossary, definitions of the indicators in the catalogue (`nomenclature.indicator_catalogue`).",
        "",
    ]
    layer_before = None
    for layer, entry in documented():
        if layer != layer_before:
            lines += [f"## Schema `{layer}`", "", LAYERS[layer], ""]
            layer_before = layer
        lines += _section(layer, entry)
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(dictionary(), encoding="utf-8")
