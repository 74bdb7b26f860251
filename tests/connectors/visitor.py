"""A citizen with a browser that runs no scripts.

Why it exists: the pages must work for them, and their forms carry a token that has to be read from the page.
What it must not do: know the square's tables.
"""

from __future__ import annotations

import re

import httpx

from tests.connectors.squares import HANDLE, Running


class Visitor:
    """Keeps cookies and follows the way back after a form, as a browser does."""

    def __init__(self, on: Running) -> None:
        self.http = httpx.Client(base_url=on.credentials["url"], follow_redirects=True, trust_env=False, timeout=30)

    def get(self, path: str = "/square") -> str:
        answer = self.http.get(path)
        assert answer.status_code == 200
        return answer.text

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form, with the token that the page gave."""
        token = re.search(r'name="form_token" value="([0-9a-f]+)"', self.get())
        assert token is not None
        return self.http.post(path, data={"form_token": token[1], **fields})

    def write(self, text: str, name: str = "Mette Holm", *, private: bool = False, under: str = "") -> httpx.Response:
        audience = f"to-{HANDLE}" if private else "public"
        return self.post("/square/posts", name=name, text=text, audience=audience, under=under)
