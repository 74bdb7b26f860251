# ruff: noqa: S608 -- only fragments of this file enter the text, and nothing that anybody gave.
"""What was done with a message, as a piece of a statement that shows messages: hidden, deleted, its author blocked.

It exists so that an open conversation and the public history show the same, and cost no statement more. What it must
not do: decide anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.dialects.postgresql import JSONB

from inbox.domain.moderating import LIVE


@dataclass(frozen=True, slots=True)
class Measure:
    """One deed and how far it has come, in the words of `inbox.domain.moderating`."""

    id: UUID
    kind: str
    state: str
    who: str
    reason: str
    at: datetime
    until: datetime | None
    ending: str | None
    lifted_at: datetime | None
    lifted_by: str | None
    trouble: str | None
    entry_id: UUID

    @property
    def live(self) -> bool:
        """Whether it is in force, or on its way."""
        return self.state in LIVE

    @property
    def undoable(self) -> bool:
        return self.kind != "delete" and self.state in ("owed", "in_force")


@dataclass(frozen=True, slots=True)
class Treated:
    """`exposed_since`: everybody can read a national number in it since then; None where there is none, or no more."""

    measures: tuple[Measure, ...]
    exposed_since: datetime | None
    under_ours: bool = False
    """Of what everybody can read a number in: it stands in a thread that a post of ours began."""

    @property
    def hidden(self) -> bool:
        """Whether it is hidden, or about to be."""
        return any(one.kind == "hide" and one.state in ("owed", "in_force") for one in self.measures)


NOTHING = Treated((), None)


_MEASURES = """jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'state', d.state, 'who', who.full_name,
        'reason', d.reason, 'at', d.at, 'until', d.until, 'ending', d.ending, 'lifted_at', d.lifted_at,
        'lifted_by', lifter.full_name, 'trouble', d.last_error, 'entry_id', d.entry_id) ORDER BY d.at, d.id) AS measures
    FROM moderation d JOIN agent who ON who.id = d.agent_id LEFT JOIN agent lifter ON lifter.id = d.lifted_by_id"""


@cache
def column() -> ColumnElement[Any]:
    """For a line of `message`; NULL where nothing was done and nothing stands there."""
    return literal_column(
        """(SELECT CASE WHEN done.measures IS NULL AND seen.since IS NULL THEN NULL ELSE
                jsonb_build_object('measures', done.measures, 'since', seen.since, 'under_ours', seen.since IS NOT NULL
                    AND EXISTS (SELECT FROM delivery o WHERE o.account_id = message.account_id
                        AND o.external_id = coalesce(message.root_external_id, message.external_id))) END
            FROM (SELECT """
        + _MEASURES
        + """ WHERE d.message_id = message.id) AS done,
            (SELECT min(e.since) AS since FROM exposure e
                WHERE e.message_id = message.id AND e.ended_at IS NULL) AS seen)""",
        JSONB,
    )


@cache
def barred() -> ColumnElement[Any]:
    """For a line of `conversation`: the blocks and mutes of its citizen on its account that hold, wherever decided."""
    return literal_column(
        "(SELECT "
        + _MEASURES
        + """ WHERE d.identity_id = conversation.identity_id AND d.account_id = conversation.account_id
            AND d.kind IN ('block', 'mute') AND d.state IN ('owed', 'in_force', 'lifting'))""",
        JSONB,
    )


def treated(found: Mapping[str, Any] | None) -> Treated:
    """What `column` read."""
    if found is None:
        return NOTHING
    return Treated(measures(found["measures"]), _instant(found["since"]), found["under_ours"])


def measures(found: Sequence[Mapping[str, Any]] | None) -> tuple[Measure, ...]:
    """What `barred` read."""
    return tuple(_measure(one) for one in found or ())


def _measure(one: Mapping[str, Any]) -> Measure:
    at = _instant(one["at"])
    assert at is not None, "every deed has its time"
    return Measure(
        id=UUID(one["id"]),
        kind=one["kind"],
        state=one["state"],
        who=one["who"],
        reason=one["reason"],
        at=at,
        until=_instant(one["until"]),
        ending=one["ending"],
        lifted_at=_instant(one["lifted_at"]),
        lifted_by=one["lifted_by"],
        trouble=one["trouble"],
        entry_id=UUID(one["entry_id"]),
    )


def _instant(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given) if given else None
