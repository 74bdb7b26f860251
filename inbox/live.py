"""`gunicorn -k gevent inbox.live:app`: the scaled-out size's socket process.

The same application as `inbox.wsgi`, with gevent's patches put on before anything else is imported. What
it must not do: be imported by anything else.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

from inbox.wsgi import app  # noqa: E402 -- the patches must come first

__all__ = ["app"]
