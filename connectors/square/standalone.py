"""The square alone, as a stranger's web server.

Why it exists: tests kill the house's processes, and the truth about what was posted must survive that in a
process of its own. What it must not do: be how the square is served to people; there the house mounts it.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, url_for
from flask_babel import Babel
from sqlalchemy import Engine

from connectors.square.site import SITE

_CHECKOUT = Path(__file__).resolve().parents[2]
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
)
_POLICY += "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def create_app(engine: Engine) -> Flask:
    """A Flask application with nothing but the square in it. Its tables are created."""
    SITE.prepare(engine)
    app = Flask(
        "square",
        template_folder=str(_CHECKOUT / "templates"),
        static_folder=str(_CHECKOUT / "inbox" / "static"),
        static_url_path="/assets",
    )
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    Babel(app, default_translation_directories=str(_CHECKOUT / "inbox" / "locale"))
    app.register_blueprint(SITE.blueprint(lambda: engine))

    @app.template_global()
    def asset(name: str) -> str:
        return url_for("static", filename=name)

    @app.after_request
    def strict(answer: Response) -> Response:
        # A picture brings a stricter one along.
        answer.headers.setdefault("Content-Security-Policy", _POLICY)
        return answer

    return app
