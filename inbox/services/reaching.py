"""Notices on their way out: owed in the transaction that told them, claimed one by one, tried again, given up visibly.

A webhook hears of a thing once, however many people are told of it; it is called at least once and finds the same id at
every try. A mail at once is sent at most once but where the server certainly did not take it: what it says stands in
the page as well. What it must not do: send, or hold anybody's words.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from inbox.domain import reach
from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.events import ReachingDue
from inbox.domain.ids import new_id
from inbox.domain.reach import HOOK_KINDS, MAIL_KINDS, TRY, Shape
from inbox.domain.text import clean
from inbox.models import Agent, Reach, ReachHook
from inbox.uow import UnitOfWork

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Claimed:
    """Something that is to be sent now. `attempt` counts its tries."""

    id: UUID
    attempt: int


def owe(
    work: UnitOfWork,
    kind: str,
    *,
    hooks: Sequence[UUID] = (),
    mails: Sequence[UUID] = (),
    conversation_id: UUID | None = None,
    gathering_id: UUID | None = None,
) -> None:
    """What was told in this deed is owed to these webhooks and people, each once."""
    about = conversation_id or gathering_id or ""
    for hook_id, agent_id in (*((one, None) for one in hooks), *((None, one) for one in mails)):
        put = insert(Reach).values(
            id=new_id(),
            hook_id=hook_id,
            agent_id=agent_id,
            key=f"{kind}:{about}:{work.now.isoformat()}",
            kind=kind,
            conversation_id=conversation_id,
            gathering_id=gathering_id,
            state="owed",
            at=work.now,
            due_at=work.now,
        )
        work.session.execute(put.on_conflict_do_nothing())
        work.say(ReachingDue())


def save(
    work: UnitOfWork, name: str, shape: str, address: str, kinds: Sequence[str], *, own_machine: bool
) -> tuple[UUID, str]:
    """Keep another webhook; its id, and the secret that its calls are signed with, which is shown this once.

    Raises Forbidden, Invalid (`name`, `shape`, `address`, `kinds`).
    """
    _may(work)
    called = clean(name).text.strip()
    if not called or len(called) > LONGEST_NAME:
        raise Invalid("Give it a name of at most %(limit)s characters.", field="name", limit=LONGEST_NAME)
    if shape not in set(Shape):
        raise Invalid("Choose who reads it.", field="shape")
    place = reach.address_of(address, own_machine=own_machine)
    chosen = [one for one in HOOK_KINDS if one in kinds]
    if not chosen:
        raise Invalid("Choose at least one thing that it is told of.", field="kinds")
    id_, secret = new_id(), secrets.token_urlsafe(32)
    hook = ReachHook(
        id=id_,
        name=called,
        shape=shape,
        host=reach.host_of(place),
        address_sealed=work.sealer.seal(place.encode(), f"reach_hook:{id_}:address"),
        secret_sealed=work.sealer.seal(secret.encode(), f"reach_hook:{id_}:secret"),
        kinds=chosen,
        active=True,
        created_at=work.now,
        agent_id=work.actor.id,
    )
    try:
        with work.session.begin_nested():
            work.session.add(hook)
    except IntegrityError:
        raise Invalid("Another one has this name.", field="name") from None
    return id_, secret


def switch_off(work: UnitOfWork, hook_id: UUID) -> None:
    """It hears of nothing more; what is owed to it is given up. Raises Forbidden, NotFound."""
    hook = _hook(work, hook_id)
    hook.active = False
    owed = select(Reach).where(Reach.hook_id == hook.id, Reach.state == "owed").with_for_update()
    for one in work.session.scalars(owed):
        one.state, one.due_at, one.last_error = "failed", None, "switched off"


def try_it(work: UnitOfWork, hook_id: UUID) -> None:
    """Send something that says that this is a try. Raises Forbidden, NotFound."""
    owe(work, TRY, hooks=[_hook(work, hook_id).id])


def choose_mail(work: UnitOfWork, kinds: Sequence[str]) -> None:
    """What the actor wants mailed at once; nothing unless they say so. Raises Forbidden (the system)."""
    if work.actor.id is None:
        raise Forbidden("Only a person can say that of themselves.")
    me = work.session.get_one(Agent, work.actor.id)
    me.notices = {**me.notices, "mail": [one for one in MAIL_KINDS if one in kinds]}


def claim(work: UnitOfWork, lease: timedelta, *, urgent: bool = False) -> Claimed | None:
    """Take what has waited longest; nobody else sends it before the lease is over. `urgent`: calls for danger alone."""
    while True:
        found = work.session.scalars(
            select(Reach)
            .where(
                Reach.state == "owed",
                Reach.due_at <= work.now,
                *((Reach.kind == "acute",) if urgent else ()),
                or_(Reach.lease_until.is_(None), Reach.lease_until < func.clock_timestamp()),
            )
            .order_by(Reach.due_at, Reach.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if found is None:
            return None
        if found.agent_id is not None and found.lease_until is not None:
            # A worker died with the mail in hand: it counts as sent.
            found.state, found.due_at, found.lease_until = "sent", None, None
            work.session.flush()
            continue
        if found.attempts >= reach.TRIES:
            _give_up(work, found, found.last_error or "no answer")
            continue
        found.attempts += 1
        found.lease_until = func.clock_timestamp() + lease
        work.session.flush()
        return Claimed(found.id, found.attempts)


def record(work: UnitOfWork, claimed: Claimed, *, sent: bool, trouble: str = "", for_good: bool = False) -> None:
    """What became of a try; an older one's counts nothing. `for_good`: trying again would be in vain."""
    found = work.session.get_one(Reach, claimed.id, with_for_update=True, populate_existing=True)
    if found.attempts != claimed.attempt or found.state != "owed":
        return
    found.lease_until, found.last_error = None, trouble or None
    if sent:
        found.state, found.due_at = "sent", None
        if found.hook_id is not None:
            hook = work.session.get_one(ReachHook, found.hook_id)
            hook.reached_at, hook.failed_at, hook.trouble = work.now, None, None
        return
    again = None if for_good else reach.waits(found.attempts)
    if again is None:
        _give_up(work, found, trouble)
    else:
        found.due_at = work.now + again


def _give_up(work: UnitOfWork, found: Reach, trouble: str) -> None:
    found.state, found.due_at, found.lease_until = "failed", None, None
    if found.hook_id is not None:
        hook = work.session.get_one(ReachHook, found.hook_id)
        hook.failed_at, hook.trouble = work.now, trouble
    work.session.flush()


def _may(work: UnitOfWork) -> None:
    if not work.actor.has(Role.ADMINISTRATOR):
        raise Forbidden("Administrators say where notices go.")


def _hook(work: UnitOfWork, hook_id: UUID) -> ReachHook:
    _may(work)
    hook = work.session.get(ReachHook, hook_id, with_for_update=True)
    if hook is None or not hook.active:
        raise NotFound("There is no such webhook.")
    return hook
