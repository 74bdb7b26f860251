"""A founded house with something behind every door: for the tests that walk all doors as everybody.

Everything is made by the services; only the doubt about a delivery is written by hand, since making one takes a
platform. What it must not do: know who may pass where.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, url_for
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.routing import Rule

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.ids import new_id
from inbox.models import Agent, Calendar, Conversation, Delivery, Identity, Message, Notice, SiloRemark
from inbox.services import (
    agents,
    canned,
    contacts,
    correcting,
    harm,
    moderating,
    notices,
    pictures,
    remembering,
    replies,
    saved_views,
    silo,
    silo_answering,
    silo_remarks,
    silo_units,
    tagging,
)
from inbox.uow import UnitOfWork, reading, uow
from tests import house
from tests.architecture.crowd_scene import gathered
from tests.house import ALI, METTE, post
from tests.services.picturing import made

STRANGER = "stranger"
NEWCOMER = "newcomer"
"""Has a login and no role yet."""
EVERYBODY = (STRANGER, NEWCOMER, *Role)
OTHERS = {
    Role.AUDITOR: "Rikke Dahl",
    Role.ADMINISTRATOR: "Per Skov",
    Role.BACK_OFFICE: "Ida Berg",
}
FIGURE = "answers"


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands behind the doors, and who comes. `actors` are everybody with a login, by role."""

    actors: Mapping[str, Actor]
    conversation_id: UUID
    account_id: UUID
    message_id: UUID
    """An answer of the visitor's own if they sign, else of Anna's, still inside its undo window."""
    delivery_id: UUID
    """A part of another answer, which waits for a person's decision."""
    entry_id: UUID
    calendar_id: UUID
    canned_id: UUID
    notice_id: UUID
    """The visitor's own, where they can have one."""
    tag_id: UUID
    view_id: UUID
    """Kept by whoever signs."""
    team: UUID
    contact_id: UUID
    contact_note_id: UUID
    """Kept of that contact by whoever signs."""
    joining_id: UUID
    answer_id: UUID
    """Stands out there, was wrong, and is corrected; to Kirsten, by whoever signs."""
    earlier_id: UUID
    """Another one, which was right."""
    picture_id: UUID
    """Of that first answer."""
    silo_id: UUID
    ticket_id: UUID
    """A question of whoever signs, put to the unit of the back office."""
    returned_id: UUID
    """What was answered to it."""
    moderation_id: UUID
    """Somebody was blocked."""
    incident_id: UUID
    """Reported by Jonas, of what Kirsten wrote."""
    crowd: Mapping[str, UUID]

    def address(self, app: Flask, rule: Rule) -> str:
        """The rule's address with real objects in it. Raises KeyError for an argument that nobody has thought of."""
        known: dict[str, Any] = {
            "conversation_id": self.conversation_id,
            "account_id": self.account_id,
            "message_id": self.message_id,
            "delivery_id": self.delivery_id,
            "entry_id": self.entry_id,
            "calendar_id": self.calendar_id,
            "team_id": self.team,
            "agent_id": self.actors[Role.AGENT].id,
            "canned_id": self.canned_id,
            "notice_id": self.notice_id,
            "tag_id": self.tag_id,
            "contact_id": self.contact_id,
            "contact_note_id": self.contact_note_id,
            "joining_id": self.joining_id,
            "view_id": self.view_id,
            "picture_id": self.picture_id,
            "silo_id": self.silo_id,
            "ticket_id": self.ticket_id,
            "returned_id": self.returned_id,
            "incident_id": self.incident_id,
            "moderation_id": self.moderation_id,
            **self.crowd,
            "answer_id": self.answer_id,
            "earlier_id": self.earlier_id,
            "figure": FIGURE,
            "release": "now",
            "name": "icon.svg",
            "filename": "none.css",
            "post_id": str(new_id()),
        }
        with app.test_request_context():
            return url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})


