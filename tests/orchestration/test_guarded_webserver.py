"""Dagster's webserver answers to 127.0.0.1 and to its own pages, not to a page elsewhere in the same browser."""

import asyncio

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from orchestration.guarded_webserver import Guard, refusal

OURS = {"host": "127.0.0.1:3000"}
VISIT = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "accept": "text/html,*/*"}


@pytest.mark.parametrize(
    "headers",
    [
        OURS,
        {"host": "localhost:3000", "origin": "http://localhost:3000"},
        {**OURS, "origin": "http://127.0.0.1:3000", "sec-fetch-site": "same-origin"},
        {**OURS, "sec-fetch-site": "none", **VISIT},
        {**OURS, "sec-fetch-site": "cross-site", **VISIT},
    ],
    ids=["a program", "our page by its name", "our page", "the address bar", "a link from elsewhere"],
)
def test_what_is_ours_is_answered(headers: dict[str, str]) -> None:
    assert refusal(Headers(headers)) is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example:3000"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({}, 421),
        ({**OURS, "origin": "https://evil.example"}, 403),
        ({**OURS, "origin": "null", "sec-fetch-site": "cross-site", **VISIT}, 403),
        ({**OURS, "origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-site"}, 403),
        ({**OURS, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, 403),
        ({**OURS, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 403),
    ],
    ids=["another name", "a name like ours", "no name", "a script", "a form", "another port", "an image", "a frame"],
)
def test_what_comes_from_elsewhere_is_refused(headers: dict[str, str], status: int) -> None:
    refused = refusal(Headers(headers))
    assert refused is not None
    assert refused[0] == status


def sent_by_the_guard(kind: str, origin: str) -> list[str]:
    """The types of the messages that go out for one request, through a guard before an application that accepts."""
    sent: list[str] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": f"{kind}.accept"})

    async def receive() -> Message:
        return {"type": f"{kind}.connect"}

    async def send(message: Message) -> None:
        sent.append(f"{message['type']} {message.get('status', '')}".strip())

    headers = [(b"host", b"127.0.0.1:3000"), (b"origin", origin.encode())]
    asyncio.run(Guard(inside)({"type": kind, "headers": headers}, receive, send))
    return sent


@pytest.mark.parametrize(
    ("kind", "refused"),
    [("http", ["http.response.start 403", "http.response.body"]), ("websocket", ["websocket.close"])],
)
def test_the_guard_stands_before_pages_and_live_updates(kind: str, refused: list[str]) -> None:
    assert sent_by_the_guard(kind, "http://127.0.0.1:3000") == [f"{kind}.accept"]
    assert sent_by_the_guard(kind, "https://evil.example") == refused
