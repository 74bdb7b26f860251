"""A unit at the Zendesk of the tests: how it is connected, asked and read."""

from __future__ import annotations

import json

from connectors.kit.outcomes import Delivered, Page
from connectors.kit.target import Returned, Target
from connectors.targets.zendesk import TARGET
from tests.connectors.asking import KEY, connect, question
from tests.contracts.zendesk import EMAIL, TOKEN, Zendesk

SECRET = "dGhpc19pc19pbnZlbnRlZA=="


def settings(there: Zendesk, **more: str) -> dict[str, str]:
    given = {"url": there.url + "/", "email": EMAIL, "token": TOKEN, "webhook_secret": SECRET}
    return given | more


def target(there: Zendesk, **more: str) -> Target:
    return connect(TARGET, settings(there, **more))


def asked(there: Zendesk, number: int = 12, key: str = KEY) -> int:
    """Put a question there; its ticket."""
    delivered = target(there).deliver(question(number), key)
    assert isinstance(delivered, Delivered)
    return int(delivered.ref.external_id)


def read(there: Zendesk, cursor: str | None = None, limit: int = 50, **more: str) -> tuple[list[Returned], str]:
    """What comes back, and the cursor after it."""
    page = target(there, **more).receive(cursor, limit)
    assert isinstance(page, Page)
    assert page.next_cursor
    return [one for raw in page.items for one in target(there, **more).normalize(kept(raw))], page.next_cursor


def kept(raw: object) -> dict[str, object]:
    """The item as it lies in the database: JSON."""
    back = json.loads(json.dumps(raw))
    assert isinstance(back, dict)
    return back
