"""The public form of a person's name: what it may be, as agreed with them.

Why it exists: a name in public must not cost the person; how much of it stands there is theirs to say, and changes for
what is said from then on alone. What it must not do: know whose a name is already (the database does).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from inbox.domain import personal_data, signature
from inbox.domain.errors import Invalid
from inbox.domain.text import clean

LONGEST: Final = 60
"""Characters of a public name: it stands under every post, within the platform's length."""


class Form(StrEnum):
    """How much of the name is public; `agreed` is a name of the team's own, such as "Team Borgerservice · AK"."""

    FULL = "full"
    FIRST_INITIAL = "first_initial"
    FIRST = "first"
    AGREED = "agreed"


def public_name(full_name: str, form: str, agreed: str = "") -> str:
    """The name in that form. Raises Invalid (`form`, `agreed`) for a form that there is not, or a name nobody can read
    in a signature."""
    match form:
        case Form.FULL:
            return signature.public_name(full_name, "full")
        case Form.FIRST_INITIAL:
            return signature.public_name(full_name, "first_initial")
        case Form.FIRST:
            return signature.public_name(full_name, "first")
        case Form.AGREED:
            return _agreed(agreed)
    raise Invalid("Choose how much of the name is public.", field="form")


def _agreed(given: str) -> str:
    name = " ".join(clean(given).text.split())
    if not any(map(str.isalpha, name)):
        raise Invalid("Write the name that was agreed.", field="agreed")
    if len(name) > LONGEST:
        raise Invalid("A public name has at most %(limit)s characters.", field="agreed", limit=LONGEST)
    if personal_data.find(name) or "@" in name:
        raise Invalid("A public name holds no number and no address of a person.", field="agreed")
    try:
        signature.render(signature.DEFAULT_STYLE, name, "")
    except ValueError as unreadable:
        raise Invalid("A public name is one line of characters that are seen.", field="agreed") from unreadable
    return name
