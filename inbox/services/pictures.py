"""Pictures of an answer: put beside what is being written, described, promised with it, and given back with its words.

Those that are promised are the ones that stood on the screen, with what stood beside them; what was put there meanwhile
from another window goes out with nothing. What it must not do: read a file (`inbox.domain.pictures`), or post anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from connectors.kit.contract import Connector, Pictures
from inbox.domain import personal_data
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.pictures import Made
from inbox.domain.text import clean
from inbox.models import Message, Picture
from inbox.services import accounts, conversations, ledger
from inbox.uow import UnitOfWork

MODES = ("public", "private")
"""A note has none: it is ours alone, and what it would show can be pointed to."""
LONGEST_KEPT = 10_000
"""Characters of a description that is being written; the platform's own bound is told, not cut."""


def attach(work: UnitOfWork, conversation_id: UUID, mode: str, made: Made) -> UUID:
    """Put a picture beside what the actor is writing that way. Raises NotFound, Forbidden or Invalid."""
    if work.actor.id is None or not work.actor.has(*conversations.ANSWERERS):
        raise Forbidden("Only agents and leads work in conversations.")
    if mode not in MODES:
        raise Invalid("A note has no pictures. Choose public or private.", field="picture")
    conversation = conversations.locked(work, conversation_id)
    account = accounts.get(work, conversation.account_id)
    capabilities = accounts.silent_connector(work, account).capabilities
    takes = _takes(capabilities.pictures, capabilities.label)
    if made.moving:
        raise Invalid("A moving picture can’t be sent. Choose a still one.", field="picture")
    if len(made.data) > takes.bytes:
        raise Invalid(
            "The picture is too large for %(platform)s. Choose a smaller one.",
            field="picture",
            platform=capabilities.label,
        )
    places = list(
        work.session.scalars(
            select(Picture.place).where(*_draft(conversation.id, work.actor.id, mode)).order_by(Picture.place)
        )
    )
    if len(places) >= takes.most:
        raise _too_many(takes, capabilities.label)
    picture = Picture(
        id=new_id(),
        conversation_id=conversation.id,
        agent_id=work.actor.id,
        visibility=mode,
        place=places[-1] + 1 if places else 1,
        description="",
        state="kept",
        media_type=made.media_type,
        width=made.width,
        height=made.height,
        digest=made.digest,
        data=made.data,
        created_at=work.now,
    )
    work.session.add(picture)
    work.session.flush()
    return picture.id


def remove(work: UnitOfWork, picture_id: UUID) -> None:
    """Take a picture away from what the actor is writing. One that is gone already, or another's, is let be."""
    work.session.execute(
        delete(Picture).where(Picture.id == picture_id, Picture.agent_id == work.actor.id, Picture.message_id.is_(None))
    )


def describe(work: UnitOfWork, conversation_id: UUID, mode: str, descriptions: Mapping[UUID, str]) -> None:
    """Keep what stands beside the pictures as it stands; ids that are no draft's of the actor are let be."""
    if not descriptions:
        return
    for picture in _of_draft(work, conversation_id, mode):
        if picture.id in descriptions:
            picture.description = _cleaned(descriptions[picture.id])


def promise(work: UnitOfWork, message: Message, descriptions: Mapping[UUID, str], connector: Connector) -> None:
    """Make the pictures a part of the answer: `descriptions` are those that stood on the screen.

    Raises Conflict where others stand beside the draft now, Invalid where they can't go out like this.
    """
    drafted = _of_draft(work, message.conversation_id, message.visibility)
    if {one.id for one in drafted} != set(descriptions):
        raise Conflict("The pictures beside your answer are others now. See them, then send it again.")
    takes = _takes(connector.capabilities.pictures, connector.capabilities.label)
    if len(drafted) > takes.most:
        raise _too_many(takes, connector.capabilities.label)
    for picture in drafted:
        description, entry_id = _cleaned(descriptions[picture.id]), None
        refusal = unsendable(description, takes)
        if refusal is not None:
            raise refusal
        if message.visibility == "public":
            entry_id = ledger.record(
                work,
                EntryType.PICTURE_APPROVED,
                ref=ledger.about(message),
                values={"picture": picture.digest or "", "description": description},
                agent_id=work.actor.id,
            )
        # Together: the database takes none of them without the others.
        picture.message_id, picture.description, picture.entry_id = message.id, description, entry_id
    work.session.flush()


