"""Who speaks: the platform's word for a person becomes an identity and, at first sight, a contact.

What it must not do: decide that two identities are one person; a colleague does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update

from connectors.kit.contract import Author
from inbox.domain.ids import new_id
from inbox.domain.personal_data import mask
from inbox.domain.text import clean
from inbox.models import Contact, Identity
from inbox.models.arrays import among, insert_rows
from inbox.uow import UnitOfWork


def known(work: UnitOfWork, channel: str, authors: Sequence[Author]) -> tuple[dict[str, UUID], dict[UUID, str]]:
    """The identity of each author, by the platform's id; new ones are added, changed names brought up to date.

    And the stakeholder group of each identity that is in one.
    """
    by_id = {author.external_id: author for author in authors}
    found = _find(work, channel, list(by_id))
    if len(found) < len(by_id):
        # Two accounts on one platform may meet the same stranger at the same moment: one after the other.
        work.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"people:{channel}"))))
        found = _find(work, channel, list(by_id))
        new = [author for id_, author in by_id.items() if id_ not in found]
        contacts = [new_id() for _ in new]
        insert_rows(
            work.session,
            Contact,
            [
                {"id": id_, "name": _name(author), "created_at": work.now}
                for id_, author in zip(contacts, new, strict=True)
            ],
        )
        insert_rows(
            work.session,
            Identity,
            [
                {
                    "id": new_id(),
                    "contact_id": contact,
                    "channel": channel,
                    "external_id": author.external_id,
                    "handle": clean(author.handle).text,
                    "name": _name(author),
                    "seen_at": work.now,
                }
                for contact, author in zip(contacts, new, strict=True)
            ],
        )
        found = _find(work, channel, list(by_id))
    for id_, (identity_id, handle, name, _group) in found.items():
        author = by_id[id_]
        if (handle, name) != (clean(author.handle).text, _name(author)):
            work.session.execute(
                update(Identity)
                .where(Identity.id == identity_id)
                .values(handle=clean(author.handle).text, name=_name(author), seen_at=work.now)
            )
    rows = found.values()
    return {id_: row[0] for id_, row in found.items()}, {row[0]: row[3] for row in rows if row[3] is not None}


def _find(work: UnitOfWork, channel: str, ids: Sequence[str]) -> dict[str, tuple[UUID, str, str, str | None]]:
    rows = work.session.execute(
        select(Identity.external_id, Identity.id, Identity.handle, Identity.name, Contact.group)
        .join(Contact, Contact.id == Identity.contact_id)
        .where(Identity.channel == channel, among(Identity.external_id, ids))
    )
    return {row.external_id: (row.id, row.handle, row.name, row.group) for row in rows}


def _name(author: Author) -> str:
    """What they call themselves. A number in it is kept nowhere: names stand on every page, in mails and in answers."""
    return mask(clean(author.name).text or clean(author.handle).text)
