"""What codes of the house are called on the screen: states, reasons, roles, what happened.

One place, so that a thing has one word. What it must not do: hold a rule, or a sentence that only one page says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from inbox.domain import own_posts
from inbox.domain.classification import RULES
from inbox.domain.conversation import Priority
from inbox.domain.personal_data import MASK
from inbox.domain.sla import ClockKind
from inbox.queries.inbox_list import View
from inbox.queries.thread_items import Happened
from inbox.web import acute_lines, complaint_words, harm_words, key_words, ladder_words, silo_words, stop_words
from inbox.web.catalogue import gettext as _
from inbox.web.formatting import language, moment
from inbox.web.guard_words import asked_things, because_said
from inbox.web.moderation_words import MODERATED
from inbox.web.policy_words import PRIORITIES, PROMISES, group_word

STATUSES = {
    "new": _l("New"),
    "open": _l("Open"),
    "pending": _l("Waiting for citizen"),
    "on_hold": _l("With back office"),
    "solved": _l("Solved"),
    "closed": _l("Closed"),
    "dismissed": _l("Dismissed, no answer needed"),
}
KLASSES = {"ours": _l("Ours to answer"), "seen": _l("Seen"), "noise": _l("Noise")}
REASONS = {
    "thanks": _l("It was a thank-you"),
    "spam": _l("It is spam"),
    "not_for_us": _l("It is not for us"),
    "answered_elsewhere": _l("It was answered elsewhere"),
}
VIEWS = {
    View.MINE: _l("Mine"),
    View.UNASSIGNED: _l("Unassigned"),
    View.OPEN: _l("All open"),
    View.PENDING: _l("Waiting for citizen"),
    View.ON_HOLD: _l("With the back office"),
    View.SNOOZED: _l("Snoozed"),
    View.TO_RELEASE: _l("To be released"),
    View.WAITING: _l("Waiting on us"),
    View.SOLVED: _l("Solved"),
    View.DISMISSED: _l("Dismissed"),
    View.OTHER: _l("Seen and noise"),
}
ROLES = {
    "agent": _l("Agent"),
    "lead": _l("Lead"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
    "back_office": _l("Back office"),
}
DAYS = {
    "mon": _l("Monday"),
    "tue": _l("Tuesday"),
    "wed": _l("Wednesday"),
    "thu": _l("Thursday"),
    "fri": _l("Friday"),
    "sat": _l("Saturday"),
    "sun": _l("Sunday"),
}
BREACHED = {
    "acknowledged": _l("The promised time for acknowledging passed"),
    "first_response": _l("The promised time for the first answer passed"),
    "next_response": _l("The promised time for the next answer passed"),
    "resolution": _l("The promised time for solving it passed"),
}


HAPPENED: Mapping[str, Callable[[Happened], str]] = {
    "taken": lambda line: _("%(name)s took the conversation", name=line.who),
    "released": lambda line: _("%(name)s gave the conversation back", name=line.who),
    "handed_over": lambda line: _("%(name)s handed it over to %(to)s", name=line.who, to=line.data.get("to", "")),
    "assigned": lambda line: _("Assigned to %(name)s", name=line.data.get("to", "")),
    "draft_given": lambda line: _("%(name)s gave a draft to %(to)s", name=line.who, to=line.data.get("to", "")),
    "lapsed": lambda line: _("Back in the queue: %(name)s is gone", name=line.data.get("name", "")),
    "snoozed": lambda line: _(
        "%(name)s put it off until %(when)s",
        name=line.who,
        when=moment(datetime.fromisoformat(str(line.data["until"])), line.at),
    ),
    "woken": lambda _line: _("Back: its hour has come"),
    "woken_by_hand": lambda line: _("%(name)s brought it back", name=line.who),
    "woken_by_citizen": lambda _line: _("Back: the citizen wrote"),
    "solved": lambda line: _("%(name)s marked it solved", name=line.who),
    "dismissed": lambda line: _(
        "%(name)s dismissed it: %(reason)s", name=line.who, reason=reason_word(str(line.data.get("reason", "")))
    ),
    "reopened": lambda line: _("%(name)s opened it again", name=line.who),
    "reopened_by_citizen": lambda _line: _("Opened again by the citizen’s message"),
    "made_work": lambda line: _("%(name)s made it work", name=line.who),
    "undone": lambda line: _("%(name)s took an answer back before it went out", name=line.who),
    "planned_taken_back": lambda _line: _("The planned answer did not go out: something was said or changed before"),
    **key_words.LINES,
    **acute_lines.LINES,
    **harm_words.LINES,
    **stop_words.LINES,
    **ladder_words.LINES,
    **complaint_words.LINES,
    "came_back": lambda _line: _("Opened again: the answer does not go out"),
    "ranked": lambda line: _(
        "%(name)s set the priority: %(priority)s",
        name=line.who,
        priority=PRIORITIES[Priority(int(str(line.data["priority"])))],
    ),
    "grouped": lambda line: (
        _("%(name)s set the citizen’s group: %(group)s", name=line.who, group=group_word(str(line.data["group"])))
        if line.who
        else _("The citizen’s group: %(group)s", group=group_word(str(line.data["group"])))
    ),
    "breached": lambda line: str(BREACHED.get(str(line.data.get("clock")), BREACHED["first_response"])),
    "terms_changed": lambda line: _(
        "%(promise)s: new deadline %(when)s, since response times or opening hours have changed",
        promise=PROMISES[ClockKind(str(line.data["clock"]))],
        when=moment(datetime.fromisoformat(str(line.data["to"])), line.at),
    ),
    "post_prepared": lambda line: _("Prepared by %(name)s", name=line.data.get("by", "")),
    "sent_anyway": lambda line: _(
        "%(name)s sent it with %(things)s: %(reason)s",
        name=line.who,
        things=asked_things(str(line.data["asked"]).split(",")),
        reason=because_said(str(line.data["reason"]), str(line.data["words"])),
    ),
    "rejected": lambda _line: _("An answer was rejected by the platform"),
    "stands": lambda line: _("%(name)s saw that the answer stands out there", name=line.who),
    "sent_again": lambda line: _("%(name)s had the answer sent again", name=line.who),
    **silo_words.HAPPENED,
    **MODERATED,
    "merged": lambda line: _("Joined with %(reference)s", reference=line.data.get("gone", "")),
    "merged_away": lambda line: _("Continued in %(reference)s", reference=line.data.get("into", "")),
}
ENTRIES = {
    "post.seen": _l("A citizen’s public words, as we saw them"),
    "post.edited": _l("A citizen changed public words"),
    "post.deleted": _l("A citizen took public words away"),
    "picture.seen": _l("A citizen’s public picture, as we saw it"),
    "picture.approved": _l("A picture was signed and promised with an answer"),
    "post.hidden": _l("Public words were hidden"),
    "post.shown": _l("Public words were shown again"),
    "reply.approved": _l("An answer was signed and promised"),
    "reply.released": _l("An answer was released by a second person"),
    "reply.delivered": _l("An answer stands on the platform"),
    "reply.rejected": _l("The platform rejected an answer"),
    "reply.unconfirmed": _l("Nobody could tell whether an answer stands on the platform"),
    "reply.edited": _l("An answer was changed"),
    "reply.deleted": _l("An answer was taken back"),
    "reply.corrected": _l("An answer was corrected"),
    "author.blocked": _l("Somebody was blocked"),
    "author.unblocked": _l("Somebody was unblocked"),
    "author.muted": _l("Somebody was muted"),
    "author.unmuted": _l("Somebody is heard again"),
    "comments.closed": _l("Comments under a post were closed"),
    "comments.opened": _l("Comments under a post were opened again"),
    "conversation.escalated": _l("A question went to the back office"),
    "field.redacted": _l("Words were erased by the law"),
    "key.added": _l("A person’s key was added"),
    "key.revoked": _l("A person’s key was revoked"),
    "retention.run": _l("The rules of retention were carried out"),
    "review.closed": _l("A review was closed"),
}
FIELDS = {
    "text": _l("Words"),
    "author": _l("Author"),
    "signed_name": _l("Signed as"),
    "platform_id": _l("The platform’s number"),
    "url": _l("Address"),
    "picture": _l("Digest of the picture"),
    "description": _l("Description of the picture"),
}
FAULTS = {
    "erased": _l("Words are gone, and no entry says that they were erased."),
    "unrecorded": _l("A public word stands in no entry of its own."),
    "key": _l("A stored key differs from the one that the log names."),
    "entry": _l("The entry has not the shape that it must have."),
    "leaf": _l("The entry or its place is not what was recorded."),
    "words": _l("The words are not those that were recorded."),
    "signature": _l("The signature does not fit."),
    "replayed": _l("The entry stands in another one’s place."),
}
OTHER_FAULT = _l("The way to the signed head does not hold.")
TICKETS = {
    "asked": _l("Asked, not seen yet"),
    "seen": _l("Seen"),
    "answered": _l("Answered"),
    "used": _l("Answered, and the citizen has it"),
    "recalled": _l("Recalled"),
}
BY_HAND = _l("A colleague made it work.")
BY_HAND_RULE = "by_hand"
OWN_POST = _l("We said it by ourselves: nobody waits for an answer to it.")


def ticket_word(state: str) -> str:
    """How far a question to the back office has come."""
    return str(TICKETS[state])


def status_word(status: str) -> str:
    """A conversation's state."""
    return str(STATUSES[status])


