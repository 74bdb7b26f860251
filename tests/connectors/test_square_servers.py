"""The square under the servers that it really runs on, and with many citizens at once."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.kit.contract import Absent, Delivered, Doubtful, Found, NotSent, Page, Unconfirmed
from connectors.kit.http import HttpClient
from connectors.square.faults import switch_off, switch_on
from connectors.square.site import SITE
from tests.connectors.squares import HANDLE, SHORT, Running, reply_to, wait_until

CHECKOUT = Path(__file__).resolve().parents[2]


@contextmanager
def _process(*command: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


@contextmanager
def _alone(engine: Engine) -> Iterator[Running]:
    """`python -m connectors.square`, which prints its credentials when it is ready."""
    url = engine.url.render_as_string(hide_password=False)
    with _process("connectors.square", "--database", url) as process:
        assert process.stdout is not None
        yield Running(engine, json.loads(process.stdout.readline()))


@contextmanager
def _gunicorn(engine: Engine, folder: Path) -> Iterator[Running]:
    """The server that the house itself runs on."""
    url = engine.url.render_as_string(hide_password=False)
    (folder / "on_gunicorn.py").write_text(
        "from sqlalchemy import create_engine\n"
        "from connectors.square.standalone import create_app\n"
        f"app = create_app(create_engine({url!r}))\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    options = ("--threads", "8", "--chdir", str(folder), "--bind", f"127.0.0.1:{port}", "--log-level", "critical")
    with _process("gunicorn", *options, "on_gunicorn:app"):
        wait_until(lambda: _answers(address))
        yield Running(engine, SITE.open_account(engine, handle=HANDLE, name="Nordby Kommune", base_url=address))


def _answers(address: str) -> bool:
    try:
        return HttpClient(2).request("GET", f"{address}/square").status == 200
    except (NotSent, Doubtful):
        return False


@pytest.fixture(params=["alone", "gunicorn"])
def served(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Iterator[Running]:
    """The square in a process of its own."""
    with _alone(engine) if request.param == "alone" else _gunicorn(engine, tmp_path) as running:
        yield running


def test_each_server_can_be_made_to_hang_up_and_notices_when_the_caller_does(served: Running) -> None:
    told = served.mention()
    post = reply_to(told)
    square = served.connect()
    switch_on(served.engine, "drop_after", times=1)
    assert isinstance(square.deliver(post, "dropped"), Unconfirmed)
    assert isinstance(square.find_delivered(post, "dropped"), Found)

    late = reply_to(told, "For sent\n– Anna, Nordby Kommune")
    # It would hold the line until long after the test; it lets go because the caller does.
    switch_on(served.engine, "latency", value=60_000, times=1)
    assert isinstance(served.connect(budget=SHORT).deliver(late, "late"), Unconfirmed)
    assert square.find_delivered(late, "late") == Absent()
    wait_until(lambda: "the caller hung up" in str(served.truth()["calls"]))
    assert served.posted("late") == 0

    switch_off(served.engine)
    assert isinstance(square.deliver(late, "late"), Delivered)
    assert (served.posted("dropped"), served.posted("late")) == (1, 1)


def test_nobody_who_reads_with_a_cursor_misses_what_many_write_at_once(on: Running) -> None:
    writers, each = 8, 20
    start = threading.Barrier(writers + 1)
    done = threading.Event()

    def write(number: int) -> None:
        start.wait(20)
        for count in range(each):
            on.mention(f"@nordby {number}-{count}", name=f"Borger {number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()

    def finish() -> None:
        for thread in threads:
            thread.join(60)
        done.set()

    threading.Thread(target=finish, daemon=True).start()
    start.wait(20)
    seen: list[int] = []
    cursor: str | None = None
    square = on.connect()
    while True:
        was_done = done.is_set()
        page = square.fetch("news", cursor, 7)
        assert isinstance(page, Page)
        seen += [int(str(item["event"])) for item in page.items]
        cursor = page.next_cursor
        if was_done and not page.more:
            break
    assert len(seen) == writers * each
    assert seen == sorted(set(seen))
