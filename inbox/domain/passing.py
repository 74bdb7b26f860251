"""What a rule about a door is: who passes. Which door has which rule stands in one map, `permissions.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inbox.domain.actors import Actor, Role


@dataclass(frozen=True, slots=True)
class Rule:
    """Who passes. `roles` is None where any signed-in person does, whatever their roles."""

    strangers: bool = False
    roles: frozenset[Role] | None = None

    def admits(self, actor: Actor | None) -> bool:
        """Whether this person passes; None is somebody who has not signed in."""
        if self.strangers:
            return True
        if actor is None:
            return False
        return self.roles is None or actor.has(*self.roles)


def only(*roles: Role) -> Rule:
    """Those with one of the roles."""
    return Rule(roles=frozenset(roles))


EVERYBODY: Final = Rule(strangers=True)
"""Signed in or not. What stands behind such a door proves its caller in its own way, or has nothing to hide."""
PEOPLE: Final = Rule()
"""Whoever has signed in, the back office too."""
NOBODY: Final = Rule(roles=frozenset())
"""What is not in the map."""
OPERATOR: Final = NOBODY
"""A command: no login gives it, but the shell of the machine and the right to read the data folder."""
