"""What work is owed at this moment: one cheap look at each partial index.

The clock asks every second, so nothing here counts or locks. What it must not do: claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from inbox.preparing import PREPARED
from inbox.queries.claims import lapsed
from inbox.queries.digests import SETTLING
from inbox.uow import UnitOfWork

ACCOUNTS = 100
"""Accounts rung for in one beat; the rest have their turn a second later."""

# One statement, built once: a look a second must cost what its four index look-ups cost. Of clocks the first of each
# index is compared in place of "is there any": with that PostgreSQL may choose to read every armed one.
_LOOK = text(
    """
    SELECT
        EXISTS (
            SELECT FROM delivery
            JOIN account ON account.id = delivery.account_id
            LEFT JOIN delivery previous ON previous.id = delivery.previous_id
            WHERE account.state = 'active' AND (account.not_before IS NULL OR account.not_before <= :now)
                -- A part behind one that is in doubt is not due, however long it waits: nobody is rung for it.
                AND (delivery.state = 'queued' AND delivery.due_at <= :now
                        AND (delivery.previous_id IS NULL OR previous.state = 'delivered')
                    OR delivery.state = 'unconfirmed' AND delivery.due_at <= :now
                    OR delivery.state = 'sending' AND delivery.lease_until < clock_timestamp())
        ) AS deliveries,
        coalesce((SELECT due_at FROM clock WHERE state = 'running' ORDER BY due_at LIMIT 1) < :now, false)
        OR coalesce(
            (SELECT terms FROM clock WHERE state IN ('running', 'paused') ORDER BY terms LIMIT 1)
                < (SELECT count(*) FROM calendar WHERE created_at <= :now)
                + (SELECT count(*) FROM policies WHERE created_at <= :now)
                + (SELECT count(*) FROM ladder WHERE created_at <= :now),
            false
        ) AS timers,
        coalesce(
            (SELECT climb_at FROM clock WHERE climb_at IS NOT NULL ORDER BY climb_at LIMIT 1) <= :now, false
        ) AS escalations,
        EXISTS (SELECT FROM raw_event WHERE state = 'waiting' AND due_at <= :now) AS raw_events,
        EXISTS (
            SELECT FROM picture
            JOIN conversation ON conversation.id = picture.conversation_id
            JOIN account ON account.id = conversation.account_id
            WHERE picture.state = 'owed' AND picture.due_at <= :now
                AND (picture.lease_until IS NULL OR picture.lease_until < clock_timestamp())
                AND account.state = 'active' AND (account.not_before IS NULL OR account.not_before <= :now)
        ) AS pictures,
        EXISTS (
            SELECT FROM moderation
            JOIN account ON account.id = moderation.account_id
            WHERE moderation.due_at <= :now
                AND (moderation.lease_until IS NULL OR moderation.lease_until < clock_timestamp())
                AND account.state = 'active' AND (account.not_before IS NULL OR account.not_before <= :now)
        ) AS deeds,
        EXISTS (
            SELECT FROM silo_errand
            JOIN silo ON silo.id = silo_errand.silo_id
            WHERE silo_errand.state IN ('queued', 'unconfirmed') AND silo_errand.due_at <= :now
                AND silo.target <> 'desk' AND silo.state = 'active'
                AND (silo.not_before IS NULL OR silo.not_before <= :now)
                -- A reminder behind a question that is in doubt is not due, however long it waits.
                AND (silo_errand.state = 'unconfirmed' OR silo_errand.kind = 'ask' OR NOT EXISTS (
                    SELECT FROM silo_errand earlier
                    WHERE earlier.ticket_id = silo_errand.ticket_id
                        AND (earlier.created_at, earlier.id) < (silo_errand.created_at, silo_errand.id)
                        AND earlier.state IN ('queued', 'sending', 'unconfirmed', 'needs_human')
                ))
        )
        OR EXISTS (SELECT FROM silo_errand WHERE state = 'sending' AND lease_until < clock_timestamp())
        OR EXISTS (SELECT FROM silo_inbound WHERE state = 'waiting')
        OR EXISTS (
            SELECT FROM silo
            WHERE state = 'active' AND due_at <= :now AND target <> 'desk'
                AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ) AS silos,
        ARRAY(
            SELECT id FROM account
            WHERE state = 'active' AND due_at <= :now AND (not_before IS NULL OR not_before <= :now)
                AND (lease_until IS NULL OR lease_until < clock_timestamp())
            ORDER BY due_at LIMIT :accounts
        ) AS accounts,
        coalesce(
            (SELECT snoozed_until FROM conversation WHERE snoozed_until IS NOT NULL ORDER BY snoozed_until LIMIT 1)
                <= :now,
            false
        ) AS snoozed,
        -- By the wall; whether opening minutes have passed is looked at only where somebody is gone for as many.
        EXISTS (
            SELECT FROM team
            JOIN team_member ON team_member.team_id = team.id
            JOIN agent ON agent.id = team_member.agent_id
            WHERE team.claim_minutes IS NOT NULL
                AND coalesce(agent.seen_at, agent.created_at) <= :now - team.claim_minutes * interval '1 minute'
        ) AS gone,
        -- Of each who chose it the newest unread notice is compared, however many there are.
        :mail AND EXISTS (
            SELECT FROM agent
            WHERE digest <> 'never' AND digest_due_at <= :now AND left_at IS NULL AND active
                AND (SELECT at FROM notice WHERE agent_id = agent.id AND read_at IS NULL AND at <= :settled
                        ORDER BY at DESC LIMIT 1) > coalesce(digested_at, '-infinity')
        ) AS digests,
        EXISTS (SELECT FROM complaint WHERE due_at < :now) AS complaints,
        EXISTS (SELECT FROM acute WHERE due_at <= :now)
        OR EXISTS (
            SELECT FROM acute_call
            WHERE state = 'owed' AND due_at <= :now AND (lease_until IS NULL OR lease_until < clock_timestamp())
        )
        OR EXISTS (
            SELECT FROM reach WHERE kind = 'acute' AND state = 'owed' AND due_at <= :now
                AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ) AS calling,
        EXISTS (
            SELECT FROM reach
            WHERE state = 'owed' AND due_at <= :now AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ) AS reaching
    """
).execution_options(**PREPARED)


@dataclass(frozen=True, slots=True)
class Owed:
    """Which bells to ring."""

    deliveries: bool
    timers: bool
    escalations: bool
    """A rung of the ladder has come for some promise."""
    raw_events: bool
    pictures: bool
    deeds: bool
    """A platform is to be asked to hide or block, or a block's time is up."""
    silos: bool
    """A unit outside the house is to be asked or looked at, or what it said is to be taken in."""
    accounts: Sequence[UUID]
    returning: bool
    """A snoozed conversation whose hour has come, or one whose holder is gone."""
    digests: bool
    complaints: bool
    """A deadline of a complaint has passed, and the leads were not told."""
    calling: bool
    """Somebody is to be called for what is acute."""
    reaching: bool
    """Somebody is to be told outside the page."""


def owed(view: UnitOfWork, *, mail: bool = False) -> Owed:
    """Everything due now that nobody holds; digests only where the house sends `mail`."""
    asked = {"now": view.now, "accounts": ACCOUNTS, "mail": mail, "settled": view.now - SETTLING}
    found = view.session.execute(_LOOK, asked).one()
    returning = found.snoozed or (found.gone and bool(lapsed(view)))
    return Owed(
        deliveries=found.deliveries,
        timers=found.timers,
        escalations=found.escalations,
        raw_events=found.raw_events,
        pictures=found.pictures,
        deeds=found.deeds,
        silos=found.silos,
        accounts=found.accounts,
        returning=returning,
        digests=found.digests,
        complaints=found.complaints,
        calling=found.calling,
        reaching=found.reaching,
    )
