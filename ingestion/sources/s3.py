"""Mailboxes in S3-compatible storage: a prefix per PLIE in one bucket. Objects appear whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from ingestion.sources.mailbox import LISTED_AT_MOST, RemoteFile, TransportError
from ingestion.sources.sftp import for_plie

_PIECE = 256 * 1024
_LASTING = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket", "403", "401", "404"}


@dataclass(frozen=True)
class S3Source:
    """A bucket; `root` holds `{plie_id}` or `{plie_id_lower}`. `endpoint` None is Amazon's own; `timeout`: seconds."""

    bucket: str
    endpoint: str | None
    region: str | None
    access_key: str | None
    secret_key: str | None
    root: str
    inbox: str
    outbox: str
    moved_to: str
    timeout: float
    connections: int
    _made: list[Any] = field(default_factory=list, repr=False, compare=False)
    _making: Lock = field(default_factory=Lock, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"S3Source({self.bucket})"

    @contextmanager
    def open(self, plie_id: str) -> Iterator[S3Mailbox]:
        """The prefix of one PLIE; nothing is contacted yet."""
        with _in_words(self):
            client = self._client()
        yield S3Mailbox(self, client, for_plie(self.root, plie_id).strip("/"))

    def _client(self) -> Any:
        """One client for all threads, which may share it but not make it at once."""
        import boto3
        from botocore.config import Config

        with self._making:
            if not self._made:
                session = boto3.session.Session(self.access_key, self.secret_key, region_name=self.region)
                config = Config(
                    connect_timeout=self.timeout,
                    read_timeout=self.timeout,
                    # How often and when to try again is decided in one place, for every kind of source.
                    retries={"total_max_attempts": 1},
                    max_pool_connections=self.connections,
                    s3={"addressing_style": "path" if self.endpoint else "auto"},
                    # Storage that is compatible knows no newer checksums than those it was made with.
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                )
                self._made.append(session.client("s3", endpoint_url=self.endpoint, config=config))
            return self._made[0]


class S3Mailbox:
    """One PLIE's prefix."""

    files_grow = False

    def __init__(self, source: S3Source, client: Any, root: str) -> None:
        self._source = source
        self._client = client
        self._inbox, self._outbox, self._moved_to = (
            "/".join(part for part in (root, folder.strip("/")) if part) + "/"
            for folder in (source.inbox, source.outbox, source.moved_to)
        )

    def waiting(self) -> list[RemoteFile]:
        """The objects right under the prefix; the one that stands for the folder itself is none."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._source.bucket, Prefix=self._inbox, Delimiter="/"
        )
        files: list[RemoteFile] = []
        with _in_words(self._source):
            for page in pages:
                for entry in page.get("Contents", ()):
                    name = entry["Key"].removeprefix(self._inbox)
                    if name:
                        files.append(RemoteFile(name, entry["Size"], entry["ETag"]))
                if len(files) > LISTED_AT_MOST:
                    raise TransportError(f"{self._inbox} holds over {LISTED_AT_MOST} files: empty it", lasting=True)
        return sorted(files, key=lambda file: file.name)

    def read(self, file: RemoteFile) -> Iterator[bytes]:
        """The bytes of just the version that was listed."""
        with _in_words(self._source):
            answer = self._client.get_object(
                Bucket=self._source.bucket, Key=self._inbox + file.name, IfMatch=file.version
            )
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(_PIECE)

    def is_unchanged(self, file: RemoteFile) -> bool:
        """An object is read in one version: whatever came is whole, also when it was replaced meanwhile."""
        return True

    def move_away(self, name: str) -> None:
        bucket = self._source.bucket
        with _in_words(self._source):
            target, number = name, 1
            while self._exists(self._moved_to + target):
                number += 1
                target = f"{name}.{number}"
            self._client.copy_object(
                Bucket=bucket, Key=self._moved_to + target, CopySource={"Bucket": bucket, "Key": self._inbox + name}
            )
            self._client.delete_object(Bucket=bucket, Key=self._inbox + name)

    def put_back(self, name: str, content: bytes) -> None:
        kind = "text/html; charset=utf-8" if name.endswith(".html") else "application/json"
        with _in_words(self._source):
            self._client.put_object(Bucket=self._source.bucket, Key=self._outbox + name, Body=content, ContentType=kind)

    def _exists(self, key: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self._client.head_object(Bucket=self._source.bucket, Key=key)
        except ClientError as error:
            if _code(error) in {"404", "NoSuchKey", "NotFound"}:
                return False
            raise
        return True


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _in_words(source: S3Source) -> Iterator[None]:
    """Turns what botocore raises into errors that may be shown to anyone: it quotes addresses and keys."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
    from urllib3.exceptions import HTTPError

    where = source.endpoint or "Amazon S3"
    try:
        yield
    except ClientError as error:
        code = _code(error)
        raise TransportError(
            f"{where} answers {code} for the bucket {source.bucket}", lasting=code in _LASTING
        ) from error
    except NoCredentialsError as error:
        raise TransportError("no key for the storage is set (PLIE_S3_ACCESS_KEY)", lasting=True) from error
    except (HTTPClientError, HTTPError, ConnectionError, TimeoutError) as error:
        raise TransportError(f"{where} cannot be reached, or was silent for {source.timeout:g} s") from error
    except BotoCoreError as error:
        raise TransportError(f"{where} cannot be used: {type(error).__name__}") from error
