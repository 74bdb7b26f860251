"""A post of our own while it is written: counted, guarded and kept as a draft, as an answer is.

What it must not do: promise it (`own_posts.py`), or have rules of its own.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from inbox.services import accounts, composing, post_drafts
from inbox.services.at_hand import AtHand
from inbox.services.composing import Refusal, Sheet
from inbox.services.speaking import Speaking, speaking
from inbox.uow import UnitOfWork

MODE = "public"


def look(work: UnitOfWork, account_id: UUID, text: str, *, keep: bool = False) -> Sheet:
    """How these words would go out from this account; `keep` makes them the actor's draft.

    Raises NotFound and Forbidden as `speaking`.
    """
    said = speaking(work, account_id)
    connector = accounts.silent_connector(work, said.account)
    if keep:
        post_drafts.keep(work, account_id, text)
    sheet = composing.measured(work, connector, MODE, at_hand(said), text)
    kept = post_drafts.begun(work, account_id)
    return replace(
        sheet,
        # A status that says when the next word comes is no answer that is still to come.
        sounds_holding=False,
        # Pictures stand beside answers; a post of our own has none yet.
        takes=None,
        saved_at=kept.saved_at if kept is not None and kept.text.strip() == text.strip() else None,
        why_not=closed(work, said),
        second_key=said.new_here,
    )


def at_hand(speaking: Speaking) -> AtHand:
    return AtHand(
        account=speaking.account,
        merged_into_id=None,
        assignee_id=None,
        calendar_id=None,
        name=speaking.signer.public_name or "",
        signed_as=speaking.signed_as,
        heard=frozenset({MODE}),
        drafts={},
        pictures={},
        watch=speaking.watch,
        just_said=frozenset(),
        second_key=speaking.new_here,
    )


def closed(work: UnitOfWork, speaking: Speaking) -> Refusal | None:
    """Why this person can't post there. The same rules as `own_posts.post` refuses by."""
    if speaking.account.owner_id not in (None, work.actor.id):
        return Refusal("This account belongs to one person, and only they sign there. Give them your draft.", {})
    if not speaking.signed_as:
        return Refusal("You have no public name to sign with. Ask an administrator.", {})
    return None
