"""`gunicorn inbox.wsgi:app`: the web process. What it must not do: anything but make the application."""

from __future__ import annotations

import config
from inbox import embedded, log
from inbox.app import create_app

_settings = embedded.attached(config.read())
log.configure(_settings.log_level)
app = create_app(_settings)
