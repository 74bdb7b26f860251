"""Fetching what is said about us, and taking in what webhooks brought.

One job is one account's page after page, each stored in one transaction with its cursor. What this must
not do: store anything itself, or call the platform while a transaction is open.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from connectors.kit.contract import Page, Retry, Suspended
from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.queries.cursors import position
from inbox.queries.rechecking import open_refs
from inbox.services import accounts, gathering, intake, polling
from inbox.services.polling import Turn
from inbox.uow import reading, uow
from workers import boot
from workers.deliver import open_connector

_log = log.get(__name__)
PAGE = 500
"""Items asked for at once; also what one transaction stores at most."""
PAGES = 20
"""Pages of one account in one job; a longer backlog goes on in the next, so that others have their turn."""


def pull(account_id: str) -> None:
    """Job: fetch what is new for one account, if nobody else is at it."""
    with boot.app().app_context():
        with uow(SYSTEM) as work:
            turn = polling.claim(work, UUID(account_id), _lease())
        if turn is None:
            return
        for stream in turn.streams:
            for _ in range(PAGES):
                turn, more = _page(turn, stream)
                if turn is None:
                    return
                if not more:
                    break
        _look_again(turn.account_id)
        with uow(SYSTEM) as work:
            polling.free(work, turn)


def take_in() -> None:
    """Job: payloads that wait to be taken in."""
    with boot.app().app_context():
        while True:
            with uow(SYSTEM) as work:
                looked_at, teams = intake.take_in_waiting(work), accounts.teams(work)
            if looked_at == 0:
                return
            for team_id in teams:
                _gather(team_id)


def _look_again(account_id: UUID) -> None:
    """Ask about posts we hold, for platforms that tell of neither edits nor deletions; others answer with nothing."""
    with reading(SYSTEM) as work:
        account = accounts.get(work, account_id)
        config, memory = accounts.config_of(work, account, boot.settings().base_url)
        channel, active, refs = account.channel, account.state == "active", open_refs(work, account_id)
    if not active or not refs:
        return
    changes = open_connector(channel, config).recheck(refs)
    with uow(SYSTEM) as work:
        accounts.remember(work, account_id, memory)
        intake.take_in_changes(work, account_id, changes)


def _page(turn: Turn, stream: str) -> tuple[Turn | None, bool]:
    """Fetch and store one page; the turn, held for another lease, and True when another page waits.

    Without a turn the account is another's by now: we slept, or the platform took longer than the lease.
    """
    account_id = turn.account_id
    with reading(SYSTEM) as work:
        account = accounts.get(work, account_id)
        config, memory = accounts.config_of(work, account, boot.settings().base_url)
        channel, cursor = account.channel, position(work, account_id, stream)
        team_id, news = account.team_id, False
    result = open_connector(channel, config).fetch(stream, cursor, PAGE)
    with uow(SYSTEM) as work:
        kept = polling.keep(work, turn, _lease())
        accounts.remember(work, account_id, memory)
        if kept is None and position(work, account_id, stream) != cursor:
            # The other has read on from here: this page would take the cursor back behind what it stored.
            _log.warning("fetched_too_late", account=str(account_id))
            return None, False
        match result:
            case Page():
                taken = intake.take_in(work, account_id, stream, result)
                _log.info("took_in", account=str(account_id), posts=taken.posts, changes=taken.changes)
                news = bool(taken.posts or taken.changes)
            case Retry(reason=reason, after=after):
                intake.fetch_failed(work, account_id, reason, after)
            case Suspended(reason=reason):
                accounts.suspend(work, accounts.get(work, account_id, lock=True), reason)
    if news:
        _gather(team_id)
    return kept, isinstance(result, Page) and result.more


def _gather(team_id: UUID) -> None:
    """Put together what says the same, right after it was stored. Whatever a dead worker left, the next look finds."""
    with uow(SYSTEM) as work:
        gathering.gather(work, team_id)


def _lease() -> timedelta:
    return timedelta(seconds=boot.settings().lease_seconds)
