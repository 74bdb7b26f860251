"""What we say by ourselves: a signed post that answers nobody, as a conversation of its own.

It is promised as an answer is (guarded, signed, split, recorded, delivered by the outbox), so that nothing here knows
how to send. Nobody waits in its conversation: what citizens write under it comes in as their own. An account may belong
to one person: only they sign there, others prepare. What it must not do: post, or say the same form twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from connectors.kit.contract import Author
from inbox.domain import own_posts, releasing, signature
from inbox.domain.asking import Because
from inbox.domain.conversation import Klass, Status
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.domain.ledger.shapes import EntryType
from inbox.models import (
    Account,
    Agent,
    Conversation,
    Delivery,
    Message,
    OwnPost,
)
from inbox.services import (
    accounts,
    agents,
    conversations,
    guard,
    ledger,
    notices,
    people,
    post_drafts,
    replies,
    threads,
)
from inbox.services.speaking import speaking
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Posted:
    """A post on its way. `before`: the same form had been sent already, and nothing was done."""

    conversation_id: UUID
    message_id: UUID
    before: bool


def post(
    work: UnitOfWork,
    account_id: UUID,
    *,
    key: UUID,
    body: str,
    because: Because | None = None,
    prepared_by: UUID | None = None,
    next_word_at: datetime | None = None,
    gathering_id: UUID | None = None,
) -> Posted:
    """Say it under the actor's own name. `key` was made with the form: sent twice, it is said once.

    `prepared_by`: whose offered words they were; `next_word_at`: when it says that we shall speak again, which must not
    be past; `gathering_id`: the many alike that it is said to. Raises Invalid for what can't go out as it is or where
    only the owner signs, NotFound and Forbidden as `speaking`.
    """
    at_hand = speaking(work, account_id)
    account = at_hand.account
    # Two windows that send one form at once: the second waits here, and finds what the first has said.
    work.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"own_post:{work.actor.id}:{key}", 0)))
    )
    if (before := _said_before(work, key)) is not None:
        return before
    if next_word_at is not None and next_word_at <= work.now:
        raise Invalid("That hour is past. Say when the next word comes.", field="next_word")
    words = replies.sendable(body)
    connector = accounts.silent_connector(work, account)
    if not connector.capabilities.posts:
        raise Invalid("You can't post by yourself on %(platform)s.", platform=connector.capabilities.label)
    signed = agents.signature_for(work, account, at_hand.signer)
    looked = guard.look(at_hand.watch, words, signed.signed_as, (), work.now.date())
    if looked.stopped:
        raise Invalid(guard.NUMBER, field="body")
    parts = replies.parts_of(words, signed.signed_as, connector)
    conversation = _conversation(work, account)
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        account_id=account.id,
        direction="out",
        visibility="public",
        agent_id=work.actor.id,
        kind=own_posts.KIND,
        text=signature.sign(words, signed.signed_as),
        language=account.language,
        said_at=work.now,
        received_at=work.now,
        signature_id=signed.id,
        signed_as=signed.signed_as,
    )
    message.entry_id = ledger.record(
        work,
        EntryType.REPLY_APPROVED,
        ref=ledger.about(message),
        values={"text": message.text, "author": str(work.actor.id), "signed_name": signed.signed_as},
        agent_id=work.actor.id,
    )
    work.session.add(message)
    work.session.flush()
    guard.keep(work, message, looked.asked, because)
    held = releasing.needed(new_here=at_hand.new_here, sensitive=False)
    due_at = work.now + timedelta(seconds=at_hand.undo_seconds)
    replies.promise(work, message, parts, due_at=due_at, held=held)
    preparer = _used(work, account, prepared_by, conversation)
    work.session.add(
        OwnPost(
            message_id=message.id,
            agent_id=work.actor.id,
            key=key,
            prepared_by_id=preparer,
            gathering_id=gathering_id,
            next_word_at=next_word_at,
        )
    )
    post_drafts.forget(work, account.id, work.actor.id)
    work.session.flush()
    work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))
    return Posted(conversation.id, message.id, before=False)


def offer(work: UnitOfWork, account_id: UUID, body: str) -> None:
    """Lay the actor's words before the account's owner, who is told. Raises Conflict where nobody else owns it, Invalid
    without words."""
    account = speaking(work, account_id).account
    if account.owner_id is None or account.owner_id == work.actor.id:
        raise Conflict("This account belongs to nobody else: post it yourself.")
    replies.sendable(body)
    post_drafts.keep(work, account.id, body)
    if work.actor.id is not None and post_drafts.offer(work, account.id, work.actor.id):
        notices.tell(
            work, account.owner_id, notices.Kind.POST_PREPARED, account=account.name, account_id=str(account.id)
        )


def write_again(work: UnitOfWork, message_id: UUID) -> UUID:
    """Make the words of a post that was rejected its author's draft again; returns the account's id.

    Raises Conflict where it was not, Forbidden for anybody else.
    """
    message = work.session.get(Message, message_id)
    if message is None or message.kind != own_posts.KIND:
        raise NotFound("There is no such post.")
    conversations.locked(work, message.conversation_id)
    if message.agent_id is None or message.agent_id != work.actor.id:
        raise Forbidden("Only the person who signed a post can write it again.")
    parts = list(
        work.session.scalars(select(Delivery).where(Delivery.message_id == message.id).order_by(Delivery.part))
    )
    if not any(part.state == DeliveryState.REJECTED for part in parts):
        raise Conflict("Only a post that was rejected can be written again.")
    standing = [part.text for part in parts if part.state == DeliveryState.DELIVERED]
    words = signature.unsaid(message.text, message.signed_as or "", standing, len(parts))
    post_drafts.give_back(work, message.account_id, message.agent_id, words)
    return message.account_id


def give_to(work: UnitOfWork, account_id: UUID, agent_id: UUID | None) -> None:
    """The account belongs to this person from now on, or to nobody (None). Only from the command line.

    Raises Invalid for somebody who could not sign there.
    """
    if not work.actor.is_system:
        raise Forbidden("Accounts are given to people from the command line.")
    account = accounts.get(work, account_id, lock=True)
    if agent_id is not None:
        owner = work.session.get(Agent, agent_id)
        if owner is None or owner.public_name is None or account.team_id not in {team.id for team in owner.teams}:
            raise Invalid("An account can only belong to somebody of its team who signs.", field="owner")
    account.owner_id = agent_id


def _said_before(work: UnitOfWork, key: UUID) -> Posted | None:
    row = work.session.execute(
        select(Message.conversation_id, Message.id)
        .join(OwnPost, OwnPost.message_id == Message.id)
        .where(OwnPost.agent_id == work.actor.id, OwnPost.key == key)
    ).one_or_none()
    return Posted(row.conversation_id, row.id, before=True) if row else None


def _conversation(work: UnitOfWork, account: Account) -> Conversation:
    """A conversation with ourselves: nobody's question, so that no clock starts and no list of work shows it."""
    ourselves = Author(account.external_id, account.handle, account.name)
    known, _ = people.known(work, account.channel, [ourselves])
    id_ = new_id()
    made = Conversation(
        id=id_,
        reference=threads.free_references(work, 1)[0],
        account_id=account.id,
        team_id=account.team_id,
        identity_id=known[account.external_id],
        # Until the platform has named it (`outcomes.stands`).
        root_external_id=f"own:{id_}",
        status=Status.OPEN,
        klass=Klass.SEEN,
        klass_rule=own_posts.RULE,
        priority=0,
        version=1,
        assignee_id=work.actor.id,
        language=account.language,
        created_at=work.now,
        changed_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _used(work: UnitOfWork, account: Account, prepared_by: UUID | None, conversation: Conversation) -> UUID | None:
    """Who prepared it, if they did: their offer is used up, and a line says so."""
    if prepared_by is None or prepared_by == work.actor.id:
        return None
    draft = post_drafts.offered(work, account.id, prepared_by)
    if draft is None:
        return None
    name = work.session.scalars(select(Agent.full_name).where(Agent.id == prepared_by)).one()
    post_drafts.forget(work, account.id, prepared_by)
    conversations.line(work, conversation.id, "post_prepared", by=name)
    return prepared_by
