"""What Zendesk's refusals mean, as sentences for people.

Why it exists: they stand in the catalogues, so each is written once and whole. What it must not do: decide anything.
"""

from __future__ import annotations

from connectors.kit.target import sentence
from connectors.targets.ticket_calls import Sentences

WORDS = Sentences(
    no_access=sentence("Zendesk refuses our token."),
    forbidden=sentence("Our user at Zendesk may not do this: it must be an administrator."),
    nowhere=sentence("There is no Zendesk at this address."),
    busy=sentence("Zendesk asks us to wait."),
    unreached=sentence("Zendesk could not be reached."),
    unclear=sentence("Zendesk gave no clear answer."),
    not_understood=sentence("Zendesk’s answer can’t be understood."),
    not_taken=sentence("Zendesk does not take this ticket."),
)
NO_TICKET = sentence("The ticket of this question is no longer there for us at Zendesk.")
NO_GROUP = sentence("There is no group with this number at Zendesk.")
OTHER_WORDS = sentence("Another question was sent to Zendesk under the same key.")
MERGED = sentence("The ticket was merged into another one at Zendesk. What is answered there does not come here.")
TOO_LARGE = sentence("The answer at Zendesk is too large to be brought here. Read it there.")
