"""The invented people whose dialogue the ledger's tests record: an organisation, two agents, one citizen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from inbox.domain.actors import Actor, Role
from inbox.domain.ids import new_id
from inbox.models import Account, Agent, Contact, Conversation, Identity, Organisation, Team


@dataclass(frozen=True)
class People:
    """Who is there, and where they talk."""

    account_id: UUID
    conversation_id: UUID
    identity_id: UUID
    anna: Actor
    jonas: Actor


def settle(session: Session, origin: str, now: datetime) -> People:
    """Put the organisation, its agents and one citizen into an empty database."""
    team = Team(id=new_id(), name="Borgerservice")
    organisation = Organisation(
        id=new_id(),
        name="Nordby Kommune",
        language="da",
        zone="Europe/Copenhagen",
        ledger_origin=origin,
        created_at=now,
    )
    session.add_all([team, organisation])
    session.flush()
    account = Account(
        id=new_id(),
        team_id=team.id,
        channel="square",
        name="Nordby",
        external_id="nordby",
        handle="nordby",
        credentials=b"",
        state="active",
        signature_style="– {public name}, {organisation}",
        language="da",
        created_at=now,
    )
    contact = Contact(id=new_id(), name="Mette Holm", created_at=now)
    agents = [
        Agent(
            id=new_id(),
            email=f"{name.lower()}@nordby.example",
            password="x",
            active=True,
            fs_uniquifier=name,
            full_name=full,
            public_name=name,
            language="da",
            created_at=now,
        )
        for name, full in (("Anna", "Anna Krogh"), ("Jonas", "Jonas Lind"))
    ]
    session.add_all([account, contact, *agents])
    session.flush()
    identity = Identity(
        id=new_id(),
        contact_id=contact.id,
        channel="square",
        external_id="did:mette",
        handle="mette",
        name="Mette Holm",
        seen_at=now,
    )
    session.add(identity)
    session.flush()
    conversation = Conversation(
        id=new_id(),
        reference="K-7F3QAB",
        account_id=account.id,
        team_id=team.id,
        identity_id=identity.id,
        root_external_id="at://mette/root",
        status="open",
        klass="ours",
        klass_rule="mention",
        created_at=now,
        changed_at=now,
    )
    session.add(conversation)
    session.flush()
    anna, jonas = (
        Actor(agent.id, str(agent.public_name), frozenset({Role.AGENT}), frozenset({team.id})) for agent in agents
    )
    return People(account.id, conversation.id, identity.id, anna, jonas)
