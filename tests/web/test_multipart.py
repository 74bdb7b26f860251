"""A form comes in as it was sent, wherever the network cuts it."""

from __future__ import annotations

from io import BytesIO, RawIOBase

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from inbox.web.multipart import FormRequest

BOUNDARY = "----WebKitFormBoundary0123456789abcdef"
SENT = [("a", "x"), ("b", ""), ("c", ""), ("d", "y\r\n--"), ("e", "\r\n"), ("f", ""), ("g", "")]


def body(boundary: str = BOUNDARY, *, last: str = "") -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in SENT
    ]
    return ("".join(parts) + f"--{boundary}--\r\n{last}").encode()


class Cut(RawIOBase):
    """The network: each read ends at the next cut, if not before."""

    def __init__(self, data: bytes, *cuts: int) -> None:
        self._pieces = [data[a:b] for a, b in zip((0, *cuts), (*cuts, len(data)), strict=True)]

    def readinto(self, into: bytearray) -> int:  # type: ignore[override] # Nobody brings anything else.
        if not self._pieces:
            return 0
        piece = self._pieces[0][: len(into)]
        self._pieces[0] = self._pieces[0][len(piece) :]
        if not self._pieces[0]:
            del self._pieces[0]
        into[: len(piece)] = piece
        return len(piece)


def sent(stream: Cut | BytesIO, length: int) -> FormRequest:
    """The server says where the body ends, as ours does."""
    environ = EnvironBuilder(method="POST").get_environ()
    kind = f'multipart/form-data; boundary="{BOUNDARY}"'
    return FormRequest(environ | {"wsgi.input": stream, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind})


def read(data: bytes, *cuts: int) -> list[tuple[str, str]]:
    return list(sent(Cut(data, *cuts), len(data)).form.items(multi=True))


def test_wherever_the_network_cuts_it_the_form_is_what_was_sent() -> None:
    data = body()
    assert [cut for cut in range(1, len(data)) if read(data, cut) != SENT] == []
    assert read(data, *range(1, len(data))) == SENT


@pytest.mark.parametrize("step", [2, 3, 7, 41, 43, 47])
def test_however_small_its_pieces_are(step: int) -> None:
    data = body()
    assert read(data, *range(step, len(data), step)) == SENT


def test_what_only_begins_like_the_line_between_two_parts_is_part_of_the_words() -> None:
    words = f"\r\n\r\n--{BOUNDARY[:-1]}\r\n--"
    data = body().replace(b"\r\n\r\nx", b"\r\n\r\nx" + words.encode())
    expected = [("a", "x" + words), *SENT[1:]]
    assert [cut for cut in range(1, len(data)) if read(data, cut) != expected] == []


def test_each_length_of_a_long_form(app: Flask) -> None:
    """It decides where the server's own reads of 64 KB end."""
    assert app.request_class is FormRequest
    short = len(body())
    for length in range(65536 - short, 65536 + 1):
        long = body().replace(b"\r\n\r\nx", b"\r\n\r\n" + b"x" * length)
        assert list(sent(BytesIO(long), len(long)).form.items(multi=True))[1:] == SENT[1:]
