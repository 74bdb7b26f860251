"""Gathering what says the same, and what people decide about it.

A look runs right after a page of news is stored, in a unit of work of its own: the page never waits for it, and what
one look could not do (somebody holds the conversation) the next does. What a person decided about a conversation stays.
What it must not do: hold a rule about likeness (`inbox.domain.gathering`), or change a conversation's version: that it
stands with others is nothing that somebody must have read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from inbox.domain import gathering, kinds
from inbox.domain.events import MuchChanged
from inbox.domain.gathering import MOST, WINDOW, Centre, Heard
from inbox.domain.ids import new_id
from inbox.models import Account, Conversation, Gathering, GatheringMember
from inbox.models.arrays import among, insert_rows
from inbox.services import surges
from inbox.services.gathering_members import decide
from inbox.uow import UnitOfWork

# What each conversation was about last, in public; what people decided before is not looked at again. The newest of
# the window stand first, so that the bound leaves the oldest out.
_HEARD = text("""
SELECT c.id, c.identity_id, said.text, said.said_at FROM conversation c
CROSS JOIN LATERAL (
    SELECT m.id, coalesce((SELECT r.text FROM revision r WHERE r.message_id = m.id AND r.kind = 'edited'
            ORDER BY r.at DESC, r.id DESC LIMIT 1), m.text) AS text, m.said_at, m.visibility
    FROM message m WHERE m.conversation_id = c.id AND m.direction = 'in'
    ORDER BY m.said_at DESC, m.received_at DESC, m.id DESC LIMIT 1) AS said
WHERE c.team_id = :team AND c.status IN ('new', 'open') AND c.klass = 'ours' AND c.merged_into_id IS NULL
    AND c.waiting_since > :since AND c.gathering_id IS NULL AND c.complaint IS NULL
    AND c.acute_at IS NULL
    AND said.visibility = 'public' AND said.said_at > :since
    AND NOT EXISTS (SELECT FROM revision r WHERE r.message_id = said.id AND r.kind = 'deleted')
    AND NOT EXISTS (SELECT FROM gathering_member g WHERE g.conversation_id = c.id)
ORDER BY c.waiting_since DESC, c.id DESC LIMIT :most""")
_MEMBERS_SAID = text("""
SELECT c.id, c.gathering_id, m.text, m.visibility, o.centre, c.acute_at IS NOT NULL AS acute,
    g.why = 'alike' AND m.received_at > g.at AS later,
    (SELECT r.text FROM revision r WHERE r.message_id = m.id AND r.kind = 'edited'
        ORDER BY r.at DESC, r.id DESC LIMIT 1) AS changed
FROM conversation c JOIN gathering_member g ON g.conversation_id = c.id AND g.gathering_id = c.gathering_id
JOIN gathering o ON o.id = g.gathering_id
JOIN message m ON m.conversation_id = c.id AND m.direction = 'in'
WHERE c.team_id = :team AND c.gathering_id IS NOT NULL AND c.status IN ('new', 'open')
    -- What was there when it was put in was looked at then: thousands stand there, and few say more.
    AND c.changed_at > :since AND c.changed_at > g.at
ORDER BY c.id""")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a look did: how many were put in, and how many taken out."""

    put_in: int
    taken_out: int


def gather(work: UnitOfWork, team_id: UUID) -> Gathered:
    """Look at what a team heard within the window. Called again, it changes nothing."""
    # One look after the other; nobody else takes this lock.
    work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"gathering:{team_id}", 0))))
    out = _take_out_the_different(work, team_id)
    since = work.now - WINDOW
    known = {
        one.id: one
        for one in work.session.scalars(
            select(Gathering)
            # What somebody split off is people's alone.
            .where(Gathering.team_id == team_id, Gathering.last_at > since, Gathering.split_from_id.is_(None))
            .order_by(Gathering.began_at, Gathering.id)
        )
    }
    rows = work.session.execute(_HEARD, {"team": team_id, "since": since, "most": MOST}).all()
    own = own_words(work, team_id)
    texts = {row.id: row for row in reversed(rows) if kinds.kind(row.text, work.now.date()) is None}
    heard = [Heard(row.id, row.identity_id, gathering.stems(row.text) - own) for row in texts.values()]
    centres = {id_: Centre.from_json(one.centre) for id_, one in known.items()}
    settled = gathering.settle(centres, heard)
    free = _held(work, [one.key for _id, one in settled.joined] + [one.key for _c, new in settled.new for one in new])
    put_in = 0
    for id_, members in _by_place(settled.joined).items():
        keys = [key for key in members if key in free]
        _put_in(work, known[id_], keys)
        put_in += len(keys)
        known[id_].last_at = max([known[id_].last_at, *(texts[key].said_at for key in keys)])
    for centre, first in settled.new:
        keys = [one.key for one in first if one.key in free]
        if not keys:
            continue
        said_at = [texts[key].said_at for key in keys]
        made = Gathering(
            id=new_id(),
            team_id=team_id,
            called=gathering.called([texts[key].text for key in keys], centre),
            began_at=min(said_at),
            last_at=max(said_at),
            centre=centre.to_json(),
        )
        work.session.add(made)
        work.session.flush()
        _put_in(work, made, keys)
        put_in += len(keys)
    for id_, centre in centres.items():
        if centre.to_json() != known[id_].centre:
            known[id_].centre = centre.to_json()
    for into, gone in settled.same:
        _join(work, known[into], known[gone])
    if put_in:
        surges.look(work, team_id)
    if put_in or out or settled.same:
        work.say(MuchChanged(team_id))
    return Gathered(put_in, out)


