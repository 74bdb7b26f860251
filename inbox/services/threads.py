"""Which conversation a post belongs to: one matter with one person on one account.

A thread on the platform has a root; the same person in the same thread is the same matter. Where the
platform names no root we follow parents, and when a parent comes late, what hung below it moves to where
it belongs. What this must not do: look at what was said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from connectors.kit.contract import InboundPost
from inbox.domain import clock
from inbox.domain.classification import classify
from inbox.domain.conversation import REOPEN_WITHIN, Klass, Status
from inbox.domain.ids import new_id, new_reference
from inbox.models import Account, Conversation, Delivery, Message
from inbox.services import merging
from inbox.uow import UnitOfWork

FINISHED = (Status.SOLVED, Status.CLOSED, Status.DISMISSED)


def place(
    work: UnitOfWork, account: Account, posts: Sequence[InboundPost], identities: Mapping[str, UUID]
) -> list[Conversation]:
    """A conversation for each post, in the same order; new ones are made, and locked ones are the account's."""
    roots = _roots(work, account, posts)
    places = _Places(work, account, {identities[post.author.external_id] for post in posts}, set(roots.values()))
    placed: list[Conversation] = []
    for post in posts:
        identity_id = identities[post.author.external_id]
        own_id = post.ref.external_id
        root = roots[own_id]
        if post.visibility == "public" and post.root is None and root != own_id:
            places.move(own_id, root)
        placed.append(places.of(post, identity_id, root))
    return placed


def _roots(work: UnitOfWork, account: Account, posts: Sequence[InboundPost]) -> dict[str, str]:
    """The root of each post's thread. A private talk's root is the person."""
    parents = [post.parent.external_id for post in posts if post.parent]
    known: dict[str | None, str] = {}
    if parents:
        said = (
            select(Message.external_id, Conversation.root_external_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.account_id == account.id, Message.external_id.in_(parents))
        )
        answered = (
            select(Delivery.external_id, Conversation.root_external_id)
            .join(Message, Message.id == Delivery.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Delivery.account_id == account.id, Delivery.external_id.in_(parents))
        )
        known = {row[0]: row[1] for query in (said, answered) for row in work.session.execute(query)}
    roots: dict[str, str] = {}
    for post in posts:
        own_id = post.ref.external_id
        if post.visibility == "private":
            roots[own_id] = f"private:{post.author.external_id}"
        elif post.root is not None:
            roots[own_id] = post.root.external_id
        elif post.parent is not None:
            parent = post.parent.external_id
            roots[own_id] = known.get(parent) or roots.get(parent) or parent
        else:
            roots[own_id] = own_id
    return roots


class _Places:
    """The conversations that the posts of one page may belong to."""

    def __init__(self, work: UnitOfWork, account: Account, people: set[UUID], roots: set[str]) -> None:
        self._work = work
        self._account = account
        self._own = frozenset({account.external_id})
        self._latest: dict[tuple[UUID, str], Conversation] = {}
        for conversation in work.session.scalars(
            select(Conversation)
            .where(
                Conversation.account_id == account.id,
                Conversation.root_external_id.in_(roots),
                Conversation.identity_id.in_(people),
                Conversation.merged_into_id.is_(None),
            )
            .order_by(Conversation.created_at, Conversation.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ):
            self._latest[conversation.identity_id, conversation.root_external_id] = conversation

    def of(self, post: InboundPost, identity_id: UUID, root: str) -> Conversation:
        """The conversation for this post: the latest one of the person in the thread, unless it ended long ago."""
        found = self._latest.get((identity_id, root))
        if found is not None and not self._too_late(found, post):
            if found.klass != Klass.OURS:
                klass = classify(post.kind, post.author.external_id, self._own)
                if klass.klass == Klass.OURS:
                    found.klass, found.klass_rule = klass.klass, klass.rule
            return found
        made = self._new(post, identity_id, root, found)
        self._latest[identity_id, root] = made
        return made

    def move(self, old_root: str, root: str) -> None:
        """A late parent has come: what hung below it belongs to its thread. Two of one person become one."""
        moved = list(
            self._work.session.scalars(
                select(Conversation)
                .where(
                    Conversation.account_id == self._account.id,
                    Conversation.root_external_id == old_root,
                    Conversation.merged_into_id.is_(None),
                )
                .order_by(Conversation.created_at)
                .with_for_update(key_share=True)
            )
        )
        for key in [key for key in self._latest if key[1] == old_root]:
            one = self._latest.pop(key)
            if one not in moved:
                moved.append(one)
        for one in moved:
            one.root_external_id = root
            here = self._latest.get((one.identity_id, root))
            if here is None or here is one:
                self._latest[one.identity_id, root] = one
            else:
                merging.merge(self._work, one, into=here)

    def _too_late(self, conversation: Conversation, post: InboundPost) -> bool:
        if conversation.status == Status.CLOSED:
            return True
        said_at = clock.believed(post.said_at, self._work.now)
        return conversation.status in FINISHED and said_at - conversation.changed_at > REOPEN_WITHIN

    def _new(self, post: InboundPost, identity_id: UUID, root: str, before: Conversation | None) -> Conversation:
        klass = classify(post.kind, post.author.external_id, self._own)
        made = Conversation(
            id=new_id(),
            reference=new_reference(),
            account_id=self._account.id,
            team_id=self._account.team_id,
            identity_id=identity_id,
            root_external_id=root,
            status=Status.NEW,
            klass=klass.klass,
            klass_rule=klass.rule,
            version=0,
            linked_to_id=before.id if before else None,
            created_at=self._work.now,
            changed_at=self._work.now,
        )
        self._work.session.add(made)
        return made
