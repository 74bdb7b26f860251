"""Telling people who are not in the page: whoever is on call, now.

The claim is committed before the mail is handed over and the outcome after it, with nothing of ours open in between. A
claim whose worker died is taken up by the next when its lease is over (`inbox.services.calling` says why). What it
must not do: decide whom to call, or what an outcome means.
"""

from __future__ import annotations

import time
from datetime import timedelta
from email.message import EmailMessage

from inbox import log
from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.queries import calls as reads
from inbox.services import calling
from inbox.services.acute_link import sealed
from inbox.services.calling import Came, Claimed
from inbox.uow import reading, uow
from workers import boot, letters, mailing
from workers.mailing import Outcome

_log = log.get(__name__)
TURN = 5.0
"""Seconds after which nothing more is begun: news and digests wait on the same queue. The sweep rings again."""
_CAME = {
    Outcome.TAKEN: Came.TAKEN,
    Outcome.PERHAPS: Came.PERHAPS,
    Outcome.NOT_NOW: Came.NOT,
    Outcome.NOBODY: Came.NOT,
    Outcome.REFUSED: Came.NEVER,
}


def run() -> None:
    """Job: begin the rounds that are due, then make the calls that are owed, one after the other."""
    begun = time.monotonic()
    with boot.app().app_context():
        mail = bool(boot.settings().smtp_url)
        while _one_round(mail=mail):
            pass
        while time.monotonic() - begun < TURN and _one_call():
            pass


def _one_round(*, mail: bool) -> bool:
    with uow(SYSTEM) as work:
        return calling.next_round(work, mail=mail)


def _one_call() -> bool:
    """Whether to go on: not where nothing is owed, nor at a mail server that is not there."""
    with uow(SYSTEM) as work:
        claimed = calling.claim(work, timedelta(seconds=boot.settings().lease_seconds))
    if claimed is None:
        return False
    letter = _letter(claimed)
    outcome = Outcome.REFUSED
    if letter is not None:
        outcome = mailing.send(boot.settings().smtp_url, letter, boot.settings().call_seconds)
    with uow(SYSTEM) as work:
        calling.record(work, claimed, _CAME[outcome], "" if outcome is Outcome.TAKEN else outcome.name.lower())
    _log.info("called", acute=str(claimed.acute_id), round=claimed.round, outcome=outcome.name.lower())
    return outcome is not Outcome.NOBODY


def _letter(claimed: Claimed) -> EmailMessage | None:
    """None where nobody can be written to: the house sends no mail any more, or the person left."""
    settings = boot.settings()
    if not settings.smtp_url:
        return None
    with reading(SYSTEM) as work:
        found = reads.call(work, claimed.agent_id, claimed.conversation_id)
    if found is None:
        return None
    link = sealed(boot.app().config["SECRET_KEY"], claimed.acute_id, claimed.agent_id)
    return letters.call(
        found,
        round_=claimed.round,
        address=f"{settings.base_url}/c/{claimed.conversation_id}/acute?call={link}",
        sender=settings.mail_from,
        now=clock.now(),
    )
