"""Fetching from a real OpenSSH server with one chrooted account per PLIE, whatever the network and the senders do."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.sources.configured import configured_source
from ingestion.sources.mailbox import Source
from ingestion.sources.visits import Visit, fetch_deliveries, return_acknowledgements
from tests.bad_network import bad_network
from tests.deliveries import PLIE, a_delivery
from tests.ingestion.night import OTHER, load, statuses
from tests.openssh_server import OpenSshServer, make_key, openssh_server

pytestmark = pytest.mark.sshd
THIRD = "PLIE-75-01"
LARGE = os.urandom(400_000)


@pytest.fixture(scope="module")
def server() -> Iterator[OpenSshServer]:
    with openssh_server([PLIE, OTHER, THIRD]) as server:
        yield server


@pytest.fixture(autouse=True)
def empty_mailboxes(server: OpenSshServer) -> None:
    for path in (server.root / "places").glob("*/*/*"):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def connected(settings: Settings, server: OpenSshServer, port: int | None = None, **changes: object) -> Settings:
    """Settings that fetch from the server, through a proxy on another port when one is given."""
    settings.data.mkdir(parents=True, exist_ok=True)
    values = {
        "source": "sftp",
        "sftp_host": "127.0.0.1",
        "sftp_port": port or server.port,
        "sftp_user": server.account,
        "sftp_key": server.key,
        "sftp_known_hosts": server.known_hosts(settings.data / "known_hosts", *([port] if port else [])),
        "source_backoff": 0.01,
        "source_settle": 0,
        "source_timeout": 5,
    }
    return settings.model_copy(update=values | changes)


def source_of(settings: Settings) -> Source:
    source = configured_source(settings)
    assert source is not None
    return source


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("**/*") if path.is_file())


def fetch(settings: Settings, *plie_ids: str) -> dict[str, Visit]:
    visits = fetch_deliveries(settings, source_of(settings), plie_ids or (PLIE, OTHER, THIRD))
    return {visit.plie_id: visit for visit in visits}


def test_each_plie_is_fetched_from_its_own_account(settings: Settings, server: OpenSshServer) -> None:
    server.drop(PLIE, "a.zip", b"one")
    server.drop(OTHER, "b.zip", b"other")
    visits = fetch(connected(settings, server))
    assert {plie_id: (visit.status, visit.files) for plie_id, visit in visits.items()} == {
        PLIE: ("fetched", ("a.zip",)),
        OTHER: ("fetched", ("b.zip",)),
        THIRD: ("nothing", ()),
    }
    assert (settings.landing / PLIE / "a.zip").read_bytes() == b"one"
    assert (settings.landing / OTHER / "b.zip").read_bytes() == b"other"


def test_a_large_file_comes_whole(settings: Settings, server: OpenSshServer) -> None:
    content = os.urandom(20_000_000)
    server.drop(PLIE, "large.zip", content)
    fetch(connected(settings, server), PLIE)
    assert (settings.landing / PLIE / "large.zip").read_bytes() == content


def test_the_file_stays_where_it_is_and_is_not_fetched_again(settings: Settings, server: OpenSshServer) -> None:
    remote = server.drop(PLIE, "a.zip", b"one")
    settings = connected(settings, server)
    fetch(settings, PLIE)
    (settings.landing / PLIE / "a.zip").unlink()
    assert fetch(settings, PLIE)[PLIE].status == "nothing"
    assert remote.exists()
    server.drop(PLIE, "a.zip", b"corrected")
    assert fetch(settings, PLIE)[PLIE].files == ("a.zip",)


def test_a_fetched_file_is_moved_when_settings_say_so_and_overwrites_none(
    settings: Settings, server: OpenSshServer
) -> None:
    settings = connected(settings, server, source_after="move")
    for content in (b"one", b"another"):
        server.drop(PLIE, "a.zip", content)
        fetch(settings, PLIE)
        (settings.landing / PLIE / "a.zip").unlink()
    place = server.place(PLIE)
    assert names(place / "depot") == []
    assert (place / "recus" / "a.zip").read_bytes() == b"one"
    assert (place / "recus" / "a.zip.2").read_bytes() == b"another"


def test_what_is_being_written_and_what_is_no_file_stays(settings: Settings, server: OpenSshServer) -> None:
    for name in ("a.zip.part", "b.tmp", "c.zip.filepart", ".d.zip", "~$e.xlsx"):
        server.drop(PLIE, name, b"half")
    depot = server.place(PLIE) / "depot"
    (depot / "link.zip").symlink_to("/etc/passwd")
    (depot / "folder.zip").mkdir()
    os.mkfifo(depot / "pipe.zip")
    assert fetch(connected(settings, server), PLIE)[PLIE].status == "nothing"


def test_a_file_that_grows_is_left_until_it_is_complete(settings: Settings, server: OpenSshServer) -> None:
    path = server.drop(PLIE, "a.zip", b"first half")
    settings = connected(settings, server)

    def wait(seconds: float) -> None:
        path.write_bytes(b"first half, second half")

    (visit,) = fetch_deliveries(settings, source_of(settings), [PLIE], sleep=wait)
    assert (visit.status, visit.message) == ("nothing", "a.zip is still being written")
    assert fetch(settings, PLIE)[PLIE].files == ("a.zip",)
    assert (settings.landing / PLIE / "a.zip").read_bytes() == b"first half, second half"


def test_a_name_with_control_characters_reaches_the_gate_and_its_sender_gets_an_answer(
    settings: Settings, server: OpenSshServer
) -> None:
    server.drop(PLIE, "a\n\x1b[31mb.zip", a_delivery().zipped())
    settings = connected(settings, server)
    assert fetch(settings, PLIE)[PLIE].files == ("a\\n\\x1b[31mb.zip",)
    assert statuses(load(settings)) == ["refused"]
    return_acknowledgements(settings, source_of(settings), [PLIE])
    assert names(server.place(PLIE) / "retour") == ["a\\n\\x1b[31mb.zip.ack.html", "a\\n\\x1b[31mb.zip.ack.json"]


def test_a_name_that_is_no_utf8_is_said_to_be_so(settings: Settings, server: OpenSshServer) -> None:
    (server.place(PLIE) / "depot" / os.fsdecode(b"\xe9t\xe9.zip")).write_bytes(b"")
    visit = fetch(connected(settings, server), PLIE)[PLIE]
    assert (visit.status, visit.message, visit.attempts) == (
        "transport_error",
        "a name in depot is not UTF-8 text",
        1,
    )


def test_a_file_far_over_the_limit_is_not_fetched(settings: Settings, server: OpenSshServer) -> None:
    with server.drop(PLIE, "huge.zip", b"").open("r+b") as file:
        file.truncate(300 * 2**20)
    visit = fetch(connected(settings, server), PLIE)[PLIE]
    assert visit.status == "nothing"
    assert visit.message == "huge.zip was left: 300 MiB is far over the contract's limit"
    assert names(settings.landing / PLIE) == []


def test_a_connection_cut_in_the_middle_of_a_file_is_tried_again_and_loads_nothing_half(
    settings: Settings, server: OpenSshServer
) -> None:
    delivery = a_delivery()
    server.drop(PLIE, "PLIE-59-06_20211231T220000Z.zip", delivery.zipped())
    server.drop(PLIE, "large.zip", LARGE)
    with bad_network(server.port, 200_000, "cut") as port:
        visit = fetch(connected(settings, server, port), PLIE)[PLIE]
    assert (visit.status, visit.attempts, len(visit.files)) == ("fetched", 2, 2)
    assert (settings.landing / PLIE / "large.zip").read_bytes() == LARGE
    assert names(settings.landing / PLIE) == ["PLIE-59-06_20211231T220000Z.zip", "large.zip"]


def test_when_every_attempt_is_cut_nothing_half_is_there_and_the_next_night_fetches(
    settings: Settings, server: OpenSshServer
) -> None:
    server.drop(PLIE, "large.zip", LARGE)
    with bad_network(server.port, 200_000, "cut", connections=3) as port:
        settings = connected(settings, server, port)
        visit = fetch(settings, PLIE)[PLIE]
        assert (visit.status, visit.attempts, visit.files) == ("transport_error", 3, ())
        assert f"the connection to 127.0.0.1:{port} was cut" in visit.message
        assert list((settings.landing / PLIE).iterdir()) == []
        assert statuses(load(settings)) == []
        assert fetch(settings, PLIE)[PLIE].status == "fetched"
    assert (settings.landing / PLIE / "large.zip").read_bytes() == LARGE


@pytest.mark.parametrize("after", [0, 2_000, 100_000], ids=["before the banner", "while logging in", "inside a file"])
def test_a_server_that_hangs_times_out_for_one_plie_while_the_others_load(
    settings: Settings, server: OpenSshServer, after: int
) -> None:
    for plie_id in (PLIE, OTHER, THIRD):
        server.drop(plie_id, f"{plie_id}.zip", LARGE)
    with bad_network(server.port, after, "freeze") as port:
        visits = fetch(connected(settings, server, port, source_timeout=1, source_attempts=1))
    assert sorted(visit.status for visit in visits.values()) == ["fetched", "fetched", "transport_error"]
    (late,) = (visit for visit in visits.values() if visit.status == "transport_error")
    assert f"127.0.0.1:{port}" in late.message
    assert names(settings.landing / late.plie_id) == []


def test_a_visit_ends_at_its_deadline_however_slowly_the_server_answers(
    settings: Settings, server: OpenSshServer
) -> None:
    server.drop(PLIE, "large.zip", LARGE)
    with bad_network(server.port, 100_000, "freeze") as port:
        visit = fetch(connected(settings, server, port, source_timeout=60, source_deadline=1, source_attempts=1), PLIE)
    assert visit[PLIE].status == "transport_error"


def test_a_server_with_another_key_than_the_known_one_is_refused(
    settings: Settings, server: OpenSshServer, tmp_path: Path
) -> None:
    server.drop(PLIE, "a.zip", b"one")
    settings = connected(settings, server)
    other = make_key(tmp_path / "other").with_suffix(".pub").read_text(encoding="utf-8")
    settings.sftp_known_hosts.write_text(f"[127.0.0.1]:{server.port} {other}", encoding="utf-8")
    visit = fetch(settings, PLIE)[PLIE]
    assert (visit.status, visit.attempts) == ("transport_error", 1)
    assert visit.message == f"the key of 127.0.0.1:{server.port} is not the one in PLIE_SFTP_KNOWN_HOSTS"
    settings.sftp_known_hosts.write_text("", encoding="utf-8")
    assert fetch(settings, PLIE)[PLIE].message == f"no key of [127.0.0.1]:{server.port} is in PLIE_SFTP_KNOWN_HOSTS"
    assert names(settings.landing) == []


def test_one_account_that_is_refused_keeps_no_other_from_loading(
    settings: Settings, server: OpenSshServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.drop(PLIE, "a.zip", b"one")
    caplog.set_level(logging.DEBUG)
    visits = fetch(connected(settings, server), PLIE, "PLIE-13-02")
    assert visits[PLIE].status == "fetched"
    refused = visits["PLIE-13-02"]
    assert (refused.status, refused.attempts) == ("transport_error", 1)
    assert refused.message == f"127.0.0.1:{server.port} refuses the account or its key"


def test_folders_of_one_account_serve_as_well_as_accounts(settings: Settings, server: OpenSshServer) -> None:
    depot = server.place(PLIE) / "depot"
    for plie_id in (OTHER, THIRD):
        (depot / plie_id / "depot").mkdir(parents=True)
        (depot / plie_id / "depot" / "a.zip").write_text(plie_id, encoding="utf-8")
    for path in depot.rglob("*"):
        shutil.chown(path, server.user(PLIE))
    settings = connected(
        settings, server, sftp_user=server.user(PLIE), source_root="depot/{plie_id}", source_moved_to="recus"
    )
    assert {visit.status for visit in fetch(settings, OTHER, THIRD).values()} == {"fetched"}
    assert (settings.landing / THIRD / "a.zip").read_text(encoding="utf-8") == THIRD
    (settings.outbox / OTHER).mkdir(parents=True)
    (settings.outbox / OTHER / "a.zip.ack.json").write_text("{}", encoding="utf-8")
    return_acknowledgements(settings, source_of(settings), [OTHER])
    assert names(depot / OTHER / "retour") == ["a.zip.ack.json"]


def test_acknowledgements_are_returned_once_whole_and_again_when_they_change(
    settings: Settings, server: OpenSshServer
) -> None:
    settings = connected(settings, server)
    outbox = settings.outbox / PLIE
    outbox.mkdir(parents=True)
    (outbox / "a.ack.json").write_text("held", encoding="utf-8")
    (outbox / ".b.ack.json.part").write_text("half", encoding="utf-8")
    (visit,) = return_acknowledgements(settings, source_of(settings), [PLIE, OTHER])
    assert (visit.plie_id, visit.status, visit.files) == (PLIE, "returned", ("a.ack.json",))
    retour = server.place(PLIE) / "retour"
    assert names(retour) == ["a.ack.json"]
    (retour / "a.ack.json").unlink()
    assert return_acknowledgements(settings, source_of(settings), [PLIE]) == []
    (outbox / "a.ack.json").write_text("accepted", encoding="utf-8")
    return_acknowledgements(settings, source_of(settings), [PLIE])
    (outbox / "a.ack.json").write_text("accepted after all", encoding="utf-8")
    return_acknowledgements(settings, source_of(settings), [PLIE])
    assert (retour / "a.ack.json").read_text(encoding="utf-8") == "accepted after all"


def test_acknowledgements_that_could_not_be_returned_go_out_the_next_night(
    settings: Settings, server: OpenSshServer
) -> None:
    settings = connected(settings, server)
    retour = server.place(PLIE) / "retour"
    (settings.outbox / PLIE).mkdir(parents=True)
    (settings.outbox / PLIE / "a.ack.json").write_text("{}", encoding="utf-8")
    retour.chmod(0o500)
    (visit,) = return_acknowledgements(settings, source_of(settings), [PLIE])
    retour.chmod(0o755)
    assert (visit.status, visit.message) == ("transport_error", "no right to use the folder retour")
    (visit,) = return_acknowledgements(settings, source_of(settings), [PLIE])
    assert visit.status == "returned"
    assert names(retour) == ["a.ack.json"]
