"""Flask-Security's store of people, whose commits go through the unit of work's discipline.

The library commits by itself after a login (it may renew a password hash). What this must not do:
anything but that commit; people are added by `inbox.services.agents`.
"""

from __future__ import annotations

from flask_security.datastore import SQLAlchemyUserDatastore

from inbox.uow import commit_for_login


class SignIns(SQLAlchemyUserDatastore):
    """The datastore with our own commit."""

    def commit(self) -> None:
        commit_for_login()
