"""What a notice says and where it leads, in the reader's language.

What it must not do: repeat what anybody wrote. `aloud` is what a browser shows over other windows, where others may
look on: there nobody who wrote privately has a name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from inbox.queries.notices import Told

_SAYS: Mapping[str, tuple[str, Callable[[Told], str], Callable[[], str], Callable[[], str]]] = {
    # How soon, what, more of it, and what the link is called.
    "mentioned": (
        "soon",
        lambda it: _("%(by)s mentioned you in a note: %(who)s", by=it.by, who=it.who),
        lambda: "",
        lambda: _("Read the note"),
    ),
    "handed_over": (
        "soon",
        lambda it: _("%(by)s handed you the conversation with %(who)s", by=it.by, who=it.who),
        lambda: "",
        lambda: _("Open the conversation"),
    ),
    "lapsed": (
        "",
        lambda it: _("The conversation with %(who)s went back to the queue", who=it.who),
        lambda: _("You were gone longer than a conversation is held for somebody."),
        lambda: _("Open the conversation"),
    ),
    "woken": (
        "",
        lambda it: _("The conversation with %(who)s is back", who=it.who),
        lambda: _("It was put off until now."),
        lambda: _("Open the conversation"),
    ),
    "planned_taken_back": (
        "late",
        lambda it: _("Your planned answer to %(who)s did not go out", who=it.who),
        lambda: _("Something was said or changed there before. Your words are a draft again."),
        lambda: _("Open the draft"),
    ),
    "held_taken_back": (
        "late",
        lambda it: _("Your answer to %(who)s was not released", who=it.who),
        lambda: _("Something was said or changed there before. Your words are a draft again."),
        lambda: _("Open the draft"),
    ),
    "given_back": (
        "soon",
        lambda it: _("%(by)s gave your answer to %(who)s back", by=it.by, who=it.who),
        lambda: _("Your words are a draft again, and a note says why."),
        lambda: _("Open the draft"),
    ),
    "needs_human": (
        "late",
        lambda it: _("Your answer to %(who)s needs you", who=it.who),
        lambda: _("Nobody knows whether it went out."),
        lambda: _("See and decide"),
    ),
    "rejected": (
        "late",
        lambda it: _("Your answer to %(who)s does not go out", who=it.who),
        lambda: _("It was rejected."),
        lambda: _("See why"),
    ),
    "silo_answered": (
        "",
        lambda it: _("%(silo)s has answered about %(who)s", silo=it.data.get("silo", ""), who=it.who),
        lambda: _("The answer lies as a draft with whoever has the conversation."),
        lambda: _("Open the draft"),
    ),
    "silo_undelivered": (
        "late",
        lambda it: _(
            "Your question to %(silo)s about %(who)s did not get there", silo=it.data.get("silo", ""), who=it.who
        ),
        lambda: _("Or nobody knows whether it did."),
        lambda: _("See and decide"),
    ),
    "silo_suspended": (
        "late",
        lambda it: _("%(silo)s can’t be reached", silo=it.data.get("silo", "")),
        lambda: _("What was asked of them waits until an administrator has mended it."),
        lambda: _("See why"),
    ),
    "silo_asked": (
        "soon",
        lambda it: _("%(by)s asks %(silo)s", by=it.by, silo=it.data.get("silo", "")),
        lambda: "",
        lambda: _("Read and answer"),
    ),
    "silo_reminded": (
        "late",
        lambda it: _("%(by)s reminds %(silo)s of a question", by=it.by, silo=it.data.get("silo", "")),
        lambda: "",
        lambda: _("Read and answer"),
    ),
    "silo_asked_back": (
        "soon",
        lambda it: _("%(silo)s wants to know something about %(who)s", silo=it.data.get("silo", ""), who=it.who),
        lambda: _("Their question stands in the conversation."),
        lambda: _("Read and answer"),
    ),
    "silo_told": (
        "soon",
        lambda it: _("%(by)s has answered what %(silo)s asked back", by=it.by, silo=it.data.get("silo", "")),
        lambda: "",
        lambda: _("Read and answer"),
    ),
    "complaint": (
        "soon",
        lambda it: _("A complaint is yours to see to: %(who)s", who=it.who),
        lambda: _("It has deadlines of its own."),
        lambda: _("See the complaint"),
    ),
    "complaint_late": (
        "late",
        lambda it: (
            _("A complaint got no receipt in time: %(who)s", who=it.who)
            if it.data.get("what") == "receipt"
            else _("A complaint is not answered in time: %(who)s", who=it.who)
        ),
        lambda: "",
        lambda: _("See the complaint"),
    ),
    "post_prepared": (
        "soon",
        lambda it: _("%(by)s has prepared words for %(account)s", by=it.by, account=it.data.get("account", "")),
        lambda: _("You alone sign on that account."),
        lambda: _("Read and post"),
    ),
    "surge": (
        "soon",
        lambda _it: str(_("Many write the same now")),
        lambda: _("You are told once. The gathering shows how many they are."),
        lambda: _("See the gathering"),
    ),
    "acute": (
        "late",
        lambda it: _("Acute? Look at the conversation with %(who)s now", who=it.who),
        lambda: _("Somebody may be in danger. You are called until somebody sees to it."),
        lambda: _("Read it now"),
    ),
    "reminded": (
        "soon",
        lambda it: _("%(who)s waits for an answer from you", who=it.who),
        lambda: _("The promised time runs out. You have the conversation."),
        lambda: _("Read and answer"),
    ),
    "lead_told": (
        "late",
        lambda it: _("A promised time runs out or is over: %(who)s", who=it.who),
        lambda: _("The ladder tells you as the team’s lead."),
        lambda: _("Open the conversation"),
    ),
    "moved_on": (
        "",
        lambda it: _("The conversation with %(who)s is not yours any more", who=it.who),
        lambda: _("Its time was over, and the ladder gave it to others."),
        lambda: _("Open the conversation"),
    ),
    "came_to": (
        "soon",
        lambda it: _("The conversation with %(who)s is yours now", who=it.who),
        lambda: _("Its time runs out, and the ladder gave it to you."),
        lambda: _("Read and answer"),
    ),
    "threat": (
        "late",
        lambda it: _("%(by)s reports a threat in the conversation with %(who)s", by=it.by, who=it.who),
        lambda: _("The evidence is kept. See who has the conversation, and talk with your colleague."),
        lambda: _("See the incident"),
    ),
    "citizen_wrote": (
        "",
        lambda it: _("%(who)s wrote to you", who=it.who),
        lambda: _("You hold this conversation."),
        lambda: _("Read and answer"),
    ),
}


_TO_THE_BACK_OFFICE = frozenset({"silo_asked", "silo_reminded", "silo_told"})
"""About a question: the conversation behind it is not theirs to open."""
_WITHOUT_A_CONVERSATION = _TO_THE_BACK_OFFICE | {"post_prepared", "surge"}


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as the list shows it. `temper` is empty for what only informs."""

    id: UUID
    temper: str
    says: str
    more: str
    link: str
    at: datetime
    read: bool


