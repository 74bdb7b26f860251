"""Questions that were asked and answered before, step by step as a worker takes them. What it must not do: judge."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Conversation, Message
from inbox.queries.answered import Answered, similar
from inbox.queries.correcting import Matter, matter
from inbox.services import correcting, replies
from inbox.uow import reading
from tests.house import NOON, House, post
from tests.services.answering import claim, deed, minutes, record, taken

PASS = "@nordby Skal min søn på 12 selv møde op, når vi skal have nyt pas?"
PASS_AGAIN = "@nordby Skal børn møde op for at få et nyt pas?"
WRONG = "Hej {}. Børn under 15 år behøver ikke møde op, når de skal have pas."
TOLD = "Hej {name}. Det svar, du fik af os, var forkert: børn skal altid med."
RIGHT = "Det var forkert: børn skal altid med, når de skal have pas."
_numbers = count(1)


def asked(
    house: House, text: str = PASS, *, name: str = "Mette Holm", visibility: str = "public", at: datetime = NOON
) -> UUID:
    """Somebody asks, and has never asked before; the conversation's id."""
    who = f"asker-{next(_numbers)}"
    author = {"id": who, "handle": who, "name": name}
    before = _conversations()
    house.news(post(text, author=author, visibility=visibility, at=at))
    (new,) = _conversations() - before
    return new


def answered(
    house: House,
    text: str = PASS,
    body: str = WRONG.format("Mette"),
    *,
    name: str = "Mette Holm",
    by: Actor | None = None,
    visibility: str = "public",
    now: datetime = NOON,
) -> UUID:
    """The same, answered and delivered; the answer's id."""
    conversation_id = asked(house, text, name=name, visibility=visibility, at=now)
    return reply(house, conversation_id, body, by=by, visibility=visibility, now=now + timedelta(minutes=1))


def reply(
    house: House,
    conversation_id: UUID,
    body: str,
    *,
    by: Actor | None = None,
    visibility: str = "public",
    now: datetime = NOON + timedelta(minutes=1),
) -> UUID:
    """An answer that goes out at once; its id."""
    with deed(by or house.anna, now) as work:
        version = work.session.get_one(Conversation, conversation_id).version
        made = replies.reply(work, conversation_id, version=version, visibility=visibility, body=body)
    deliver(now + timedelta(minutes=1))
    return made.message_id


def deliver(now: datetime) -> int:
    """Everything that is due goes out; how many parts did."""
    number = 0
    while (part := claim(now)) is not None:
        record(part, taken(now, f"ours-{part}"), now)
        number += 1
    return number


def looked(house: House, conversation_id: UUID, words: str = "", by: Actor | None = None) -> Answered:
    with reading(by or house.anna) as work:
        work.now = minutes(30)
        return similar(work, conversation_id, words)


def corrected(house: House, wrong_id: UUID, body: str = RIGHT, by: Actor | None = None) -> UUID:
    """The correction's id, promised at twenty past and delivered a minute later."""
    with deed(by or house.anna, minutes(20)) as work:
        conversation = work.session.get_one(Conversation, work.session.get_one(Message, wrong_id).conversation_id)
        made = correcting.correct(work, wrong_id, version=conversation.version, body=body)
    deliver(minutes(21))
    return made.message_id


def got_it(house: House, *names: str, visibility: str = "public") -> list[UUID]:
    """These people got the wrong words, each in their own thread; the conversations' ids."""
    said = [
        answered(house, PASS_AGAIN, WRONG.format(name.split()[0]), name=name, by=house.jonas, visibility=visibility)
        for name in names
    ]
    with reading(SYSTEM) as work:
        return [work.session.get_one(Message, one).conversation_id for one in said]


def seen(house: House, wrong_id: UUID, by: Actor | None = None) -> Matter:
    with reading(by or house.anna) as work:
        work.now = minutes(30)
        return matter(work, wrong_id)


def told(house: House, wrong_id: UUID, body: str = TOLD, by: Actor | None = None) -> correcting.Told:
    with deed(by or house.anna, minutes(25)) as work:
        return correcting.tell(work, wrong_id, body=body)


def _conversations() -> set[UUID]:
    with reading(SYSTEM) as work:
        return set(work.session.scalars(select(Conversation.id)))
