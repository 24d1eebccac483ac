"""Reads the file out of a form that a browser sends (multipart/form-data, RFC 7578); its bytes are not trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

HEADER_LIMIT = 8 * 1024
"""Bytes that the headers of one part may take."""

_FIELD = re.compile(rb'[; ]name="([^"]*)"')
_FILE_NAME = re.compile(rb'[; ]filename="([^"]*)"')


class NotAForm(ValueError):
    """The body is not what a browser sends for the form."""


@dataclass(frozen=True)
class Upload:
    """A file of a form: its name without any folder, and its bytes (a view into the body, not a copy)."""

    name: str
    content: memoryview


def read_upload(content_type: str, body: bytes, field: str) -> Upload | None:
    """The file in the form field `field`; None when the field is absent or was left empty.

    Raises:
        NotAForm: the body is not multipart/form-data, or is cut short.
    """
    delimiter = b"\r\n--" + _boundary(content_type)
    # The first delimiter has no line break before it.
    if not body.startswith(delimiter[2:]):
        raise NotAForm("the body does not begin with its boundary")
    start = len(delimiter) - 2
    while body[start : start + 2] == b"\r\n":
        end = body.find(delimiter, start)
        head = body.find(b"\r\n\r\n", start, start + HEADER_LIMIT)
        if end < 0 or not 0 <= head < end:
            raise NotAForm("a part is not closed")
        headers = body[start : head + 2]
        if (named := _FIELD.search(headers)) and named[1] == field.encode():
            file_name = _FILE_NAME.search(headers)
            name = _plain_name(file_name[1]) if file_name else ""
            return Upload(name, memoryview(body)[head + 4 : end]) if name else None
        start = end + len(delimiter)
    if body[start : start + 2] != b"--":
        raise NotAForm("the form does not end")
    return None


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary or not 1 <= len(boundary) <= 70:
        raise NotAForm("not multipart/form-data")
    return boundary.encode("ascii", "replace")


def _plain_name(sent: bytes) -> str:
    """The name without folders; browsers write a quote and line ends of a name as %22, %0D and %0A."""
    name = sent.decode("utf-8", "replace").replace("%22", '"').replace("%0D", "").replace("%0A", "")
    return re.split(r"[/\\]", name)[-1]
