"""A loopback server that behaves as badly as the network does.

Why it exists: the promises of the HTTP client are about bytes on a wire, so they are proven on one. What it
must not do: answer politely by itself; each test says what happens to its connection.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Behaviour = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def server(behave: Behaviour) -> Iterator[str]:
    """An address at which every connection is handled by `behave`; the event is set when the test is over."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def handle(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            behave(connection, over)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=handle, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join(5)
        for thread in threads:
            thread.join(5)


def request_of(connection: socket.socket) -> bytes:
    """Everything up to the end of the headers and as much of the body as they promise."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65_536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    promised = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            promised = int(value)
    while len(body) < promised:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answer(status: str = "200 OK", body: bytes = b"{}", extra: str = "") -> bytes:
    """A whole answer, ready for the wire."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body
