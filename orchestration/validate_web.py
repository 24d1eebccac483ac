"""The local page of `plie validate --web`: a sender drops a zip and reads what would become of it; nothing is kept.

It listens on 127.0.0.1 alone, answers only to that name (a page elsewhere cannot reach it by DNS rebinding) and takes
forms from its own page only. An uploaded file lives in a private temporary folder for the time of its examination.
"""

from __future__ import annotations

import json
import logging
import secrets
import tempfile
import threading
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ingestion.acknowledgement.checked import check_file
from ingestion.acknowledgement.page import render_page
from ingestion.acknowledgement.wording import typeset
from ingestion.gate.archive import envelope_limits
from orchestration.form_upload import NotAForm, Upload, read_upload

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
FIELD = "fichier"
FORM_OVERHEAD = 16 * 1024
"""Bytes that a form may add to the file that it carries."""

_RESULT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FORM_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)


class CheckServer(ThreadingHTTPServer):
    """Serves the page on 127.0.0.1; `plie_id` is the PLIE that sends, None to believe the name of each file.

    Raises:
        OSError: the port cannot be opened.
    """

    daemon_threads = True

    def __init__(self, port: int, plie_id: str | None = None) -> None:
        self.plie_id = plie_id
        self.examining = threading.Lock()
        super().__init__((HOST, port), _Handler)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/"

    @property
    def names(self) -> frozenset[str]:
        """What the Host header may say."""
        return frozenset({f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: a browser that goes away is no error, and a traceback could quote what was sent."""


class _Handler(BaseHTTPRequestHandler):
    server: CheckServer
    timeout = 60
    server_version = "plie"
    sys_version = ""

    def do_GET(self) -> None:
        if not self._is_for_us():
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, "")
        elif self.path != "/":
            self._form(HTTPStatus.NOT_FOUND, "Cette page n'existe pas : déposez votre fichier ici.")
        else:
            self._form(HTTPStatus.OK)

    def do_POST(self) -> None:
        limit = envelope_limits().zip_bytes
        length = self.headers.get("Content-Length", "")
        if not self._is_for_us():
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, "")
        elif not self._is_from_our_page():
            self._form(HTTPStatus.FORBIDDEN, "Cette demande ne vient pas de cette page : elle est refusée.")
        elif self.path != "/":
            self._form(HTTPStatus.NOT_FOUND, "Cette page n'existe pas : déposez votre fichier ici.")
        elif "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdecimal()):
            self._form(HTTPStatus.LENGTH_REQUIRED, "La taille du fichier n'est pas annoncée.")
        elif len(length) > 18 or int(length) > limit + FORM_OVERHEAD:
            self._form(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"Ce fichier dépasse {limit // 2**20} Mio, la limite du contrat : il serait refusé.",
            )
        else:
            self._check(int(length))

    def _is_for_us(self) -> bool:
        return self.headers.get_all("Host", []) in [[name] for name in self.server.names]

    def _is_from_our_page(self) -> bool:
        """Browsers send Origin with every form; what sends none is a program of the person at this machine."""
        origin = self.headers.get("Origin")
        site = self.headers.get("Sec-Fetch-Site", "same-origin")
        return site in ("same-origin", "none") and (
            origin is None or origin in {f"http://{name}" for name in self.server.names}
        )

    def _check(self, length: int) -> None:
        body = self.rfile.read(length)
        try:
            if len(body) < length:
                raise NotAForm("the body is shorter than announced")
            upload = read_upload(self.headers.get("Content-Type", ""), body, FIELD)
        except NotAForm:
            self._form(HTTPStatus.BAD_REQUEST, "Le fichier n'est pas arrivé en entier : déposez-le à nouveau.")
            return
        if upload is None:
            self._form(HTTPStatus.BAD_REQUEST, "Aucun fichier n'a été choisi.")
            return
        try:
            page = self._page_about(upload)
        except Exception as error:
            # Not the message: it may quote a row of the file.
            logger.error("a file could not be examined: %s", type(error).__name__)
            self._form(
                HTTPStatus.INTERNAL_SERVER_ERROR, "Le contrôle a échoué. Prévenez l'équipe de l'entrepôt national."
            )
            return
        self._answer(HTTPStatus.OK, page, _RESULT_POLICY)

    def _page_about(self, upload: Upload) -> str:
        # One at a time: an archive at the limits takes a good part of the memory of a small machine.
        with self.server.examining, tempfile.TemporaryDirectory(prefix="plie-controle-") as folder:
            path = Path(folder) / "livraison"
            path.write_bytes(upload.content)
            acknowledgement = check_file(path, upload.name, self.server.plie_id, datetime.now(UTC))
        return render_page(json.loads(acknowledgement), check_only=True)

    def _form(self, status: HTTPStatus, problem: str | None = None) -> None:
        nonce = secrets.token_urlsafe(16)
        page = _form_template().render(
            nonce=nonce, problem=problem, field=FIELD, limit=envelope_limits().zip_bytes, plie_id=self.server.plie_id
        )
        self._answer(status, page, _FORM_POLICY.format(nonce=nonce))

    def _answer(self, status: HTTPStatus, page: str, policy: str = "default-src 'none'") -> None:
        content = page.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        # With `no-referrer` browsers would send "Origin: null" with our own form.
        self.send_header("Referrer-Policy", "same-origin")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """No log of requests: nothing of what is checked is kept."""


@cache
def _form_template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typeset"] = typeset
    return environment.get_template("validate_page.html.j2")
