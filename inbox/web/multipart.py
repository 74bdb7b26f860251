"""Reads a form with files so that no read ends inside the line between two of its parts.

Why it exists: Werkzeug's parser (3.1.9) takes a piece of that line for the end of the field before it when a read ends
there: a field grows by a line break, and which one it is depends on how long the form is and on the network
(https://github.com/pallets/werkzeug/issues/3285). What it must not do: parse, or read more than the request holds.
"""

from __future__ import annotations

from typing import IO, cast

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser


class Whole:
    """A stream whose reads end before such a line or after it. `boundary` is what the request says of itself."""

    def __init__(self, stream: IO[bytes], boundary: bytes) -> None:
        self._stream = stream
        self._lines = tuple(b"\r\n--" + boundary + end for end in (b"--\r\n", b"\r\n"))

    def read(self, size: int) -> bytes:
        """About so many bytes: at most the length of such a line more, each time that one might have begun."""
        read = self._stream.read(size)
        while missing := self._missing(read):
            more = self._stream.read(missing)
            if not more:
                break
            read += more
        return read

    def _missing(self, read: bytes) -> int:
        """How many bytes are to come until it is known whether a line stands at the end; 0 where none has begun."""
        longest = len(self._lines[0])
        for start in range(max(0, len(read) - longest + 1), len(read)):
            begun = read[start:]
            for line in self._lines:
                if len(begun) < len(line) and line.startswith(begun):
                    return len(line) - len(begun)
        return 0


class _FormParser(FormDataParser):
    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        whole = Whole(stream, options.get("boundary", "").encode("ascii"))
        return super()._parse_multipart(cast("IO[bytes]", whole), mimetype, content_length, options)


class FormRequest(Request):
    """A request whose forms are read like that."""

    form_data_parser_class = _FormParser
