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
from inbox.models.arrays import among, insert_rows
from inbox.services import merging
from inbox.uow import UnitOfWork

FINISHED = (Status.SOLVED, Status.CLOSED, Status.DISMISSED)


def _roots(work: UnitOfWork, account: Account, posts: Sequence[InboundPost]) -> dict[str, str]:
    """The root of each post's thread. A private talk's root is the person."""
    parents = [post.parent.external_id for post in posts if post.parent]
    known: dict[str | None, str] = {}
    if parents:
        said = (
            select(Message.external_id, Conversation.root_external_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.account_id == account.id, among(Message.external_id, parents))
        )
        answered = (
            select(Delivery.external_id, Conversation.root_external_id)
            .join(Message, Message.id == Delivery.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Delivery.account_id == account.id, among(Delivery.external_id, parents))
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


def free_references(work: UnitOfWork, wanted: int) -> list[str]:
    """So many references that nobody has. Among 100,000 one draw in 10,000 meets one that is taken."""
    free: set[str] = set()
    while len(free) < wanted:
        drawn = {new_reference() for _ in range(wanted - len(free))}
        with work.session.no_autoflush:
            taken = work.session.scalars(select(Conversation.reference).where(among(Conversation.reference, drawn)))
        free |= drawn.difference(taken)
    return list(free)


class Places:
    """The conversations that the posts of one page belong to: those there are, and those that have to be made."""

    def __init__(
        self, work: UnitOfWork, account: Account, posts: Sequence[InboundPost], identities: Mapping[str, UUID]
    ) -> None:
        self._work = work
        self._account = account
        self._identities = identities
        self._own = frozenset({account.external_id})
        self._roots = _roots(work, account, posts)
        self._new: list[Conversation] = []
        self.born: list[Conversation] = []
        """All that this page has made, those included that are stored already or were joined with another."""
        self._most = len(posts)
        self._references: list[str] | None = None
        self._latest: dict[tuple[UUID, str], Conversation] = {}
        self._joined: dict[UUID, Conversation] = {}
        for conversation in work.session.scalars(
            select(Conversation)
            .where(
                Conversation.account_id == account.id,
                among(Conversation.root_external_id, set(self._roots.values())),
                among(Conversation.identity_id, set(identities.values())),
                Conversation.merged_into_id.is_(None),
            )
            .order_by(Conversation.created_at, Conversation.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ):
            self._latest[conversation.identity_id, conversation.root_external_id] = conversation

    def of(self, post: InboundPost) -> Conversation:
        """The conversation for this post: the latest one of the person in the thread, unless it ended long ago."""
        identity_id = self._identities[post.author.external_id]
        own_id = post.ref.external_id
        root = self._roots[own_id]
        if post.visibility == "public" and post.root is None and root != own_id:
            self._move(own_id, root)
        found = self._latest.get((identity_id, root))
        if found is not None and not self._too_late(found, post):
            if found.klass != Klass.OURS:
                klass = classify(post.kind, post.author.external_id, self._own)
                if klass.klass == Klass.OURS:
                    found.klass, found.klass_rule = klass.klass, klass.rule
            return found
        made = self._make(post, identity_id, root, found)
        self._latest[identity_id, root] = made
        return made

    def standing(self, conversation: Conversation) -> Conversation:
        """The conversation itself, or the one it was joined with by a later post of the page."""
        while conversation.id in self._joined:
            conversation = self._joined[conversation.id]
        return conversation

    def unborn(self) -> frozenset[UUID]:
        """The conversations that are made and not stored yet, at this moment."""
        return frozenset(one.id for one in self._new)

    def store(self) -> None:
        """Write what was made and changed. From here on none of it is touched again: one row each, written once."""
        self._work.session.flush()
        names = [column.key for column in Conversation.__mapper__.column_attrs]
        insert_rows(
            self._work.session, Conversation, [{name: getattr(one, name) for name in names} for one in self._new]
        )
        self._new.clear()

    def _move(self, old_root: str, root: str) -> None:
        """A late parent has come: what hung below it belongs to its thread. Two of one person become one."""
        session = self._work.session
        session.add_all(self._new)
        self._new.clear()
        session.flush()
        for one in session.scalars(
            select(Conversation)
            .where(
                Conversation.account_id == self._account.id,
                Conversation.root_external_id == old_root,
                Conversation.merged_into_id.is_(None),
            )
            .order_by(Conversation.created_at, Conversation.id)
            .with_for_update(key_share=True)
        ).all():
            self._latest.pop((one.identity_id, old_root), None)
            here = self._latest.setdefault((one.identity_id, root), self._there(one, root) or one)
            if here is not one:
                merging.merge(self._work, one, into=here)
                self._joined[one.id] = here
            one.root_external_id = root

    def _there(self, moved: Conversation, root: str) -> Conversation | None:
        """The person's conversation in that thread: the late parent may be somebody else's."""
        return self._work.session.scalars(
            select(Conversation)
            .where(
                Conversation.account_id == self._account.id,
                Conversation.root_external_id == root,
                Conversation.identity_id == moved.identity_id,
                Conversation.merged_into_id.is_(None),
            )
            .order_by(Conversation.created_at.desc(), Conversation.id.desc())
            .limit(1)
            .with_for_update(key_share=True)
        ).one_or_none()

    def _too_late(self, conversation: Conversation, post: InboundPost) -> bool:
        if conversation.status == Status.CLOSED:
            return True
        if conversation.stopped_at is not None and post.visibility == "public":
            # What goes on in a thread that we left is the same matter, however late. Private talk has but one thread.
            return False
        said_at = clock.believed(post.said_at, self._work.now)
        return conversation.status in FINISHED and said_at - conversation.changed_at > REOPEN_WITHIN

    def _make(self, post: InboundPost, identity_id: UUID, root: str, before: Conversation | None) -> Conversation:
        klass = classify(post.kind, post.author.external_id, self._own)
        if self._references is None:
            # All at once: those drawn and not stored yet could be drawn a second time.
            self._references = free_references(self._work, self._most)
        made = Conversation(
            id=new_id(),
            reference=self._references.pop(),
            account_id=self._account.id,
            team_id=self._account.team_id,
            identity_id=identity_id,
            root_external_id=root,
            status=Status.NEW,
            klass=klass.klass,
            klass_rule=klass.rule,
            priority=0,
            version=0,
            linked_to_id=before.id if before else None,
            created_at=self._work.now,
            changed_at=self._work.now,
        )
        self._new.append(made)
        self.born.append(made)
        return made
