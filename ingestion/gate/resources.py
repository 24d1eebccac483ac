"""The files of a delivery against what its descriptor and its contract say of them (T07 to T12, T16)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from ingestion.contract import Contract, Resource
from ingestion.gate.csv_cells import Malformed, Undecodable, as_utf8, read_header, read_rows
from ingestion.gate.descriptor import FILE_NAME, DeclaredResource, Descriptor
from ingestion.gate.finding import Finding, found, quotable

LINE = "line"
"""Column of a received table that says on which line (1 = header) a row begins."""


@dataclass(frozen=True)
class ReceivedResource:
    """One file read: its rows as text, columns named and ordered as the contract has them, plus `line`; or findings.

    The first thing that is wrong with a file usually makes the rest of it meaningless, so a file gets one finding.
    """

    table: pa.Table | None
    finding: Finding | None = None


def check_files(descriptor: Descriptor, contract: Contract, entries: Mapping[str, bytes]) -> Iterator[Finding]:
    """T07: the declared files are there and nothing else is; T12: a full delivery holds every resource."""
    paths = {resource.path for resource in descriptor.resources}
    undeclared = set(entries) - paths - {FILE_NAME}
    details = [f"{resource.name} manque" for resource in descriptor.resources if resource.path not in entries]
    details += [f"{name} n'est pas déclaré" for name in sorted(filter(quotable, undeclared))]
    unnamed = sum(1 for name in undeclared if not quotable(name))
    if unnamed:
        details.append(f"{unnamed} autre(s) fichier(s) non déclaré(s)")
    if details:
        yield found("T07", detail=" ; ".join(details))
    if descriptor.mode == "full":
        absent = [name for name in contract.resources if name not in descriptor.resource_names]
        if absent:
            yield found("T12", detail=", ".join(absent))


def read_resource(
    content: bytes, declared: DeclaredResource, resource: Resource, contract: Contract
) -> ReceivedResource:
    """Reads one file, in the order: untouched (T08), decodes (T10), header (T11), cells (T16), number of rows (T09)."""
    name = resource.name
    if len(content) != declared.bytes or f"sha256:{hashlib.sha256(content).hexdigest()}" != declared.hash:
        return ReceivedResource(None, found("T08", resource=name))
    if declared.encoding not in contract.encodings:
        return ReceivedResource(None, found("T10", resource=name, detail="encodage non prévu par le contrat"))
    try:
        text = as_utf8(content, declared.encoding)
        header = read_header(text, contract.delimiter)
        wrong = _wrong_columns(header, resource)
        if wrong:
            return ReceivedResource(None, found("T11", resource=name, detail=" ; ".join(wrong)))
        rows = read_rows(text, contract.delimiter, len(header))
    except Undecodable as error:
        detail = f"{declared.encoding}, ligne {error.line}"
        return ReceivedResource(None, found("T10", resource=name, lines=[error.line], detail=detail))
    except Malformed as error:
        return ReceivedResource(None, found("T16", resource=name, lines=[error.line]))
    if len(rows.lines) != declared.rows:
        return ReceivedResource(None, found("T09", resource=name, expected=declared.rows, found=len(rows.lines)))
    columns = dict(zip(header, rows.columns, strict=True))
    ordered = {field: columns[field] for field in resource.field_names}
    return ReceivedResource(pa.table({**ordered, LINE: rows.lines}))


def _wrong_columns(header: list[str], resource: Resource) -> list[str]:
    """What is wrong with a header, in French; an unknown column is told by its place, and by its name if harmless."""
    details = [f"{name} manque" for name in resource.field_names if name not in header]
    for place, name in enumerate(header, start=1):
        if name not in resource.field_names:
            quoted = f" « {name} »" if quotable(name) else ""
            details.append(f"colonne {place}{quoted} inconnue")
        elif name in header[: place - 1]:
            details.append(f"{name} en double")
    return details[:40]
