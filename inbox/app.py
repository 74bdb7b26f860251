"""The composition root: settings in, a wired application out.

The only place that knows how the parts hang together. Each package of doors has a `register(app)`:
`inbox.web.register(app)` and `inbox.realtime.register(app)`. What it must not do: hold a rule, or read
the environment.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask_socketio import SocketIO
from redis import Redis
from redis.retry import Retry
from sqlalchemy import Engine

import config
from connectors.kit import registry
from inbox import extensions, nudges, preparing
from inbox.domain.sealing import Sealer
from inbox.extensions import GLANCE, LOOK, db
from inbox.models import Agent, Role
from inbox.models.arrays import binary_arrays

CHECKOUT = Path(__file__).resolve().parent.parent
LANGUAGES = ("da", "nb", "en")
CONNECTIONS = 12
"""Connections to PostgreSQL that one process keeps; most of the 128 threads only hold a socket."""


def create_app(settings: config.Settings, *, people: bool = True) -> Flask:
    """The application. With `people` it has doors for browsers; without, it is a worker's."""
    app = Flask(
        "inbox", root_path=str(CHECKOUT / "inbox"), template_folder=str(CHECKOUT / "templates"), static_folder=None
    )
    keys = config.keys(settings.data)
    app.config.update(_configuration(settings, keys))
    app.extensions["settings"] = settings
    app.extensions["sealer"] = Sealer(keys.sealing)
    preparing.register()
    db.init_app(app)
    if people:
        _open_doors(app, settings)
    # Write only: a worker speaks to browsers through Redis and listens to none.
    emitter = extensions.socketio if people else SocketIO(message_queue=settings.redis_url)
    nudges.register(app, redis(settings), emitter)
    return app


def redis(settings: config.Settings, *, patience: Retry | None = None) -> Redis:
    """A connection that gives up soon: Redis is a doorbell, and nobody waits at a silent one without `patience`."""
    return Redis.from_url(settings.redis_url, socket_connect_timeout=1, socket_timeout=2, retry=patience)


def _open_doors(app: Flask, settings: config.Settings) -> None:
    # Imported here: four of five processes have no door, and each would pay half a second for them at every start.
    from inbox import realtime, web
    from inbox.signins import SignIns, end_logins_for_good

    # Before anything asks for the environment, which is made once.
    app.jinja_environment = web.Templates
    # Before the check of a form's token, which reads the form.
    web.uploads(app)
    extensions.csrf.init_app(app)
    extensions.babel.init_app(app, locale_selector=web.language, timezone_selector=web.zone)
    extensions.security.init_app(app, SignIns(db, Agent, Role), register_blueprint=True)
    with app.app_context():
        engines = cast("dict[str | None, Engine]", db.engines)
        engines[LOOK] = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    end_logins_for_good(app)
    extensions.socketio.init_app(
        app,
        message_queue=settings.redis_url,
        async_mode="gevent" if settings.sockets == "gevent" else "threading",
        # Only our own pages may open a socket; never a wildcard.
        cors_allowed_origins=[settings.base_url],
        cookie=None,
    )
    for site in registry.sites().values():
        blueprint = site.blueprint(lambda: db.engine, demo=settings.demo)
        extensions.csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    web.register(app)
    realtime.register(app)


def _configuration(settings: config.Settings, keys: config.Keys) -> dict[str, Any]:
    engine = {
        "pool_pre_ping": True,
        # What was stored is citizens' words: a failure must not repeat them in a log.
        "hide_parameters": True,
        "connect_args": {"prepare_threshold": preparing.NEVER_BY_ITSELF, "context": binary_arrays()},
    }
    return {
        "SECRET_KEY": keys.session,
        "SQLALCHEMY_DATABASE_URI": _driver(settings.database_url),
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": CONNECTIONS, "max_overflow": CONNECTIONS, **engine},
        # For `inbox.uow.glancing`, which one thread of the clock does.
        "SQLALCHEMY_BINDS": {
            GLANCE: {
                "url": _driver(settings.database_url),
                "isolation_level": "AUTOCOMMIT",
                "pool_size": 1,
                **engine,
            }
        },
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SESSION_COOKIE_NAME": "__Host-byline" if settings.secure else "byline",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(CHECKOUT / "inbox" / "locale"),
        "RATELIMIT_STORAGE_URI": settings.redis_url,
        "RATELIMIT_STRATEGY": "fixed-window",
        # A silent Redis must not lock people out, nor open the door to guessing: each process counts alone then.
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_HEADERS_ENABLED": False,
        "SECURITY_PASSWORD_SALT": keys.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_REGISTERABLE": False,
        "SECURITY_RECOVERABLE": False,
        "SECURITY_CHANGEABLE": False,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_LOGIN_URL": "/login",
        "SECURITY_LOGOUT_URL": "/logout",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGIN_USER_TEMPLATE": "auth/login.html",
        "SECURITY_POST_LOGIN_VIEW": "/start",
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_FLASH_MESSAGES": True,
        "SECURITY_CSRF_COOKIE_NAME": None,
        "SECURITY_I18N_DIRNAME": ["builtin", str(CHECKOUT / "inbox" / "locale")],
        "REMEMBER_COOKIE_SECURE": settings.secure,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
    }


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