def made_for(visitor: str) -> Scene:
    """Found the house in the current application's database, for a walk of this visitor."""
    founded = house.found(undo_seconds=60)
    actors: dict[str, Actor] = {Role.AGENT: founded.anna, Role.LEAD: founded.lone}
    team = next(iter(founded.anna.teams))
    with uow(SYSTEM) as work:
        for role, name in OTHERS.items():
            id_ = _add(work, name, role)
            actors[role] = Actor(id_, name, frozenset({role}), frozenset({team}))
        newcomer = _add(work, "J. Damgaard", Role.AUDITOR)
        work.session.get_one(Agent, newcomer).roles = []
        actors[NEWCOMER] = Actor(newcomer, "J. Damgaard", frozenset(), frozenset({team}))
    signer = founded.lone if visitor == Role.LEAD else founded.anna
    founded.news(post(author=METTE), post("@nordby Min skraldespand er ikke tømt.", author=ALI))
    with reading(SYSTEM) as view:
        matters = {
            conversation.id: conversation.version for conversation in view.session.scalars(select(Conversation)).all()
        }
    answers: list[UUID] = []
    described: dict[UUID, str] = {}
    with uow(signer) as work:
        described[pictures.attach(work, next(iter(matters)), "public", made())] = "Kort over genbrugspladsen"
    for conversation_id, version in matters.items():
        with uow(signer) as work:
            answers.append(
                replies.reply(
                    work,
                    conversation_id,
                    version=version,
                    visibility="public",
                    body="Det ser jeg på med det samme.",
                    described={} if answers else described,
                ).message_id
            )
    with uow(signer) as work:
        tag_id = tagging.add(work, next(iter(matters)), "Affald")
        view_id = saved_views.save(work, name="Affald", view="open", filters=(("tag", "Affald"),))
    with uow(founded.lone) as work:
        canned_id = canned.save(work, canned.Wording("hej", "Hej", "da", "Hej {name}"))
    contact_id, contact_note_id, joining_id = _joined(founded, signer)
    silo_id, ticket_id, returned_id = _answered(signer, actors[Role.BACK_OFFICE], next(iter(matters)))
    answer_id, earlier_id = _corrected(signer)
    incident_id = _threatened(founded.jonas)
    moderation_id = _blocked(signer)
    crowd = gathered(founded, signer)
    with uow(SYSTEM) as work:
        notices.tell(work, actors.get(visitor, founded.anna).id, notices.Kind.MENTIONED, next(iter(matters)))
        work.session.flush()
        notice_id = work.session.scalars(select(Notice.id).where(Notice.kind == notices.Kind.MENTIONED)).one()
        stuck = work.session.scalars(select(Delivery).where(Delivery.message_id == answers[1])).one()
        stuck.state, stuck.due_at, stuck.attempts = "needs_human", None, 1
        undoable = work.session.get_one(Message, answers[0])
        assert undoable.entry_id is not None
        return Scene(
            actors=actors,
            conversation_id=undoable.conversation_id,
            account_id=founded.account_id,
            message_id=undoable.id,
            delivery_id=stuck.id,
            entry_id=undoable.entry_id,
            canned_id=canned_id,
            notice_id=notice_id,
            tag_id=tag_id,
            view_id=view_id,
            calendar_id=work.session.scalars(select(Calendar.id)).one(),
            team=team,
            contact_id=contact_id,
            contact_note_id=contact_note_id,
            joining_id=joining_id,
            picture_id=next(iter(described)),
            silo_id=silo_id,
            ticket_id=ticket_id,
            returned_id=returned_id,
            answer_id=answer_id,
            earlier_id=earlier_id,
            incident_id=incident_id,
            moderation_id=moderation_id,
            crowd={**crowd, "remark_id": work.session.scalars(select(SiloRemark.id)).one()},
        )


