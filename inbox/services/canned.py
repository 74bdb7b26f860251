"""Canned answers: written by the lead, put in by whoever answers, and what is done together with one.

Another wording is another row, the old one retired: what was sent by it can still be told. What this must not do:
send anything, or put in words by itself: an answer is its author's, who reads it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from inbox.domain import personal_data, placeholders
from inbox.domain.actors import Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.domain.text import clean
from inbox.models import Agent, CannedAnswer, Conversation, Identity, Message, Organisation, Tag
from inbox.models.arrays import among
from inbox.queries.silo_source import ground
from inbox.services import conversations, tagging
from inbox.uow import UnitOfWork

EDITORS = (Role.LEAD, Role.ADMINISTRATOR)
LANGUAGES = ("da", "nb", "en")
LONGEST = 5_000
"""Characters of a canned answer."""
_SHORTCUT = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Deeds:
    """What is done in the same breath as an answer."""

    tags: tuple[UUID, ...] = ()
    solve: bool = False


NOTHING_ELSE = Deeds()


@dataclass(frozen=True, slots=True)
class Wording:
    """What the form says. `tags` are names as people typed them, set apart by commas.

    `said_id`: the answer of a unit of the back office that it is made of.
    """

    shortcut: str
    title: str
    language: str
    text: str
    tags: str = ""
    solve: bool = False
    said_id: UUID | None = None


def save(work: UnitOfWork, wording: Wording, *, instead_of: UUID | None = None) -> UUID:
    """Keep a new canned answer, or another wording `instead_of` one; the new one's id.

    Another wording keeps the source of the old one. Raises Invalid with the field, Forbidden for who only answers,
    Conflict when a colleague has changed it meanwhile, or for what a unit does not want said in public.
    """
    _editors_only(work)
    shortcut, title, text = (clean(given).text.strip() for given in (wording.shortcut, wording.title, wording.text))
    _check(shortcut, title, wording.language, text)
    before = retire(work, instead_of) if instead_of is not None else None
    taken = work.session.scalar(
        select(CannedAnswer.title).where(
            func.lower(CannedAnswer.shortcut) == shortcut.lower(),
            CannedAnswer.language == wording.language,
            CannedAnswer.retired_at.is_(None),
        )
    )
    if taken is not None:
        raise Invalid("“%(title)s” has this shortcut already.", field="shortcut", title=taken)
    written = CannedAnswer(
        id=new_id(),
        shortcut=shortcut,
        title=title,
        language=wording.language,
        text=text,
        deeds={
            "tags": [str(tag) for tag in _tags(work, wording.tags)],
            "then": "solve" if wording.solve else "",
        },
        agent_id=work.actor.id,
        created_at=work.now,
    )
    if wording.said_id is not None:
        found = ground(work, wording.said_id)
        written.silo_answer_id, written.silo_id, written.sourced_at = found.answer_id, found.silo_id, found.source.at
    elif before is not None:
        written.silo_answer_id, written.silo_id, written.sourced_at = (
            before.silo_answer_id,
            before.silo_id,
            before.sourced_at,
        )
    work.session.add(written)
    work.session.flush()
    return written.id


def retire(work: UnitOfWork, canned_id: UUID) -> CannedAnswer:
    """Nobody is offered it any more; what it was. Raises Conflict when it is gone already."""
    _editors_only(work)
    found = work.session.scalars(
        select(CannedAnswer).where(CannedAnswer.id == canned_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such canned answer.")
    if found.retired_at is not None:
        raise Conflict("Somebody has changed this canned answer meanwhile.")
    found.retired_at = work.now
    work.session.flush()
    return found


def filled(work: UnitOfWork, conversation_id: UUID, canned_id: UUID) -> str:
    """A canned answer's words for this conversation, its places filled; what nobody knows stays to be filled."""
    conversation = conversations.visible(work, conversation_id)
    found = work.session.get(CannedAnswer, canned_id)
    if found is None or found.retired_at is not None:
        raise NotFound("There is no such canned answer.")
    return fitted(work, conversation, found.text)


def fitted(work: UnitOfWork, conversation: Conversation, text: str) -> str:
    """Any text with places, filled for this conversation."""
    newest = (
        select(Message.url)
        .where(Message.conversation_id == conversation.id, Message.direction == "in", Message.url.is_not(None))
        .order_by(Message.said_at.desc(), Message.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    name, agent, organisation, link = work.session.execute(
        select(
            select(Identity.name).where(Identity.id == conversation.identity_id).scalar_subquery(),
            select(Agent.public_name).where(Agent.id == work.actor.id).scalar_subquery(),
            select(Organisation.name).limit(1).scalar_subquery(),
            newest,
        )
    ).one()
    return placeholders.fill(
        text,
        {
            "name": placeholders.address(name or ""),
            "agent": agent or "",
            "organisation": organisation or "",
            "link": link or "",
        },
    )


def deeds(work: UnitOfWork, canned_ids: Sequence[UUID]) -> Deeds:
    """What is done with these canned answers, also with a wording that was retired while somebody wrote."""
    if not canned_ids:
        return NOTHING_ELSE
    rows = work.session.scalars(select(CannedAnswer.deeds).where(among(CannedAnswer.id, canned_ids))).all()
    return Deeds(
        tuple(dict.fromkeys(UUID(tag) for row in rows for tag in row.get("tags", ()))),
        any(row.get("then") == "solve" for row in rows),
    )


def carry_out(work: UnitOfWork, conversation: Conversation, also: Deeds) -> None:
    """Do it, in a conversation that the caller holds and has just answered."""
    for tag in also.tags:
        tagging.put(work, conversation, tag)
    if also.solve:
        conversations.finish(work, conversation)


def _check(shortcut: str, title: str, language: str, text: str) -> None:
    if not _SHORTCUT.fullmatch(shortcut) or len(shortcut) > 40:
        raise Invalid("A shortcut is letters, digits and hyphens, at most 40: opening-hours.", field="shortcut")
    if not title or len(title) > 200:
        raise Invalid("A canned answer needs a title of at most 200 characters.", field="title")
    if language not in LANGUAGES:
        raise Invalid("Choose the language it is written in.", field="language")
    if not text:
        raise Invalid("The canned answer is empty. Write something first.", field="text")
    if len(text) > LONGEST:
        raise Invalid("The canned answer is longer than %(limit)s characters.", field="text", limit=LONGEST)
    if unknown := placeholders.unknown(text):
        raise Invalid(
            "Nobody knows how to fill {%(place)s}. There are {name}, {agent}, {organisation} and {link}.",
            field="text",
            place=unknown[0],
        )
    for field, given in (("text", text), ("title", title)):
        if personal_data.find(given):
            raise Invalid("It holds a national identity number. Take it out.", field=field)


def _tags(work: UnitOfWork, names: str) -> list[UUID]:
    wanted = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    rows = work.session.execute(
        select(Tag.id, func.lower(Tag.name)).where(func.lower(Tag.name).in_([name.lower() for name in wanted]))
    )
    known = {name: id_ for id_, name in rows}
    missing = _first_missing(wanted, known)
    if missing is not None:
        raise Invalid("There is no tag “%(name)s”.", field="tags", name=missing)
    return list(dict.fromkeys(known[name.lower()] for name in wanted))


def _first_missing(wanted: Iterable[str], known: dict[str, UUID]) -> str | None:
    return next((name for name in wanted if name.lower() not in known), None)


def _editors_only(work: UnitOfWork) -> None:
    if not work.actor.has(*EDITORS):
        raise Forbidden("Only leads and administrators change canned answers.")
