"""What a unit of the back office said, as the ground of a canned answer: its words for anybody, its name and the day.

What it must not do: show it to somebody who does not see the conversation, name who answered there, or lend words that
the unit does not want said in public.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from inbox.domain import alike
from inbox.domain.errors import Conflict, NotFound
from inbox.domain.personal_data import mask
from inbox.models import Account, CannedAnswer, Conversation, Identity, Silo, SiloAnswer, SiloTicket
from inbox.queries.inbox_list import answerers_only
from inbox.uow import UnitOfWork

LONGEST_TITLE = 200
"""Characters of a canned answer's title."""


@dataclass(frozen=True, slots=True)
class Source:
    """The unit that said it, and when: for colleagues, and never the name of who wrote it there."""

    silo: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ground:
    """What a canned answer begins from. `text` and `title` are masked, the text with `{name}` where the citizen was.

    `kept_as` are the shortcuts under which it is kept already.
    """

    answer_id: UUID
    silo_id: UUID
    source: Source
    title: str
    text: str
    language: str
    kept_as: tuple[str, ...]


def ground(work: UnitOfWork, answer_id: UUID) -> Ground:
    """A unit's answer in a conversation of the actor's teams.

    Raises NotFound, Forbidden, Conflict where the unit does not want its words said in public.
    """
    answerers_only(work.actor)
    found = work.session.execute(
        select(SiloAnswer, SiloTicket.question, Silo.id.label("silo_id"), Silo.name, Account.language, Identity.name)
        .join(SiloTicket, SiloTicket.id == SiloAnswer.ticket_id)
        .join(Silo, Silo.id == SiloTicket.silo_id)
        .join(Conversation, Conversation.id == SiloTicket.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .where(SiloAnswer.id == answer_id, Conversation.team_id.in_(work.actor.teams))
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such answer.")
    said, question, silo_id, silo, language, citizen = found
    if not said.may_be_public:
        raise Conflict("The back office does not want these words said in public, so they can't be a canned answer.")
    kept_as = work.session.scalars(
        select(CannedAnswer.shortcut)
        .where(CannedAnswer.silo_answer_id == answer_id, CannedAnswer.retired_at.is_(None))
        .order_by(CannedAnswer.shortcut)
    )
    today = work.now.date()
    return Ground(
        said.id,
        silo_id,
        Source(silo, said.at),
        mask(" ".join(question.split()), today)[:LONGEST_TITLE],
        mask(alike.for_anybody(said.text, citizen), today).strip(),
        language or "",
        tuple(kept_as),
    )
