"""The square's no.

Why it exists: whoever keeps a rule of the square says no in the same way, and none of them has to know another for
it. What it must not do: speak to people; the pages have the sentences.
"""

from __future__ import annotations


class Refused(Exception):
    """The square doesn't take it. `code` is a word for programs; the API's status stands beside it."""

    def __init__(self, code: str, status: int = 422) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
