"""Flask-Security's store of people, whose commits go through the unit of work's discipline.

The library commits by itself after a login (it may renew a password hash). What this must not do: add or
change people; `inbox.services.agents` does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Flask
from flask_login import user_logged_out
from flask_security.core import UserMixin
from flask_security.datastore import SQLAlchemyUserDatastore
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from inbox.extensions import LOOK, db, security
from inbox.models import Agent
from inbox.preparing import PREPARED
from inbox.uow import commit_for_login


class SignIns(SQLAlchemyUserDatastore):
    """The datastore with our own commit, and with one statement for who comes back with a login."""

    def commit(self) -> None:
        commit_for_login()

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> UserMixin | None:
        """Whoever has this login or this address; with a login, as every page asks, roles and teams come along."""
        login = kwargs.get("fs_uniquifier")
        if login is None:
            return super().find_user(case_insensitive, **kwargs)
        # Alone and at once: the page's own deed begins later, and may be long in coming while a form is still read.
        with Session(db.engines[LOOK]) as session:
            return session.scalars(_of_login(), {"login": login}).unique().one_or_none()


@cache
def _of_login() -> Select[Agent]:
    """Made once: to put it together takes longer than to have it answered."""
    with_all = (joinedload(Agent.roles), joinedload(Agent.teams))
    return (
        select(Agent).options(*with_all).where(Agent.fs_uniquifier == bindparam("login")).execution_options(**PREPARED)
    )


def end_logins_for_good(app: Flask) -> None:
    """Signing out ends the person's every login: a copy of an old cookie names a login that is no more."""

    def forget(_app: Flask, user: Agent) -> None:
        security.datastore.set_uniquifier(user)
        commit_for_login()

    user_logged_out.connect(forget, app, weak=False)
