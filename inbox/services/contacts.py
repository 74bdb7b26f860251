"""What we know of a person: their group, notes with a purpose, and that two contacts are one person.

Only of people with at least one conversation in the actor's teams. Joining moves identities from one contact to the
other and remembers which, so that it can be undone; what was said is never touched. What it must not do: keep
anything of a person without a purpose, or a national number at all.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update

from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import ContactChanged
from inbox.domain.groups import LONGEST_NOTE, LONGEST_PURPOSE, Group
from inbox.domain.ids import new_id
from inbox.domain.personal_data import find
from inbox.domain.text import clean
from inbox.models import Contact, ContactJoining, ContactNote, Conversation, Identity
from inbox.queries.contact import UNKNOWN, home, joined
from inbox.queries.inbox_list import answerers_only
from inbox.services import grouping
from inbox.uow import UnitOfWork


def put_in_group(work: UnitOfWork, contact_id: UUID, group: str) -> None:
    """Say whom somebody speaks for; an empty `group` is a citizen like any other. Raises Invalid for another word."""
    if group and group not in set(Group):
        raise Invalid("There is no such group.", field="group")
    contact = _locked(work, contact_id, regroups=True)[contact_id]
    contact.group = group or None
    grouping.tell(work, {contact_id})
    _changed(work, {contact_id})


def note(work: UnitOfWork, contact_id: UUID, purpose: str, text: str) -> UUID:
    """Keep what must be known next time, and for what. Raises Invalid (`purpose`, `text`) for what can't be kept."""
    words, reason = clean(text).text.strip(), " ".join(clean(purpose).text.split())
    if not reason:
        raise Invalid("Say what the note is for. Without a purpose we keep nothing of anybody.", field="purpose")
    if not words:
        raise Invalid("The note is empty. Write something first.", field="text")
    for given, most, field in ((reason, LONGEST_PURPOSE, "purpose"), (words, LONGEST_NOTE, "text")):
        if len(given) > most:
            raise Invalid("This is longer than %(limit)s characters. Make it shorter.", field=field, limit=most)
        if find(given, work.now.date()):
            raise Invalid("A national number stands in it. We keep none in notes: take it out.", field=field)
    contact = _locked(work, contact_id)[contact_id]
    written = ContactNote(
        id=new_id(), contact_id=contact.id, agent_id=work.actor.id, at=work.now, purpose=reason, text=words
    )
    work.session.add(written)
    _changed(work, {contact_id})
    return written.id


def remove_note(work: UnitOfWork, contact_id: UUID, note_id: UUID) -> None:
    """Take one's own note away for good. That it is gone already is no mistake of anybody's.

    The note may have been written on a contact that was joined to this one later.
    """
    _locked(work, contact_id)
    found = work.session.get(ContactNote, note_id)
    if found is None:
        return
    if found.contact_id not in set(work.session.scalars(joined(contact_id))):
        raise NotFound("There is no such note.")
    if found.agent_id != work.actor.id:
        raise Forbidden("Only whoever wrote a note takes it away.")
    work.session.delete(found)
    _changed(work, {contact_id})


def join(work: UnitOfWork, into_id: UUID, from_id: UUID | None) -> UUID:
    """Two contacts are one person: the identities of `from_id` move. Returns the joining's id, to undo it by.

    Of two people who do it at once one is first; the other gets a Conflict, whichever way round they meant it.
    """
    if from_id is None or from_id == into_id:
        raise Invalid("Choose another person.", field="other")
    _lock(work, {into_id, from_id}, regroups=True)
    # Of whom was joined meanwhile one is told so, which is no secret to whoever may see where they went.
    _visible(work, {home(work, into_id), home(work, from_id)})
    moving = _identities(work, {into_id, from_id})
    theirs = sorted(id_ for id_, contact_id in moving.items() if contact_id == from_id)
    if not theirs or into_id not in moving.values():
        raise Conflict("Somebody has joined them with another person meanwhile. Look again.")
    _move(work, theirs, into_id)
    grouping.tell(work, {into_id})
    # Whoever looks at one of them sees the other's panel from now on.
    _changed(work, {into_id}, besides={from_id})
    made = ContactJoining(
        id=new_id(), into_id=into_id, from_id=from_id, identity_ids=theirs, agent_id=work.actor.id, at=work.now
    )
    work.session.add(made)
    work.session.flush()
    return made.id


