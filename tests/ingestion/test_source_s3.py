"""Fetching from S3-compatible storage: a prefix per PLIE in one bucket, on a server that the tests start."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from ingestion.settings import Settings
from ingestion.sources.configured import configured_source
from ingestion.sources.mailbox import Source, TransportError
from ingestion.sources.visits import Visit, fetch_deliveries, return_acknowledgements
from tests.bad_network import bad_network
from tests.deliveries import PLIE
from tests.ingestion.night import OTHER

BUCKET = "transferts"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(endpoint: str) -> Iterator[Any]:
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="cle",
        aws_secret_access_key="secret",  # noqa: S106 - the storage of the tests takes any
    )
    client.create_bucket(Bucket=BUCKET)
    yield client
    for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def connected(settings: Settings, endpoint: str) -> Settings:
    return settings.model_copy(
        update={
            "source": "s3",
            "s3_endpoint": endpoint,
            "s3_bucket": BUCKET,
            "s3_region": "us-east-1",
            "s3_access_key": "cle",
            "s3_secret_key": SecretStr("secret"),
            "source_backoff": 0.01,
            "source_timeout": 2,
        }
    )


def source_of(settings: Settings) -> Source:
    source = configured_source(settings)
    assert source is not None
    return source


def fetch(settings: Settings, *plie_ids: str) -> dict[str, Visit]:
    visits = fetch_deliveries(settings, source_of(settings), plie_ids or (PLIE, OTHER))
    return {visit.plie_id: visit for visit in visits}


def keys(bucket: Any) -> list[str]:
    return sorted(entry["Key"] for entry in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", ()))


def test_each_plie_is_fetched_from_its_own_prefix(connected: Settings, bucket: Any) -> None:
    for key in (f"{PLIE}/depot/", f"{PLIE}/depot/a.zip", f"{PLIE}/depot/sub/c.zip", f"{PLIE}/depot/b.zip.part"):
        bucket.put_object(Bucket=BUCKET, Key=key, Body=b"" if key.endswith("/") else b"one")
    visits = fetch(connected)
    assert (visits[PLIE].status, visits[PLIE].files) == ("fetched", ("a.zip",))
    assert visits[OTHER].status == "nothing"
    assert (connected.landing / PLIE / "a.zip").read_bytes() == b"one"


def test_what_was_fetched_is_left_and_fetched_again_only_when_it_is_written_anew(
    connected: Settings, bucket: Any
) -> None:
    for content, status in ((b"one", "fetched"), (b"one", "nothing"), (b"two", "fetched")):
        bucket.put_object(Bucket=BUCKET, Key=f"{PLIE}/depot/a.zip", Body=content)
        assert fetch(connected, PLIE)[PLIE].status == status
        (connected.landing / PLIE / "a.zip").unlink(missing_ok=True)
    assert keys(bucket) == [f"{PLIE}/depot/a.zip"]


def test_what_was_fetched_is_moved_when_settings_say_so_and_overwrites_none(connected: Settings, bucket: Any) -> None:
    moving = connected.model_copy(update={"source_after": "move"})
    for content in (b"one", b"two"):
        bucket.put_object(Bucket=BUCKET, Key=f"{PLIE}/depot/a.zip", Body=content)
        assert fetch(moving, PLIE)[PLIE].status == "fetched"
        (connected.landing / PLIE / "a.zip").unlink()
    assert keys(bucket) == [f"{PLIE}/recus/a.zip", f"{PLIE}/recus/a.zip.2"]
    assert bucket.get_object(Bucket=BUCKET, Key=f"{PLIE}/recus/a.zip.2")["Body"].read() == b"two"


@pytest.mark.parametrize("name", ["..", ".", "é" * 200 + ".zip", "a\0b.zip"], ids=["..", ".", "too long", "NUL"])
def test_a_name_that_can_be_no_file_here_is_left_and_the_others_come(
    connected: Settings, bucket: Any, name: str
) -> None:
    class Named:
        """A storage says any name that it likes; the one of the tests does not take each of these."""

        def __init__(self, source: Source) -> None:
            self.source = source

        def open(self, plie_id: str) -> Any:
            from contextlib import contextmanager

            from ingestion.sources.mailbox import RemoteFile

            @contextmanager
            def opened() -> Iterator[Any]:
                with self.source.open(plie_id) as mailbox:
                    listed = [RemoteFile(name, 3, "x"), *mailbox.waiting()]
                    mailbox.waiting = lambda: listed  # type: ignore[method-assign]
                    yield mailbox

            return opened()

    bucket.put_object(Bucket=BUCKET, Key=f"{PLIE}/depot/a.zip", Body=b"one")
    (visit,) = fetch_deliveries(connected, Named(source_of(connected)), [PLIE])
    assert visit.files == ("a.zip",)
    assert [path.name for path in connected.landing.rglob("*") if path.is_file()] == ["a.zip"]


def test_acknowledgements_are_returned_to_the_prefix_once(connected: Settings, bucket: Any) -> None:
    (connected.outbox / PLIE).mkdir(parents=True)
    (connected.outbox / PLIE / "a.ack.html").write_text("<p>reçu", encoding="utf-8")
    (visit,) = return_acknowledgements(connected, source_of(connected), [PLIE, OTHER])
    assert (visit.status, visit.files) == ("returned", ("a.ack.html",))
    stored = bucket.get_object(Bucket=BUCKET, Key=f"{PLIE}/retour/a.ack.html")
    assert (stored["Body"].read().decode(), stored["ContentType"]) == ("<p>reçu", "text/html; charset=utf-8")
    assert return_acknowledgements(connected, source_of(connected), [PLIE, OTHER]) == []


def test_an_answer_cut_in_the_middle_of_a_file_is_tried_again(connected: Settings, bucket: Any, endpoint: str) -> None:
    content = bytes(range(256)) * 2000
    bucket.put_object(Bucket=BUCKET, Key=f"{PLIE}/depot/large.zip", Body=content)
    with bad_network(int(endpoint.rsplit(":", 1)[1]), 100_000, "cut", connections=2) as port:
        through = connected.model_copy(update={"s3_endpoint": f"http://127.0.0.1:{port}"})
        visit = fetch(through, PLIE)[PLIE]
    assert (visit.status, visit.attempts) == ("fetched", 2)
    assert (connected.landing / PLIE / "large.zip").read_bytes() == content


def test_a_file_that_is_replaced_after_it_was_listed_is_not_mixed_up(connected: Settings, bucket: Any) -> None:
    bucket.put_object(Bucket=BUCKET, Key=f"{PLIE}/depot/a.zip", Body=b"one")
    with source_of(connected).open(PLIE) as mailbox:
        (listed,) = mailbox.waiting()
        bucket.put_object(Bucket=BUCKET, Key=f"{PLIE}/depot/a.zip", Body=b"two")
        with pytest.raises(TransportError, match="PreconditionFailed") as raised:
            b"".join(mailbox.read(listed))
    assert not raised.value.lasting


def test_a_storage_that_hangs_times_out(connected: Settings, bucket: Any, endpoint: str) -> None:
    with bad_network(int(endpoint.rsplit(":", 1)[1]), 0, "freeze", connections=9) as port:
        changes = {"s3_endpoint": f"http://127.0.0.1:{port}", "source_timeout": 0.5, "source_attempts": 2}
        visit = fetch(connected.model_copy(update=changes), PLIE)[PLIE]
    assert (visit.status, visit.attempts) == ("transport_error", 2)
    assert visit.message == f"http://127.0.0.1:{port} cannot be reached, or was silent for 0.5 s"


@pytest.mark.parametrize(("code", "attempts"), [("InvalidAccessKeyId", 1), ("SlowDown", 3)])
def test_a_refusal_is_said_without_the_key_and_tried_again_only_when_that_may_help(
    connected: Settings, code: str, attempts: int
) -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<Error><Code>{code}</Code><AWSAccessKeyId>cle</AWSAccessKeyId></Error>".encode()
            self.send_response(403 if code == "InvalidAccessKeyId" else 503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        visit = fetch(connected.model_copy(update={"s3_endpoint": address}), PLIE)[PLIE]
        server.shutdown()
    assert (visit.status, visit.attempts) == ("transport_error", attempts)
    assert visit.message == f"{address} answers {code} for the bucket {BUCKET}"
