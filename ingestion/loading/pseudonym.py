"""Keys the participants' identifiers again on the way in, so that the warehouse holds none that a PLIE could recognise.

HMAC-SHA-256 with the warehouse's own key over the identifier as it came (UTF-8), in hexadecimal. The same key must
serve for ever: with another, the same person would become two.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import duckdb

from ingestion.contract import Field, Resource
from ingestion.settings import Settings
from ingestion.transaction import transaction

PERSON = ("participants", "participant_id")
"""The resource and the field that identify a person; whatever refers to them is keyed too."""

KEY_LENGTH = 32
"""Characters that a key must have at least."""

_BLOCK = 64
_FINGERPRINT = "pseudonym_key_fingerprint"


class PseudonymKeyError(RuntimeError):
    """The key is too short, unreadable, or another one than the warehouse was loaded with."""


def use_key(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Makes the warehouse's key ready for `keyed` on this connection; the key stays in this session's memory.

    Raises:
        PseudonymKeyError: the warehouse was loaded with another key, or there is none and it is not the first load.
    """
    if _known_fingerprint(connection) is None:
        # Two first loads at once would make two keys: on a lake, such transactions take turns.
        with transaction(connection, settings, "noted which key identifiers are made with"):
            if _known_fingerprint(connection) is None:
                fingerprint = _fingerprint(_key(settings, may_be_made=True))
                connection.execute("insert into raw.warehouse_facts values (?, ?)", [_FINGERPRINT, fingerprint])
    key = _key(settings, may_be_made=False)
    if _fingerprint(key) != _known_fingerprint(connection):
        raise PseudonymKeyError(
            "The pseudonym key is not the one that this warehouse was loaded with; nothing is loaded. "
            f"Restore it in PLIE_PSEUDONYM_KEY or {settings.key_file}."
        )
    padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    connection.execute("set variable inner_pad = ?", [bytes(byte ^ 0x36 for byte in padded)])
    connection.execute("set variable outer_pad = ?", [bytes(byte ^ 0x5C for byte in padded)])


def _known_fingerprint(connection: duckdb.DuckDBPyConnection) -> str | None:
    row = connection.execute("select value from raw.warehouse_facts where name = ?", [_FINGERPRINT]).fetchone()
    return None if row is None else str(row[0])


def _fingerprint(key: bytes) -> str:
    return hmac.digest(key, b"plie-warehouse", "sha256").hex()[:16]


def keyed(value: str) -> str:
    """SQL for the keyed form of an identifier (64 hexadecimal digits) from SQL for the identifier as it came."""
    inner = f"unhex(sha256(getvariable('inner_pad') || encode({value})))"
    return f"sha256(getvariable('outer_pad') || {inner})"


def keep_keyed(resource: Resource, field: Field, value: str) -> str:
    """SQL for what is kept of a cell: identifiers of persons are keyed, the rest stays as it came."""
    targets = {(key.target, key.target_field) for key in resource.foreign_keys if key.field == field.name}
    if (resource.name, field.name) == PERSON or PERSON in targets:
        return keyed(value)
    if resource.name == "suppressions" and field.name == resource.primary_key[-1]:
        return f"case when read.{resource.primary_key[0]} = '{PERSON[0]}' then {keyed(value)} else {value} end"
    return value


def _key(settings: Settings, *, may_be_made: bool) -> bytes:
    if settings.pseudonym_key is not None:
        key = settings.pseudonym_key.get_secret_value()
    elif settings.key_file.exists() or not may_be_made:
        try:
            key = settings.key_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise PseudonymKeyError(
                f"The pseudonym key in {settings.key_file} cannot be read ({type(error).__name__}). This warehouse was "
                "loaded with it: restore it there or in PLIE_PSEUDONYM_KEY."
            ) from None
    else:
        key = secrets.token_hex(KEY_LENGTH)
        _write_privately(settings.key_file, key)
    if len(key) < KEY_LENGTH:
        raise PseudonymKeyError(f"The pseudonym key must have at least {KEY_LENGTH} characters.")
    return key.encode("utf-8")


def _write_privately(path: Path, text: str) -> None:
    """Writes a file that its owner alone may read, whole or not at all."""
    aside = path.with_name(f".{path.name}.part")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