def unsendable(description: str, takes: Pictures) -> Invalid | None:
    """Why a picture with this description can't go out, if it can't."""
    words = description.strip()
    if not words:
        return Invalid("Describe each picture for those who can’t see it.", field="picture")
    if personal_data.holds(words):
        return Invalid(
            "The description of a picture holds a national identity number. Take it out: it must never be sent on a"
            " platform.",
            field="picture",
        )
    if len(words) > takes.description:
        return Invalid(
            "The description of a picture is %(used)s long; the platform takes %(limit)s. Make it shorter.",
            field="picture",
            used=len(words),
            limit=takes.description,
        )
    return None


def give_back(work: UnitOfWork, message: Message, agent_id: UUID) -> None:
    """Put the pictures of an answer that does not go out beside a person's draft again, before what stands there.

    They are copies: what was promised stays with the promise. One that stands there already is not put twice.
    """
    beside = _draft(message.conversation_id, agent_id, message.visibility)
    theirs = work.session.scalars(
        select(Picture.id)
        .where(Picture.message_id == message.id, Picture.digest.not_in(select(Picture.digest).where(*beside)))
        .order_by(Picture.place, Picture.id)
    ).all()
    if not theirs:
        return
    first = work.session.scalar(select(func.min(Picture.place)).where(*beside))
    begin = 1 if first is None else first - len(theirs)
    copied = (
        Picture.conversation_id,
        Picture.visibility,
        Picture.description,
        Picture.state,
        Picture.media_type,
        Picture.width,
        Picture.height,
        Picture.digest,
        Picture.data,
    )
    for place, picture_id in enumerate(theirs, start=begin):
        work.session.execute(
            insert(Picture).from_select(
                ["id", "agent_id", "place", "created_at", *(one.key for one in copied)],
                select(literal(new_id()), literal(agent_id), literal(place), literal(work.now), *copied).where(
                    Picture.id == picture_id
                ),
            )
        )


def give(work: UnitOfWork, conversation_id: UUID, mode: str, to: UUID) -> None:
    """Lay the pictures beside the actor's draft before a colleague, behind what that one has put there."""
    work.session.execute(
        update(Picture)
        .where(*_draft(conversation_id, work.actor.id, mode))
        .values(agent_id=to, place=Picture.place + 100)
    )


def drop(work: UnitOfWork, conversation_id: UUID, mode: str) -> None:
    """Throw away the pictures beside the actor's draft."""
    work.session.execute(delete(Picture).where(*_draft(conversation_id, work.actor.id, mode)))


def _draft(conversation_id: UUID, agent_id: UUID | None, mode: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Picture.conversation_id == conversation_id,
        Picture.message_id.is_(None),
        Picture.agent_id == agent_id,
        Picture.visibility == mode,
    )


def _of_draft(work: UnitOfWork, conversation_id: UUID, mode: str) -> list[Picture]:
    return list(
        work.session.scalars(
            select(Picture)
            .where(*_draft(conversation_id, work.actor.id, mode))
            .order_by(Picture.place, Picture.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _cleaned(description: str) -> str:
    return clean(description).text[:LONGEST_KEPT].strip()


def _takes(takes: Pictures | None, label: str) -> Pictures:
    if takes is None:
        raise Invalid("You can’t send pictures on %(platform)s.", field="picture", platform=label)
    return takes


def _too_many(takes: Pictures, label: str) -> Invalid:
    return Invalid(
        "%(platform)s takes at most %(most)s pictures. Take one away.", field="picture", platform=label, most=takes.most
    )