def _joined(founded: house.House, signer: Actor) -> tuple[UUID, UUID, UUID]:
    """Mette, who turned out to be Kirsten as well, and a note of hers."""
    founded.news(post("@nordby Er broen åben?", author={"id": "kirsten", "handle": "kirsten", "name": "Kirsten V."}))
    with reading(SYSTEM) as view:
        whose = {
            row.handle: row.contact_id for row in view.session.execute(select(Identity.handle, Identity.contact_id))
        }
    with uow(signer) as work:
        note_id = contacts.note(work, whose["mette"], "Sprog", "Svar på engelsk.")
        return whose["mette"], note_id, contacts.join(work, whose["mette"], whose["kirsten"])


def _blocked(signer: Actor) -> UUID:
    """Ali, by whoever signs."""
    with uow(signer) as work:
        said = select(Message.id).join(Identity, Identity.id == Message.identity_id).where(Identity.handle == "ali")
        return moderating.decide(work, work.session.scalars(said).one(), "block", reason="Trusler")


def _corrected(signer: Actor) -> tuple[UUID, UUID]:
    """Kirsten was told two things, which stand out there; one of them was wrong and is corrected."""
    with uow(signer) as work:
        kirsten = work.session.scalars(
            select(Conversation)
            .join(Identity, Identity.id == Conversation.identity_id)
            .where(Identity.handle == "kirsten", Conversation.merged_into_id.is_(None))
        ).one()
        said = []
        for body in ("Broen er åben hele natten.", "Broen blev bygget i 1952 af kommunen."):
            made = replies.reply(work, kirsten.id, version=kirsten.version, visibility="public", body=body)
            (part,) = work.session.scalars(select(Delivery).where(Delivery.message_id == made.message_id))
            part.state, part.due_at, part.delivered_at = "delivered", None, work.now
            work.session.flush()
            remembering.remember(work, made.message_id)
            said.append(made.message_id)
        correcting.correct(work, said[0], version=kirsten.version, body="Broen lukker klokken 22.")
        return said[0], said[1]


def _threatened(jonas: Actor) -> UUID:
    """What Kirsten wrote was too much for Jonas."""
    with uow(jonas) as work:
        said = work.session.scalars(
            select(Message.id).join(Identity, Identity.id == Message.identity_id).where(Identity.handle == "kirsten")
        ).one()
        return harm.report(work, said, "threat", "Han skriver hver aften.")


def _answered(signer: Actor, ida: Actor, conversation_id: UUID) -> tuple[UUID, UUID, UUID]:
    """A unit with Ida in it, who has answered a question about the conversation."""
    assert ida.id is not None
    with uow(SYSTEM) as work:
        silo_id = silo_units.save(
            work, silo_units.Entry("Vej og Park", "Veje og sne.", "vej", minutes=60, people=[ida.id])
        )
    with uow(signer) as work:
        version = work.session.get_one(Conversation, conversation_id).version
        ticket_id = silo.ask(work, conversation_id, version, silo.Question(silo_id, "Hvornår?", "Intet."))
    with uow(ida) as work:
        silo_remarks.ask_back(work, ticket_id, new_id(), "Hvad er adressen?")
    with uow(ida) as work:
        return silo_id, ticket_id, silo_answering.answer(work, ticket_id, new_id(), "Fredag.")


def _add(work: UnitOfWork, name: str, role: Role) -> UUID:
    email = f"{name.rsplit(maxsplit=1)[-1].lower()}@nordby.example"
    return agents.add(work, email=email, full_name=name, roles=[role], password_hash="invented")


class Visitor:
    """A browser without scripts, signed in as somebody or as nobody, with a form token of its own."""

    def __init__(self, app: Flask, actor: Actor | None) -> None:
        self.browser: FlaskClient = app.test_client()
        raw = secrets.token_hex(20)
        self.token = str(URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(raw))
        with self.browser.session_transaction() as kept:
            kept["csrf_token"] = raw
            if actor is not None:
                with reading(SYSTEM) as view:
                    kept["_user_id"] = view.session.get_one(Agent, actor.id).fs_uniquifier
                kept["_fresh"] = True
