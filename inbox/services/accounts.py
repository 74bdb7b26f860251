"""Our accounts on the platforms: opening them, their health, and the connector that speaks for each.

What it must not do: call a platform. A connector made here for use inside a unit of work has no way
out; workers and the "connect and test" door hand in a real one, outside any transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from connectors.kit import registry
from connectors.kit.contract import AccountConfig, Answer, Author, Connector, Health, Schema
from inbox.domain.errors import Invalid, NotFound
from inbox.domain.events import AccountChanged
from inbox.domain.ids import new_id
from inbox.models import Account, Team
from inbox.uow import UnitOfWork

STYLE = "– {public_name}, {organisation}"
ASK_AGAIN_AFTER_A_FAILURE = timedelta(minutes=1)


class NoWayOut:
    """Stands where a connector is only asked to count or to read: no platform is called in a transaction."""

    def request(self, method: str, url: str, **_given: object) -> Answer:
        raise RuntimeError(f"a platform was called inside a unit of work: {method} {url}")


class AccountMemory:
    """What a connector remembers, kept in hand during a call and stored with its outcome."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        self._values = dict(stored)
        self.changed = False

    def load(self, name: str) -> str | None:
        return self._values.get(name)

    def save(self, name: str, value: str) -> None:
        self.changed = self.changed or self._values.get(name) != value
        self._values[name] = value

    def values(self) -> Mapping[str, str]:
        return self._values


def add(
    work: UnitOfWork,
    *,
    channel: str,
    name: str,
    credentials: Mapping[str, str],
    health: Health,
    account_id: UUID | None = None,
    practice: bool | None = None,
) -> UUID:
    """Add an account whose connection was just tested. Raises Invalid for a wrong field or an unknown platform.

    `practice` is the platform's own word unless said otherwise (in the demonstration the square counts).
    """
    if channel not in registry.connectors():
        raise Invalid(
            "There is no platform called “%(name)s”. Known platforms: %(known)s.",
            field="channel",
            name=channel,
            known=", ".join(sorted(registry.connectors())),
        )
    identity = _check(health)
    capabilities = registry.connector(channel).capabilities
    if work.session.scalars(
        select(Account).where(Account.channel == channel, Account.external_id == identity.external_id)
    ).one_or_none():
        raise Invalid("The account %(handle)s has been added already.", handle=identity.handle)
    team = _house(work)
    account = Account(
        id=account_id or new_id(),
        team_id=team.id,
        channel=channel,
        name=name,
        external_id=identity.external_id,
        handle=identity.handle,
        credentials=b"",
        state="active",
        health=None,
        practice=capabilities.practice if practice is None else practice,
        signature_style=STYLE,
        language="da",
        created_at=work.now,
        due_at=work.now,
    )
    change_credentials(work, account, credentials)
    work.session.add(account)
    work.session.flush()
    work.say(AccountChanged(account.id, account.team_id))
    return account.id


def change_credentials(work: UnitOfWork, account: Account, credentials: Mapping[str, str]) -> None:
    """Give the account other keys to its platform."""
    account.credentials = work.sealer.seal(json.dumps(dict(credentials)).encode(), f"account:{account.id}")


def credentials(work: UnitOfWork, account: Account) -> dict[str, str]:
    """The account's credentials, opened."""
    opened: dict[str, str] = json.loads(work.sealer.open(account.credentials, f"account:{account.id}"))
    return opened


def checked_credentials(schema: Schema, given: Mapping[str, str]) -> dict[str, str]:
    """The fields of a platform's form, with defaults. Raises Invalid naming what is missing or unknown."""
    known = {field.name: field for field in schema}
    for name in given:
        if name not in known:
            raise Invalid(
                "“%(name)s” is not a field here. Fields: %(known)s.", field=name, name=name, known=", ".join(known)
            )
    values = {name: given.get(name, "").strip() or field.default for name, field in known.items()}
    for name, field in known.items():
        if field.required and not values[name]:
            raise Invalid("“%(name)s” is missing: %(help)s", field=name, name=name, help=field.help)
    return values


