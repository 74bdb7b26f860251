"""The invented organisation of the first start: Nordby Kommune, its people, and an account on the square.

Everybody in it is made up; passwords are random, printed once, and kept in the data folder for whoever
forgot them. What it must not do: run where a real organisation is.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask_security.utils import hash_password
from sqlalchemy import create_engine, select

import config
from connectors.kit import registry
from connectors.kit.contract import Author, Health
from inbox.app import create_app
from inbox.domain.actors import SYSTEM
from inbox.domain.calendar import Calendar
from inbox.domain.ids import new_id
from inbox.models import Account
from inbox.services import accounts, agents, organisation
from inbox.uow import uow

NAME = "Nordby Kommune"
HANDLE = "nordby"
HOURS = Calendar(
    zone="Europe/Copenhagen",
    hours={
        "mon": (("09:00", "12:00"), ("12:30", "16:00")),
        "tue": (("09:00", "12:00"), ("12:30", "16:00")),
        "wed": (("09:00", "12:00"), ("12:30", "16:00")),
        "thu": (("09:00", "12:00"), ("12:30", "18:00")),
        "fri": (("09:00", "12:00"), ("12:30", "15:00")),
    },
    closed=frozenset({date(2026, 12, 24)}),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast."""

    email: str
    full_name: str
    roles: tuple[str, ...]
    language: str = "da"


CAST = (
    Person("anna@nordby.example", "Anna Krogh", ("agent",)),
    Person("jonas@nordby.example", "Jonas Lind", ("agent",)),
    Person("lone@nordby.example", "Lone Vestergaard", ("lead",)),
    Person("rikke@nordby.example", "Rikke Dahl", ("auditor",)),
    Person("per@nordby.example", "Per Skov", ("administrator",)),
    Person("ida@nordby.example", "Ida Berg", ("back_office",)),
)


def logins_file(data: Path) -> Path:
    """Where the demo's logins are kept."""
    return data / "demo-logins.txt"


def seed(settings: config.Settings) -> bool:
    """Found the invented organisation if there is none; True if it did. The square's address follows BASE_URL."""
    app = create_app(settings)
    with app.app_context():
        with uow(SYSTEM) as work:
            if organisation.founded(work):
                new = False
            else:
                new = True
                organisation.found(
                    work,
                    name=NAME,
                    language="da",
                    zone="Europe/Copenhagen",
                    team="Digital borgerservice",
                    calendar=("Nordby", HOURS),
                    policy="Hurtig kanal",
                    promised={"public": (60, True), "private": (120, True)},
                    ledger_origin="nordby.example/byline",
                )
        if new:
            passwords = {person.email: secrets.token_urlsafe(9) for person in CAST}
            for person in CAST:
                hashed = hash_password(passwords[person.email])
                with uow(SYSTEM) as work:
                    agents.add(
                        work,
                        email=person.email,
                        full_name=person.full_name,
                        roles=person.roles,
                        password_hash=hashed,
                        language=person.language,
                    )
            _write_logins(settings.data, passwords)
        _open_practice_rooms(settings)
    return new


def _open_practice_rooms(settings: config.Settings) -> None:
    """An account on each platform that lives in this house. A new BASE_URL is told to it."""
    engine = create_engine(settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        for channel, site in registry.sites().items():
            with uow(SYSTEM) as work:
                account = work.session.scalars(select(Account).where(Account.channel == channel)).one_or_none()
                account_id = account.id if account else new_id()
                if account and accounts.credential(work, account, "url") == settings.base_url:
                    continue
                credentials = site.open_account(
                    engine,
                    handle=HANDLE,
                    name=NAME,
                    base_url=settings.base_url,
                    webhook_url=f"{settings.base_url}/hooks/{account_id}",
                )
                if account:
                    accounts.change_credentials(work, account, credentials)
                else:
                    identity = Author(external_id=HANDLE, handle=HANDLE, name=NAME)
                    accounts.add(
                        work,
                        account_id=account_id,
                        channel=channel,
                        name=NAME,
                        credentials=credentials,
                        health=Health(ok=True, detail="", identity=identity),
                        # In the demonstration the square stands in for a real platform, so it counts.
                        practice=not settings.demo,
                    )
    finally:
        engine.dispose()


def _write_logins(data: Path, passwords: dict[str, str]) -> None:
    lines = [
        f"{', '.join(person.roles):<14} {person.email:<24} {passwords[person.email]}   {person.full_name}"
        for person in CAST
    ]
    file = os.open(logins_file(data), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w") as out:
        out.write("\n".join(lines) + "\n")
