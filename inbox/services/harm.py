"""A threat or harassment against a person of ours: one act keeps the evidence, takes the conversation over and tells.

Whoever reports it has nothing more to do with it: a lead who is here has the conversation, else everybody, and dealing
gives that citizen to them no more. What this must not do: judge the citizen, hide or post anything, or say in a notice
what was said.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from inbox import log
from inbox.domain import attendance, harm
from inbox.domain.actors import Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.harm import Kind, State
from inbox.domain.ids import new_id
from inbox.domain.text import clean
from inbox.models import Agent, Conversation, Incident, Message, Team
from inbox.models import Role as RoleRow
from inbox.queries.harm import as_seen
from inbox.services import complaint_about, conversations, notices, silo_drafts
from inbox.uow import UnitOfWork

_log = log.get(__name__)


def report(work: UnitOfWork, message_id: UUID, kind: str, words: str = "") -> UUID:
    """Keep what was said against the actor, as it stands now, and take the conversation from them. Its incident.

    Raises NotFound for a message out of sight, Invalid (`kind`, `words`), Conflict when they have reported it already
    or when we said it ourselves.
    """
    message = work.session.get(Message, message_id)
    if message is None:
        raise NotFound("There is no such message.")
    conversation = conversations.locked(work, message.conversation_id)
    if message.identity_id is None or work.actor.id is None:
        raise Conflict("Only what a citizen wrote can be reported.")
    if kind not in set(Kind):
        raise Invalid("Say whether it is a threat or harassment.", field="kind")
    said = _said(words)
    known = select(Incident.id).where(Incident.message_id == message.id, Incident.agent_id == work.actor.id)
    if work.session.scalar(known) is not None:
        raise Conflict("You have reported this already. Your leads know.")
    kept = harm.evidence(as_seen(work, message.id), at=work.now, against=str(work.actor.id), kind=Kind(kind))
    incident = Incident(
        id=new_id(),
        conversation_id=conversation.id,
        message_id=message.id,
        identity_id=message.identity_id,
        agent_id=work.actor.id,
        kind=kind,
        words=said,
        at=work.now,
        evidence=kept.text,
        digest=kept.digest,
        state=State.OPEN.value,
        closing="",
    )
    work.session.add(incident)
    leads = _leads(work, conversation)
    conversations.line(work, conversation.id, "threat_reported", what=kind)
    _take_over(work, conversation, leads)
    for lead in leads:
        notices.tell(work, lead.id, notices.Kind.THREAT, conversation.id, incident=str(incident.id), what=kind)
    return incident.id


def close(work: UnitOfWork, incident_id: UUID, note: str) -> None:
    """What was done about it. Raises Invalid (`note`) for nothing, Conflict when a colleague was first."""
    found = _one(work, incident_id)
    said = _said(note, field="note")
    if not said:
        raise Invalid("Write what was done about it.", field="note")
    if found.state == State.CLOSED:
        raise Conflict("Somebody has closed this already.")
    found.state, found.closing = State.CLOSED.value, said
    found.closed_at, found.closed_by_id = work.now, work.actor.id
    conversations.line(work, found.conversation_id, "threat_closed")


def take_out(work: UnitOfWork, incident_id: UUID) -> Incident:
    """The evidence, to be given to whoever judges it: nothing in it is masked, so that taking it out is a kept act."""
    found = _one(work, incident_id)
    conversations.line(work, found.conversation_id, "evidence_taken_out")
    _log.info("evidence_taken_out", incident=str(found.id), by=str(work.actor.id))
    return found


def _one(work: UnitOfWork, incident_id: UUID) -> Incident:
    """An incident of a team of the actor's, held until the commit, for its leads."""
    if not work.actor.has(Role.LEAD):
        raise Forbidden("Incidents are for leads.")
    found = work.session.scalars(
        select(Incident)
        .join(Conversation, Conversation.id == Incident.conversation_id)
        .where(Incident.id == incident_id, Conversation.team_id.in_(work.actor.teams))
        .with_for_update(of=Incident)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such incident.")
    return found


def _leads(work: UnitOfWork, conversation: Conversation) -> list[Agent]:
    """The leads of its team but for the actor, whoever was seen last first."""
    found = work.session.scalars(
        select(Agent)
        .where(
            Agent.active,
            Agent.left_at.is_(None),
            Agent.id != work.actor.id,
            Agent.teams.any(Team.id == conversation.team_id),
            Agent.roles.any(RoleRow.name == Role.LEAD),
        )
        .order_by(Agent.seen_at.desc().nulls_last(), Agent.id)
    )
    return list(found)


def _take_over(work: UnitOfWork, conversation: Conversation, leads: list[Agent]) -> None:
    """To a lead who is here, else back to everybody; a colleague who has it keeps it where no lead is."""
    kept_from = complaint_about.kept_from(work, [conversation]).get(conversation.id, frozenset())
    free = (one for one in leads if one.id not in kept_from)
    at_hand = (one for one in free if one.away_since is None and attendance.here(one.seen_at, work.now))
    lead = next(at_hand, None)
    if lead is not None:
        conversation.assignee_id = lead.id
        silo_drafts.lay(work, conversation)
        conversations.take_up(conversation)
        conversations.changed(work, conversation, "handed_over", to=lead.full_name, to_id=str(lead.id))
    elif conversation.assignee_id == work.actor.id:
        conversation.assignee_id = None
        conversations.changed(work, conversation, "released")
    else:
        conversations.changed(work, conversation, None)


def _said(given: str, *, field: str = "words") -> str:
    words = clean(given).text.strip()
    if len(words) > harm.LONGEST_WORDS:
        raise Invalid("Write at most %(limit)s characters.", field=field, limit=harm.LONGEST_WORDS)
    return words
