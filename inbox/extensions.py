"""The Flask extensions, made once and bound to an app in `inbox.app`.

What it must not do: hold state of its own, or import anything of ours but the models' base.
"""

from __future__ import annotations

from flask_babel import Babel
from flask_security import Security
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name that migrations and error handling can speak of."""


class Base(DeclarativeBase):
    """The models' base: plain SQLAlchemy, since mypy can't see through `db.Model`."""

    metadata = MetaData(naming_convention=NAMES)


GLANCE = "glance"
"""The name of a second engine, whose connections open no transactions."""
LOOK = "look"
"""The same for pages: it takes the connections of the first engine and gives them back as they were."""

db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})
security = Security()
csrf = CSRFProtect()
babel = Babel()
socketio = SocketIO()
