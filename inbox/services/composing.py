"""What is being written: kept as a draft, and shown as it would go out.

The count is the platform's own (`Connector.measure`) and the signature the server's, so that the number
beside the text is the one that decides. What it must not do: send anything (`replies.py`), or promise
that sending will succeed: a colleague may be first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Select, Uuid, any_, bindparam, exists, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from connectors.kit.contract import Connector, Pictures
from inbox.domain import holding, personal_data, placeholders, signature
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.text import clean
from inbox.models import Account, Agent, Conversation, Delivery, Draft, Message, Note, Organisation, Picture, Revision
from inbox.queries import pictures as seen
from inbox.queries.canned import Canned, with_ids
from inbox.queries.pictures import Shown
from inbox.services import accounts, conversations, drafts, pictures, planning
from inbox.uow import UnitOfWork

COUNTED = 20_000
"""Characters. A longer text is kept but no longer counted sign by sign while somebody types."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it can't go out as it stands: source text for the catalogues, and what to fill in."""

    sentence: str
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One way of writing. `used` and `limit` are in the platform's units, the signature included.

    `why_not` says that this way is closed here, `blocked` that this text can't go out; `parts` are the posts that it
    would become, each as long as `lengths` says; `sounds_holding`: the words say that an answer is coming, and nothing
    more. `opens_at` is when it could go out by itself, None while we are there; `also` is done with it. `takes` is what
    the platform takes of pictures, if anything; `pictures` are those beside the text.
    """

    mode: str
    name: str
    signed_as: str
    text: str
    limit: int
    used: int = 0
    sounds_holding: bool = False
    parts: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    blocked: Refusal | None = None
    why_not: Refusal | None = None
    saved_at: datetime | None = None
    opens_at: datetime | None = None
    also: tuple[Canned, ...] = ()
    takes: Pictures | None = None
    pictures: tuple[Shown, ...] = ()


def sheets(
    work: UnitOfWork, conversation_id: UUID, *, also: Mapping[str, Sequence[UUID]] = MappingProxyType({})
) -> tuple[Sheet, ...]:
    """The ways the actor could write here, each with its own draft; none for somebody who only reads.

    `also`: for a way of writing the canned answers whose deeds go with what is written.
    """
    if not work.actor.has(*conversations.ANSWERERS):
        return ()
    desk = _desk(work, conversation_id)
    connector = accounts.silent_connector(work, desk.account)
    taken = desk.assignee_id not in (None, work.actor.id)
    opens_at = planning.opens_at(work, desk.calendar_id)
    made = []
    for mode in drafts.MODES:
        text, saved_at = desk.drafts.get(mode, ("", None))
        sheet = _measured(connector, mode, desk, text)
        why_not = None if mode == "note" else _closed(connector, mode, desk.heard, taken=taken, signs=bool(desk.name))
        sheet = replace(sheet, why_not=why_not, saved_at=saved_at)
        if mode != "note":
            sheet = replace(sheet, opens_at=opens_at, also=with_ids(work, also.get(mode, ())))
        made.append(sheet)
    return tuple(made)


def look(
    work: UnitOfWork,
    conversation_id: UUID,
    mode: str,
    text: str,
    described: Mapping[UUID, str] = MappingProxyType({}),
) -> Sheet:
    """Keep the draft and say how it would go out. `described`: what stands beside its pictures.

    Raises NotFound, Forbidden or Invalid.
    """
    if not work.actor.has(*conversations.ANSWERERS):
        raise Forbidden("Only agents and leads work in conversations.")
    if mode not in drafts.MODES:
        raise Invalid("Choose public, private or note.", field="mode")
    pictures.describe(work, conversation_id, mode, described)
    desk = _desk(work, conversation_id)
    if desk.merged_into_id is not None:
        return look(work, desk.merged_into_id, mode, text, described)
    if clean(text).text.strip() not in desk.just_said:
        drafts.keep(work, conversation_id, mode, text)
    sheet = _measured(accounts.silent_connector(work, desk.account), mode, desk, text)
    return replace(sheet, saved_at=work.now if text.strip() else None)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What both verbs need to know. `heard` are the visibilities in which the citizen has spoken."""

    account: Account
    merged_into_id: UUID | None
    assignee_id: UUID | None
    calendar_id: UUID | None
    name: str
    signed_as: str
    heard: frozenset[str]
    drafts: Mapping[str, tuple[str, datetime]]
    pictures: Mapping[str, tuple[Shown, ...]]
    just_said: frozenset[str]
    """The actor's last answer, unsigned, and last note: a count still under way must not make them drafts again.

    What was taken back or rejected is no answer: its words may be written again.
    """


