"""Taking in what a platform brought: one page, one transaction, by arrays.

Each post once (the database's unique key decides), threaded, classified, its clock started, its public words in the
ledger, and the cursor moved in the same commit. Nothing is thrown away: what can't be understood is set aside, what
comes too early waits. What this must not do: call the platform, or store message by message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from connectors.kit import registry
from connectors.kit.contract import Inbound, InboundDelete, InboundEdit, InboundPost, Page, Poison, Raw
from inbox.domain import clock, languages
from inbox.domain.classification import classify
from inbox.domain.conversation import Klass
from inbox.domain.history import Happening, asked
from inbox.domain.ids import new_id
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.text import clean, storable
from inbox.models import Account, Conversation, Cursor, Delivery, Message, RawEvent
from inbox.models.arrays import among, insert_rows
from inbox.services import (
    accounts,
    acute,
    assigning,
    conversations,
    exposed,
    fetching,
    grouping,
    ledger,
    outages,
    people,
    planning,
    revisions,
    sla,
    stopping,
    threads,
)
from inbox.services.notices import tell_holders
from inbox.uow import UnitOfWork

LONGEST_WAIT = timedelta(minutes=5)
"""Far longer than a page may wait for the locks of its account and its conversations."""
WAIT_FOR_ITS_POST = timedelta(seconds=30)
TRIES = 20
"""How often an edit or deletion waits for a post that has not come, before it is set aside."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How much of a page was new."""

    posts: int
    changes: int
    set_aside: int


def take_in(work: UnitOfWork, account_id: UUID, stream: str, page: Page) -> Taken:
    """Store a fetched page and move the cursor. May be called again with the same page: nothing doubles.

    The account stays in the hands of whoever fetched it: with the page before the next, another would fetch that too.
    """
    account = accounts.get(work, account_id, lock=True)
    taken = _store(work, account, stream, page.items)
    moved = insert(Cursor).values(account_id=account.id, stream=stream, position=page.next_cursor, moved_at=work.now)
    work.session.execute(
        moved.on_conflict_do_update(
            index_elements=["account_id", "stream"],
            set_={"position": moved.excluded.position, "moved_at": moved.excluded.moved_at},
        )
    )
    capabilities = registry.connector(account.channel).capabilities
    if account.attempts:
        outages.ended(work, account.id)
    account.due_at = work.now if page.more else work.now + capabilities.poll_every
    account.attempts, account.health = 0, None
    if page.retry_after:
        accounts.hold_back(account, work.now + page.retry_after)
    return taken


