"""A platform calls us: checked on its raw bytes, kept raw, and a bell is rung.

What it must not do: read what was brought; that is `intake.take_in_waiting`, in a worker.
"""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from connectors.kit.contract import Accepted, Challenge, Forged, WebhookRequest, WebhookResult
from inbox.domain.events import AccountDue, RawEventsDue
from inbox.services import accounts, intake
from inbox.uow import UnitOfWork


def receive(work: UnitOfWork, account_id: UUID, call: WebhookRequest) -> WebhookResult:
    """What the platform's own rules say of the call; a genuine one is kept. Raises NotFound for no account of ours."""
    account = accounts.get(work, account_id)
    result = accounts.silent_connector(work, account).verify_webhook(call)
    match result:
        case Accepted(items=items, nudge=nudge):
            if items:
                intake.receive(work, account.id, items)
                work.say(RawEventsDue())
            if nudge:
                work.say(AccountDue(account.id))
        case Challenge() | Forged():
            pass
        case _:
            assert_never(result)
    return result