def klass_word(klass: str) -> str:
    """Ours to answer, seen, or noise."""
    return str(KLASSES[klass])


def priority_word(priority: int) -> str:
    """How much hangs on it."""
    return str(PRIORITIES[Priority(priority)])


def reason_word(reason: str) -> str:
    """Why no answer was needed."""
    return str(REASONS.get(reason, reason))


def event_words(line: Happened) -> str:
    """A thin line of the thread."""
    return HAPPENED[line.kind](line)


def entry_word(kind: str) -> str:
    """What a ledger entry records."""
    return str(ENTRIES[kind])


def field_word(name: str) -> str:
    """A committed word's name."""
    return str(FIELDS.get(name, name))


def fault_word(fault: str) -> str:
    """Why a proof does not hold."""
    return str(FAULTS.get(fault, OTHER_FAULT))


def platform_says(sentence: str) -> str:
    """A reason that a platform's connector wrote: translated if it is a known sentence, else as it came.

    Nothing is filled in, so that a per cent sign in a platform's own words is only a per cent sign.
    """
    return str(_(sentence))


def rule_sentence(rule: str) -> str:
    """The plain rule that said whether it is ours."""
    if rule in (BY_HAND_RULE, own_posts.RULE):
        return str(BY_HAND if rule == BY_HAND_RULE else OWN_POST)
    return next((_(known.sentence) for known in RULES if known.name == rule), rule)


def initials(name: str) -> str:
    """At most two letters for a face."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def quoted(text: str) -> str:
    """A short quotation in the page's own marks."""
    short = text if len(text) <= 120 else text[:119].rstrip() + "…"
    opening, closing = {"da": ("»", "«"), "nb": ("«", "»")}.get(language(), ("“", "”"))
    return f"{opening}{short}{closing}"


def masked(text: str) -> Markup:
    """Words with each masked national number drawn as such, and said as such to those who listen."""
    if MASK not in text:
        return escape(text)
    mark = Markup('<span class="masked"><span aria-hidden="true">{}</span><span class="sr">{}</span></span>').format(
        MASK, _("identity number hidden")
    )
    return mark.join(escape(piece) for piece in text.split(MASK))
