"""Asking where nothing is sent: what such a way says is laid before the agent as soon as it is asked.

Another authority gets no question of a citizen from us; the citizen is shown the way there. What this must not do: call
anything out, or say it to the citizen.
"""

from __future__ import annotations

from connectors.kit import target_registry
from connectors.kit.target import Quarantined
from inbox.models import Conversation, Silo, SiloTicket
from inbox.queries.silo_thread import ground
from inbox.services import silo_answering, silo_receiving, silo_targets
from inbox.services.silo_targets import DESK
from inbox.uow import UnitOfWork


def show(work: UnitOfWork, conversation: Conversation, ticket: SiloTicket, silo: Silo) -> None:
    """Answer a question that was just put to such a way. Others are left alone."""
    if silo.target == DESK or target_registry.target(silo.target).capabilities.sends:
        return
    asked = {
        "key": str(ticket.id),
        "number": ticket.number,
        "language": ground(work, conversation.id).language,
    }
    for one in silo_targets.silent(work, silo).normalize(asked):
        if not isinstance(one, Quarantined):
            words = silo_receiving.words_of(one)
            silo_answering.keep(work, conversation, ticket, silo, silo_receiving.said(ticket.id, one, silo.name, words))
