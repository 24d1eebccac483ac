"""Mailboxes at an SFTP server: an account per PLIE, or folders of one account.

paramiko is used directly. fsspec's SFTP file system trusts unknown servers unless told otherwise, and cannot bound the
time of anything after the connection (docs/decisions/0010).
"""

from __future__ import annotations

import io
import logging
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, NoReturn

from ingestion.sources.mailbox import LISTED_AT_MOST, RemoteFile, TransportError

if TYPE_CHECKING:
    from paramiko import PKey, SFTPAttributes, SFTPClient, SSHClient

_PIECE = 256 * 1024
_REQUESTS_AHEAD = 64
_SILENT_LOG = "plie.sftp"
"""paramiko logs a traceback of its own for each connection that fails; what failed is said by our errors."""


@dataclass(frozen=True)
class SftpSource:
    """An SFTP server; `user` and `root` may hold `{plie_id}` or `{plie_id_lower}`. Times are in seconds.

    `secret` is the password of the key when there is one, else of the account.
    """

    host: str
    port: int
    user: str
    root: str
    inbox: str
    outbox: str
    moved_to: str
    known_hosts: Path
    key: Path | None
    secret: str | None
    timeout: float
    deadline: float

    def __repr__(self) -> str:
        return f"SftpSource({self.host}:{self.port})"

    @contextmanager
    def open(self, plie_id: str) -> Iterator[SftpMailbox]:
        """A connection of its own for one PLIE, cut when the deadline is over.

        Raises:
            TransportError: the server is unknown or cannot be reached, or refuses the account.
        """
        from paramiko import SSHClient

        logging.getLogger(_SILENT_LOG).setLevel(logging.CRITICAL + 1)
        client = SSHClient()
        watch = Timer(self.deadline, client.close)
        watch.daemon = True
        watch.start()
        try:
            with _in_words(self):
                sftp = self._connect(client, for_plie(self.user, plie_id))
            yield SftpMailbox(self, sftp, for_plie(self.root, plie_id))
        finally:
            watch.cancel()
            client.close()

    def _connect(self, client: SSHClient, user: str) -> SFTPClient:
        from paramiko import RejectPolicy

        client.set_log_channel(_SILENT_LOG)
        client.set_missing_host_key_policy(RejectPolicy())
        try:
            client.load_host_keys(str(self.known_hosts.expanduser()))
        except OSError as error:
            raise TransportError(
                f"the file of known servers cannot be read: {error.strerror} (PLIE_SFTP_KNOWN_HOSTS)", lasting=True
            ) from None
        if client.get_host_keys().lookup(self._name_of_key) is None:
            raise TransportError(f"no key of {self._name_of_key} is in PLIE_SFTP_KNOWN_HOSTS", lasting=True)
        client.connect(
            self.host,
            self.port,
            user,
            password=None if self.key else self.secret,
            pkey=self._private_key(),
            allow_agent=False,
            look_for_keys=False,
            timeout=self.timeout,
            banner_timeout=self.timeout,
            auth_timeout=self.timeout,
            channel_timeout=self.timeout,
        )
        sftp = client.open_sftp()
        channel = sftp.get_channel()
        if channel is not None:
            channel.settimeout(self.timeout)
        return sftp

    def _private_key(self) -> PKey | None:
        from paramiko import PKey
        from paramiko.pkey import UnknownKeyType
        from paramiko.ssh_exception import SSHException

        if self.key is None:
            return None
        try:
            # The library's annotation says text; it takes bytes alone.
            password: Any = self.secret.encode() if self.secret else None
            return PKey.from_path(self.key.expanduser(), password)
        except (OSError, ValueError, TypeError, SSHException, UnknownKeyType) as error:
            said = f"the file of PLIE_SFTP_KEY cannot be used: {type(error).__name__}"
            raise TransportError(said, lasting=True) from None

    @property
    def _name_of_key(self) -> str:
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"


def for_plie(template: str, plie_id: str) -> str:
    """A setting with the PLIE's id put in."""
    return template.replace("{plie_id_lower}", plie_id.lower()).replace("{plie_id}", plie_id)


