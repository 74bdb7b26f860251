"""What is being written: kept as a draft, and shown as it would go out.

The count is the platform's own (`Connector.measure`) and the signature the server's, so that the number
beside the text is the one that decides. What it must not do: send anything (`replies.py`), or promise
that sending will succeed: a colleague may be first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from connectors.kit.contract import Connector, Pictures
from inbox.domain import holding, placeholders, signature
from inbox.domain.errors import Forbidden, Invalid
from inbox.domain.personal_data import Kind
from inbox.domain.text import clean
from inbox.queries.canned import Canned, with_ids
from inbox.queries.contradicting import Contradiction, contradicts
from inbox.queries.countries import ReadyWay
from inbox.queries.pictures import Shown
from inbox.services import accounts, conversations, drafts, guard, pictures, planning
from inbox.services.at_hand import AtHand, at_hand
from inbox.services.guard import Asked
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
    numbers: tuple[str, ...] = ()
    ways: tuple[ReadyWay, ...] = ()
    found: tuple[Kind, ...] = ()
    country: str = ""
    asked: tuple[Asked, ...] = ()
    contradicts: Contradiction | None = None
    guidance_line: str = ""
    """What marks an answer as guidance on this account; put in by one press where it is not there yet."""
    second_key: bool = False
    owned: bool = False
    """The account is one person's, who is somebody else: words can be laid before them."""
    """A colleague releases it before it goes out."""


def sheets(
    work: UnitOfWork, conversation_id: UUID, *, also: Mapping[str, Sequence[UUID]] = MappingProxyType({})
) -> tuple[Sheet, ...]:
    """The ways the actor could write here, each with its own draft; none for somebody who only reads.

    `also`: for a way of writing the canned answers whose deeds go with what is written.
    """
    if not work.actor.has(*conversations.ANSWERERS):
        return ()
    desk = at_hand(work, conversation_id)
    connector = accounts.silent_connector(work, desk.account)
    taken = desk.assignee_id not in (None, work.actor.id)
    opens_at = planning.opens_at(work, desk.calendar_id)
    made = []
    for mode in drafts.MODES:
        text, saved_at = desk.drafts.get(mode, ("", None))
        sheet = measured(work, connector, mode, desk, text)
        others, signs = desk.account.owner_id not in (None, work.actor.id), bool(desk.name)
        why_not = (
            None if mode == "note" else _closed(connector, mode, desk.heard, taken=taken, signs=signs, others=others)
        )
        sheet = replace(sheet, why_not=why_not, saved_at=saved_at)
        if mode != "note":
            sheet = replace(
                sheet, opens_at=opens_at, also=with_ids(work, also.get(mode, ())), second_key=desk.second_key
            )
            sheet = replace(sheet, owned=others and mode in desk.heard)
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
    desk = at_hand(work, conversation_id)
    if desk.merged_into_id is not None:
        return look(work, desk.merged_into_id, mode, text, described)
    if clean(text).text.strip() not in desk.just_said:
        drafts.keep(work, conversation_id, mode, text)
    sheet = measured(work, accounts.silent_connector(work, desk.account), mode, desk, text)
    contradiction = contradicts(work, conversation_id, text) if mode != "note" else None
    return replace(sheet, saved_at=work.now if text.strip() else None, contradicts=contradiction)


def measured(work: UnitOfWork, connector: Connector, mode: str, desk: AtHand, text: str) -> Sheet:
    limit, takes = connector.capabilities.limit, connector.capabilities.pictures if mode in pictures.MODES else None
    words, signed_as = clean(text).text.strip(), desk.signed_as
    sheet = Sheet(mode, desk.name, signed_as, text, limit, takes=takes, pictures=desk.pictures.get(mode, ()))
    if takes is not None:
        refusals = (pictures.unsendable(one.description, takes) for one in sheet.pictures)
        if refusal := next((one for one in refusals if one is not None), None):
            sheet = replace(sheet, blocked=Refusal(refusal.sentence, refusal.values))
    if mode == "public" and desk.watch.line not in words:
        sheet = replace(sheet, guidance_line=desk.watch.line)
    if mode == "note" or not words or not signed_as:
        return sheet
    if len(words) > COUNTED:
        return replace(sheet, used=len(words), blocked=_too_long(connector, len(words)))
    sheet = replace(
        sheet,
        used=connector.measure(signature.sign(words, signed_as)),
        sounds_holding=holding.sounds_like_holding(words),
    )
    beside = [one.description for one in sheet.pictures]
    seen = guard.look(desk.watch, words, signed_as, beside, work.now.date())
    sheet = replace(sheet, asked=seen.asked)
    if seen.stopped:
        return replace(
            sheet,
            blocked=Refusal(guard.NUMBER, {}),
            numbers=seen.numbers,
            ways=desk.watch.ways,
            found=seen.kinds,
            country=desk.watch.country,
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


def _closed(
    connector: Connector, mode: str, heard: frozenset[str], *, taken: bool, signs: bool, others: bool
) -> Refusal | None:
    """Why nobody, or not this person, can answer that way here. The same rules as `replies.reply` refuses by."""
    capabilities = connector.capabilities
    if not (capabilities.replies_public if mode == "public" else capabilities.replies_private):
        return Refusal("You can't answer that way on %(platform)s.", {"platform": capabilities.label})
    if not heard:
        return Refusal("This is a post of our own. Whoever writes under it has a conversation of their own.", {})
    if mode not in heard:
        return Refusal(
            "You can't answer privately here, because this person has not written privately."
            if mode == "private"
            else "You can't answer publicly here, because this person has written only privately.",
            {},
        )
    if taken:
        return Refusal("A colleague has taken this conversation.", {})
    if others:
        return Refusal("This account belongs to one person, and only they sign there. Give them your draft.", {})
    if not signs:
        return Refusal("You have no public name to sign with. Ask an administrator.", {})
    return None
