"""Answering many who say the same: each in their own thread, each signed, each checked, by one act that can't double.

Each is an ordinary answer (`replies.reply`), so that nothing here knows how to send. The database decides who was
answered: one line for each conversation. Who was answered by a colleague meanwhile, has written again or is of another
kind is left, with why. What this must not do: answer the same person twice, or go faster than a platform's pace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text

from inbox.domain import gathering_answers, kinds
from inbox.domain.asking import Because
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from inbox.domain.ids import new_id
from inbox.domain.text import clean
from inbox.models import (
    Account,
    Conversation,
    Delivery,
    GatheringAnswer,
    GatheringBatch,
    GatheringDraft,
    GatheringMember,
    Identity,
    Message,
)
from inbox.models.arrays import among
from inbox.queries.gatherings import links
from inbox.services import conversations, drafts, gathering_drafts, gathering_members, replies
from inbox.services.gathering_pacing import Pacing
from inbox.uow import UnitOfWork

AT_ONCE: Final = 100
"""Conversations that one act answers; more would hold too many of them at a time."""
_OF_ALL: Final = ("body", "reason")
"""What is wrong with the words for everybody."""
_ANSWER = text("""
INSERT INTO gathering_answer AS one (gathering_id, conversation_id, batch_id)
VALUES (:gathering, :conversation, :batch)
ON CONFLICT (gathering_id, conversation_id) DO UPDATE SET batch_id = :batch, message_id = NULL
WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.message_id = one.message_id
    AND d.state NOT IN ('rejected', 'withdrawn'))
RETURNING conversation_id""")
"""Nobody is answered twice, unless what was said was taken back or refused by the platform."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the members, and the version that was on the screen."""

    conversation_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Left:
    """Who was not answered, and why: source text for the catalogues, and what to fill in."""

    conversation_id: UUID
    why: Refused


@dataclass(frozen=True, slots=True)
class Sent:
    """What one act did. `before`: the same form had been sent already, and nothing was done. `last_at`: when the last
    of them goes out."""

    batch_id: UUID
    answers: tuple[UUID, ...]
    left: tuple[Left, ...]
    last_at: datetime | None = None
    before: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    """How many were taken back, and how many were on their way already."""

    back: int
    too_late: int


def send(
    work: UnitOfWork,
    gathering_id: UUID,
    *,
    key: UUID,
    body: str,
    chosen: Sequence[Chosen],
    otherwise: Mapping[UUID, str],
    because: Because | None = None,
) -> Sent:
    """Answer the chosen ones under the actor's name. `otherwise`: the words for single ones alone.

    `key` was made with the form: sent twice, it is one act. Raises Invalid (`body`, `reason`) for common words that
    nobody could be sent, and where too many or none were chosen; what stands in the way of one alone is in the result.
    """
    found = gathering_members.visible(work, gathering_id)
    work.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"gathering_batch:{work.actor.id}:{key}", 0)))
    )
    before = work.session.scalar(
        select(GatheringBatch.id).where(GatheringBatch.agent_id == work.actor.id, GatheringBatch.key == key)
    )
    if before is not None:
        return Sent(before, (), (), before=True)
    if not chosen:
        raise Invalid("Choose at least one conversation first.", field="chosen")
    if len(chosen) > AT_ONCE:
        raise Invalid("Choose at most %(most)s conversations at a time.", field="chosen", most=AT_ONCE)
    words = clean(body).text.strip()
    if waiting := gathering_answers.unknown(words):
        raise Invalid("{%(place)s} is still to be filled. Write what belongs there.", field="body", place=waiting[0])
    batch = GatheringBatch(
        id=new_id(),
        gathering_id=found.id,
        agent_id=work.actor.id,
        key=key,
        text=words,
        otherwise={str(id_): said for id_, said in otherwise.items()},
        at=work.now,
    )
    work.session.add(batch)
    work.session.flush()
    act = _Act(work, batch, otherwise, because, links(work, found.id))
    answers: list[UUID] = []
    left: list[Left] = []
    for one in chosen:
        heard = len(work.events)
        try:
            with work.session.begin_nested():
                said = act.answer(one)
        except Invalid as error:
            if error.field in _OF_ALL and one.conversation_id not in otherwise:
                raise
            left.append(Left(one.conversation_id, error))
        except (Conflict, Forbidden, NotFound) as error:
            left.append(Left(one.conversation_id, error))
        else:
            answers += [said] if said is not None else []
            continue
        del work.events[heard:]
    if answers:
        gathering_drafts.forget(work, found.id)
    return Sent(batch.id, tuple(answers), tuple(left), act.last_at)


