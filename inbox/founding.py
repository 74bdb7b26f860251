"""The first day of an organisation: one's own, or the invented Nordby Kommune with its people.

Everybody in the invented one is made up; passwords are random, printed once, and kept in the data folder
for whoever forgot them. Either has an account on each platform that lives in this house: in the
demonstration it stands in for a real platform, elsewhere it is a practice room. What this must not do:
touch an organisation that is there already.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import available_timezones

from flask_security.utils import hash_password
from sqlalchemy import Engine, create_engine, select

import config
from connectors.kit import registry
from connectors.kit.contract import Author, Health
from connectors.kit.registry import Site
from inbox.app import create_app
from inbox.domain import ladder
from inbox.domain.actors import SYSTEM
from inbox.domain.charters import Reference
from inbox.domain.charters.starters import starter
from inbox.domain.conversation import Priority
from inbox.domain.countries import likely, pack
from inbox.domain.errors import Invalid
from inbox.domain.ids import new_id
from inbox.domain.opening_plan import Plan
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import Account
from inbox.services import accounts, agents, charters, countries, ladders, organisation, silo_units
from inbox.services.silo_units import Entry
from inbox.uow import UnitOfWork, reading, uow

NAME = "Nordby Kommune"
TEAM = {"da": "Digital borgerservice", "nb": "Digital innbyggerservice", "en": "Digital service"}
POLICIES = {
    "da": ("Vigtig", "Offentligt", "Privat besked", "Alt andet"),
    "nb": ("Viktig", "Offentlig", "Privat melding", "Alt annet"),
    "en": ("Important", "In public", "Private message", "Everything else"),
}
WAYS = {
    "self_service": "https://nordby.example/selvbetjening",
    "digital_post": "https://nordby.example/digital-post",
    "secure_form": "https://nordby.example/sikker-formular",
    "phone": "70 00 00 00",
}
REFERENCES = (
    Reference(
        "Pas til børn",
        "Begge forældre skal samtykke, og barnet skal med. Reglen står her:",
        "https://nordby.example/pas",
    ),
    Reference("Storskrald", "Sådan bestiller man, og det tager vi med:", "https://nordby.example/storskrald"),
)
SPELT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
HOURS = Plan(
    zone="Europe/Copenhagen",
    hours={
        "mon": (("09:00", "12:00"), ("12:30", "16:00")),
        "tue": (("09:00", "12:00"), ("12:30", "16:00")),
        "wed": (("09:00", "12:00"), ("12:30", "16:00")),
        "thu": (("09:00", "12:00"), ("12:30", "18:00")),
        "fri": (("09:00", "12:00"), ("12:30", "15:00")),
    },
    country="DK",
    switches=frozenset({"constitution_day", "christmas_eve", "new_years_eve"}),
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

BACK_OFFICE = "ida@nordby.example"
UNITS = (
    Entry(
        "Vej og Park",
        "Veje, cykelstier, gadelys, sne og salt, træer og legepladser.",
        "vej, sne, salt, hul, bom, lygte, gadelys, cykelsti, fortov, træ, legeplads, park",
        minutes=120,
    ),
    Entry(
        "Borgerservice",
        "Pas, kørekort, flytning, sundhedskort og hvad man selv kan klare på nettet.",
        "pas, kørekort, flyt, sundhedskort, MitID, tidsbestilling",
        minutes=240,
    ),
)
"""Whom the invented agents can ask; Ida sits in both."""


def logins_file(data: Path) -> Path:
    """Where the demo's logins are kept."""
    return data / "demo-logins.txt"


def seed(settings: config.Settings) -> bool:
    """Found the invented organisation with its people, if there is none; True if it did. All of it or nothing."""

    def founding(work: UnitOfWork) -> None:
        _found(work, NAME, "da", "Europe/Copenhagen")
        countries.choose(work, "DK", WAYS, version=0)
        people = {
            person.email: agents.add(
                work,
                email=person.email,
                full_name=person.full_name,
                roles=person.roles,
                password_hash=hashed[person.email],
                language=person.language,
            )
            for person in CAST
        }
        for unit in UNITS:
            silo_units.save(work, replace(unit, people=[people[BACK_OFFICE]]))

    passwords = {person.email: secrets.token_urlsafe(9) for person in CAST}
    hashed: dict[str, str] = {}

    def prepare() -> None:
        # Hashing is slow on purpose, so it is done before the deed begins, and only at a first start.
        with create_app(settings).app_context():
            hashed.update({email: hash_password(password) for email, password in passwords.items()})
        _write_logins(settings.data, passwords)

    return _once(settings, founding, prepare)