def config_of(work: UnitOfWork, account: Account, base_url: str = "") -> tuple[AccountConfig, AccountMemory]:
    """The account as its connector sees it, with its secrets opened."""
    row = f"account:{account.id}"
    memory = AccountMemory(json.loads(work.sealer.open(account.memory, row)) if account.memory else {})
    return (
        AccountConfig(
            id=str(account.id),
            name=account.name,
            external_id=account.external_id,
            handle=account.handle,
            credentials=credentials(work, account),
            memory=memory,
            webhook_url=f"{base_url}/hooks/{account.id}" if base_url else "",
        ),
        memory,
    )


def silent_connector(work: UnitOfWork, account: Account) -> Connector:
    """The account's connector for counting, reading and verifying: it can't call out."""
    config, _ = config_of(work, account)
    return registry.connector(account.channel)(config, NoWayOut())


def remember(work: UnitOfWork, account_id: UUID, memory: AccountMemory) -> None:
    """Store what the connector wanted remembered, sealed."""
    if memory.changed:
        account = get(work, account_id)
        account.memory = work.sealer.seal(json.dumps(dict(memory.values())).encode(), f"account:{account.id}")


def get(work: UnitOfWork, account_id: UUID, *, lock: bool = False) -> Account:
    """The account, or NotFound. With `lock`, nobody else changes it until the commit."""
    query = select(Account).where(Account.id == account_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    account = work.session.scalars(query).one_or_none()
    if account is None:
        raise NotFound("There is no such account.")
    return account


def suspend(work: UnitOfWork, account: Account, reason: str) -> None:
    """The platform refuses us: stop asking and posting until a person has mended it. Said once."""
    if account.state == "active":
        account.state = "suspended"
        work.say(AccountChanged(account.id, account.team_id))
    account.health = reason


def reconnect(work: UnitOfWork, account_id: UUID, credentials: Mapping[str, str], health: Health) -> None:
    """New keys, just tested: ask and post again. Raises Invalid when the test failed or named another account."""
    account = get(work, account_id, lock=True)
    if _check(health).external_id != account.external_id:
        raise Invalid("These keys belong to another account than %(handle)s.", handle=account.handle)
    change_credentials(work, account, credentials)
    account.memory = None
    resume(work, account_id)


def resume(work: UnitOfWork, account_id: UUID) -> None:
    """A person has mended it: ask and post again."""
    account = get(work, account_id, lock=True)
    account.state, account.health, account.due_at, account.attempts = "active", None, work.now, 0
    account.lease_until, account.not_before = None, None
    work.say(AccountChanged(account.id, account.team_id))


def called(work: UnitOfWork, channel: str, handle: str) -> Account:
    """The account with that handle on a platform, or NotFound."""
    found = work.session.scalars(
        select(Account).where(Account.channel == channel, Account.handle == handle.removeprefix("@"))
    ).one_or_none()
    if found is None:
        raise NotFound("There is no account %(handle)s on %(channel)s.", handle=handle, channel=channel)
    return found


def hold_back(account: Account, until: datetime) -> None:
    """The platform asked for silence until then. Durable, so that a restart does not forget it."""
    if account.not_before is None or account.not_before < until:
        account.not_before = until


def _check(health: Health) -> Author:
    if not health.ok or health.identity is None:
        raise Invalid("The connection did not work: %(detail)s", detail=health.detail)
    return health.identity


def _house(work: UnitOfWork) -> Team:
    """The team that a new account's conversations belong to."""
    team = work.session.scalars(select(Team).order_by(Team.id).limit(1)).first()
    if team is None:
        raise Invalid("There is no organisation here yet. Run “python -m inbox seed” first.")
    return team


def teams(work: UnitOfWork) -> list[UUID]:
    """The teams that have an account."""
    return list(work.session.scalars(select(Account.team_id).distinct().order_by(Account.team_id)))
