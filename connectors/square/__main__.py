"""`python -m connectors.square`: the square in a process of its own, for tests and for trying it alone."""

from __future__ import annotations

import argparse
import json
import sys

from sqlalchemy import create_engine
from werkzeug.serving import WSGIRequestHandler, make_server

from connectors.square.site import SITE
from connectors.square.standalone import create_app


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The first line on the standard output is the credentials, and the last thing a test wants is a log."""


def main() -> int:
    """Serve until ended. The first line printed is JSON: url, token, webhook_secret of one account."""
    parser = argparse.ArgumentParser(prog="python -m connectors.square", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 takes any free one")
    parser.add_argument("--database", required=True, help="PostgreSQL address; the schema 'square' is made there")
    parser.add_argument("--handle", default="nordby", help="the account that is opened, without its @")
    parser.add_argument("--name", default="Nordby Kommune", help="the account's name")
    parser.add_argument("--webhook", default="", help="where news are sent")
    wanted = parser.parse_args()
    engine = create_engine(_psycopg(wanted.database), pool_size=20, max_overflow=20)
    server = make_server("127.0.0.1", wanted.port, create_app(engine), threaded=True, request_handler=_Quiet)
    credentials = SITE.open_account(
        engine,
        handle=wanted.handle,
        name=wanted.name,
        base_url=f"http://127.0.0.1:{server.server_port}",
        webhook_url=wanted.webhook,
    )
    print(json.dumps(dict(credentials)), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


def _psycopg(url: str) -> str:
    """Whichever way the address is written, psycopg 3 is the driver we have."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


if __name__ == "__main__":
    sys.exit(main())
