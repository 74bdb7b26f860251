"""The rail and the list beside it, as one page shows them: views, accounts, kept views, chips, rows.

What it must not do: decide what stands in a view, or say what a conversation holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from inbox.domain import filters
from inbox.domain.actors import Role
from inbox.domain.conversation import DismissReason
from inbox.domain.errors import Invalid
from inbox.domain.filters import Pair
from inbox.queries import gathering_lines, inbox_list
from inbox.queries.inbox_list import CAP, Listing, Order, View, order_of
from inbox.queries.surroundings import Around, Kept, around
from inbox.services.conversations import ANSWERERS
from inbox.uow import UnitOfWork
from inbox.web import bulk_done, filtering, formatting, gathering_words, page, refusals, wording

IN_RAIL = (
    View.MINE,
    View.UNASSIGNED,
    View.OPEN,
    View.PENDING,
    View.ON_HOLD,
    View.SNOOZED,
    View.TO_RELEASE,
    View.SOLVED,
    View.DISMISSED,
    View.OTHER,
)
ORDERS = {
    Order.URGENCY: _l("most urgent first"),
    Order.WAKING: _l("back soonest first"),
    Order.CHANGE: _l("newest first"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the rail. `count` is None where nothing waits, `letters` empty where no platform is meant."""

    name: str
    address: str
    current: bool
    count: str | None = None
    letters: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Saving:
    """A view that could not be kept: what was written, and why not."""

    name: str
    why_not: str


def beside(
    work: UnitOfWork, view: View, conversation_id: UUID | None = None, saving: Saving | None = None
) -> dict[str, Any]:
    """Everything around an open conversation, or around none. Reads two statements."""
    pairs = filtering.asked()
    read = around(work, conversation_id)
    after = request.args.get("after")
    wrong = ""
    # Only where all of them would stand, and nobody looks for some of them: there one line stands for many.
    folds = view in (View.OPEN, View.UNASSIGNED) and not pairs
    listing = Listing(view, (), None)
    try:
        narrow = read.narrowed(filters.parsed(pairs))
        listing = inbox_list.conversations(work, view, after, narrow=narrow, folded=folds)
    except Invalid as error:
        # The list says it and stays empty: another list than the one asked for would look like an answer.
        wrong = refusals.said(error)
    kept = next((one for one in read.kept if one.view is view and set(one.filters) == set(pairs)), None)
    first = listing.rows[0] if listing.rows and not after and order_of(view) is Order.URGENCY else None
    return {
        "listing": listing,
        "lines": (
            gathering_lines.among(listing.rows, read.gatherings, after=after, more=listing.next is not None)
            if folds and not wrong
            else listing.rows
        ),
        "storms": gathering_words.storms(read.gatherings),
        "acute_count": read.acute,
        "acute_id": read.acute_id,
        "total": listing.total if pairs else read.counts.get(view),
        "wrong": wrong,
        "first": first if first is not None and first.due is not None and first.due.due_at is not None else None,
        "view": view.value,
        "view_name": kept.name if kept else wording.VIEWS[view],
        "order": ORDERS[order_of(view)],
        "kept": kept,
        "may_drop": kept is not None and (kept.own or work.actor.has(Role.LEAD)),
        "chips": filtering.chips(view, pairs, read),
        "choices": filtering.choices(pairs, read),
        "pairs": pairs,
        "plain": filtering.address(view),
        "row_address": filtering.row_address(view),
        "further": filtering.address(view, pairs, listing.next),
        "top": filtering.address(view, pairs) if after else None,
        "sharing": read.teams if work.actor.has(Role.LEAD) else (),
        "saving": saving,
        "unassigned": min(read.counts[View.UNASSIGNED], CAP),
        "bulk": bulk_done.told(work.now),
        "reasons": [reason.value for reason in DismissReason],
        "tags_on": read.on,
        "tags_known": read.tags,
        **menu(work, read, view, pairs, kept),
    }


def menu(
    work: UnitOfWork, read: Around, view: View | None = None, pairs: tuple[Pair, ...] = (), kept: Kept | None = None
) -> dict[str, Any]:
    """The rail alone, for a page that shows no view."""
    # One line is the current one: the kept view or the account, where the filters are exactly theirs, else the view.
    alone = filtering.own_account(pairs) if view is View.OPEN else None
    narrowed = kept is not None or alone is not None
    return {
        "views": [_view(one, one is view and not narrowed, read) for one in IN_RAIL if _shown(one, view, read)],
        "channels": _channels(alone if kept is None else None, read),
        "kept_views": [_kept(one, kept) for one in read.kept],
        "now": work.now,
        "me": work.actor.id,
        "may_work": work.actor.has(*ANSWERERS),
    }


def _shown(one: View, view: View | None, read: Around) -> bool:
    """What waits for a second key is no view for those who never see one."""
    return one is not View.TO_RELEASE or one is view or bool(read.counts[one])


def _view(one: View, current: bool, read: Around) -> Entry:
    return Entry(str(wording.VIEWS[one]), filtering.address(one), current, _count(read.counts.get(one)))


def _channels(alone: UUID | None, read: Around) -> list[Entry]:
    """Our accounts, each with what is open there."""
    return [
        Entry(
            str(_("%(name)s (practice)", name=one.name)) if one.practice else one.name,
            filtering.address(View.OPEN, (("account", str(one.id)),)),
            one.id == alone,
            _count(one.count),
            page.channel(one.channel).letters,
        )
        for one in read.accounts
    ]


def _kept(one: Kept, current: Kept | None) -> Entry:
    return Entry(one.name, filtering.address(one.view, one.filters), one is current, shared=one.shared)


def _count(n: int | None) -> str | None:
    # A nought says nothing that the name without a number does not.
    if not n:
        return None
    return f"{formatting.number(CAP)}+" if n > CAP else formatting.number(n)
