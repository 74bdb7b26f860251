"""What Zammad's refusals mean, as sentences for people.

Why it exists: they stand in the catalogues, so each is written once and whole. What it must not do: decide anything.
"""

from __future__ import annotations

from connectors.kit.target import sentence
from connectors.targets.ticket_calls import Sentences

WORDS = Sentences(
    no_access=sentence("Zammad refuses our token."),
    forbidden=sentence("Our user at Zammad may not do this: it must be an agent with full access to the group."),
    nowhere=sentence("There is no Zammad at this address."),
    busy=sentence("Zammad asks us to wait."),
    unreached=sentence("Zammad could not be reached."),
    unclear=sentence("Zammad gave no clear answer."),
    not_understood=sentence("Zammad’s answer can’t be understood."),
    not_taken=sentence("Zammad does not take this ticket."),
)
NO_TICKET = sentence("The ticket of this question is no longer there for us at Zammad.")
NOT_OUR_GROUP = sentence("Our user at Zammad has no full access to this group, or there is no such group.")
QUOTED = sentence("Something at Zammad carries our mark, but not in a ticket of ours where we wrote it.")
MIXED = sentence("Several questions of ours were merged into one ticket at Zammad: the answer could belong to either.")
TOO_LARGE = sentence("The answer at Zammad is too large to be brought here. Read it there.")
