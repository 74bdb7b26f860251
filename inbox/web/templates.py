"""What all templates share, shared as it is.

It exists because Jinja lays an empty map over it for every template, and a pair of maps is asked name by name in Python
whenever one template is included or imported into another: a tenth of the processor's work on a page. What it must not
do: change what a template may say.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Templates(Environment):
    """Flask's environment; a template that brings words of its own keeps them to itself, as ever."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows beside what it is given."""
        return super().make_globals(d) if d else self.globals