def _take_out_the_different(work: UnitOfWork, team_id: UUID) -> int:
    """Members who have since said something of another kind, or in private, or whose words are others now."""
    different: dict[UUID, list[UUID]] = {}
    changed: dict[UUID, list[UUID]] = {}
    today = work.now.date()
    for row in work.session.execute(_MEMBERS_SAID, {"team": team_id, "since": work.now - WINDOW}):
        words = row.changed or row.text
        if row.acute or row.visibility != "public" or kinds.kind(words, today) or kinds.kind(row.text, today):
            different.setdefault(row.gathering_id, []).append(row.id)
        elif (row.later or row.changed) and _another_matter(words, Centre.from_json(row.centre)):
            changed.setdefault(row.gathering_id, []).append(row.id)
    free = _held(work, [id_ for ids in (*different.values(), *changed.values()) for id_ in ids], inside=True)
    out: set[UUID] = set()
    for why, found in (("kind", different), ("changed", changed)):
        for gathering_id, ids in found.items():
            gone = sorted({id_ for id_ in ids if id_ in free} - out)
            decide(work, gathering_id, gone, "out", why)
            out |= set(gone)
    if out:
        work.session.execute(update(Conversation).where(among(Conversation.id, out)).values(gathering_id=None))
    return len(out)


def _another_matter(words: str, centre: Centre) -> bool:
    """Whether somebody who stands in a gathering has begun with something else. "Hallo??" is nothing else."""
    said = gathering.stems(words)
    return len(said) >= 2 and gathering.linked(said, centre) == 0


def own_words(work: UnitOfWork, team_id: UUID) -> frozenset[str]:
    """What the team's accounts are called: it stands in what is said to them, and makes nothing alike."""
    names = work.session.scalars(select(Account.name).where(Account.team_id == team_id))
    return frozenset(stem for name in names for stem in gathering.stems(name))


def _held(work: UnitOfWork, ids: Iterable[UUID], *, inside: bool = False) -> frozenset[UUID]:
    """Those of the conversations that nobody works in at this moment, held until the commit."""
    wanted = sorted(set(ids))
    if not wanted:
        return frozenset()
    free = (
        select(Conversation.id)
        .where(
            among(Conversation.id, wanted),
            Conversation.gathering_id.is_not(None) if inside else Conversation.gathering_id.is_(None),
            Conversation.merged_into_id.is_(None),
        )
        .order_by(Conversation.id)
        .with_for_update(key_share=True, skip_locked=True)
    )
    return frozenset(work.session.scalars(free))


def _by_place(joined: Sequence[tuple[UUID, Heard[UUID]]]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for id_, one in joined:
        found.setdefault(id_, []).append(one.key)
    return found


def _put_in(work: UnitOfWork, into: Gathering, ids: Sequence[UUID]) -> None:
    if not ids:
        return
    same = {"gathering_id": into.id, "state": "in", "why": "alike", "agent_id": None, "at": work.now}
    insert_rows(work.session, GatheringMember, [{**same, "conversation_id": id_} for id_ in ids])
    work.session.execute(update(Conversation).where(among(Conversation.id, ids)).values(gathering_id=into.id))


def _join(work: UnitOfWork, into: Gathering, gone: Gathering) -> None:
    """Two turned out to be one: who stands in the later stands in the earlier from now on, as they were put there."""
    members = work.session.execute(
        select(GatheringMember.conversation_id, GatheringMember.why, GatheringMember.agent_id).where(
            GatheringMember.gathering_id == gone.id, GatheringMember.state == "in"
        )
    ).all()
    free = _held(work, [one.conversation_id for one in members], inside=True)
    moving = [one for one in members if one.conversation_id in free]
    ids = [one.conversation_id for one in moving]
    work.session.execute(
        update(GatheringMember)
        .where(GatheringMember.gathering_id == gone.id, among(GatheringMember.conversation_id, ids))
        .values(state="out")
    )
    for one in moving:
        row = insert(GatheringMember).values(
            gathering_id=into.id,
            conversation_id=one.conversation_id,
            state="in",
            why=one.why,
            agent_id=one.agent_id,
            at=work.now,
        )
        work.session.execute(row.on_conflict_do_nothing())
    stays = set(
        work.session.scalars(
            select(GatheringMember.conversation_id).where(
                GatheringMember.gathering_id == into.id,
                GatheringMember.state == "in",
                among(GatheringMember.conversation_id, ids),
            )
        )
    )
    work.session.execute(update(Conversation).where(among(Conversation.id, stays)).values(gathering_id=into.id))
    # Somebody took them out of the other one: they stand alone.
    alone = set(ids) - stays
    work.session.execute(update(Conversation).where(among(Conversation.id, alone)).values(gathering_id=None))
    into.last_at = max(into.last_at, gone.last_at)
    into.surge_at = into.surge_at or gone.surge_at
    gone.last_at = gone.began_at - WINDOW
    gone.centre = Centre().to_json()
