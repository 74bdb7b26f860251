"""Flask-Security's store of people, whose commits go through the unit of work's discipline.

The library commits by itself after a login (it may renew a password hash). What this must not do: add or
change people; `inbox.services.agents` does.
"""

from __future__ import annotations

from flask import Flask
from flask_login import user_logged_out
from flask_security.datastore import SQLAlchemyUserDatastore

from inbox.extensions import security
from inbox.models import Agent
from inbox.uow import commit_for_login


class SignIns(SQLAlchemyUserDatastore):
    """The datastore with our own commit."""

    def commit(self) -> None:
        commit_for_login()


def end_logins_for_good(app: Flask) -> None:
    """Signing out ends the person's every login: a copy of an old cookie names a login that is no more."""

    def forget(_app: Flask, user: Agent) -> None:
        security.datastore.set_uniquifier(user)
        commit_for_login()

    user_logged_out.connect(forget, app, weak=False)
