"""A real OpenSSH server for tests: one chrooted account per PLIE, as `docs/transport.md` describes it. Needs root.

Accounts, folders and the server are gone when the block ends.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

SSHD = "/usr/sbin/sshd"

CONFIGURATION = """
ListenAddress 127.0.0.1:{port}
HostKey {root}/host_key
PidFile none
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AuthorizedKeysFile {root}/keys/%u
MaxStartups 100
Subsystem sftp internal-sftp
Match User {users}
    ChrootDirectory {root}/places/%u
    ForceCommand internal-sftp
    AllowTcpForwarding no
    X11Forwarding no
"""


@dataclass(frozen=True)
class OpenSshServer:
    """`account` is what PLIE_SFTP_USER takes; `key` the private key that every account lets in."""

    root: Path
    port: int
    account: str
    key: Path

    def place(self, plie_id: str) -> Path:
        """What the account of a PLIE sees as `/`."""
        return self.root / "places" / self.user(plie_id)

    def user(self, plie_id: str) -> str:
        return self.account.replace("{plie_id_lower}", plie_id.lower())

    def drop(self, plie_id: str, name: str, content: bytes) -> Path:
        """Puts a file into the inbox, as its sender would."""
        path = self.place(plie_id) / "depot" / name
        path.write_bytes(content)
        shutil.chown(path, self.user(plie_id))
        return path

    def known_hosts(self, path: Path, *ports: int) -> Path:
        """A file that trusts this server, also behind other ports."""
        key = (self.root / "host_key.pub").read_text(encoding="utf-8").strip()
        lines = [f"[127.0.0.1]:{port} {key}" for port in (self.port, *ports)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path


def make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def openssh_server(plie_ids: Collection[str]) -> Iterator[OpenSshServer]:
    """A server with an account for each PLIE, whose place holds `depot`, `retour` and `recus`."""
    with ExitStack() as cleanup:
        # sshd takes a chroot only below folders that root alone may write to, which /tmp is not.
        root = Path(tempfile.mkdtemp(prefix="plie-sshd-", dir="/srv"))
        cleanup.callback(shutil.rmtree, root)
        root.chmod(0o755)
        server = OpenSshServer(root, free_port(), f"{{plie_id_lower}}-t{os.getpid()}", root / "client_key")
        make_key(root / "host_key")
        make_key(server.key)
        for folder in ("keys", "places"):
            (root / folder).mkdir()
            (root / folder).chmod(0o755)  # whatever the umask of the tests is
        for plie_id in plie_ids:
            _make_account(server, plie_id)
            cleanup.callback(_change_accounts, "userdel", server.user(plie_id))
        users = ",".join(server.user(plie_id) for plie_id in plie_ids)
        configuration = root / "sshd_config"
        configuration.write_text(CONFIGURATION.format(port=server.port, root=root, users=users), encoding="utf-8")
        Path("/run/sshd").mkdir(exist_ok=True)
        log = cleanup.enter_context((root / "log").open("wb"))
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", configuration], stderr=log)
        cleanup.callback(process.wait)
        cleanup.callback(process.terminate)
        _wait_for(server)
        yield server


def _make_account(server: OpenSshServer, plie_id: str) -> None:
    user, place = server.user(plie_id), server.place(plie_id)
    # An account that is locked is refused by sshd; `*` is a password that nothing matches.
    _change_accounts("useradd", "--no-create-home", "--shell", "/usr/sbin/nologin", "-p", "*", user)
    shutil.copyfile(f"{server.key}.pub", server.root / "keys" / user)
    (server.root / "keys" / user).chmod(0o644)
    place.mkdir()
    place.chmod(0o755)
    for folder in ("depot", "retour", "recus"):
        (place / folder).mkdir()
        shutil.chown(place / folder, user, user)


def _change_accounts(*command: str) -> None:
    """Tries again while another process changes accounts, or a session that just ended still holds this one."""
    for _ in range(100):
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        if done.returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{command[0]}: {done.stderr}")


def _wait_for(server: OpenSshServer) -> None:
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=1) as connection:
                if connection.recv(4) == b"SSH-":
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError((server.root / "log").read_text(encoding="utf-8"))
