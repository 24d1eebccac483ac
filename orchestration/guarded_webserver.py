"""Dagster's webserver behind a guard: it answers to 127.0.0.1 alone, and to its own pages alone.

Dagster's has no login and takes changes from any form or link: a page somewhere on the web, open in the browser of the
same person, could start or end runs here. `python -m orchestration.guarded_webserver` takes the arguments of
`dagster-webserver`. A reverse proxy (`deploy/nginx.conf`) makes the same checks for its own name before it passes on.
"""

from __future__ import annotations

import importlib
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OUR_NAMES = frozenset({"127.0.0.1", "localhost"})
OUR_SITES = frozenset({"same-origin", "none"})
"""What a browser says (Sec-Fetch-Site) of a request from our own page, or from its address bar."""


class Guard:
    """Refuses what was asked under another name (DNS rebinding) or from another site (forged requests)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refused = refusal(Headers(scope=scope))
        if refused is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(refused[1], refused[0])(scope, receive, send)


def refusal(headers: Headers) -> tuple[HTTPStatus, str] | None:
    """The status and the words with which a request with these headers is refused, or None."""
    host = headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in OUR_NAMES:
        return HTTPStatus.MISDIRECTED_REQUEST, "This webserver answers to 127.0.0.1 alone; see docs/deploying.md.\n"
    origin = headers.get("origin")
    is_ours = headers.get("sec-fetch-site", "none") in OUR_SITES and origin in (None, f"http://{host}")
    is_a_visit = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    if is_ours or (is_a_visit and origin is None and "text/html" in headers.get("accept", "")):
        return None
    return HTTPStatus.FORBIDDEN, "This request comes from another site.\n"


def main() -> None:
    """Runs `dagster-webserver` with its pages behind the guard."""
    cli: Any = importlib.import_module("dagster_webserver.cli")
    unguarded = cli.create_app_from_workspace_process_context
    cli.create_app_from_workspace_process_context = lambda *given, **named: Guard(unguarded(*given, **named))
    cli.main()


if __name__ == "__main__":
    main()
