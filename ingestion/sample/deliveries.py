"""Writes one delivery as the contract wants it: a zip of four CSV files and a descriptor, the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.contract import Contract
from ingestion.sample.senders import MADE_UP, Sender

MARK = b"\xef\xbb\xbf"
REGULAR_FILE = 0o100644 << 16


def csv_bytes(frame: pl.DataFrame, sender: Sender, delimiter: str) -> bytes:
    """The frame as this sender writes CSV."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, separator=delimiter, line_terminator=sender.line_end, quote_style=sender.quoting)
    raw = buffer.getvalue()
    if sender.encoding != "utf-8":
        return raw.decode("utf-8").encode(sender.encoding)
    return MARK + raw if sender.byte_order_mark else raw


def _descriptor(sender: Sender, contract: Contract, resources: list[dict[str, Any]]) -> bytes:
    name, version = sender.producer
    statement = {
        "name": sender.file_name.removesuffix(".zip").lower().replace("_", "-"),
        "created": f"{sender.created:%Y-%m-%dT%H:%M:%SZ}",
        "plie": {
            "contract": contract.version,
            "plie_id": sender.plie_id,
            "mode": sender.mode,
            "coverage": {"from": sender.coverage_from.isoformat(), "to": sender.coverage_to.isoformat()},
            "producer": {"name": f"{name} ({MADE_UP})", "version": version},
            "pseudonymisation": contract.pseudonymisation[0],
        },
        "resources": resources,
    }
    return json.dumps(statement, ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8")


def write_delivery(rows: dict[str, pl.DataFrame], sender: Sender, contract: Contract, landing: Path) -> Path:
    """Writes `<landing>/<plie_id>/<file name>`, aside first and then renamed; returns its path."""
    files: dict[str, bytes] = {}
    resources = []
    for name, resource in contract.resources.items():
        content = csv_bytes(rows[name].select(sender.columns(resource)), sender, contract.delimiter)
        files[f"{name}.csv"] = content
        resources.append(
            {
                "name": name,
                "path": f"{name}.csv",
                "encoding": sender.encoding,
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "rows": len(rows[name]),
            }
        )
    folder = landing / sender.plie_id
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / sender.file_name
    aside = folder / f"{sender.file_name}.part"
    method = zipfile.ZIP_DEFLATED if sender.compression else zipfile.ZIP_STORED
    with zipfile.ZipFile(aside, "w") as archive:
        for name, content in {"datapackage.json": _descriptor(sender, contract, resources), **files}.items():
            entry = zipfile.ZipInfo(name, sender.created.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, REGULAR_FILE
            archive.writestr(entry, content, method, sender.compression or None)
    aside.replace(target)
    return target
