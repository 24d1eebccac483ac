"""The source that the settings describe; what cannot be right is said before anything is contacted."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ingestion.contract import registered_plie_ids
from ingestion.settings import Settings
from ingestion.sources.mailbox import Source, SourceMisconfigured

_PER_PLIE = ("{plie_id}", "{plie_id_lower}")
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def configured_source(settings: Settings) -> Source | None:
    """The source of `PLIE_SOURCE`; None when files are put into landing by other means.

    Raises:
        SourceMisconfigured: a setting is missing, or all PLIE would share one mailbox.
    """
    if settings.source == "landing":
        return None
    own_account = settings.source == "sftp" and _is_per_plie(settings.sftp_user)
    root = settings.source_root
    if root is None:
        root = "" if own_account else "{plie_id}"
    if not (own_account or _is_per_plie(root)):
        raise SourceMisconfigured("All PLIE would share one mailbox: PLIE_SOURCE_ROOT needs {plie_id}.")
    folders = [settings.source_inbox, settings.source_outbox, settings.source_moved_to]
    if len({folder.strip("/") for folder in folders}) < len(folders):
        raise SourceMisconfigured("Inbox, outbox and the folder of what was fetched must be three folders.")
    return _sftp(settings, root) if settings.source == "sftp" else _s3(settings, root)


def plie_of_source(settings: Settings) -> frozenset[str] | None:
    """The PLIE that `PLIE_SOURCE_PLIE` names; None when it names none.

    Raises:
        SourceMisconfigured: one of them is not in the register.
    """
    named = frozenset(filter(None, re.split(r"[,;\s]+", settings.source_plie)))
    unknown = sorted(named - registered_plie_ids())
    if unknown:
        raise SourceMisconfigured(f"PLIE_SOURCE_PLIE names what the register does not know: {', '.join(unknown)}.")
    return named or None


def _is_per_plie(template: str) -> bool:
    return any(part in template for part in _PER_PLIE)


def _sftp(settings: Settings, root: str) -> Source:
    from ingestion.sources.sftp import SftpSource

    _needed({"PLIE_SFTP_HOST": settings.sftp_host, "PLIE_SFTP_USER": settings.sftp_user})
    if settings.sftp_key is None and settings.sftp_password is None:
        raise SourceMisconfigured("The SFTP source needs PLIE_SFTP_KEY or PLIE_SFTP_PASSWORD.")
    for name, path in {"PLIE_SFTP_KNOWN_HOSTS": settings.sftp_known_hosts, "PLIE_SFTP_KEY": settings.sftp_key}.items():
        if path is not None and not path.expanduser().is_file():
            raise SourceMisconfigured(f"{name}: there is no file {path}.")
    return SftpSource(
        host=settings.sftp_host,
        port=settings.sftp_port,
        user=settings.sftp_user,
        root=root,
        inbox=settings.source_inbox,
        outbox=settings.source_outbox,
        moved_to=settings.source_moved_to,
        known_hosts=settings.sftp_known_hosts,
        key=settings.sftp_key,
        secret=settings.sftp_password.get_secret_value() if settings.sftp_password else None,
        timeout=settings.source_timeout,
        deadline=settings.source_deadline,
    )


def _s3(settings: Settings, root: str) -> Source:
    from ingestion.sources.s3 import S3Source

    _needed({"PLIE_S3_BUCKET": settings.s3_bucket})
    if (settings.s3_access_key is None) != (settings.s3_secret_key is None):
        raise SourceMisconfigured("PLIE_S3_ACCESS_KEY and PLIE_S3_SECRET_KEY belong together.")
    address = urlsplit(settings.s3_endpoint or "https://")
    if address.scheme != "https" and address.hostname not in _THIS_MACHINE:
        raise SourceMisconfigured("PLIE_S3_ENDPOINT must begin with https://: deliveries hold personal data.")
    return S3Source(
        bucket=settings.s3_bucket,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key.get_secret_value() if settings.s3_secret_key else None,
        root=root,
        inbox=settings.source_inbox,
        outbox=settings.source_outbox,
        moved_to=settings.source_moved_to,
        timeout=settings.source_timeout,
        connections=settings.source_connections,
    )


def _needed(values: dict[str, str]) -> None:
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise SourceMisconfigured(f"Not set: {', '.join(missing)}.")
