"""Under which names a delivery is known afterwards: its id, its acknowledgement, its copy that is kept.

Nothing is ever overwritten. A name that is taken already (another delivery bore the same file name) gives way to one
made from the delivery's id, which holds the first 12 digits of its sha256 and is unique.
"""

from __future__ import annotations

from collections.abc import Container

_LONGEST = 200
"""Bytes that a name may have before an ending of ours is added to it; file systems allow 255."""


def delivery_id(file_name: str, sha256: str, *, is_duplicate: bool, taken: Container[str]) -> str:
    """`<stem>-<12 hex>`, with `.duplicate-N` for the same bytes again, or `.again-N` when they are examined anew."""
    first = f"{_shortened(file_name.removesuffix('.zip'))}-{sha256[:12]}"
    if not is_duplicate and first not in taken:
        return first
    return _numbered(f"{first}.{'duplicate' if is_duplicate else 'again'}", taken)


def acknowledgement_name(file_name: str, identifier: str, *, is_duplicate: bool, taken: Container[str]) -> str:
    """`<file name>.ack.json`, or `<file name>.duplicate.ack.json`; `<delivery id>.ack.json` when that is taken."""
    usual = f"{file_name}{'.duplicate' if is_duplicate else ''}.ack.json"
    fits = len(usual.encode()) <= _LONGEST + len(".duplicate.ack.json")
    return usual if fits and usual not in taken else f"{identifier}.ack.json"


def kept_name(file_name: str, identifier: str, taken: Container[str]) -> str:
    """The file's own name, or `<delivery id>.zip` when another delivery is kept under it."""
    return file_name if len(file_name.encode()) <= _LONGEST and file_name not in taken else f"{identifier}.zip"


def _shortened(stem: str) -> str:
    return stem.encode()[: _LONGEST - 60].decode("utf-8", "ignore")


def _numbered(start: str, taken: Container[str]) -> str:
    number = 1
    while f"{start}-{number}" in taken:
        number += 1
    return f"{start}-{number}"
