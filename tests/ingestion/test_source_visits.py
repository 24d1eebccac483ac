"""Going round mailboxes that fail in every way: what comes, what stays, who is tried again, and what is remembered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.settings import Settings
from ingestion.sources.configured import configured_source, plie_of_source
from ingestion.sources.mailbox import RemoteFile, SourceMisconfigured, TransportError
from ingestion.sources.remembered import TransportBusy, transport_lock
from ingestion.sources.visits import Visit, fetch_deliveries, return_acknowledgements
from tests.deliveries import PLIE
from tests.ingestion.night import OTHER

THIRD = "PLIE-75-01"


@dataclass
class Memory:
    """A mailbox in memory. `failing` is asked before each operation and raises what goes wrong."""

    files: dict[str, bytes] = field(default_factory=dict)
    outbox: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, bytes] = field(default_factory=dict)
    said_size: int | None = None
    failing: Callable[[str], None] = lambda operation: None
    files_grow: bool = False

    def waiting(self) -> list[RemoteFile]:
        self.failing("list")
        return [RemoteFile(name, self.said_size or len(held), str(hash(held))) for name, held in self.files.items()]

    def read(self, file: RemoteFile) -> Iterator[bytes]:
        for at in range(0, len(self.files[file.name]), 4):
            self.failing("read")
            yield self.files[file.name][at : at + 4]

    def is_unchanged(self, file: RemoteFile) -> bool:
        return file in self.waiting()

    def move_away(self, name: str) -> None:
        self.failing("move")
        self.moved[name] = self.files.pop(name)

    def put_back(self, name: str, content: bytes) -> None:
        self.failing("return")
        self.outbox[name] = content


class Post:
    """Mailboxes by PLIE, and the waits between attempts."""

    def __init__(self, **mailboxes: Memory) -> None:
        self.mailboxes = {plie_id.replace("_", "-"): mailbox for plie_id, mailbox in mailboxes.items()}
        self.waits: list[float] = []

    @contextmanager
    def open(self, plie_id: str) -> Iterator[Memory]:
        self.mailboxes[plie_id].failing("open")
        yield self.mailboxes[plie_id]

    def fetch(self, settings: Settings) -> dict[str, Visit]:
        visits = fetch_deliveries(settings, self, list(self.mailboxes), sleep=self.waits.append)
        return {visit.plie_id: visit for visit in visits}

    def put_back(self, settings: Settings) -> dict[str, Visit]:
        visits = return_acknowledgements(settings, self, list(self.mailboxes), sleep=self.waits.append)
        return {visit.plie_id: visit for visit in visits}


def failing(*failures: Exception | None, at: str = "open") -> Callable[[str], None]:
    """Raises one failure after the other, each time the operation is tried; then nothing any more."""
    left = list(failures)

    def fail(operation: str) -> None:
        if operation == at and left:
            failure = left.pop(0)
            if failure is not None:
                raise failure

    return fail


def landed(settings: Settings, plie_id: str = PLIE) -> dict[str, bytes]:
    folder = settings.landing / plie_id
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_a_transport_error_is_tried_again_after_waits_that_grow_while_the_others_are_done(settings: Settings) -> None:
    cut = TransportError("cut")
    post = Post(
        PLIE_59_06=Memory({"a.zip": b"one"}, failing=failing(cut, cut)),
        PLIE_13_01=Memory({"b.zip": b"two"}),
        PLIE_75_01=Memory(failing=failing(cut, cut, cut)),
    )
    visits = post.fetch(settings)
    assert (visits[PLIE].status, visits[PLIE].attempts) == ("fetched", 3)
    assert (visits[OTHER].status, visits[OTHER].attempts) == ("fetched", 1)
    assert visits[THIRD] == Visit(THIRD, "transport_error", (), 3, "cut")
    assert post.waits == [5, 20]


def test_what_lasts_is_not_tried_again(settings: Settings) -> None:
    post = Post(PLIE_59_06=Memory(failing=failing(TransportError("wrong key", lasting=True))))
    assert post.fetch(settings)[PLIE].attempts == 1
    assert post.waits == []


def test_an_error_that_nobody_foresaw_stays_with_its_plie_and_quotes_nothing(settings: Settings) -> None:
    post = Post(PLIE_59_06=Memory(failing=failing(ValueError("Mme Dupont"))), PLIE_13_01=Memory({"b.zip": b"two"}))
    visits = post.fetch(settings)
    assert visits[OTHER].status == "fetched"
    assert visits[PLIE].status == "transport_error"
    assert visits[PLIE].message.startswith("unexpected ValueError at fail, line ")


def test_a_file_cut_in_the_middle_leaves_nothing_and_those_before_it_are_not_fetched_twice(settings: Settings) -> None:
    mailbox = Memory(
        {"a.zip": b"1234", "b.zip": b"12345678"}, failing=failing(None, None, TransportError("cut"), at="read")
    )
    read: list[str] = []
    reading = mailbox.read
    mailbox.read = lambda file: (read.append(file.name), reading(file))[1]  # type: ignore[method-assign]
    visit = Post(PLIE_59_06=mailbox).fetch(settings)[PLIE]
    assert visit == Visit(PLIE, "fetched", ("a.zip", "b.zip"), 2, "")
    assert read == ["a.zip", "b.zip", "b.zip"]
    assert landed(settings) == mailbox.files


@pytest.mark.parametrize("said", [3, 9], ids=["more bytes than listed", "fewer bytes than listed"])
def test_a_file_whose_size_was_wrong_is_not_taken(settings: Settings, said: int) -> None:
    post = Post(PLIE_59_06=Memory({"a.zip": b"12345678"}, said_size=said))
    visit = post.fetch(settings)[PLIE]
    assert (visit.status, visit.attempts) == ("transport_error", 3)
    assert landed(settings) == {}


def test_files_that_grow_are_given_time_once_per_visit(settings: Settings) -> None:
    post = Post(PLIE_59_06=Memory({"a.zip": b"1", "b.zip": b"2"}, files_grow=True))
    post.fetch(settings)
    post.fetch(settings)
    assert post.waits == [settings.source_settle]


def test_a_file_that_is_replaced_while_it_is_read_is_not_taken(settings: Settings) -> None:
    mailbox = Memory({"a.zip": b"first and"}, files_grow=True)

    def replace(operation: str) -> None:
        if operation == "read":
            mailbox.files["a.zip"] = b"and second"[: len(mailbox.files["a.zip"])]

    mailbox.failing = replace
    visit = Post(PLIE_59_06=mailbox).fetch(settings)[PLIE]
    assert (visit.status, visit.message) == ("nothing", "a.zip is still being written")
    assert landed(settings) == {}


def test_a_fetch_ends_at_its_deadline(settings: Settings) -> None:
    over = settings.model_copy(update={"source_deadline": 1e-9, "source_attempts": 1})
    visit = Post(PLIE_59_06=Memory({"a.zip": b"12345678"})).fetch(over)[PLIE]
    assert visit.message == "the files came too slowly: the time for one attempt is over"
    assert landed(settings) == {}


def test_many_files_come_a_hundred_at_a_time(settings: Settings) -> None:
    post = Post(PLIE_59_06=Memory({f"{number:03}.zip": b"x" for number in range(130)}))
    assert post.fetch(settings)[PLIE].message == "30 files wait for the next night"
    assert len(post.fetch(settings)[PLIE].files) == 30


def test_nothing_that_lies_in_landing_is_overwritten(settings: Settings) -> None:
    (settings.landing / PLIE).mkdir(parents=True)
    (settings.landing / PLIE / "a.zip").write_bytes(b"by hand")
    post = Post(PLIE_59_06=Memory({"a.zip": b"fetched"}))
    visit = post.fetch(settings)[PLIE]
    assert (visit.status, visit.message) == ("nothing", "a.zip waits: another file of its name is in landing")
    assert landed(settings) == {"a.zip": b"by hand"}
    (settings.landing / PLIE / "a.zip").unlink()
    assert post.fetch(settings)[PLIE].files == ("a.zip",)


def test_what_a_killed_fetch_left_half_written_is_removed(settings: Settings) -> None:
    (settings.landing / PLIE).mkdir(parents=True)
    (settings.landing / PLIE / f".{'0' * 32}.fetched.part").write_bytes(b"half")
    (settings.landing / PLIE / "upload.part").write_bytes(b"somebody else's")
    Post(PLIE_59_06=Memory()).fetch(settings)
    assert list(landed(settings)) == ["upload.part"]


def test_a_memory_that_is_lost_or_broken_costs_a_second_fetch_and_no_error(settings: Settings) -> None:
    post = Post(PLIE_59_06=Memory({"a.zip": b"one"}))
    post.fetch(settings)
    for broken in ("{", "[]", '{"fetched": 1, "returned": []}', ""):
        (settings.landing / PLIE / "a.zip").unlink()
        (settings.transport / f"{PLIE}.json").write_text(broken, encoding="utf-8")
        assert post.fetch(settings)[PLIE].status == "fetched"


def test_the_memory_forgets_what_is_gone_and_holds_no_name(settings: Settings) -> None:
    mailbox = Memory({"0612345678.zip": b"one"})
    post = Post(PLIE_59_06=mailbox)
    visit = post.fetch(settings)[PLIE]
    memory = settings.transport / f"{PLIE}.json"
    assert visit.files == ("nom-masque.zip",)
    assert "0612345678" not in memory.read_text(encoding="utf-8")
    size = memory.stat().st_size
    mailbox.files.clear()
    post.fetch(settings)
    assert memory.stat().st_size < size


def test_a_file_that_may_not_be_moved_is_taken_in_all_the_same_and_moved_when_it_may(settings: Settings) -> None:
    moving = settings.model_copy(update={"source_after": "move"})
    mailbox = Memory({"a.zip": b"one"}, failing=failing(TransportError("no right", lasting=True), at="move"))
    post = Post(PLIE_59_06=mailbox)
    visit = post.fetch(moving)[PLIE]
    assert (visit.status, visit.message) == ("fetched", "a.zip was fetched but could not be moved: no right")
    assert post.fetch(moving)[PLIE] == Visit(PLIE, "nothing", (), 1, "")
    assert mailbox.moved == {"a.zip": b"one"}


def test_a_disk_that_is_full_here_is_said_to_be_here_and_stops_nobody_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    post = Post(PLIE_59_06=Memory({"a.zip": b"one"}), PLIE_13_01=Memory())
    with monkeypatch.context() as patched:
        patched.setattr("ingestion.sources.fetching.os.fsync", full)
        visits = post.fetch(settings)
    assert visits[PLIE].message == "here: No space left on device"
    assert visits[OTHER].status == "nothing"
    assert landed(settings) == {}
    assert post.fetch(settings)[PLIE].status == "fetched"


def test_an_acknowledgement_is_returned_after_what_went_before_it_failed(settings: Settings) -> None:
    (settings.outbox / PLIE).mkdir(parents=True)
    for name in ("a.ack.json", "b.ack.json", ".c.part"):
        (settings.outbox / PLIE / name).write_text(name, encoding="utf-8")
    mailbox = Memory(failing=failing(None, *[TransportError("cut")] * 3, at="return"))
    post = Post(PLIE_59_06=mailbox, PLIE_13_01=Memory())
    visits = post.put_back(settings)
    assert visits == {PLIE: Visit(PLIE, "transport_error", ("a.ack.json",), 3, "cut")}
    assert post.put_back(settings)[PLIE].files == ("b.ack.json",)
    assert mailbox.outbox == {"a.ack.json": b"a.ack.json", "b.ack.json": b"b.ack.json"}
    assert post.put_back(settings) == {}


def test_only_one_process_fetches_for_a_data_root(settings: Settings) -> None:
    impatient = settings.model_copy(update={"lock_timeout": 0.05})
    with transport_lock(settings), pytest.raises(TransportBusy, match=r"waited 0\.05 s"):
        Post(PLIE_59_06=Memory()).fetch(impatient)


SFTP = {
    "source": "sftp",
    "sftp_host": "sftp.example.fr",
    "sftp_password": SecretStr("le mot de passe"),
    "sftp_known_hosts": Path(__file__),
}
S3 = {"source": "s3", "s3_bucket": "transferts"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": "sftp"}, "PLIE_SFTP_HOST"),
        (SFTP | {"sftp_password": None}, "PLIE_SFTP_KEY"),
        (SFTP | {"sftp_key": Path("/not/there")}, "PLIE_SFTP_KEY: there is no file"),
        (SFTP | {"sftp_known_hosts": Path("/not/there")}, "PLIE_SFTP_KNOWN_HOSTS: there is no file"),
        (SFTP | {"sftp_user": "national", "source_root": "depots"}, "share one mailbox"),
        (SFTP | {"source_outbox": "depot/"}, "three folders"),
        ({"source": "s3"}, "PLIE_S3_BUCKET"),
        (S3 | {"source_root": "depots"}, "share one mailbox"),
        (S3 | {"s3_access_key": "cle"}, "belong together"),
        (S3 | {"s3_endpoint": "http://stockage.example.fr"}, "https://"),
    ],
)
def test_settings_that_cannot_be_right_are_said_before_anything_is_contacted(
    settings: Settings, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(SourceMisconfigured, match=said) as raised:
        configured_source(settings.model_copy(update=changes))
    assert "mot de passe" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "root"), [(SFTP, ""), (SFTP | {"sftp_user": "national"}, "{plie_id}"), (S3, "{plie_id}")]
)
def test_the_place_of_a_plie_follows_from_who_has_an_account(
    settings: Settings, changes: dict[str, object], root: str
) -> None:
    source = configured_source(settings.model_copy(update=changes))
    assert getattr(source, "root") == root  # noqa: B009 - the protocol of sources has none
    assert "mot de passe" not in repr(source)


def test_landing_alone_is_no_source_and_the_plie_to_fetch_from_must_be_registered(settings: Settings) -> None:
    assert configured_source(settings) is None
    assert plie_of_source(settings) is None
    assert plie_of_source(settings.model_copy(update={"source_plie": f"{PLIE}, {OTHER}"})) == {PLIE, OTHER}
    with pytest.raises(SourceMisconfigured, match="PLIE-59-66"):
        plie_of_source(settings.model_copy(update={"source_plie": "PLIE-59-66"}))
