"""Who may pass which door: one map for every HTTP endpoint, socket event, room and command.

It is asked in one place per kind of door (`inbox.web.people`, `inbox.realtime.connection`), and a door that is
not in it is closed. Services and queries ask again by what they touch, so that a forgotten line here never
opens a conversation. A test walks every door as every role and finds what this map says. What it must not do:
look at a conversation or a team; whose they are is known only where they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inbox.domain.actors import Role
from inbox.domain.passing import EVERYBODY, NOBODY, OPERATOR, PEOPLE, Rule, only

__all__ = ["COMMANDS", "ENDPOINTS", "EVERYBODY", "NOBODY", "PEOPLE", "ROOMS", "SOCKET_EVENTS", "Rule", "at", "only"]

_ANSWERING: Final = only(Role.AGENT, Role.LEAD)
_HISTORY: Final = only(Role.AUDITOR, Role.LEAD, Role.ADMINISTRATOR)

ENDPOINTS: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "assets.file": EVERYBODY,
        "health.health": EVERYBODY,
        # A platform proves its call by its signature over the body.
        "hooks.hook": EVERYBODY,
        "hooks.silo": EVERYBODY,
        "security.login": EVERYBODY,
        "security.logout": PEOPLE,
        # Shows each person the first part of the house that is theirs, or says that there is none yet.
        "start.start": PEOPLE,
        # Each person's own, whatever their roles; what a notice leads to asks again.
        "notices.page": PEOPLE,
        "notices.count": PEOPLE,
        "notices.follow": PEOPLE,
        "notices.read_all": PEOPLE,
        "notices.browser": PEOPLE,
        "notices.colleagues": _ANSWERING,
        # Private messages stand on the desk, so that neither an administrator nor an auditor enters it.
        "desk.desk": _ANSWERING,
        "desk.rows": _ANSWERING,
        "desk.conversation": _ANSWERING,
        "desk.reply_form": _ANSWERING,
        "desk.thread_fragment": _ANSWERING,
        "desk.clock": _ANSWERING,
        # The link of a call leads there; whose call it was is asked where it is followed.
        "acute.page": _ANSWERING,
        "acute.acknowledge": _ANSWERING,
        "acute.decide": _ANSWERING,
        "acute.put_in": _ANSWERING,
        "acute_words.page": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "acute_words.save": only(Role.ADMINISTRATOR, Role.LEAD),
        "acute_words.attempt": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        # Where notices go outside: whoever types an address there answers for it.
        "reach.page": only(Role.ADMINISTRATOR),
        "reach.save": only(Role.ADMINISTRATOR),
        "reach.attempt": only(Role.ADMINISTRATOR),
        "reach.switch_off": only(Role.ADMINISTRATOR),
        "reach.mail": PEOPLE,
        "on_call.page": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "on_call.usual": only(Role.ADMINISTRATOR, Role.LEAD),
        "on_call.plan": only(Role.ADMINISTRATOR, Role.LEAD),
        "on_call.drop": only(Role.ADMINISTRATOR, Role.LEAD),
        "conversations.take": _ANSWERING,
        "conversations.release": _ANSWERING,
        "conversations.solve": _ANSWERING,
        "conversations.reopen": _ANSWERING,
        "conversations.make_work": _ANSWERING,
        "conversations.dismiss": _ANSWERING,
        "conversations.rank": _ANSWERING,
        "conversations.note": _ANSWERING,
        "presence.company": _ANSWERING,
        # A person is there for whoever may see a conversation with them.
        "contacts.panel": _ANSWERING,
        "contacts.page": _ANSWERING,
        "contacts.group": _ANSWERING,
        "contacts.note": _ANSWERING,
        "contacts.remove_note": _ANSWERING,
        "contacts.join": _ANSWERING,
        "contacts.undo_join": _ANSWERING,
        # What a person says of themselves.
        "me.page": PEOPLE,
        "me.save": PEOPLE,
        "me.away": _ANSWERING,
        "me.digest": PEOPLE,
        "staff.page": only(Role.LEAD, Role.ADMINISTRATOR),
        "staff.team": only(Role.LEAD, Role.ADMINISTRATOR),
        "staff.person": only(Role.LEAD, Role.ADMINISTRATOR),
        "together.snooze_form": _ANSWERING,
        "together.snooze": _ANSWERING,
        "together.wake": _ANSWERING,
        "together.hand_over_form": _ANSWERING,
        "together.hand_over": _ANSWERING,
        "together.give_draft": _ANSWERING,
        "together.drop_draft": _ANSWERING,
        "silo.form": _ANSWERING,
        "silo.ask": _ANSWERING,
        "silo.recall": _ANSWERING,
        "silo.remind": _ANSWERING,
        "silo.put_in": _ANSWERING,
        "silo.tell": _ANSWERING,
        "silo.decide": _ANSWERING,
        # Whose units a question was put to is asked where it lies.
        "silo_desk.page": only(Role.BACK_OFFICE),
        "silo_desk.rows": only(Role.BACK_OFFICE),
        "silo_desk.question": only(Role.BACK_OFFICE),
        "silo_desk.answer": only(Role.BACK_OFFICE),
        "silo_desk.again": only(Role.BACK_OFFICE),
        "silo_desk.ask_back": only(Role.BACK_OFFICE),
        "silo_units.page": only(Role.ADMINISTRATOR),
        "silo_units.new": only(Role.ADMINISTRATOR),
        "silo_units.change": only(Role.ADMINISTRATOR),
        "silo_units.save": only(Role.ADMINISTRATOR),
        "silo_units.probe": only(Role.ADMINISTRATOR),
        # Notes and private messages are found as well.
        "search.found": _ANSWERING,
        "tags.add": _ANSWERING,
        "tags.take_off": _ANSWERING,
        "views.save": _ANSWERING,
        "views.drop": _ANSWERING,
        "bulk.do": _ANSWERING,
        "bulk.undo": _ANSWERING,
        # Everybody's own time alone stands behind these, whoever asks.
        "activity.beat": _ANSWERING,
        "activity.mine": _ANSWERING,
        "activity.correct": _ANSWERING,
        "pictures.attach": _ANSWERING,
        "pictures.remove": _ANSWERING,
        # Who may read the words sees the pictures beside them, which is asked again where they lie.
        "pictures.picture": only(Role.AGENT, Role.LEAD, Role.AUDITOR, Role.ADMINISTRATOR),
        "answered.similar": _ANSWERING,
        "answered.words": _ANSWERING,
        "answered.put_in": _ANSWERING,
        "answered.contradicts": _ANSWERING,
        # Its author and leads; which of them is asked where the answer is read.
        "correcting.page": _ANSWERING,
        "correcting.correct": _ANSWERING,
        "correcting.tell": _ANSWERING,
        # Never the author; who else may is asked where the answer lies.
        "releasing.release": _ANSWERING,
        "releasing.give_back": _ANSWERING,
        "releasing.tags": only(Role.LEAD, Role.ADMINISTRATOR),
        "last_word.form": _ANSWERING,
        "last_word.stop": _ANSWERING,
        "last_word.lift": _ANSWERING,
        "last_word.page": _HISTORY,
        # Never whom it is about; that is asked where the conversation lies. An auditor reads counts of public ones.
        "complaints.form": _ANSWERING,
        "complaints.decide": _ANSWERING,
        "complaints.deny": _ANSWERING,
        "complaints.take_back": _ANSWERING,
        "complaints.receipt_form": _ANSWERING,
        "complaints.receipt": _ANSWERING,
        "complaints.page": only(Role.LEAD, Role.AUDITOR),
        "complaint_settings.page": only(Role.ADMINISTRATOR, Role.LEAD),
        "complaint_settings.save": only(Role.ADMINISTRATOR, Role.LEAD),
        "moderating.form": _ANSWERING,
        "moderating.decide": _ANSWERING,
        "moderating.hide_number": _ANSWERING,
        "moderating.undo": _ANSWERING,
        "moderating.longer": _ANSWERING,
        "moderating.page": only(Role.LEAD, Role.AUDITOR),
        # Noted each time; an auditor's are the public ones alone, which is asked where the words are read.
        "moderating.number": only(Role.AGENT, Role.LEAD, Role.AUDITOR),
        "replies.reply": _ANSWERING,
        "replies.measure": _ANSWERING,
        "replies.undo": _ANSWERING,
        "replies.write_again": _ANSWERING,
        "replies.decide": _ANSWERING,
        "gatherings.page": _ANSWERING,
        "gatherings.measure": _ANSWERING,
        "gatherings.answer": _ANSWERING,
        "gatherings.undo": _ANSWERING,
        "gatherings.take_out": _ANSWERING,
        "gatherings.put_in": _ANSWERING,
        "gatherings.split": _ANSWERING,
        "gatherings.put_back": _ANSWERING,
        # Whose account it is, is asked where it is signed.
        "own_posts.page": _ANSWERING,
        "own_posts.post": _ANSWERING,
        "own_posts.measure": _ANSWERING,
        "own_posts.offer": _ANSWERING,
        "own_posts.again": _ANSWERING,
        "lead.now": only(Role.LEAD),
        "lead.numbers": only(Role.LEAD),
        "lead.wall": only(Role.LEAD),
        "lead.wall_numbers": only(Role.LEAD),
        "lead.behind": only(Role.LEAD),
        # Whoever answers is who can be threatened; what is kept of it is their leads' to read.
        "harm.report": _ANSWERING,
        "harm.page": only(Role.LEAD),
        "harm.incident": only(Role.LEAD),
        "harm.close": only(Role.LEAD),
        "harm.evidence": only(Role.LEAD),
        # How one signs is one's own to say, and an administrator's.
        "names.mine": _ANSWERING,
        "names.save_mine": _ANSWERING,
        "names.page": only(Role.ADMINISTRATOR),
        "names.save": only(Role.ADMINISTRATOR),
        # Public words alone stand in the history.
        "audit.dialogue": _HISTORY,
        "audit.entry": _HISTORY,
        "settings.overview": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        # Whoever answers must know what was promised; changing it is the lead's, and what it would do is shown there.
        "policies.page": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "policies.draft": only(Role.ADMINISTRATOR, Role.LEAD),
        "policies.save": only(Role.ADMINISTRATOR, Role.LEAD),
        # What happens when time runs out is no secret from those to whom it happens.
        "ladders.page": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "ladders.draft": only(Role.ADMINISTRATOR, Role.LEAD),
        "ladders.save": only(Role.ADMINISTRATOR, Role.LEAD),
        "ladders.remove": only(Role.ADMINISTRATOR, Role.LEAD),
        # Words that everybody may put in are written by few.
        "canned.page": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "canned.new": only(Role.ADMINISTRATOR, Role.LEAD),
        "canned.change": only(Role.ADMINISTRATOR, Role.LEAD),
        "canned.save": only(Role.ADMINISTRATOR, Role.LEAD),
        "canned.retire": only(Role.ADMINISTRATOR, Role.LEAD),
        "canned.choose": _ANSWERING,
        "canned.words": _ANSWERING,
        "canned.put_in": _ANSWERING,
        # What may be said is read by whoever says it, and written by those who answer for it; a lead's team alone.
        "charters.page": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "charters.editor": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "charters.versions": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "charters.draft": only(Role.ADMINISTRATOR, Role.LEAD),
        "charters.save": only(Role.ADMINISTRATOR, Role.LEAD),
        "charters.whole": _ANSWERING,
        "charters.put_in": _ANSWERING,
        "countries.page": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "countries.save": only(Role.ADMINISTRATOR, Role.LEAD),
        # The same of the hours in which they run.
        "calendars.page": only(Role.ADMINISTRATOR, Role.LEAD, Role.AGENT),
        "calendars.new": only(Role.ADMINISTRATOR, Role.LEAD),
        "calendars.draft": only(Role.ADMINISTRATOR, Role.LEAD),
        "calendars.save": only(Role.ADMINISTRATOR, Role.LEAD),
    }
)
"""Flask's endpoints. Pages that a platform brings along are a stranger's house and not in it: see `at`."""

SOCKET_EVENTS: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        # A connection alone hears nothing: what is heard is a question of rooms.
        "connect": PEOPLE,
        "disconnect": EVERYBODY,
        # Only ids are carried, and each is asked for with the person's own rights.
        "viewing": _ANSWERING,
        "writing": _ANSWERING,
    }
)

ROOMS: Final[Mapping[str, Rule]] = MappingProxyType({"team": _ANSWERING, "agent": PEOPLE})
"""The kinds of rooms that the server puts a connection into. A team's nudges tell of private talk, too."""

COMMANDS: Final[Mapping[str, Rule]] = MappingProxyType(
    dict.fromkeys(
        (
            "inbox serve",
            "inbox migrate",
            "inbox seed",
            "inbox agent add",
            "inbox account add",
            "inbox account resume",
            "inbox account give",
            "inbox ledger verify",
            "inbox sla explain",
            "inbox sla replay",
            "inbox answers rebuild",
            "workers --queues",
            "workers --clock",
            "workers --sweep",
            "workers --sequencer",
        ),
        OPERATOR,
    )
)


def at(endpoint: str, *, platforms_page: bool = False) -> Rule:
    """The rule of an HTTP endpoint. A page that a platform brings along guards itself and is open to all."""
    return EVERYBODY if platforms_page else ENDPOINTS.get(endpoint, NOBODY)
