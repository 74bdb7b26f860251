"""Showing a masked national number to somebody who has to see it: the words come with a line that says who looked.

Nobody's page holds the number before. What it must not do: show it to who may not read the message.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.ids import new_id
from inbox.models import Conversation, Message, Reveal, Revision
from inbox.uow import UnitOfWork


def reveal(work: UnitOfWork, message_id: UUID) -> str:
    """The message's last words, unmasked, and the line that they were looked at.

    Those who answer in its team may, and auditors for public ones. Raises Forbidden for others, NotFound out of sight.
    """
    if not work.actor.has(Role.AGENT, Role.LEAD, Role.AUDITOR):
        raise Forbidden("Only those who answer, and auditors, may look at a number.")
    row = work.session.execute(
        select(Message, Conversation.team_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id)
    ).one_or_none()
    in_team = row is not None and row.team_id in work.actor.teams and work.actor.has(Role.AGENT, Role.LEAD)
    for_auditors = row is not None and row.Message.visibility == "public" and work.actor.has(Role.AUDITOR)
    if row is None or not (in_team or for_auditors):
        raise NotFound("There is no such message.")
    work.session.add(Reveal(id=new_id(), message_id=message_id, agent_id=work.actor.id, at=work.now))
    work.session.flush()
    # What was edited or taken away since: the auditor's record keeps the words, and so does this.
    changed = work.session.scalars(
        select(Revision.text)
        .where(Revision.message_id == message_id, Revision.kind == "edited")
        .order_by(Revision.at.desc(), Revision.id.desc())
        .limit(1)
    ).one_or_none()
    words: str = row.Message.text if changed is None else changed
    return words
