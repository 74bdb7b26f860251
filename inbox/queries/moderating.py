"""What may be done with a message, what was done with it, and all that was done.

What it must not do: show a conversation outside the actor's teams to who answers, or a national number unmasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from connectors.kit import registry
from connectors.kit.contract import DeedKind
from inbox.domain import moderating as rules
from inbox.domain.charters import Charter, Reason
from inbox.domain.countries import pack
from inbox.domain.errors import NotFound
from inbox.domain.moderating import Kind
from inbox.domain.personal_data import mask
from inbox.queries.correcting import may_correct
from inbox.queries.inbox_list import answerers_only
from inbox.uow import UnitOfWork

_OF_MESSAGE: Final = text("""
SELECT m.id, m.conversation_id, m.direction, m.visibility, m.agent_id, m.identity_id, m.external_id, m.said_at,
    coalesce(m.root_external_id, m.external_id) AS root, coalesce(change.text, m.text) AS text,
    change.kind IS NOT DISTINCT FROM 'deleted' AS gone, i.name, asker.name AS asker, agent.full_name,
    a.id AS account_id, a.channel, a.language, o.country, c.reference, charter.version, charter.words,
    EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id AND d.state = 'delivered' AND d.external_id IS NOT NULL)
        AND NOT EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id
            AND d.state NOT IN ('delivered', 'rejected', 'withdrawn')) AS stands,
    EXISTS (SELECT FROM delivery d WHERE d.account_id = m.account_id
            AND d.external_id = coalesce(m.root_external_id, m.external_id))
        OR EXISTS (SELECT FROM message own WHERE own.account_id = m.account_id AND own.kind = 'own'
            AND own.external_id = coalesce(m.root_external_id, m.external_id)) AS under_ours,
    (SELECT jsonb_agg(jsonb_build_object('id', live.id, 'kind', live.kind, 'until', live.until, 'state', live.state))
        FROM moderation live WHERE live.account_id = m.account_id
        AND live.state IN ('owed', 'in_force', 'lifting') AND live.target = CASE live.kind
            WHEN 'close' THEN coalesce(m.root_external_id, m.external_id)
            WHEN 'hide' THEN m.id::text WHEN 'delete' THEN m.id::text ELSE m.identity_id::text END) AS live
FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN account a ON a.id = m.account_id
JOIN identity asker ON asker.id = c.identity_id CROSS JOIN organisation o
LEFT JOIN identity i ON i.id = m.identity_id LEFT JOIN agent ON agent.id = m.agent_id
LEFT JOIN LATERAL (SELECT r.kind, r.text FROM revision r WHERE r.message_id = m.id
    ORDER BY r.at DESC, r.id DESC LIMIT 1) AS change ON true
LEFT JOIN LATERAL (SELECT h.version, h.words FROM charter h WHERE h.account_id = a.id
    ORDER BY h.version DESC LIMIT 1) AS charter ON true
WHERE m.id = :id AND c.team_id = ANY(:teams)""")
_OF_CITIZEN: Final = (Kind.HIDE, Kind.BLOCK, Kind.MUTE, Kind.CLOSE)


@dataclass(frozen=True, slots=True)
class Live:
    """A deed that is in force or on its way. `may_last`: it has an end, which can be put off."""

    id: UUID
    kind: str
    until: datetime | None
    may_last: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be done with one message. `version` is that of the charter whose reasons these are, 0 before it has one.

    `kinds` may be decided now; `live` is what is in force already, `under_own` those that the platform has only
    under a post of ours. `text` is masked.
    """

    message_id: UUID
    conversation_id: UUID
    reference: str
    who: str
    channel: str
    language: str
    at: datetime
    text: str
    ours: bool
    version: int
    reasons: tuple[Reason, ...]
    kinds: tuple[Kind, ...]
    live: tuple[Live, ...]
    under_own: frozenset[str]
    complaint: str
    targets: Mapping[str, str]

    def target(self, kind: Kind) -> str:
        """What a deed of that kind is about."""
        return self.targets[kind]

    def telling(self, kind: Kind, reason: Reason) -> str:
        """What the citizen may be told of it."""
        return rules.telling(kind, self.language, reason, self.complaint)


def choices(work: UnitOfWork, message_id: UUID) -> Choices:
    """Raises NotFound out of sight, Forbidden for who does not answer. Where `kinds` is empty nothing can be done."""
    answerers_only(work.actor)
    row = work.session.execute(_OF_MESSAGE, {"id": message_id, "teams": list(work.actor.teams)}).one_or_none()
    if row is None:
        raise NotFound("There is no such message.")
    ours = row.direction == "out"
    can = registry.connector(row.channel).capabilities
    live = tuple(_live(one) for one in row.live or ())
    in_force = {one.kind for one in live}
    under_own = frozenset() if row.under_ours else frozenset(kind.value for kind in can.deeds_under_own)
    fitting = [Kind.DELETE] if ours else list(_OF_CITIZEN)
    if ours and not (row.stands and may_correct(work.actor, row.agent_id)):
        fitting = []
    if row.visibility != "public":
        fitting = [kind for kind in fitting if kind in (Kind.BLOCK, Kind.MUTE)]
    if row.gone:
        fitting = [kind for kind in fitting if kind not in (Kind.HIDE, Kind.DELETE)]
    kinds = tuple(
        kind for kind in fitting if DeedKind(kind.value) in can.deeds and kind not in in_force and kind not in under_own
    )
    charter = Charter.from_json(row.words) if row.words else None
    # A charter may leave its list empty; then the shipped one applies, as before there was a charter.
    reasons = charter.reasons if charter and charter.reasons else rules.reasons_before_a_charter(row.language)
    complaint = pack(row.country).complaint
    return Choices(
        message_id=row.id,
        conversation_id=row.conversation_id,
        reference=row.reference,
        who=row.full_name if ours else row.name,
        channel=row.channel,
        language=row.language,
        at=row.said_at,
        text=mask(row.text or "", work.now.date()),
        ours=ours,
        version=row.version if charter and charter.reasons else 0,
        reasons=reasons,
        kinds=kinds,
        live=live,
        under_own=under_own,
        complaint=complaint.get(row.language, complaint["en"]),
        targets={
            Kind.HIDE: str(row.id),
            Kind.DELETE: str(row.id),
            Kind.BLOCK: str(row.identity_id),
            Kind.MUTE: str(row.identity_id),
            Kind.CLOSE: row.root or "",
        },
    )


def _live(found: Mapping[str, Any]) -> Live:
    until = datetime.fromisoformat(found["until"]) if found["until"] else None
    may_last = until is not None and found["state"] in ("owed", "in_force")
    return Live(UUID(found["id"]), found["kind"], until, may_last)