def undo(work: UnitOfWork, batch_id: UUID) -> Undone:
    """Take back all of a batch that nobody has tried to post yet; its words are the draft for the gathering again.

    Raises Forbidden for whoever did not sign it, NotFound.
    """
    batch = work.session.scalars(
        select(GatheringBatch).where(GatheringBatch.id == batch_id).with_for_update()
    ).one_or_none()
    if batch is None:
        raise NotFound("There is no such answer.")
    gathering_members.visible(work, batch.gathering_id)
    if batch.agent_id != work.actor.id:
        raise Forbidden("Only the person who signed an answer can undo it.")
    back = too_late = 0
    standing = work.session.execute(
        select(GatheringAnswer.conversation_id, GatheringAnswer.message_id)
        .join(Message, Message.id == GatheringAnswer.message_id)
        .where(GatheringAnswer.batch_id == batch.id)
        .order_by(GatheringAnswer.conversation_id)
    ).all()
    for conversation_id, message_id in standing:
        if message_id is None:
            continue
        heard = len(work.events)
        try:
            with work.session.begin_nested():
                _take_back(work, batch, conversation_id, message_id)
        except Conflict:
            del work.events[heard:]
            too_late += not _withdrawn(work, message_id)
        else:
            back += 1
    if back and work.session.get(GatheringDraft, (batch.gathering_id, work.actor.id)) is None:
        otherwise = {UUID(id_): said for id_, said in batch.otherwise.items()}
        gathering_drafts.keep(work, batch.gathering_id, batch.text, otherwise)
    return Undone(back, too_late)


def gathering_of(work: UnitOfWork, batch_id: UUID) -> UUID:
    """The gathering that a batch answered. Raises NotFound, also for one that the actor's teams don't see."""
    found = work.session.scalar(select(GatheringBatch.gathering_id).where(GatheringBatch.id == batch_id))
    if found is None:
        raise NotFound("There is no such answer.")
    return gathering_members.visible(work, found).id


class _Act:
    """One act while it is done: what all of its answers share."""

    def __init__(
        self,
        work: UnitOfWork,
        batch: GatheringBatch,
        otherwise: Mapping[UUID, str],
        because: Because | None,
        links_: Mapping[UUID, str],
    ) -> None:
        self._work = work
        self._batch = batch
        self._otherwise = otherwise
        self._because = because
        self._links = links_
        self._pacing = Pacing(work)
        self.last_at: datetime | None = None

    def answer(self, one: Chosen) -> UUID | None:
        """The answer to one; None where they have one already."""
        work = self._work
        conversation = conversations.looked_at(work, one.conversation_id, one.version)
        key = {"gathering": self._batch.gathering_id, "conversation": conversation.id, "batch": self._batch.id}
        if work.session.scalar(_ANSWER, key) is None:
            return None
        if conversation.gathering_id != self._batch.gathering_id:
            raise Conflict("It stands in no gathering any more.")
        if _of_another_kind(work, conversation):
            raise Conflict("This one is of another kind by now. Open it, and answer it alone.")
        account = work.session.get_one(Account, conversation.account_id)
        hours = self._pacing.of(account)
        at = hours.next()
        promised = replies.reply(
            work,
            conversation.id,
            version=conversation.version,
            visibility="public",
            body=self._words(conversation),
            composed=False,
            because=self._because,
            after=at,
        )
        work.session.execute(
            text(
                "UPDATE gathering_answer SET message_id = :said"
                " WHERE gathering_id = :gathering AND conversation_id = :conversation"
            ),
            {**key, "said": promised.message_id},
        )
        hours.take(at, promised.parts)
        self.last_at = max(at, self.last_at or at)
        return promised.message_id

    def _words(self, conversation: Conversation) -> str:
        name = self._work.session.scalars(select(Identity.name).where(Identity.id == conversation.identity_id)).one()
        words = self._otherwise.get(conversation.id) or self._batch.text
        link = self._links.get(conversation.account_id) or next(iter(self._links.values()), "")
        return gathering_answers.filled(words, gathering_answers.first_name(name), link)


def _of_another_kind(work: UnitOfWork, conversation: Conversation) -> bool:
    if conversation.complaint is not None or conversation.acute_at is not None:
        return True
    said = work.session.execute(
        select(Message.text, Message.visibility).where(
            Message.conversation_id == conversation.id, Message.direction == "in"
        )
    )
    return any(one.visibility != "public" or kinds.kind(one.text, work.now.date()) for one in said)


def _take_back(work: UnitOfWork, batch: GatheringBatch, conversation_id: UUID, message_id: UUID) -> None:
    replies.undo(work, message_id)
    conversation = conversations.locked(work, conversation_id)
    words = work.session.get_one(Message, message_id)
    # The words stand in the gathering's draft: a draft in each of the conversations would be thirty-four to tidy up.
    begun = drafts.begun(work, conversation.id, "public") or ""
    if begun.strip() == words.text.removesuffix(words.signed_as or "").strip():
        drafts.forget(work, conversation.id, "public")
    inside = work.session.scalar(
        select(GatheringMember.state).where(
            GatheringMember.gathering_id == batch.gathering_id, GatheringMember.conversation_id == conversation.id
        )
    )
    if inside == "in":
        conversation.gathering_id = batch.gathering_id
        conversation.assignee_id = None


def _withdrawn(work: UnitOfWork, message_id: UUID) -> bool:
    states = work.session.scalars(select(Delivery.state).where(among(Delivery.message_id, [message_id]))).all()
    return all(state == DeliveryState.WITHDRAWN for state in states)
