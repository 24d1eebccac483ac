"""Reads a contract version from its folder into frozen objects that the gate, the loader and the samples share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent

SQL_TYPES = {"string": "varchar", "date": "date", "integer": "integer", "number": "double"}
"""DuckDB type of each Frictionless type that the contract uses."""


@dataclass(frozen=True)
class Field:
    """One column of a resource, as its Table Schema states it."""

    name: str
    type: str
    title: str
    required: bool = False
    pattern: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    enum: tuple[str, ...] = ()
    code_list: str | None = None

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class ForeignKey:
    """`field` of the resource that holds it refers to `target_field` of `target`."""

    field: str
    target: str
    target_field: str


@dataclass(frozen=True)
class Resource:
    """One CSV file of a delivery."""

    name: str
    title: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    schema_path: Path

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def key(self) -> str:
        """The single column of the primary key; data resources have exactly one."""
        (name,) = self.primary_key
        return name


@dataclass(frozen=True)
class Limits:
    """What a delivery may weigh before anything is unpacked: bytes, a count, and unzipped bytes per zipped byte."""

    zip_bytes: int
    unzipped_bytes: int
    entries: int
    ratio: int


@dataclass(frozen=True)
class Contract:
    """One version of the transfer contract."""

    version: str
    resources: dict[str, Resource]
    delta_resources: dict[str, Resource]
    modes: tuple[str, ...]
    encodings: tuple[str, ...]
    pseudonymisation: tuple[str, ...]
    delimiter: str
    limits: Limits
    reject_share: float
    reject_floor: int

    def allowed_resources(self, mode: str) -> dict[str, Resource]:
        """Resources that a delivery of this mode may hold, parents before children."""
        return self.resources if mode == "full" else {**self.resources, **self.delta_resources}


def _bound(constraints: dict[str, Any], name: str) -> str | None:
    value = constraints.get(name)
    return None if value is None else str(value)


def _read_resource(path: Path) -> Resource:
    schema = json.loads(path.read_text(encoding="utf-8"))
    fields = []
    for field in schema["fields"]:
        constraints = field.get("constraints", {})
        fields.append(
            Field(
                name=field["name"],
                type=field["type"],
                title=field["title"],
                required=bool(constraints.get("required", False)),
                pattern=constraints.get("pattern"),
                minimum=_bound(constraints, "minimum"),
                maximum=_bound(constraints, "maximum"),
                enum=tuple(constraints.get("enum", ())),
                code_list=field.get("codeList"),
            )
        )
    foreign_keys = tuple(
        ForeignKey(key["fields"][0], key["reference"]["resource"], key["reference"]["fields"][0])
        for key in schema.get("foreignKeys", ())
    )
    return Resource(schema["name"], schema["title"], tuple(fields), tuple(schema["primaryKey"]), foreign_keys, path)


def _read_contract(folder: Path) -> Contract:
    statement = json.loads((folder / "contract.json").read_text(encoding="utf-8"))

    def resources(names: list[str]) -> dict[str, Resource]:
        return {name: _read_resource(folder / f"{name}.schema.json") for name in names}

    return Contract(
        version=statement["version"],
        resources=resources(statement["resources"]),
        delta_resources=resources(statement["delta_resources"]),
        modes=tuple(statement["modes"]),
        encodings=tuple(statement["encodings"]),
        pseudonymisation=tuple(statement["pseudonymisation"]),
        delimiter=statement["delimiter"],
        limits=Limits(**statement["limits"]),
        reject_share=statement["reject_share"],
        reject_floor=statement["reject_floor"],
    )


@cache
def known_contracts() -> dict[str, Contract]:
    """Every contract version that the warehouse can read, by version, oldest folder first."""
    contracts = (_read_contract(path.parent) for path in sorted(FOLDER.glob("v*/contract.json")))
    return {contract.version: contract for contract in contracts}
