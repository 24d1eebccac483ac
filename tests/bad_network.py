"""A network that fails in front of a server that works: a proxy that cuts or freezes its first connections."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal


@contextmanager
def bad_network(
    port: int, after: int, how: Literal["cut", "freeze"], connections: int = 1, listen_on: int = 0
) -> Iterator[int]:
    """The port of a proxy to 127.0.0.1:`port`.

    The first `connections` are cut, or frozen, once `after` bytes came from the server; later ones are left alone.
    """
    opened: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", listen_on)) as listener:
        threading.Thread(target=_accept, args=(listener, port, after, how, connections, opened), daemon=True).start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            for connection in opened:
                connection.close()


def _accept(
    listener: socket.socket, port: int, after: int, how: str, connections: int, opened: list[socket.socket]
) -> None:
    with suppress(OSError):
        for number in range(1_000_000):
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            opened += [client, server]
            limit = after if number < connections else None
            threading.Thread(target=_carry, args=(client, server, None, how), daemon=True).start()
            threading.Thread(target=_carry, args=(server, client, limit, how), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket, limit: int | None, how: str) -> None:
    carried = 0
    with suppress(OSError):
        while piece := source.recv(8192):
            carried += len(piece)
            if limit is not None and carried > limit:
                if how == "freeze":
                    return
                break
            target.sendall(piece)
    for connection in (source, target):
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
