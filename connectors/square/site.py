"""The square as part of a web application: its tables, its pages, its accounts.

Why it exists: the registry hands a platform's pages to whoever composes the application, without either
knowing the other. What it must not do: hold pages itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request
from sqlalchemy import Engine
from werkzeug.exceptions import RequestEntityTooLarge

from connectors.square import accounts, api, pages, panel, schema, serving
from connectors.square.refusing import Refused
from connectors.square.webhooks import Sender


class Square:
    """Implements the registry's `Site`."""

    name = "square"

    def prepare(self, engine: Engine) -> None:
        """Create the schema `square`. The engine's role needs the right to."""
        schema.prepare(engine)

    def blueprint(self, engine_factory: Callable[[], Engine], *, demo: bool = True) -> Blueprint:
        """Everything below `/square`. Its forms carry their own tokens; its API takes bearer tokens.

        The control panel is there only for a demonstration: anybody may use it.
        """
        square = Blueprint("square", __name__, url_prefix="/square")
        sender = Sender(engine_factory)
        serving.register(square)
        api.register(square, engine_factory)
        pages.register(square, engine_factory, sender)
        if demo:
            panel.register(square, engine_factory, sender)

        @square.context_processor
        def offered() -> dict[str, bool]:
            return {"has_controls": demo}

        @square.errorhandler(Refused)
        def refused(error: Refused) -> Response:
            is_program = request.path.startswith(f"{square.url_prefix}/api/")
            return api.refused(error) if is_program else pages.refused(error)

        @square.errorhandler(RequestEntityTooLarge)
        def too_much(error: RequestEntityTooLarge) -> Response:
            return refused(serving.too_much(error))

        return square

    def open_account(
        self, engine: Engine, *, handle: str, name: str, base_url: str, webhook_url: str = ""
    ) -> Mapping[str, str]:
        """Open an account, or give it new keys; the credentials for the connector."""
        return accounts.open_account(engine, handle=handle, name=name, base_url=base_url, webhook_url=webhook_url)


SITE = Square()
