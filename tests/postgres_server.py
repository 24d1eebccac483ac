"""A real PostgreSQL for tests: a cluster of its own in a temporary folder, gone when the block ends."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "postgres"
"""PostgreSQL refuses to run as root: its own account of Debian's package does it then."""

ROLE = "plie"
PASSWORD = "mot-de-passe-du-lac"  # noqa: S105 - of a cluster that lives as long as a test

CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{root}'
fsync = off
max_connections = 200
"""


@dataclass(frozen=True)
class PostgresServer:
    """`root` holds the cluster and its log; `programs` is where Debian put its binaries."""

    root: Path
    port: int
    programs: Path

    def database(self, name: str) -> str:
        """Makes an empty database that belongs to `ROLE`, and returns the connection string of it."""
        self.administer(f'create database "{name}" owner {ROLE}')
        return self.catalog(name)

    def catalog(self, name: str, role: str = ROLE, password: str = PASSWORD) -> str:
        """The connection string of a database, as PLIE_LAKE_CATALOG takes it."""
        return f"host=127.0.0.1 port={self.port} dbname={name} user={role} password={password}"

    def administer(self, statement: str, database: str = "postgres") -> str:
        """Runs one statement as the superuser; returns what psql prints."""
        psql = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.root), "-p", str(self.port)]
        done = self._run(*psql, "-d", database, "-c", statement)
        return done.strip()

    def start(self) -> None:
        self._run("pg_ctl", "-D", f"{self.root}/cluster", "-l", f"{self.root}/log", "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self.root}/cluster", "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> str:
        command = [str(self.programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", ACCOUNT, "--", *command]
        # A pipe would stay open in the server that pg_ctl leaves behind.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, check=False, cwd=self.root)
            said.seek(0)
            text = said.read()
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {text}")
        return text


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server, on the loopback and on a socket in its folder, with the role `ROLE`."""
    with ExitStack() as cleanup:
        root = Path(tempfile.mkdtemp(prefix="plie-postgres-"))
        cleanup.callback(shutil.rmtree, root, ignore_errors=True)
        if os.geteuid() == 0:
            shutil.chown(root, pwd.getpwnam(ACCOUNT).pw_uid, pwd.getpwnam(ACCOUNT).pw_gid)
        server = PostgresServer(root, _free_port(), _programs())
        initdb = ["-D", f"{root}/cluster", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        server._run("initdb", *initdb)
        configuration = root / "cluster" / "postgresql.conf"
        with configuration.open("a", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(port=server.port, root=root))
        access = root / "cluster" / "pg_hba.conf"
        access.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8")
        server.start()
        cleanup.callback(server.stop)
        server.administer(f"create role {ROLE} login createdb password '{PASSWORD}'")
        yield server


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("These tests need PostgreSQL: apt-get install postgresql")
    return found[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
