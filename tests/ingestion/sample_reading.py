"""Reads the zips of a campaign as a stranger would: what their descriptors say, and the rows that the rules let in.

Nothing of the generator is used here, and nothing of the gate: the contract's schemas are the only thing shared.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ingestion.contract import Contract, Field, Resource, code_lists, known_contracts

CONTRACT = known_contracts()["1.0"]
READABLE = {
    "date": "regexp_full_match({0}, '\\d{{4}}-\\d{{2}}-\\d{{2}}') and try_cast({0} as date) is not null",
    "integer": "regexp_full_match({0}, '-?\\d+')",
    "number": "regexp_full_match({0}, '-?\\d+(,\\d+)?')",
    "string": "true",
}
TYPED = {"date": "try_cast({0} as date)", "number": "try_cast(replace({0}, ',', '.') as double)"}
ACROSS_ROWS = {
    "parcours": "row.date_entree <= row.created",
    "etapes": """
        (row.type_etape <> 'EMPLOI' or (row.type_contrat is not null and row.structure_accueil is not null))
        and coalesce(row.date_fin >= row.date_debut, true) and row.date_debut <= row.created""",
    "sorties": """
        (row.motif_sortie <> 'EMPLOI_DURABLE' or row.type_contrat is not null)
        and row.date_sortie >= parent.date_entree and row.date_sortie <= row.created""",
}


def delivered_files(landing: Path) -> list[Path]:
    """Every file under the landing place but the workbooks of the survey, in order."""
    return sorted(path for path in landing.rglob("*") if path.is_file() and path.suffix != ".xlsx")


def read_delivery(path: Path) -> tuple[dict[str, Any], dict[str, pl.DataFrame]]:
    """Descriptor and rows (text, null when empty, with their line) of one zip; its hashes and counts are checked."""
    frames = {}
    with zipfile.ZipFile(path) as archive:
        descriptor = json.loads(archive.read("datapackage.json"))
        assert {"datapackage.json", *(item["path"] for item in descriptor["resources"])} == set(archive.namelist())
        for item in descriptor["resources"]:
            raw = archive.read(item["path"])
            assert len(raw) == item["bytes"]
            assert f"sha256:{hashlib.sha256(raw).hexdigest()}" == item["hash"]
            text = raw.decode(item["encoding"]).removeprefix("\ufeff")
            frame = pl.read_csv(io.BytesIO(text.encode()), separator=";", infer_schema=False)
            assert len(frame) == item["rows"]
            frames[item["name"]] = frame.with_columns(pl.all().replace("", None)).with_row_index("line", 2)
    return descriptor, frames


def _cell_rules(field: Field) -> Iterator[str]:
    column = f'"{field.name}"'
    yield READABLE[field.type].format(column)
    value = TYPED.get(field.type, "try_cast({0} as bigint)").format(column)
    quote = "date '{}'" if field.type == "date" else "{}"
    if field.pattern:
        yield f"regexp_full_match({column}, '{field.pattern}')"
    if field.minimum:
        yield f"{value} >= {quote.format(field.minimum)}"
    if field.maximum:
        yield f"{value} <= {quote.format(field.maximum)}"
    allowed = [*code_lists()[field.code_list]] if field.code_list else [*field.enum]
    if allowed:
        yield f"{column} in ({', '.join(repr(code) for code in allowed)})"


def _sound_cells(resource: Resource) -> str:
    """SQL condition: every cell of the row is as its schema says."""
    parts = []
    for field in resource.fields:
        filled = f'"{field.name}" is not null'
        rules = " and ".join(_cell_rules(field))
        parts.append(f"({filled} and {rules})" if field.required else f"(not {filled} or coalesce({rules}, false))")
    return " and ".join(parts)


def _typed(field: Field) -> str:
    cast = TYPED.get(field.type, "{0}" if field.type == "string" else "try_cast({0} as integer)")
    return f"{cast.format(field.name)} as {field.name}"


def load(landing: Path, contract: Contract = CONTRACT) -> duckdb.DuckDBPyConnection:
    """A database of the campaign: `deliveries`, `<resource>_sent` (text) and `<resource>` (typed, sound rows only)."""
    deliveries, sent = [], {name: [] for name in contract.resources}
    for path in delivered_files(landing):
        descriptor, frames = read_delivery(path)
        plie = descriptor["plie"]
        deliveries.append(
            {
                "plie_id": plie["plie_id"],
                "file_name": path.name,
                "producer": plie["producer"]["name"],
                "created": descriptor["created"],
                "coverage_from": plie["coverage"]["from"],
                "coverage_to": plie["coverage"]["to"],
            }
        )
        for name, resource in contract.resources.items():
            assert set(frames[name].columns) == {"line", *resource.field_names}
            sent[name].append(
                frames[name].select("line", *resource.field_names).with_columns(plie_id=pl.lit(plie["plie_id"]))
            )
    connection = duckdb.connect()
    connection.register("listed", pl.DataFrame(deliveries).to_arrow())
    connection.execute("""
        create table deliveries as
        select * replace (
            created::timestamp as created, coverage_from::date as coverage_from, coverage_to::date as coverage_to
        ) from listed""")
    for name, resource in contract.resources.items():
        connection.register("arrived", pl.concat(sent[name]).to_arrow())
        connection.execute(f"create table {name}_sent as select * from arrived")
        _keep_sound_rows(connection, resource)
    return connection


def _keep_sound_rows(connection: duckdb.DuckDBPyConnection, resource: Resource) -> None:
    name = resource.name
    typed = ", ".join(_typed(field) for field in resource.fields)
    parents = "".join(
        f" semi join {key.target} as up on up.plie_id = row.plie_id and up.{key.target_field} = row.{key.field}"
        for key in resource.foreign_keys
    )
    parent = "left join parcours as parent using (plie_id, parcours_id)" if name == "sorties" else ""
    connection.execute(f"""
        create table {name} as
        with once as (
            select * from {name}_sent qualify count(*) over (partition by plie_id, {resource.key}) = 1
        ),
        sound as (select plie_id, line, {typed} from once where {_sound_cells(resource)}),
        dated as (
            select sound.*, deliveries.created::date as created from sound join deliveries using (plie_id)
        ),
        allowed as (
            select row.* exclude (created) from dated as row {parent} where {ACROSS_ROWS.get(name, "true")}
        )
        select row.* from allowed as row {parents}""")
