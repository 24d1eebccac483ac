"""The local page of `plie validate --web`, seen from HTTP: what it shows, whom it answers, what it keeps."""

import http.client
import re
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

import orchestration.validate_web as validate_web
from ingestion.gate.archive import envelope_limits
from orchestration.form_upload import NotAForm, read_upload
from orchestration.validate_web import FORM_OVERHEAD, CheckServer
from tests.deliveries import PLIE, a_delivery

BOUNDARY = "----limite"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    text: str


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an upload lies while it is examined."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def server(uploads: Path) -> Iterator[CheckServer]:
    with CheckServer(0) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def ask(server: CheckServer, method: str, path: str = "/", body: bytes | None = None, **headers: str) -> Answer:
    """One request; header names are given with `_` for `-`."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    answer = Answer(response.status, dict(response.getheaders()), response.read().decode("utf-8"))
    connection.close()
    return answer


def form(content: bytes, name: str, field: str = "fichier") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    return f"{head}Content-Type: application/zip\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def submit(server: CheckServer, content: bytes, name: str, **headers: str) -> Answer:
    return ask(server, "POST", "/", form(content, name), **{"Content_Type": FORM["Content-Type"], **headers})


def policies(answer: Answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def test_the_page_offers_a_form_that_works_without_a_script(server: CheckServer) -> None:
    page = ask(server, "GET")
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    without_script = re.sub(r"<script.*</script>", "", page.text, flags=re.DOTALL)
    assert '<form method="post" action="/" enctype="multipart/form-data">' in without_script
    assert re.search(r'<input type="file" id="fichier" name="fichier"', without_script)
    assert '<button type="submit"' in without_script
    assert 'lang="fr"' in page.text


def test_a_file_gets_the_page_of_its_outcome(server: CheckServer) -> None:
    delivery = a_delivery(people=20).set("parcours", 3, "age_entree", "12")
    answer = submit(server, delivery.zipped(), delivery.file_name)
    assert answer.status == 200
    assert "Ce fichier serait accepté, sauf certaines lignes" in answer.text
    assert "règle R04" in answer.text
    assert delivery.file_name in answer.text
    assert '<a href="/">' in answer.text


def test_a_file_that_would_be_refused_is_shown_as_such(server: CheckServer) -> None:
    answer = submit(server, b"not a zip", a_delivery().file_name)
    assert answer.status == 200
    assert "Ce fichier serait refusé" in answer.text
    assert "règle T01" in answer.text


def test_the_plie_given_to_the_command_is_the_one_expected(uploads: Path) -> None:
    delivery = a_delivery()
    with CheckServer(0, "PLIE-75-01") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        answer = submit(server, delivery.zipped(), delivery.file_name)
        page = ask(server, "GET")
        server.shutdown()
        thread.join()
    assert "règle T05" in answer.text
    assert "PLIE-75-01" in page.text
    assert PLIE not in page.text


def test_nothing_is_kept_of_a_file(server: CheckServer, uploads: Path) -> None:
    delivery = a_delivery()
    submit(server, delivery.zipped(), delivery.file_name)
    submit(server, b"not a zip", delivery.file_name)
    assert list(uploads.iterdir()) == []


def test_a_failure_tells_nothing_about_the_file_and_keeps_nothing(
    server: CheckServer, uploads: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(path: Path, *_: object, **__: object) -> None:
        assert path.stat().st_mode & 0o077 == 0 or path.parent.stat().st_mode & 0o077 == 0
        raise RuntimeError("row 12: SECRET")

    monkeypatch.setattr(validate_web, "check_file", fail)
    answer = submit(server, b"SECRET", "SECRET.zip")
    assert answer.status == 500
    assert "Le contrôle a échoué" in answer.text
    assert "SECRET" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text
    assert list(uploads.iterdir()) == []


def test_a_hostile_name_is_only_text(server: CheckServer) -> None:
    answer = submit(server, b"not a zip", "<img src=x onerror=alert(1)>.zip")
    assert "&lt;img src=x onerror=alert(1)&gt;.zip" in answer.text
    assert "<img" not in answer.text


def test_folders_of_a_name_are_left_out(server: CheckServer) -> None:
    delivery = a_delivery()
    for folder in ("../../", "C:\\Users\\coordination\\"):
        answer = submit(server, delivery.zipped(), folder + delivery.file_name)
        assert "Ce fichier serait accepté" in answer.text


@pytest.mark.parametrize("with_a_file", [False, True])
def test_pages_load_nothing_from_elsewhere_and_run_only_their_own_script(
    server: CheckServer, with_a_file: bool
) -> None:
    delivery = a_delivery()
    page = submit(server, delivery.zipped(), delivery.file_name) if with_a_file else ask(server, "GET")
    assert re.findall(r"(?:https?:)?//[\w.]+", re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL)) == []
    policy = policies(page)
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    if with_a_file:
        assert "script-src" not in policy
        assert "<script" not in page.text
    else:
        nonce = policy["script-src"].removeprefix("'nonce-").removesuffix("'")
        assert page.text.count(f'<script nonce="{nonce}">') == page.text.count("<script") == 1
        assert nonce not in ask(server, "GET").text


def test_the_page_lets_browsers_say_where_its_form_comes_from(server: CheckServer) -> None:
    assert ask(server, "GET").headers["Referrer-Policy"] == "same-origin", "`no-referrer` makes Origin null"


def test_the_server_listens_on_this_machine_alone(server: CheckServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.address == f"http://127.0.0.1:{server.server_port}/"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil:{port}"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_name_for_this_machine_gets_nothing(server: CheckServer, host: str, method: str) -> None:
    answer = ask(server, method, "/", b"", Host=host.format(port=server.server_port))
    assert answer.status == 421
    assert answer.text == ""


def test_localhost_is_a_name_of_this_machine(server: CheckServer) -> None:
    assert ask(server, "GET", Host=f"localhost:{server.server_port}").status == 200


def test_two_host_headers_are_refused(server: CheckServer) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=30) as connection:
        host = f"Host: 127.0.0.1:{server.server_port}\r\n"
        connection.sendall(f"GET / HTTP/1.1\r\n{host}Host: evil.example\r\n\r\n".encode())
        assert b" 421 " in connection.recv(200)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1"])
def test_a_form_of_another_page_is_refused(server: CheckServer, origin: str) -> None:
    delivery = a_delivery()
    answer = submit(server, delivery.zipped(), delivery.file_name, Origin=origin.format(port=server.server_port))
    assert answer.status == 403
    assert "serait accepté" not in answer.text


def test_a_request_that_the_browser_calls_cross_site_is_refused(server: CheckServer) -> None:
    assert submit(server, b"x", "x.zip", Sec_Fetch_Site="cross-site").status == 403


def test_the_pages_own_form_is_taken(server: CheckServer) -> None:
    delivery = a_delivery()
    origin = f"http://127.0.0.1:{server.server_port}"
    answer = submit(server, delivery.zipped(), delivery.file_name, Origin=origin, Sec_Fetch_Site="same-origin")
    assert "Ce fichier serait accepté" in answer.text


def test_a_body_over_the_limit_is_refused_before_it_is_read(server: CheckServer) -> None:
    too_long = str(envelope_limits().zip_bytes + FORM_OVERHEAD + 1)
    answer = ask(server, "POST", "/", None, Content_Length=too_long, **{"Content_Type": FORM["Content-Type"]})
    assert answer.status == 413
    assert "64 Mio" in answer.text.replace("\u00a0", " ")


@pytest.mark.parametrize("length", ["", "-1", "1e3", "٣", "9" * 19])
def test_a_length_that_is_no_sensible_number_is_refused(server: CheckServer, length: str) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=30) as connection:
        host = f"Host: 127.0.0.1:{server.server_port}"
        connection.sendall(f"POST / HTTP/1.1\r\n{host}\r\nContent-Length: {length}\r\n\r\n".encode())
        assert connection.recv(200).split()[1] in (b"411", b"413")


def test_a_body_in_pieces_is_refused(server: CheckServer) -> None:
    assert ask(server, "POST", "/", b"", Transfer_Encoding="chunked", Content_Length="0").status == 411


def test_a_form_without_a_file_asks_for_one(server: CheckServer) -> None:
    answer = submit(server, b"", "")
    assert answer.status == 400
    assert "Aucun fichier n’a été choisi." in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("path", ["/etc/passwd", "/../../etc/passwd", "//evil.example/", "/favicon.ico"])
def test_there_is_one_address_only(server: CheckServer, path: str) -> None:
    assert ask(server, "GET", path).status == 404
    assert ask(server, "POST", path, b"", Content_Length="0").status == 404


def test_a_port_in_use_is_an_error(server: CheckServer) -> None:
    with pytest.raises(OSError, match="in use"):
        CheckServer(server.server_port)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/zip", b"PK"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b"--\r\n"),
        (FORM["Content-Type"], b""),
        (FORM["Content-Type"], b"--other\r\n"),
        (FORM["Content-Type"], form(b"x", "x.zip")[:-20]),
        (FORM["Content-Type"], f"--{BOUNDARY}\r\n".encode() + b"X: y\r\n" * 5000 + f"\r\n--{BOUNDARY}--".encode()),
        (FORM["Content-Type"], f"--{BOUNDARY}".encode()),
        (FORM["Content-Type"].replace("form-data", "mixed"), form(b"x", "x.zip")),
    ],
)
def test_what_is_no_form_is_told_apart(content_type: str, body: bytes) -> None:
    with pytest.raises(NotAForm):
        read_upload(content_type, body, "fichier")


def test_bytes_of_a_file_arrive_as_they_are() -> None:
    content = bytes(range(256)) * 3 + b"\r\n--\r\n\r\n--" + BOUNDARY.encode()[:-1]
    upload = read_upload(FORM["Content-Type"], form(content, "é%22.zip"), "fichier")
    assert upload is not None
    assert (upload.name, bytes(upload.content)) == ('é".zip', content)


def test_another_field_is_not_the_file() -> None:
    assert read_upload(FORM["Content-Type"], form(b"x", "x.zip", field="autre"), "fichier") is None
