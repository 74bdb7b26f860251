"""Telling people who are not in the page: whoever is on call first, then where notices are sent.

The claim is committed before the mail is handed over and the outcome after it, with nothing of ours open in between. A
claim whose worker died is taken up by the next when its lease is over (`inbox.services.calling` says why). What goes
to an address that somebody typed leads into no private network. What it must not do: decide whom to tell, or when a
notice is given up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

from connectors.kit.contract import Doubtful, NotSent
from connectors.kit.http import HttpClient
from connectors.kit.signing import sign
from inbox import log
from inbox.domain import clock, reach
from inbox.domain.actors import SYSTEM
from inbox.domain.reach import Shape, Told
from inbox.queries import calls as reads
from inbox.queries import reach as errands
from inbox.services import calling, reaching
from inbox.services.acute_link import sealed
from inbox.services.calling import Came, Claimed
from inbox.uow import reading, uow
from workers import boot, letters, mailing
from workers.mailing import Outcome

_log = log.get(__name__)
TURN = 5.0
"""Seconds after which nothing more is begun: others wait on the same queue. The sweep rings again."""
ANSWER_LIMIT = 100_000
"""Bytes of a receiver's answer; nobody reads them."""
_CAME = {
    Outcome.TAKEN: Came.TAKEN,
    Outcome.PERHAPS: Came.PERHAPS,
    Outcome.NOT_NOW: Came.NOT,
    Outcome.NOBODY: Came.NOT,
    Outcome.REFUSED: Came.NEVER,
}


def call() -> None:
    """Job: begin the rounds that are due, then make the calls that are owed, one after the other.

    Its queue has verdicts behind it: after a few seconds no mail is begun, and no step of the talk with a mail server
    takes longer. What is left is rung for at the next beat.
    """
    begun = time.monotonic()
    with boot.app().app_context():
        mail = bool(boot.settings().smtp_url)
        while _one_round(mail=mail):
            pass
        while time.monotonic() - begun < TURN and _one_call():
            pass
        while time.monotonic() - begun < TURN and _one_notice(urgent=True):
            pass


def run() -> None:
    """Job: tell where notices are sent."""
    begun = time.monotonic()
    with boot.app().app_context():
        while time.monotonic() - begun < TURN and _one_notice():
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
        outcome = mailing.send(boot.settings().smtp_url, letter, min(TURN, boot.settings().call_seconds))
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


def _one_notice(*, urgent: bool = False) -> bool:
    """The same of notices that go out."""
    with uow(SYSTEM) as work:
        claimed = reaching.claim(work, timedelta(seconds=boot.settings().lease_seconds), urgent=urgent)
    if claimed is None:
        return False
    with reading(SYSTEM) as work:
        found = errands.errand(work, claimed.id)
    if found is None:
        came = _Came(sent=False, trouble="nobody is there", for_good=True)
    elif found.shape:
        came = _posted(claimed, found)
    else:
        came = _mailed(found)
    with uow(SYSTEM) as work:
        reaching.record(work, claimed, sent=came.sent, trouble=came.trouble, for_good=came.for_good)
    _log.info("reached", reach=str(claimed.id), attempt=claimed.attempt, sent=came.sent, trouble=came.trouble)
    return True


@dataclass(frozen=True, slots=True)
class _Came:
    """What became of a try. `trouble` holds no address and nobody's words."""

    sent: bool
    trouble: str = ""
    for_good: bool = False


def _posted(claimed: reaching.Claimed, found: errands.Errand) -> _Came:
    settings = boot.settings()
    told = Told(
        id=str(claimed.id),
        kind=found.kind,
        says=letters.sentence(found),
        account=found.account,
        reference=found.reference,
        link=f"{settings.base_url}{found.path}",
        open=letters.open_word(found),
        at=found.at,
    )
    body = reach.body(Shape(found.shape), told)
    headers = {"content-type": "application/json", "byline-delivery": str(claimed.id)}
    if found.shape == Shape.GENERIC:
        stamp = str(int(clock.now().timestamp()))
        headers |= {
            "byline-timestamp": stamp,
            "byline-signature": sign(found.secret, stamp.encode() + b"." + body),
        }
    here = reach.own_machine(demo=settings.demo, secure=settings.secure)
    client = HttpClient(
        min(TURN, settings.call_seconds), body_limit=ANSWER_LIMIT, private="loopback" if here else "none"
    )
    try:
        status = client.request("POST", found.address, headers=headers, content=body).status
    except NotSent:
        return _Came(sent=False, trouble="not reached")
    except Doubtful:
        return _Came(sent=False, trouble="no answer in time")
    if 200 <= status < 300:
        return _Came(sent=True)
    later = status >= 500 or status in (408, 425, 429)
    return _Came(sent=False, trouble=f"answered {status}", for_good=not later)


def _mailed(found: errands.Errand) -> _Came:
    settings = boot.settings()
    if not settings.smtp_url:
        return _Came(sent=False, trouble="no mail", for_good=True)
    letter = letters.notice(found, base_url=settings.base_url, sender=settings.mail_from, now=clock.now())
    outcome = mailing.send(settings.smtp_url, letter, settings.call_seconds)
    return _Came(
        sent=outcome in (Outcome.TAKEN, Outcome.PERHAPS),
        trouble="" if outcome is Outcome.TAKEN else outcome.name.lower(),
        for_good=outcome is Outcome.REFUSED,
    )
