"""Fetching the pictures under what citizens say, from the platform's own hosts.

Claimed, fetched and made anew outside of any transaction, then written. What it must not do: keep others waiting; after
a while it stops, and the sweep rings again.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from connectors.kit.contract import Gone, PictureFetched, Retry
from inbox import log
from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Invalid
from inbox.domain.pictures import made_anew
from inbox.queries.pictures import wanted
from inbox.services import accounts, fetching
from inbox.uow import reading, uow
from workers import boot
from workers.deliver import open_connector

_log = log.get(__name__)
TURN = 5.0
"""Seconds after which no further picture is begun: news and digests wait on the same queue."""


def run() -> None:
    """Job: fetch what is owed, one after the other."""
    begun = time.monotonic()
    with boot.app().app_context():
        while time.monotonic() - begun < TURN:
            with uow(SYSTEM) as work:
                claimed = fetching.claim(work, timedelta(seconds=boot.settings().lease_seconds))
            if claimed is None:
                return
            _fetch(claimed)


def _fetch(picture_id: UUID) -> None:
    with reading(SYSTEM) as work:
        found = wanted(work, picture_id)
        config, memory = accounts.config_of(work, accounts.get(work, found.account_id), boot.settings().base_url)
    result = open_connector(found.channel, config).fetch_picture(found.source)
    made = None
    if isinstance(result, PictureFetched):
        try:
            made = made_anew(result.data)
        except Invalid as error:
            result = Gone(str(error))
    with uow(SYSTEM) as work:
        if memory.changed:
            accounts.get(work, found.account_id, lock=True)
            accounts.remember(work, found.account_id, memory)
        match result:
            case PictureFetched():
                assert made is not None, "what came was made anew"
                fetching.keep(work, picture_id, made)
            case Gone(reason=reason):
                fetching.refuse(work, picture_id, reason)
            case Retry(reason=reason, after=after):
                fetching.again(work, picture_id, reason, after)
            case _:
                assert_never(result)
    _log.info("fetched_picture", picture=str(picture_id), outcome=type(result).__name__)
