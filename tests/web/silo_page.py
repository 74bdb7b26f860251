"""Asking and answering by forms, for the tests of the back office's pages."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.ids import new_id
from inbox.models import SiloTicket
from inbox.services import agents
from inbox.uow import reading, uow
from tests.house import House
from tests.web.conftest import Person

ASKED = "Hvornår er bommen ved Mølledam repareret?"
ANSWERED = "Bommen er oppe igen fredag kl. 12."


def joined(founded: House, name: str, role: Role = Role.BACK_OFFICE) -> Actor:
    with uow(SYSTEM) as work:
        id_ = agents.add(
            work,
            email=f"{name.split(maxsplit=1)[0].lower()}@nordby.example",
            full_name=name,
            roles=[role],
            password_hash="invented",
            language="en",
        )
    return Actor(id_, name, frozenset({role}), founded.anna.teams)


def known(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id


def ask(person: Person, founded: House, silo_id: UUID, **fields: str) -> tuple[int, str]:
    conversation = founded.conversation()
    given = {"silo": str(silo_id), "question": ASKED, "mode": "public", "version": str(conversation.version)}
    answer = person.post(f"/c/{conversation.id}/silo", **(given | fields))
    return answer.status_code, answer.text


def ticket() -> SiloTicket:
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(SiloTicket)).one()
        work.session.expunge(found)
        return found


def answer(person: Person, text: str = ANSWERED, **fields: str) -> int:
    given = {"text": text, "key": str(new_id()), "public": "yes"}
    return person.post(f"/silo/{ticket().id}", **(given | fields)).status_code


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
