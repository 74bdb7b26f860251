"""What the parts of a charter are called, and what each asks for.

The four sentences go on from their names: “We answer” rules and deadlines. What it must not do: hold a rule.
"""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

PARTS: Final = {
    "answers": _l("We answer"),
    "passes_on": _l("We pass on"),
    "never": _l("We never answer"),
    "tone": _l("Our tone is"),
    "proud": _l("Answers we are proud of"),
    "not_proud": _l("One we are not proud of"),
    "standard_line": _l("Line of guidance"),
    "rulings": _l("Words that read as a ruling"),
    "references": _l("Rules to point to"),
    "reasons": _l("Reasons to hide or block"),
}
HINTS: Final = {
    "answers": _l("Goes on from its name: rules, deadlines and opening hours."),
    "passes_on": _l("What, and where to."),
    "never": _l("What nobody here answers, however nicely they are asked."),
    "tone": _l("Warm and short, for instance."),
    "proud": _l("Three answers say more about a tone than any rule."),
    "not_proud": _l("And one that taught us something."),
    "standard_line": _l("May be put below an answer: Guidance, not a decision. Empty: nothing is."),
    "rulings": _l("Whoever writes one of these is asked, and offered the milder wording."),
    "references": _l("One press puts the sentence and the link into the answer."),
    "reasons": _l("Only for these may a post be hidden or somebody blocked. Criticism is no reason."),
}
FIELDS: Final = {
    "text": _l("Text"),
    "why": _l("Why"),
    "words": _l("Words"),
    "milder": _l("Milder wording"),
    "title": _l("Title"),
    "link": _l("Link (https)"),
    "name": _l("Reason"),
    "rule": _l("The rule, as the citizen is told it"),
}
LONG: Final = frozenset({"text", "why", "rule"})
"""Fields in which several lines have room."""
KINDS: Final = {
    "authority": _l("Public authority"),
    "municipality": _l("Municipality"),
    "company": _l("Company"),
}
LANGUAGES: Final = {"da": _l("Danish"), "nb": _l("Norwegian (bokmål)"), "en": _l("English")}
