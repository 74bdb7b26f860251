"""News sent to an account's own address, signed, as they happen.

Why it exists: an inbox should not have to ask to know. A call that fails is not tried again: the stream has
everything, a webhook only saves waiting. What it must not do: hold up the citizen's page, grow without
bound, or die of a receiver that hangs.
"""

from __future__ import annotations

import json
import queue
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from connectors.kit.contract import Doubtful, NotSent
from connectors.kit.http import HttpClient
from connectors.kit.signing import sign
from connectors.square import faults, truth
from connectors.square.accounts import Organisation
from connectors.square.writing import Told

SIGNATURE = "Square-Signature"
_BUDGET = 5.0
_WAITING = 500
_ITEMS_A_CALL = 50


@dataclass(frozen=True, slots=True)
class _Letter:
    account: Organisation
    items: Sequence[object]


class Sender:
    """One thread of one process that sends what the process's visitors did. Started by the first thing to send."""

    def __init__(self, engine_factory: Callable[[], Engine]) -> None:
        self._engine_factory = engine_factory
        self._letters: queue.Queue[tuple[Engine, _Letter]] = queue.Queue(_WAITING)
        self._http = HttpClient(_BUDGET)
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def send(self, deeds: Sequence[Told]) -> None:
        """Tell the accounts. Returns at once; what doesn't fit in the queue is left to the stream."""
        by_handle: dict[str, tuple[Organisation, list[object]]] = {}
        for deed in deeds:
            if deed.account is not None and deed.account.webhook_url:
                by_handle.setdefault(deed.account.handle, (deed.account, []))[1].append(deed.item)
        for account, items in by_handle.values():
            for first in range(0, len(items), _ITEMS_A_CALL):
                try:
                    # The engine is asked for here, inside the request: the thread has no application around it.
                    letter = _Letter(account, items[first : first + _ITEMS_A_CALL])
                    self._letters.put_nowait((self._engine_factory(), letter))
                except queue.Full:
                    return
                self._wake()

    def drained(self, seconds: float) -> bool:
        """Whether everything was sent within that time."""
        with self._letters.all_tasks_done:
            return self._letters.all_tasks_done.wait_for(lambda: self._letters.unfinished_tasks == 0, seconds)

    def _wake(self) -> None:
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="square webhooks", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            engine, letter = self._letters.get()
            try:
                self._post(engine, letter)
            finally:
                self._letters.task_done()

    def _post(self, engine: Engine, letter: _Letter) -> None:
        misbehaviour = faults.take_first(engine, "lose_webhook", "forge_webhook")
        if misbehaviour and misbehaviour[0] == "lose_webhook":
            truth.note(engine, "webhook", "lost")
            return
        body = json.dumps({"account": letter.account.handle, "items": letter.items}).encode()
        secret = secrets.token_urlsafe(24) if misbehaviour else letter.account.webhook_secret
        headers = {"content-type": "application/json", SIGNATURE: sign(secret, body)}
        try:
            answer = self._http.request("POST", letter.account.webhook_url, headers=headers, content=body)
        except (NotSent, Doubtful) as error:
            truth.note(engine, "webhook", f"not answered: {error}")
        else:
            truth.note(engine, "webhook", f"answered {answer.status}")
