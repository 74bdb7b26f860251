"""Statements that PostgreSQL plans once for each connection: those that say so, and no other.

It exists for what is asked every second, where planning took three times as long as looking. From the sixth run on a
prepared statement may get a plan that suits any values, and a search was a thousand times slower by that: so a
statement says it of itself, where its plan can't depend on its values, and nothing is prepared by itself.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExecutionContext

NEVER_BY_ITSELF = sys.maxsize
"""psycopg's `prepare_threshold`: None would forbid what a statement asks for, too."""
PREPARED = {"prepared": True}
"""Execution options of a statement that is planned once."""


def register() -> None:
    """Let statements be prepared that ask for it, on every engine. Once is enough."""
    if not event.contains(Engine, "do_execute", _execute):
        event.listen(Engine, "do_execute", _execute)


def _execute(cursor: Any, statement: str, parameters: Any, context: ExecutionContext | None) -> bool:
    """True when it has been executed here; SQLAlchemy goes on otherwise."""
    if context is None or not context.execution_options.get("prepared"):
        return False
    cursor.execute(statement, parameters, prepare=True)
    return True
