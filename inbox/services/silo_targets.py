"""The way to a unit outside the house: its settings and secrets, what it remembers, and how it is.

What it must not do: call a target. One made here for use inside a unit of work has no way out; workers and the "try it"
door hand in a real one, outside any transaction.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from connectors.kit import target_registry
from connectors.kit.target import Target, TargetConfig
from inbox.domain.actors import Role
from inbox.domain.delivery import back_off
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.models import Agent, Organisation, Silo
from inbox.models import Role as RoleRow
from inbox.services import notices
from inbox.services.accounts import AccountMemory, NoWayOut
from inbox.uow import UnitOfWork

DESK: Final = "desk"


def config_of(
    work: UnitOfWork, silo: Silo, base_url: str = "", seconds: float = 15.0
) -> tuple[TargetConfig, AccountMemory]:
    """The unit as its target sees it, with its secrets opened."""
    row = f"silo:{silo.id}"
    memory = AccountMemory(json.loads(work.sealer.open(silo.memory, row)) if silo.memory else {})
    kept = settings(work, silo)
    return _config(work, silo.id, silo.name, kept, memory, base_url, seconds), memory


def silent(work: UnitOfWork, silo: Silo) -> Target:
    """The unit's target for reading and verifying: it can't call out."""
    return target_registry.target(silo.target)(config_of(work, silo)[0], NoWayOut())


def settings(work: UnitOfWork, silo: Silo) -> dict[str, str]:
    """The fields of its target, opened, and our secret under an empty name."""
    if silo.settings is None:
        return {}
    opened: dict[str, str] = json.loads(work.sealer.open(silo.settings, f"silo:{silo.id}"))
    return opened


def choose(work: UnitOfWork, silo: Silo, target: str, given: Mapping[str, str]) -> bool:
    """Reach the unit that way from now on. True when it was reached by another way before.

    A secret that is left empty stays as it was. Whatever stood in the way is mended by this: it is tried again at once.
    Raises Invalid with the field.
    """
    other = silo.target != target
    if target == DESK:
        silo.target, silo.settings, silo.memory, silo.cursor, silo.due_at = DESK, None, None, None, None
    else:
        kept = checked(target, given, {} if other else settings(work, silo))
        kept.setdefault("", secrets.token_urlsafe(32))
        silo.target = target
        silo.settings = work.sealer.seal(json.dumps(kept).encode(), f"silo:{silo.id}")
        if other:
            silo.memory, silo.cursor = None, None
        can = target_registry.target(target).capabilities
        silo.due_at = work.now if can.sends and can.returns else None
    silo.state, silo.health, silo.failures, silo.not_before = "active", None, 0, None
    silo.attempts, silo.last_error, silo.lease_until = 0, None, None
    return other


def checked(target: str, given: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    """The fields of a target's form, with defaults and the secrets that we keep. Raises Invalid with the field."""
    if target not in target_registry.targets():
        raise Invalid("Choose how they are reached.", field="target")
    values = {"": kept[""]} if "" in kept else {}
    for field in target_registry.target(target).settings_schema:
        value = given.get(field.name, "").strip() or field.default
        if field.kind == "secret" and not value:
            value = kept.get(field.name, "")
        if field.required and not value:
            raise Invalid("Fill this in: without it they can’t be reached.", field=f"{target}-{field.name}")
        if 0 < len(value) < field.at_least:
            raise Invalid(
                "This has at least %(number)s characters.", field=f"{target}-{field.name}", number=field.at_least
            )
        if field.kind == "url" and value and not value.startswith(("https://", "http://")):
            raise Invalid("An address begins with https://.", field=f"{target}-{field.name}")
        values[field.name] = value
    return values


def shown(work: UnitOfWork, silo_id: UUID) -> tuple[dict[str, str], frozenset[str]]:
    """What stands in the form of a unit's way: its values without the secrets, and which secrets are kept."""
    if not work.actor.has(Role.ADMINISTRATOR):
        raise Forbidden("Administrators arrange the back office.")
    silo = work.session.get(Silo, silo_id)
    if silo is None:
        raise NotFound("There is no such unit.")
    kept = settings(work, silo)
    schema = target_registry.target(silo.target).settings_schema if silo.target != DESK else ()
    secret = {field.name for field in schema if field.kind == "secret"}
    values = {name: value for name, value in kept.items() if name and name not in secret}
    return values, frozenset(name for name in secret if kept.get(name))


def offered(
    work: UnitOfWork, silo_id: UUID | None, target: str, given: Mapping[str, str], seconds: float
) -> TargetConfig:
    """What stands in the form, as its target would see it: to be tried before it is kept. Raises as `choose` does.

    `seconds` is how long one call may take.
    """
    if not work.actor.has(Role.ADMINISTRATOR):
        raise Forbidden("Administrators arrange the back office.")
    silo = work.session.get(Silo, silo_id) if silo_id is not None else None
    kept = settings(work, silo) if silo is not None and silo.target == target else {}
    values = checked(target, given, kept)
    id_, name = (silo.id, silo.name) if silo is not None else (UUID(int=0), "")
    return _config(work, id_, name, values, AccountMemory({}), "", seconds)


def locked(work: UnitOfWork, silo_id: UUID) -> Silo:
    """The unit; nobody else changes it until the commit. Raises NotFound."""
    found = work.session.scalars(
        select(Silo).where(Silo.id == silo_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such unit.")
    return found


def remember(work: UnitOfWork, silo: Silo, memory: AccountMemory) -> None:
    """Store what the target wanted remembered, sealed."""
    if memory.changed:
        silo.memory = work.sealer.seal(json.dumps(dict(memory.values())).encode(), f"silo:{silo.id}")


def suspend(work: UnitOfWork, silo: Silo, reason: str) -> None:
    """The target refuses us: nothing is put to it until a person has mended it. The leads are told once."""
    if silo.state == "active":
        silo.state = "suspended"
        for lead in work.session.scalars(
            select(Agent.id)
            .where(Agent.left_at.is_(None), Agent.roles.any(RoleRow.name.in_((Role.LEAD, Role.ADMINISTRATOR))))
            .order_by(Agent.id)
        ):
            notices.tell(work, lead, notices.Kind.SILO_SUSPENDED, None, silo=silo.name, unit=str(silo.id))
    silo.health = reason


def unreached(work: UnitOfWork, silo: Silo, reason: str, after: timedelta | None) -> datetime:
    """An errand certainly did not get there: the whole unit is given time, longer each time. Until when."""
    silo.failures += 1
    silo.health = reason
    until = work.now + max(after or timedelta(), back_off(silo.failures))
    silo.not_before = max(silo.not_before or until, until)
    return until


def reached(silo: Silo) -> None:
    """An errand got there."""
    silo.health, silo.failures, silo.not_before = None, 0, None


def _config(
    work: UnitOfWork,
    silo_id: UUID,
    name: str,
    kept: Mapping[str, str],
    memory: AccountMemory,
    base_url: str,
    seconds: float,
) -> TargetConfig:
    return TargetConfig(
        id=str(silo_id),
        name=name,
        organisation=work.session.scalars(select(Organisation.name)).one(),
        settings={field: value for field, value in kept.items() if field},
        memory=memory,
        webhook_url=f"{base_url}/hooks/silo/{silo_id}" if base_url else "",
        secret=kept.get("", ""),
        seconds=seconds,
    )