def _desk(work: UnitOfWork, conversation_id: UUID) -> _Desk:
    """All of it in one statement. Raises NotFound, also for a conversation that the actor's teams don't see."""
    asked = {"id": conversation_id, "me": work.actor.id, "teams": list(work.actor.teams), "now": work.now}
    found = work.session.execute(_statement(), asked).one_or_none()
    if found is None:
        raise NotFound("There is no such conversation.")
    (
        merged_into_id,
        assignee_id,
        account,
        public_name,
        organisation,
        spoken,
        texts,
        just_sent,
        just_noted,
        beside,
        calendar_id,
    ) = found
    return _Desk(
        account=account,
        merged_into_id=merged_into_id,
        assignee_id=assignee_id,
        calendar_id=calendar_id,
        name=public_name or "",
        signed_as=signature.render(account.signature_style, public_name, organisation) if public_name else "",
        heard=frozenset(spoken or ()),
        drafts={mode: (text, datetime.fromisoformat(at)) for mode, (text, at) in (texts or {}).items()},
        pictures=seen.shown(beside, "mode"),
        just_said=frozenset({just_sent, just_noted} - {None}),
    )


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    """Made once: to put it together costs more than to have it answered."""
    me = bindparam("me", type_=Uuid)
    heard = (
        select(func.array_agg(Message.visibility.distinct()))
        .where(Message.conversation_id == Conversation.id, Message.direction == "in")
        .scalar_subquery()
    )
    kept = (
        select(func.jsonb_object_agg(Draft.mode, func.jsonb_build_array(Draft.text, Draft.saved_at)))
        .where(Draft.conversation_id == Conversation.id, Draft.agent_id == me)
        .scalar_subquery()
    )
    sent = (
        select(func.rtrim(func.left(Message.text, -func.length(Message.signed_as)), "\n "))
        .where(
            Message.conversation_id == Conversation.id,
            Message.agent_id == me,
            ~exists().where(Revision.message_id == Message.id, Revision.kind == "deleted"),
            ~exists().where(Delivery.message_id == Message.id, Delivery.state == DeliveryState.REJECTED),
        )
        .order_by(Message.said_at.desc(), Message.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    noted = (
        select(Note.text)
        .where(Note.conversation_id == Conversation.id, Note.agent_id == me)
        .order_by(Note.at.desc(), Note.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    beside = seen.column(
        Picture.conversation_id == Conversation.id,
        Picture.message_id.is_(None),
        Picture.agent_id == me,
        mode=Picture.visibility,
    )
    return (
        select(
            Conversation.merged_into_id,
            Conversation.assignee_id,
            Account,
            Agent.public_name,
            Organisation.name,
            heard,
            kept,
            sent,
            noted,
            beside,
            planning.calendar_in_force(Account.id, bindparam("now", type_=DateTime(timezone=True))),
        )
        .join(Account, Account.id == Conversation.account_id)
        .join(Agent, Agent.id == me)
        .join(Organisation, true())
        .where(
            Conversation.id == bindparam("id", type_=Uuid),
            Conversation.team_id == any_(bindparam("teams", type_=ARRAY(Uuid))),
        )
    )


def _measured(connector: Connector, mode: str, desk: _Desk, text: str) -> Sheet:
    limit, takes = connector.capabilities.limit, connector.capabilities.pictures if mode in pictures.MODES else None
    words, signed_as = clean(text).text.strip(), desk.signed_as
    sheet = Sheet(mode, desk.name, signed_as, text, limit, takes=takes, pictures=desk.pictures.get(mode, ()))
    if takes is not None:
        refusals = (pictures.unsendable(one.description, takes) for one in sheet.pictures)
        if refusal := next((one for one in refusals if one is not None), None):
            sheet = replace(sheet, blocked=Refusal(refusal.sentence, refusal.values))
    if mode == "note" or not words or not signed_as:
        return sheet
    if len(words) > COUNTED:
        return replace(sheet, used=len(words), blocked=_too_long(connector, len(words)))
    sheet = replace(
        sheet,
        used=connector.measure(signature.sign(words, signed_as)),
        sounds_holding=holding.sounds_like_holding(words),
    )
    if personal_data.find(words):
        return replace(
            sheet,
            blocked=Refusal(
                "The answer holds a national identity number. Take it out: it must never be sent on a platform.", {}
            ),
        )
    if waiting := placeholders.left(words):
        sentence = "{%(place)s} is still to be filled. Write what belongs there."
        return replace(sheet, blocked=Refusal(sentence, {"place": waiting[0]}))
    try:
        parts = signature.split(words, signed_as, connector.measure, limit, connector.capabilities.threads)
    except signature.TooLong as error:
        return replace(sheet, blocked=_too_long(connector, error.used))
    return replace(sheet, parts=parts, lengths=tuple(map(connector.measure, parts)))


def _too_long(connector: Connector, used: int) -> Refusal:
    return Refusal(
        "The answer with its signature is %(used)s long; %(platform)s takes %(limit)s. Make it shorter.",
        {"used": used, "platform": connector.capabilities.label, "limit": connector.capabilities.limit},
    )


def _closed(connector: Connector, mode: str, heard: frozenset[str], *, taken: bool, signs: bool) -> Refusal | None:
    """Why nobody, or not this person, can answer that way here. The same rules as `replies.reply` refuses by."""
    capabilities = connector.capabilities
    if not (capabilities.replies_public if mode == "public" else capabilities.replies_private):
        return Refusal("You can't answer that way on %(platform)s.", {"platform": capabilities.label})
    if mode not in heard:
        return Refusal(
            "You can't answer privately here, because this person has not written privately."
            if mode == "private"
            else "You can't answer publicly here, because this person has written only privately.",
            {},
        )
    if taken:
        return Refusal("A colleague has taken this conversation.", {})
    if not signs:
        return Refusal("You have no public name to sign with. Ask an administrator.", {})
    return None
