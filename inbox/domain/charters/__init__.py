"""A channel's charter: what we answer there, what we pass on, what we never answer, and how we sound.

Why it exists: the greatest barrier is fear of what one may say. The charter says it beside the composer, in the words
of whoever leads, and is one versioned document for each account. What it must not do: read or store one, or judge an
answer by it (the guard asks, `inbox.queries.charters.guidance` tells).
"""

from inbox.domain.charters.changes import Change, changes
from inbox.domain.charters.charter import LISTS, PARTS, Charter, Example, Fault, Reason, Reference, Unfit
from inbox.domain.charters.rulings import Ruling, starting_rulings

__all__ = [
    "LISTS",
    "PARTS",
    "Change",
    "Charter",
    "Example",
    "Fault",
    "Reason",
    "Reference",
    "Ruling",
    "Unfit",
    "changes",
    "starting_rulings",
]
