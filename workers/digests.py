"""Mails about unread notices: the claim is committed first, the mail handed over with nothing open.

What it must not do: decide whose turn it is, or what a failure means (`inbox.services.digests`).
"""

from __future__ import annotations

from email.message import EmailMessage
from typing import assert_never

from inbox import log
from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.queries import digests as reads
from inbox.services import digests
from inbox.services.digests import Claimed
from inbox.uow import reading, uow
from workers import boot, letters, mailing
from workers.mailing import Outcome

MOST = 10
"""Mails of one job: what else waits in the queue has its turn in between, and the sweep rings again."""
_log = log.get(__name__)


def run() -> None:
    """Job: tell whoever chose it of what they have not read."""
    with boot.app().app_context():
        if not boot.settings().smtp_url:
            return
        for _ in range(MOST):
            with uow(SYSTEM) as work:
                claimed = digests.claim(work)
            if claimed is None or not _told(claimed):
                return


def _told(claimed: Claimed) -> bool:
    """Whether the server is there for the next one."""
    letter = _letter(claimed)
    if letter is None:
        return True
    outcome = mailing.send(boot.settings().smtp_url, letter, boot.settings().call_seconds)
    _log.info("digest", agent=str(claimed.agent_id), outcome=outcome.name.lower())
    match outcome:
        case Outcome.TAKEN:
            return True
        case Outcome.NOT_NOW | Outcome.REFUSED:
            with uow(SYSTEM) as work:
                digests.give_back(work, claimed, refused=outcome is Outcome.REFUSED)
            return True
        case Outcome.NOBODY:
            with uow(SYSTEM) as work:
                digests.give_back(work, claimed, refused=False)
                digests.wait(work)
            return False
        case Outcome.PERHAPS:
            with uow(SYSTEM) as work:
                digests.wait(work)
            return False
        case _:
            assert_never(outcome)


def _letter(claimed: Claimed) -> EmailMessage | None:
    """None when it was all read, or the person left, since the claim."""
    with reading(SYSTEM) as work:
        reader = reads.reader(work, claimed.agent_id)
    if reader is None:
        return None
    with reading(reader.actor) as work:
        found = reads.unread(work, claimed.since, claimed.until)
    if not found.items:
        return None
    settings = boot.settings()
    return letters.digest(reader, found, sender=settings.mail_from, base_url=settings.base_url, now=clock.now())
