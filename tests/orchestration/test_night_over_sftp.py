"""The whole night over a real OpenSSH server, while the network and some senders fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.settings import Settings
from orchestration.cli import app
from orchestration.night import run_night
from tests.bad_network import bad_network
from tests.deliveries import PLIE, a_delivery
from tests.ingestion.night import OTHER
from tests.openssh_server import OpenSshServer, openssh_server
from tests.warehouse_reading import files, query

pytestmark = pytest.mark.sshd
THIRD = "PLIE-75-01"
ABSENT = "PLIE-13-02"
NIGHT = date(2022, 1, 1)


@pytest.fixture
def server() -> Iterator[OpenSshServer]:
    with openssh_server([PLIE, OTHER, THIRD]) as server:
        yield server


@pytest.fixture
def environment(settings: Settings, server: OpenSshServer, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of the warehouse as a service would get them; the network cuts the first file in the middle."""
    with bad_network(server.port, 30_000, "cut") as port:
        yield {
            "PLIE_DATA": str(settings.data),
            "PLIE_THREADS": "2",
            "PLIE_SOURCE": "sftp",
            "PLIE_SOURCE_PLIE": f"{PLIE} {OTHER} {THIRD} {ABSENT}",
            "PLIE_SOURCE_AFTER": "move",
            "PLIE_SOURCE_CONNECTIONS": "1",
            "PLIE_SOURCE_BACKOFF": "0.01",
            "PLIE_SOURCE_SETTLE": "0",
            "PLIE_SFTP_HOST": "127.0.0.1",
            "PLIE_SFTP_PORT": str(port),
            "PLIE_SFTP_USER": server.account,
            "PLIE_SFTP_KEY": str(server.key),
            "PLIE_SFTP_KNOWN_HOSTS": str(server.known_hosts(tmp_path / "known_hosts", port)),
        }


def returned(server: OpenSshServer, plie_id: str) -> dict[str, str]:
    """Status of each acknowledgement in the mailbox of a PLIE."""
    paths = (server.place(plie_id) / "retour").glob("*.json")
    return {path.name.removesuffix(".ack.json"): json.loads(path.read_text("utf-8"))["status"] for path in paths}


def test_a_night_from_mailbox_to_mailbox(
    settings: Settings, server: OpenSshServer, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    sound, broken = a_delivery(), a_delivery(OTHER, people=1000)
    server.drop(PLIE, sound.file_name, sound.zipped())
    server.drop(OTHER, broken.file_name, broken.zipped()[:-40])
    server.drop(THIRD, "PLIE-75-01_20211231T220000Z.zip.part", b"half")

    result = CliRunner().invoke(app, ["night", "--no-build"])

    assert result.exit_code == 0, result.output
    assert "Deliveries: 1 accepted, 1 refused" in result.output
    assert "refuses the account or its key" in result.output
    told = query(settings, "select plie_id, status from raw.night_outcomes where is_reached is not null order by 1")
    assert told == [(OTHER, "refused"), (ABSENT, "transport_error"), (PLIE, "accepted"), (THIRD, "nothing_received")]
    assert query(settings, f"select n_attempts from raw.night_outcomes where plie_id = '{OTHER}'") == [(2,)]
    assert query(settings, "select count(*) from raw.parcours") == [(4,)]
    assert returned(server, PLIE) == {sound.file_name: "accepted"}
    assert returned(server, OTHER) == {broken.file_name: "refused"}
    assert [path.name for path in (server.place(PLIE) / "recus").iterdir()] == [sound.file_name]
    assert list((server.place(PLIE) / "depot").iterdir()) == []
    assert files(settings, "landing") == []

    before = query(settings, "from raw.night_outcomes order by plie_id")
    again = CliRunner().invoke(app, ["night", "--no-build"])
    assert "Deliveries: none waits" in again.output
    after = query(settings, "from raw.night_outcomes order by plie_id")
    assert [row[:4] for row in after] == [row[:4] for row in before]


def test_the_password_of_an_account_is_said_nowhere(
    settings: Settings, server: OpenSshServer, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PLIE_SFTP_KEY")
    monkeypatch.setenv("PLIE_SFTP_PASSWORD", "tres-secret-2022")
    result = CliRunner().invoke(app, ["night", "--no-build"])
    assert result.exit_code == 0, result.output
    night = run_night(Settings(lock_timeout=5).model_copy(update={"data": settings.data}), NIGHT)
    assert {visit.status for visit in night.visits} == {"transport_error"}
    kept = b"".join(path.read_bytes() for path in settings.data.rglob("*") if path.is_file())
    assert "tres-secret" not in result.output + str(night) + kept.decode("latin-1")