def told(one: Told) -> Line:
    """Ready to render. A conversation that is out of sight is only said to be gone."""
    temper, says, more, link = _SAYS[one.kind]
    if one.conversation_id is None and one.kind not in _WITHOUT_A_CONVERSATION:
        return Line(one.id, "", _("Something in a conversation that you no longer see"), "", "", one.at, one.read)
    return Line(one.id, temper, says(one), more(), link(), one.at, one.read)


def aloud(one: Told) -> str:
    """What a browser may say of it."""
    if one.kind in _WITHOUT_A_CONVERSATION:
        return str(_("There is something new for you"))
    if one.conversation_id is None:
        return ""
    if one.kind == "acute":
        return str(
            _("Acute? Somebody must look now")
            if one.private
            else _("Acute? Look at the conversation with %(who)s now", who=one.who)
        )
    if not one.private:
        return str(_("New in the conversation with %(name)s", name=one.who))
    return str(_("New private message") if one.kind == "citizen_wrote" else _("There is something new for you"))


def address(one: Told) -> str:
    """Where it leads."""
    if one.kind in _TO_THE_BACK_OFFICE:
        return url_for("silo_desk.question", ticket_id=UUID(str(one.data["ticket"])))
    if one.kind == "post_prepared" and one.conversation_id is None:
        return url_for("own_posts.page", account=str(one.data["account_id"]))
    if one.kind == "surge":
        return url_for("gatherings.page", gathering_id=UUID(str(one.data["gathering"])))
    if one.conversation_id is None:
        return url_for("notices.page")
    if one.kind == "threat" and "incident" in one.data:
        return url_for("harm.incident", incident_id=UUID(str(one.data["incident"])))
    if one.kind in ("planned_taken_back", "held_taken_back", "given_back", "silo_answered"):
        return url_for("desk.reply_form", conversation_id=one.conversation_id)
    return url_for("desk.conversation", conversation_id=one.conversation_id)
