"""A mail server that does not want, or is not there: nothing is lost, nothing else stops, and nobody is told twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from inbox.domain import clock
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.extensions import db
from inbox.services import agents, notices
from inbox.uow import uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import deed
from tests.workers.digest_scene import choose, counted, listening_at, run, unread, waiting
from tests.workers.post_office import PostOffice, opened
from workers import boot, mailing
from workers import digests as job


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_not_now_is_asked_again_later_and_nobody_else_waits(
    house: House, port: int, office: PostOffice, step: str
) -> None:
    waiting(house, house.anna)
    office.answers[step] = "451 later"
    for minutes in (10, 10.1, 19):
        run(minutes)
    assert len(office.greeted) == 1
    assert (office.taken, unread(house.anna)) == ([], 1)
    office.answers.clear()
    run(20)
    assert len(office.taken) == 1
    run(40)
    assert len(office.taken) == 1


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_no_for_good_holds_up_nobody_and_is_asked_again_in_their_own_time(
    house: House, port: int, office: PostOffice, step: str
) -> None:
    waiting(house, house.anna, house.jonas)
    office.answers[step] = "550 no such person"
    for minutes in (10, 20, 60):
        run(minutes)
    assert office.receivers == ["anna@nordby.example", "jonas@nordby.example"]
    assert (office.taken, unread(house.anna)) == ([], 1)
    office.answers.clear()
    run(70)
    assert len(office.taken) == 2


def test_nobody_there_is_one_try_for_all_and_nothing_is_lost(
    app: Flask, house: House, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(house, house.anna, house.jonas)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        listening_at(app, monkeypatch, gone.getsockname()[1])
    tries = counted(monkeypatch)
    for minutes in (10, 10.1, 19):
        run(minutes)
    assert (tries, unread(house.anna), unread(house.jonas)) == ([mailing.Outcome.NOBODY], 1, 1)
    with opened(office) as port:
        listening_at(app, monkeypatch, port)
        run(20)
    assert sorted(office.receivers) == ["anna@nordby.example", "jonas@nordby.example"]


@pytest.mark.parametrize("step", ["EHLO", "MAIL", "RCPT"])
def test_silence_before_the_text_is_nobody_there(
    house: House, port: int, office: PostOffice, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    waiting(house, house.anna, house.jonas)
    office.silent.add(step)
    tries = counted(monkeypatch)
    for minutes in (10, 19):
        run(minutes)
    assert tries == [mailing.Outcome.NOBODY]
    office.silent.clear()
    run(20)
    assert len(office.taken) == 2


def test_a_server_that_takes_the_call_and_says_nothing_is_nobody_there(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(house, house.anna)
    tries = counted(monkeypatch)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        listening_at(app, monkeypatch, mute.getsockname()[1])
        run(10)
    assert (tries, unread(house.anna)) == ([mailing.Outcome.NOBODY], 1)


def test_silence_after_the_text_counts_as_told_and_the_rest_wait(
    house: House, port: int, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(house, house.anna, house.jonas)
    office.silent.add("DATA")
    tries = counted(monkeypatch)
    for minutes in (10, 19):
        run(minutes)
    assert (tries, unread(house.anna), unread(house.jonas)) == ([mailing.Outcome.PERHAPS], 1, 1)
    first = list(office.receivers)
    office.silent.clear()
    run(20)
    # The one who was perhaps told is not told twice.
    assert len(office.receivers) == 2
    assert set(office.receivers) - set(first)


def test_a_worker_that_dies_with_the_mail_in_hand_sends_no_second_one(
    house: House, port: int, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(house, house.anna)

    def killed(*_: object) -> mailing.Outcome:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(mailing, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            run(10)
    run(100)
    assert (office.taken, unread(house.anna)) == ([], 1)


# ── two workers ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_two_workers_at_once_tell_each_person_once_and_nothing_is_open_meanwhile(
    own_app: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boot, "app", lambda: own_app)
    # No text is taken before both have called: they are at it together.
    office.together = 2
    lent: list[int] = []
    with opened(office) as port, own_app.app_context():
        listening_at(own_app, monkeypatch, port)
        monkeypatch.setitem(own_app.extensions, "settings", replace(own_app.extensions["settings"], call_seconds=60))
        house = scene.found()
        house.news(post())
        conversation = house.conversation()
        people = [house.anna, house.jonas, *_newcomers(house)]
        for person in people:
            with deed(house.lone, clock.now() - timedelta(minutes=5)) as work:
                notices.tell(work, person.id, "mentioned", conversation.id)
            choose(person)
        pool = db.engine.pool
        db.session.remove()
        office.meanwhile = lambda: lent.append(pool.checkedout())  # type: ignore[attr-defined] # Ours is a pool of many.
        workers = [threading.Thread(target=job.run) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
    assert sorted(office.receivers) == sorted(_address(person.name) for person in people)
    assert len(office.taken) == 5
    # When the first text came both had called, so both claims were made and both had let go.
    assert lent[0] == 0


def _newcomers(house: House) -> Iterator[Actor]:
    for name in ("Ida Holst", "Per Skov", "Rikke Dahl"):
        with uow(SYSTEM) as work:
            id_ = agents.add(
                work,
                email=_address(name),
                full_name=name,
                roles=[Role.AGENT],
                password_hash="invented",
            )
        yield Actor(id_, name, frozenset({Role.AGENT}), house.anna.teams)


def _address(name: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@nordby.example"
