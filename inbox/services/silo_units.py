"""Arranging the back office: which units there are, what they know, within which time they answer, who sits in them.

What this must not do: touch a question that was asked: it keeps the time and the hours that held then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, Invalid
from inbox.domain.events import SilosDue
from inbox.domain.ids import new_id
from inbox.domain.silo import topics
from inbox.domain.text import clean
from inbox.models import Agent, Calendar, Silo, Tag
from inbox.models import Role as RoleRow
from inbox.models.arrays import among
from inbox.models.silo import silo_member, silo_tag
from inbox.services import silo_errands, silo_targets
from inbox.uow import UnitOfWork

LONGEST_NAME: Final = 80
LONGEST_ENTRY: Final = 2_000
MOST_TOPICS: Final = 100
LONGEST_PROMISE: Final = 30 * 24 * 60
"""Opening minutes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the form says. `topics` and `tags` as people typed them, set apart by commas; no `calendar`: our own."""

    name: str
    knows: str = ""
    topics: str = ""
    tags: str = ""
    minutes: int | None = None
    calendar: str = ""
    active: bool = True
    people: Sequence[UUID] = ()
    target: str = silo_targets.DESK
    """How they are reached, and below the fields of that way; a secret that is empty stays as it was."""
    settings: Mapping[str, str] = field(default_factory=dict)
    sees: str = "thread"


def save(work: UnitOfWork, entry: Entry, silo_id: UUID | None = None) -> UUID:
    """Keep a new unit, or what is to be said of one; its id. Raises Forbidden, NotFound, Invalid with the field."""
    if not work.actor.is_system and not work.actor.has(Role.ADMINISTRATOR):
        raise Forbidden("Administrators arrange the back office.")
    name, knows = " ".join(clean(entry.name).text.split()), clean(entry.knows).text.strip()
    words = topics(clean(entry.topics).text)
    _check(work, entry, name, knows, words)
    taken = select(Silo.id).where(func.lower(Silo.name) == name.lower(), Silo.id.is_distinct_from(silo_id))
    if work.session.scalar(taken) is not None:
        raise Invalid("There is a unit of this name already.", field="name")
    tags, people = _tags(work, entry.tags), _people(work, entry.people)
    if silo_id is None:
        silo = Silo(id=new_id(), created_at=work.now, target=silo_targets.DESK)
    else:
        silo = silo_targets.locked(work, silo_id)
    silo.name, silo.knows, silo.topics, silo.active = name, knows, list(words), entry.active
    silo.minutes, silo.calendar, silo.sees = entry.minutes or 1, entry.calendar or None, entry.sees
    other = silo_targets.choose(work, silo, entry.target, entry.settings)
    work.session.add(silo)
    work.session.flush()
    if other and silo.target == silo_targets.DESK:
        silo_errands.at_the_desk(work, silo)
    work.say(SilosDue())
    for table, column, ids in ((silo_tag, "tag_id", tags), (silo_member, "agent_id", people)):
        work.session.execute(delete(table).where(table.c.silo_id == silo.id))
        if ids:
            work.session.execute(insert(table), [{"silo_id": silo.id, column: id_} for id_ in ids])
    return silo.id


def _check(work: UnitOfWork, entry: Entry, name: str, knows: str, words: tuple[str, ...]) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("A unit needs a name of at most %(most)s characters.", field="name", most=LONGEST_NAME)
    if len(knows) > LONGEST_ENTRY:
        raise Invalid("That is longer than %(limit)s characters. Make it shorter.", field="knows", limit=LONGEST_ENTRY)
    if len(words) > MOST_TOPICS or any(len(word) > LONGEST_NAME for word in words):
        raise Invalid("Give at most %(most)s short words, set apart by commas.", field="topics", most=MOST_TOPICS)
    if entry.minutes is None or not 1 <= entry.minutes <= LONGEST_PROMISE:
        raise Invalid("Give a number of minutes from 1 to %(most)s.", field="minutes", most=LONGEST_PROMISE)
    if entry.sees not in ("question", "thread"):
        raise Invalid("Choose what they may see.", field="sees")
    if entry.calendar and not work.session.scalar(select(Calendar.id).where(Calendar.name == entry.calendar).limit(1)):
        raise Invalid("Choose opening hours from the list.", field="calendar")


def _tags(work: UnitOfWork, given: str) -> list[UUID]:
    wanted = topics(clean(given).text)
    rows = work.session.execute(
        select(Tag.id, func.lower(Tag.name)).where(func.lower(Tag.name).in_([name.lower() for name in wanted]))
    )
    known = {name: id_ for id_, name in rows}
    for name in wanted:
        if name.lower() not in known:
            raise Invalid("There is no tag “%(name)s”.", field="tags", name=name)
    return list(dict.fromkeys(known[name.lower()] for name in wanted))


def _people(work: UnitOfWork, ids: Collection[UUID]) -> list[UUID]:
    known = set(
        work.session.scalars(
            select(Agent.id).where(
                among(Agent.id, set(ids)), Agent.active, Agent.roles.any(RoleRow.name == Role.BACK_OFFICE)
            )
        )
    )
    if known != set(ids):
        raise Invalid("Only people of the back office sit in a unit.", field="people")
    return sorted(known)