def found(settings: config.Settings, name: str, language: str, zone: str) -> bool:
    """Found an organisation without people, if there is none; True if it did. Raises Invalid for an unknown zone."""
    return _once(settings, lambda work: _found(work, name, language, zone), lambda: None)


def open_practice_rooms(settings: config.Settings) -> None:
    """An account on each platform that lives here, once there is an organisation. It is told a new BASE_URL."""
    with create_app(settings, people=False).app_context():
        if _founded():
            _open_practice_rooms(settings)


def _once(settings: config.Settings, founding: Callable[[UnitOfWork], None], prepare: Callable[[], None]) -> bool:
    app = create_app(settings, people=False)
    with app.app_context():
        new = not _founded()
    if new:
        prepare()
    with app.app_context():
        if new:
            with uow(SYSTEM) as work:
                founding(work)
        _open_practice_rooms(settings)
    return new


def _founded() -> bool:
    with reading(SYSTEM) as work:
        return organisation.founded(work)


def _found(work: UnitOfWork, name: str, language: str, zone: str) -> None:
    country = likely(language, zone)
    # The hours of the invented one are a beginning; its holidays would be another country's.
    hours = replace(HOURS.in_country(pack(country).holidays, HOURS.zone), zone=_known(zone))
    organisation.found(
        work,
        called=name,
        language=language,
        zone=zone,
        team=TEAM[language],
        calendar=(name, hours),
        policies=_policies(*POLICIES[language]),
        ledger_origin=f"{secrets.token_hex(8)}.byline.example/log",
        country=country,
    )
    ladders.lay_first(work, ladder.usual(work.now))


def _policies(important: str, public: str, private: str, rest: str) -> Policies:
    """What is promised until somebody changes it, in opening minutes: a person is there soon, and a day is a day."""
    urgent = frozenset({Priority.IMPORTANT.value, Priority.ACUTE.value})
    return Policies(
        (
            Policy(important, _within(15, 15, 240), True, priorities=urgent),
            Policy(public, _within(60, 60, 480), True, visibility="public"),
            Policy(private, _within(120, 240, 1440), True, visibility="private"),
            Policy(rest, _within(240, 240, 2400), True),
        )
    )


def _within(first: int, following: int, resolution: int) -> dict[ClockKind, int]:
    return {
        ClockKind.FIRST_RESPONSE: first,
        ClockKind.NEXT_RESPONSE: following,
        ClockKind.RESOLUTION: resolution,
    }


def _known(zone: str) -> str:
    if zone not in available_timezones():
        raise Invalid("There is no time zone called “%(zone)s”. Write it like Europe/Copenhagen.", zone=zone)
    return zone


def _open_practice_rooms(settings: config.Settings) -> None:
    engine = create_engine(settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        for channel, site in registry.sites().items():
            _open_practice_room(settings, engine, channel, site)
    finally:
        engine.dispose()


def _open_practice_room(settings: config.Settings, engine: Engine, channel: str, site: Site) -> None:
    with uow(SYSTEM) as work:
        account = work.session.scalars(select(Account).where(Account.channel == channel)).one_or_none()
        if account and accounts.credentials(work, account).get("url") == settings.base_url:
            return
        account_id = account.id if account else new_id()
        name = organisation.name(work)
        handle = _handle(name)
        credentials = site.open_account(
            engine,
            handle=handle,
            name=name,
            base_url=settings.base_url,
            webhook_url=f"{settings.base_url}/hooks/{account_id}",
        )
        if account:
            accounts.change_credentials(work, account, credentials)
            return
        accounts.add(
            work,
            account_id=account_id,
            channel=channel,
            name=name,
            credentials=credentials,
            health=Health(ok=True, detail="", identity=Author(handle, handle, name)),
            # In the demonstration the square stands in for a real platform, so it counts.
            practice=not settings.demo,
        )
        if name == NAME and (charter := starter("municipality", "da")):
            charters.begin(work, account_id, replace(charter, references=REFERENCES))


def _handle(name: str) -> str:
    """The organisation's first word in small letters and digits, which every platform can spell."""
    letters = re.sub(r"[^a-z0-9]", "", name.partition(" ")[0].lower().translate(SPELT))
    return (letters or "us")[:30].ljust(2, "0")


def _write_logins(data: Path, passwords: dict[str, str]) -> None:
    lines = [
        f"{', '.join(person.roles):<14} {person.email:<24} {passwords[person.email]}   {person.full_name}"
        for person in CAST
    ]
    file = os.open(logins_file(data), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w") as out:
        out.write("\n".join(lines) + "\n")
