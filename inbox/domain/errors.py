"""What can be refused, and why, in words the door can show.

Services raise these; doors turn them into an answer. `sentence` is English source text for the
catalogues, with `values` filled in after translation. What it must not do: know of HTTP.
"""

from __future__ import annotations


class Refused(Exception):
    """A deed that can't be done as asked. Nothing of it was stored."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class NotFound(Refused):
    """It does not exist, or not for this person: the two look the same from outside."""


class Forbidden(Refused):
    """The person may not do this."""


class Conflict(Refused):
    """Somebody else was first. What the person wrote is kept."""


class Invalid(Refused):
    """What was given can't be used; the sentence says what to do. `field` names where it stood."""

    def __init__(self, sentence: str, *, field: str = "", **values: object) -> None:
        super().__init__(sentence, **values)
        self.field = field


class Unavailable(Refused):
    """A part of the house is not there at the moment; try again."""
