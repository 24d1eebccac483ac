"""The PostgreSQL database that is the lake's catalog: its connection string, and connections of our own to it.

DuckLake talks to it by itself; ours hold the locks and ask what must be known before DuckLake opens it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.lake.errors import GROUP_MISSING, LakeUnavailable, explained
from ingestion.settings import Settings

if TYPE_CHECKING:
    import psycopg

_CONNECT_TIMEOUT = "10"
_ENGLISH = ("c", "posix", "en")


def connection_words(settings: Settings) -> dict[str, str]:
    """The keywords of PLIE_LAKE_CATALOG, password included.

    Raises:
        LakeUnavailable: the setting is missing or is no connection string, or the group of packages is not installed.
    """
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise LakeUnavailable(GROUP_MISSING.format("psycopg")) from None
    if settings.lake_catalog is None:
        raise LakeUnavailable(
            "PLIE_ENGINE=ducklake needs PLIE_LAKE_CATALOG, the connection string of a PostgreSQL database, for "
            'instance "host=db.example dbname=plie user=plie".'
        )
    try:
        words = conninfo_to_dict(settings.lake_catalog.get_secret_value())
    except psycopg.ProgrammingError:
        # What libpq says of a string that it cannot read quotes the string.
        raise LakeUnavailable(
            "PLIE_LAKE_CATALOG is no connection string of PostgreSQL: "
            'write it as "host=db.example dbname=plie user=plie", a value with spaces in single quotes.'
        ) from None
    known = {name: str(value) for name, value in words.items() if value is not None}
    return {"connect_timeout": _CONNECT_TIMEOUT, "application_name": "plie", **known}


def without_password(words: dict[str, str]) -> str:
    """The connection string as it may be written down."""
    from psycopg.conninfo import make_conninfo

    return str(
        make_conninfo("", **{name: value for name, value in words.items() if name not in ("password", "passfile")})
    )


def shown(words: dict[str, str]) -> str:
    """Where the catalog is, for a message."""
    return " ".join(f"{name}={words[name]}" for name in ("host", "port", "dbname", "user") if name in words)


def connect(settings: Settings) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of our own, every statement a transaction by itself.

    Raises:
        LakeUnavailable: PostgreSQL cannot be reached or refuses; or its messages are not in English, which DuckLake
            must read to know that it may try a commit again.
    """
    words = connection_words(settings)
    import psycopg
    from psycopg.conninfo import make_conninfo

    try:
        connection = psycopg.connect(make_conninfo("", **words), autocommit=True)
    except psycopg.OperationalError as error:
        raise explained(without_secrets(str(error), words), shown(words)) from None
    language = connection.execute("show lc_messages").fetchone()
    spoken = str(language[0]).lower() if language else ""
    if not spoken.startswith(_ENGLISH):
        connection.close()
        raise LakeUnavailable(
            f"PostgreSQL answers in another language than English (lc_messages = {spoken}), in which DuckLake does not "
            "see that two commits met. Let a superuser run "
            f"`alter role {words.get('user', '…')} set lc_messages = 'C'`."
        )
    return connection


def without_secrets(text: str, words: dict[str, str]) -> str:
    """A message of somebody else's with the password taken out, should it be in there."""
    password = words.get("password")
    return text.replace(password, "…") if password else text