def take_in_waiting(work: UnitOfWork, limit: int = 500) -> int:
    """Take in payloads that a webhook brought or that waited for their post. Returns how many were looked at."""
    waiting = list(
        work.session.scalars(
            select(RawEvent)
            .where(RawEvent.state == "waiting", RawEvent.due_at <= work.now)
            .order_by(RawEvent.due_at, RawEvent.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    for account_id in sorted({event.account_id for event in waiting}):
        account = accounts.get(work, account_id, lock=True)
        own = [event for event in waiting if event.account_id == account_id]
        for event in own:
            # Done unless it has to be set aside or to wait again, which `_store` writes anew with the tries so far.
            event.state, event.due_at = "done", None
        _store(work, account, "waiting", [event.payload for event in own], tries=[event.attempts for event in own])
    return len(waiting)


def take_in_changes(work: UnitOfWork, account_id: UUID, changes: Sequence[InboundEdit | InboundDelete]) -> None:
    """Store what a second look at posts of ours showed."""
    account = accounts.get(work, account_id, lock=True)
    for change in changes:
        revisions.take_in(work, account, change)


def receive(work: UnitOfWork, account_id: UUID, items: Sequence[Raw]) -> None:
    """Keep what a verified webhook brought, raw. A worker takes it in; the platform has its answer at once."""
    insert_rows(work.session, RawEvent, [_raw(work, account_id, "webhook", item, "waiting", 0) for item in items])


def fetch_failed(work: UnitOfWork, account_id: UUID, reason: str, after: timedelta | None) -> None:
    """The platform gave no page: say so, and ask again later."""
    account = accounts.get(work, account_id, lock=True)
    outages.began(work, account.id, work.now)
    account.attempts += 1
    account.health = reason
    account.due_at = work.now + (after or min(timedelta(minutes=5), timedelta(seconds=2**account.attempts)))
    if after:
        accounts.hold_back(account, work.now + after)


def _store(work: UnitOfWork, account: Account, stream: str, items: Sequence[Raw], tries: Sequence[int] = ()) -> Taken:
    connector = accounts.silent_connector(work, account)
    inbound: list[tuple[Inbound, Raw, int]] = []
    aside: list[dict[str, object]] = []
    for number, item in enumerate(items):
        tried = tries[number] if tries else 0
        try:
            inbound += [(one, item, tried) for one in connector.normalize(item)]
        except Poison as error:
            aside.append(_raw(work, account.id, stream, item, "quarantined", tried, str(error)))
    posts = _store_posts(work, account, [one for one, _, _ in inbound if isinstance(one, InboundPost)])
    changes = 0
    for one, item, tried in inbound:
        if isinstance(one, InboundPost):
            continue
        if revisions.take_in(work, account, one):
            changes += 1
        elif tried >= TRIES:
            aside.append(_raw(work, account.id, stream, item, "quarantined", tried, "its post never came"))
        else:
            aside.append(_raw(work, account.id, stream, item, "waiting", tried + 1, "its post has not come yet"))
    insert_rows(work.session, RawEvent, aside)
    return Taken(posts, changes, len(aside))


def _store_posts(work: UnitOfWork, account: Account, posts: Sequence[InboundPost]) -> int:
    new = _unknown(work, account, posts)
    if not new:
        return 0
    own = frozenset({account.external_id})
    # Parents before children within the page: a thread then grows from its root whatever order it came in.
    new.sort(key=lambda post: (clock.believed(post.said_at, work.now), post.ref.external_id))
    identities, groups = people.known(work, account.channel, [post.author for post in new])
    places = threads.Places(work, account, new, identities)
    placed = [places.standing(one) for one in [places.of(post) for post in new]]
    unborn = places.unborn()
    standing = {one.id: one for one in placed if one.id not in unborn}
    watch = acute.Watch(work)
    danger = {at.id for post, at in zip(new, placed, strict=True) if at.id in standing and watch.finds(post.text)}
    planning.take_back(work, *standing.values(), urgent=danger)
    rows: list[dict[str, object]] = []
    words: list[ledger.Line] = []
    begun = grouping.at_birth(places.born, groups)
    pictures = fetching.Wanted(work, account.id)
    fresh: dict[UUID, list[Happening]] = {}
    for post, conversation in zip(new, placed, strict=True):
        cleaned = clean(post.text)
        said_at = clock.believed(post.said_at, work.now)
        message_id = new_id()
        received_at = work.now if conversation.id in unborn else _after_the_last_deed(work, conversation)
        found = classify(post.kind, post.author.external_id, own)
        seen_only = stopping.silent(work, conversation, cleaned.text) and not watch.finds(cleaned.text)
        if conversation.language is None:
            conversation.language = languages.primary(post.language)
        entry_id = None
        if post.visibility == "public":
            entry_id = new_id()
            words.append(
                ledger.Line(
                    entry_id,
                    {"account": account.id, "conversation": conversation.id, "message": message_id},
                    {"text": cleaned.text, "author": post.author.external_id, "platform_id": post.ref.external_id},
                    {"at": said_at},
                )
            )
        rows.append(
            {
                "id": message_id,
                "conversation_id": conversation.id,
                "account_id": account.id,
                "direction": "in",
                "visibility": post.visibility,
                "identity_id": identities[post.author.external_id],
                "kind": post.kind,
                "external_id": post.ref.external_id,
                "token": post.ref.token,
                "parent_external_id": post.parent.external_id if post.parent else None,
                "root_external_id": post.root.external_id if post.root else None,
                "root_token": post.root.token if post.root else None,
                "url": post.url,
                "text": cleaned.text,
                # Most write as the account does; search could not stem what nobody named a language for.
                "language": post.language or account.language,
                "flagged": cleaned.flagged,
                "said_at": said_at,
                "received_at": received_at,
                "entry_id": entry_id,
                "after_stop": seen_only,
            }
        )
        pictures.note(post, conversation.id, message_id, said_at)
        if found.klass == Klass.OURS and not seen_only:
            if conversation.waiting_since is None or said_at < conversation.waiting_since:
                conversation.waiting_since = said_at
            conversations.spoken_to(work, conversation)
            watch.look(conversation, message_id, cleaned.text)
            fresh.setdefault(conversation.id, [*begun.get(conversation.id, ())]).append(
                asked(
                    message_id,
                    said_at=said_at,
                    received_at=received_at,
                    visibility=post.visibility,
                    connected_at=account.created_at,
                )
            )
    tell_holders(work, [one for one in standing.values() if one.id in fresh])
    urgent = frozenset(one.id for one in placed if one.acute_at is not None)
    promised = sla.plan(work, dict.fromkeys(fresh, account.id), fresh, unborn=unborn, urgent=urgent)
    for conversation in {one.id: one for one in placed}.values():
        conversation.next_due_at = promised.due.get(conversation.id, conversation.next_due_at)
        conversations.changed(work, conversation, None)
    dealt = assigning.deal(work, account.team_id, [one for one in placed if one.id in fresh], groups=groups)
    places.store()
    grouping.write(work, begun)
    assigning.tell(work, dealt)
    ledger.record_many(work, EntryType.POST_SEEN, words)
    insert_rows(work.session, Message, rows)
    exposed.noted(work, rows)
    watch.store()
    pictures.store()
    sla.arm(work, promised)
    return len(new)


def _after_the_last_deed(work: UnitOfWork, conversation: Conversation) -> datetime:
    """When a message counts as received: after whatever somebody did there while this page waited for the lock.

    They did not see it. What was done much later was done by a wrong clock.
    """
    late = timedelta() < conversation.changed_at - work.now < LONGEST_WAIT
    return conversation.changed_at + timedelta(microseconds=1) if late else work.now


def _unknown(work: UnitOfWork, account: Account, posts: Sequence[InboundPost]) -> list[InboundPost]:
    """The posts that we don't have, each once; the echo of our own delivered answers is one we have."""
    by_id = {post.ref.external_id: post for post in reversed(posts)}
    ids = list(by_id)
    known = set(
        work.session.scalars(
            select(Message.external_id).where(Message.account_id == account.id, among(Message.external_id, ids))
        )
    ) | set(
        work.session.scalars(
            select(Delivery.external_id).where(Delivery.account_id == account.id, among(Delivery.external_id, ids))
        )
    )
    return [post for id_, post in by_id.items() if id_ not in known]


def _raw(
    work: UnitOfWork, account_id: UUID, stream: str, item: Raw, state: str, tries: int, error: str | None = None
) -> dict[str, object]:
    return {
        "id": new_id(),
        "account_id": account_id,
        "stream": stream,
        "state": state,
        "payload": storable(item),
        "received_at": work.now,
        "due_at": None if state == "quarantined" else work.now + (WAIT_FOR_ITS_POST if tries else timedelta()),
        "attempts": tries,
        "last_error": error,
    }