class SftpMailbox:
    """One PLIE's folders on an open connection."""

    files_grow = True

    def __init__(self, source: SftpSource, sftp: SFTPClient, root: str) -> None:
        self._source = source
        self._sftp = sftp
        self._inbox = posixpath.join(root, source.inbox)
        self._outbox = posixpath.join(root, source.outbox)
        self._moved_to = posixpath.join(root, source.moved_to)

    def waiting(self) -> list[RemoteFile]:
        """Regular files only: a link, which could lead anywhere, is none."""
        with _in_words(self._source, self._inbox):
            entries = []
            for entry in self._sftp.listdir_iter(self._inbox):
                entries.append(entry)
                if len(entries) > LISTED_AT_MOST:
                    raise TransportError(f"{self._inbox} holds over {LISTED_AT_MOST} files: empty it", lasting=True)
        files = (_as_file(entry.filename, entry) for entry in entries)
        return sorted((file for file in files if file is not None), key=lambda file: file.name)

    def read(self, file: RemoteFile) -> Iterator[bytes]:
        """The bytes, many requests ahead of the answers."""
        path = posixpath.join(self._inbox, file.name)
        with _in_words(self._source, self._inbox), self._sftp.open(path, "rb") as remote:
            remote.prefetch(file.size, max_concurrent_requests=_REQUESTS_AHEAD)
            while piece := remote.read(_PIECE):
                yield piece

    def is_unchanged(self, file: RemoteFile) -> bool:
        with _in_words(self._source, self._inbox):
            try:
                return _as_file(file.name, self._sftp.lstat(posixpath.join(self._inbox, file.name))) == file
            except FileNotFoundError:
                return False

    def move_away(self, name: str) -> None:
        with _in_words(self._source, self._moved_to):
            self._make_folder(self._moved_to)
            target, number = name, 1
            while self._exists(posixpath.join(self._moved_to, target)):
                number += 1
                target = f"{name}.{number}"
            self._sftp.rename(posixpath.join(self._inbox, name), posixpath.join(self._moved_to, target))

    def put_back(self, name: str, content: bytes) -> None:
        target = posixpath.join(self._outbox, name)
        with _in_words(self._source, self._outbox):
            self._make_folder(self._outbox)
            self._sftp.putfo(io.BytesIO(content), f"{target}.part")
            try:
                self._sftp.posix_rename(f"{target}.part", target)
            except OSError:  # a server without OpenSSH's extension, where renaming onto a file fails
                if self._exists(target):
                    self._sftp.remove(target)
                self._sftp.rename(f"{target}.part", target)

    def _exists(self, path: str) -> bool:
        try:
            self._sftp.lstat(path)
        except FileNotFoundError:
            return False
        return True

    def _make_folder(self, path: str) -> None:
        if not self._exists(path):
            self._sftp.mkdir(path)


def _as_file(name: str, attributes: SFTPAttributes) -> RemoteFile | None:
    if attributes.st_mode is None or not stat.S_ISREG(attributes.st_mode) or attributes.st_size is None:
        return None
    return RemoteFile(name, attributes.st_size, str(attributes.st_mtime))


@contextmanager
def _in_words(source: SftpSource, folder: str | None = None) -> Iterator[None]:
    """Turns what paramiko, the system and the server raise into errors that may be shown to anyone."""
    try:
        yield
    except TransportError:
        raise
    except Exception as error:
        _raise_in_words(error, source, folder)


def _raise_in_words(error: Exception, source: SftpSource, folder: str | None) -> NoReturn:
    import socket

    from paramiko import AuthenticationException, BadHostKeyException, SSHException
    from paramiko.ssh_exception import NoValidConnectionsError

    where = f"{source.host}:{source.port}"
    match error:
        case BadHostKeyException():
            said, lasting = f"the key of {where} is not the one in PLIE_SFTP_KNOWN_HOSTS", True
        case AuthenticationException():
            said, lasting = f"{where} refuses the account or its key", True
        case TimeoutError():
            said, lasting = f"{where} was silent for {source.timeout:g} s", False
        case NoValidConnectionsError() | ConnectionRefusedError():
            said, lasting = f"{where} refuses connections", False
        case socket.gaierror():
            said, lasting = f"the name {source.host} is not known", False
        case FileNotFoundError():
            said, lasting = f"the folder {folder} or a file in it is not there", False
        case PermissionError():
            said, lasting = f"no right to use the folder {folder}", True
        case EOFError() | ConnectionError() | SSHException():
            said, lasting = f"the connection to {where} was cut", False
        case UnicodeDecodeError():
            said, lasting = f"a name in {folder} is not UTF-8 text", True
        case OSError():
            said, lasting = f"{where} failed at {folder or 'connecting'}", False
        case _:
            raise error
    raise TransportError(said, lasting=lasting) from error