def undo_join(work: UnitOfWork, contact_id: UUID, joining_id: UUID) -> None:
    """They are two after all: each gets back what was theirs. `contact_id` is the one that has it all now.

    Raises Conflict where it is undone already, or where what moved has moved on since.
    """
    found = work.session.get(ContactJoining, joining_id)
    if found is None or found.into_id != contact_id:
        raise NotFound("There is no such joining.")
    _lock(work, {found.into_id, found.from_id}, regroups=True)
    _visible(work, {home(work, contact_id)})
    work.session.refresh(found)
    if found.undone_at is not None:
        raise Conflict("Somebody has taken them apart already.")
    standing = _identities(work, {contact_id})
    if not standing.keys() >= set(found.identity_ids):
        raise Conflict("They were joined with yet another person afterwards. Undo that first.")
    _move(work, found.identity_ids, found.from_id)
    found.undone_at = work.now
    grouping.tell(work, {found.into_id, found.from_id})
    _changed(work, {found.into_id, found.from_id})


def _changed(work: UnitOfWork, ids: Collection[UUID], besides: Collection[UUID] = ()) -> None:
    """Tell every team that talks with these people; of whoever is in `besides` the same teams know."""
    rows = work.session.execute(
        select(Identity.contact_id, Conversation.team_id)
        .join(Conversation, Conversation.identity_id == Identity.id)
        .where(Identity.contact_id.in_(ids))
        .distinct()
    )
    for contact_id, team_id in rows:
        for one in (contact_id, *besides):
            work.say(ContactChanged(one, team_id))


def _locked(work: UnitOfWork, contact_id: UUID, *, regroups: bool = False) -> dict[UUID, Contact]:
    """The contact in one's hands, if there is a conversation with it that the actor may see."""
    found = _lock(work, {contact_id}, regroups=regroups)
    _visible(work, {contact_id})
    return found


def _visible(work: UnitOfWork, ids: Collection[UUID]) -> None:
    seen = work.session.scalars(
        select(Identity.contact_id)
        .join(Conversation, Conversation.identity_id == Identity.id)
        .where(Identity.contact_id.in_(ids), Conversation.team_id.in_(work.actor.teams))
        .distinct()
    )
    if set(seen) != set(ids):
        raise NotFound(UNKNOWN)


def _lock(work: UnitOfWork, ids: Collection[UUID], *, regroups: bool = False) -> dict[UUID, Contact]:
    """In the order of their ids, so that two who join the same two never wait for each other.

    `regroups`: their conversations may be told of another group, so that no new one may come in between.
    """
    answerers_only(work.actor)
    if regroups:
        grouping.hold_back_news(work, ids)
    found = work.session.scalars(
        select(Contact)
        .where(Contact.id.in_(ids))
        .order_by(Contact.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {contact.id: contact for contact in found}


def _identities(work: UnitOfWork, contacts: Collection[UUID]) -> dict[UUID, UUID]:
    """Whose each identity is, as it stands now that the contacts are in our hands."""
    rows = work.session.execute(select(Identity.id, Identity.contact_id).where(Identity.contact_id.in_(contacts)))
    return {row.id: row.contact_id for row in rows}


def _move(work: UnitOfWork, identities: Collection[UUID], contact_id: UUID) -> None:
    # Locked in order first: a platform's news may be writing the names of several of them.
    work.session.scalars(
        select(Identity.id).where(Identity.id.in_(identities)).order_by(Identity.id).with_for_update(key_share=True)
    ).all()
    work.session.execute(update(Identity).where(Identity.id.in_(identities)).values(contact_id=contact_id))
