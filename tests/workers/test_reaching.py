"""Calls to whoever is on call, by the job, against a real mail server that takes, refuses, is silent or away."""

from __future__ import annotations

import re
import socket
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from inbox import jobs
from inbox.domain.actors import SYSTEM
from inbox.models import Acute, AcuteCall, Agent
from inbox.queries.owed import owed
from inbox.services import acute, on_call
from inbox.services.acute_link import holds
from inbox.uow import reading, uow
from tests.house import ALI, METTE, House, post
from tests.services.answering import deed, minutes
from tests.services.test_acute import DANGER
from tests.services.test_on_call import gone_lease
from tests.workers.digest_scene import at, listening_at
from tests.workers.post_office import PostOffice, opened
from workers import boot, mailing, sweep
from workers import reaching as job


def run(minute: float) -> None:
    with at(minute):
        job.call()


def in_danger(house: House) -> None:
    """Anna is on call, Jonas after her, and Mette is in danger."""
    with deed(house.lone) as work:
        on_call.usual(work, 0, house.anna.id, house.jonas.id, 10)
    with uow(SYSTEM) as work:
        for agent in work.session.scalars(select(Agent)):
            agent.language = "en"
    house.news(post(DANGER, author=METTE, visibility="private"))


def test_the_mail_calls_and_says_nobodys_words(house: House, port: int, office: PostOffice, app: Flask) -> None:
    in_danger(house)
    run(0)
    run(5)

    (letter,) = office.letters()
    body = letter.get_content()
    reference = house.conversation().reference
    assert (letter["To"], letter["Importance"]) == ("anna@nordby.example", "high")
    assert letter["Subject"] == f"Acute? {reference}: somebody must look now"
    said = f"{letter.as_string()} {body}".casefold()
    assert [word for word in ("mette", "holm", "liv.", "kan ikke mere", "tage mit") if word in said] == []
    link = re.search(r"https://byline\.nordby\.example/c/([0-9a-f-]+)/acute\?call=(\S+)", body)
    assert link is not None
    assert link[1] == str(house.conversation().id)
    with reading(SYSTEM) as work:
        (row,) = work.session.scalars(select(Acute))
        acute_id = row.id
    assert house.anna.id
    assert house.jonas.id
    secret = app.config["SECRET_KEY"]
    assert holds(secret, link[2], acute_id, house.anna.id)
    assert not holds(secret, link[2], acute_id, house.jonas.id)
    assert not holds(secret, link[2] + "x", acute_id, house.anna.id)


def test_it_comes_again_each_round_and_stops_when_somebody_acknowledges(
    house: House, port: int, office: PostOffice
) -> None:
    in_danger(house)
    for minute in (0, 10, 20):
        run(minute)
    assert office.receivers[:2] == ["anna@nordby.example"] * 2
    assert sorted(office.receivers[2:]) == ["anna@nordby.example", "jonas@nordby.example"]
    conversation = house.conversation()
    with deed(house.jonas, minutes(21)) as work:
        acute.acknowledge(work, conversation.id)
    for minute in (30, 40, 120):
        run(minute)
    assert len(office.taken) == 4


def test_a_killed_worker_sends_one_more_and_never_none(
    house: House, port: int, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_danger(house)
    send = mailing.send

    def killed(*given: object) -> mailing.Outcome:
        send(*given)  # type: ignore[arg-type] # Handed on as it came.
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(mailing, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            run(0)
    run(1)
    assert len(office.taken) == 1, "its lease stands still"
    gone_lease()
    for minute in (2, 3):
        run(minute)
    assert len(office.taken) == 2


def test_a_server_that_is_away_loses_nothing(
    app: Flask, house: House, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_danger(house)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        listening_at(app, monkeypatch, gone.getsockname()[1])
    run(0)
    with opened(office) as port:
        listening_at(app, monkeypatch, port)
        run(1)
        assert len(office.taken) == 1


@pytest.mark.parametrize(("step", "tries"), [("RCPT", 1), ("DATA", 1)])
def test_refused_for_good_waits_for_the_next_round(
    house: House, port: int, office: PostOffice, step: str, tries: int
) -> None:
    in_danger(house)
    office.answers[step] = "550 no such person"
    for minute in (0, 1, 5):
        run(minute)
    assert len(office.receivers) == tries
    office.answers.clear()
    run(10)
    assert len(office.taken) == 1


def test_silence_after_the_text_is_tried_once_more_and_no_third_time(
    house: House, port: int, office: PostOffice
) -> None:
    in_danger(house)
    office.silent.add("DATA")
    for minute in (0, 1, 2, 5):
        run(minute)
    assert len(office.receivers) == 2


def test_the_sweep_rings_for_a_round_that_nobody_rang_for(house: House, port: int, app: Flask) -> None:
    """What Redis lost: the bell of the proposal is gone, and the next look finds it."""
    in_danger(house)
    rung: list[str] = []

    class Bells:
        def enqueue(self, job: str, *_ids: str) -> None:
            rung.append(job)

    before = app.extensions["bells"]
    app.extensions["bells"] = Bells()
    try:
        with at(0):
            sweep.sweep()
            job.call()
            assert "workers.reaching.call" in rung
            rung.clear()
            sweep.sweep()
        assert "workers.reaching.call" not in rung
        with at(10):
            sweep.sweep()
        assert "workers.reaching.call" in rung
    finally:
        app.extensions["bells"] = before


def test_a_house_that_sends_no_mail_any_more_owes_none(
    app: Flask, house: House, office: PostOffice, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_danger(house)
    office.answers["RCPT"] = "451 later"
    run(0)
    monkeypatch.setitem(app.extensions, "settings", replace(boot.settings(), smtp_url=""))
    run(5)
    with reading(SYSTEM) as work:
        mails = select(AcuteCall.state).where(AcuteCall.channel == "mail")
        assert list(work.session.scalars(mails)) == ["failed"]


def test_a_call_waits_behind_no_page_of_news_and_no_other_notice(house: House, port: int, office: PostOffice) -> None:
    """Danger has the queue of verdicts, which no platform keeps waiting; what else is told outside has another."""
    assert jobs.QUEUES[jobs.CALLING] == "timers"
    assert jobs.QUEUES[jobs.REACHING] == jobs.QUEUES[jobs.INGEST] == "ingest"
    in_danger(house)
    with at(0):
        job.run()
        assert office.letters() == []
        job.call()
    assert len(office.letters()) == 1


def test_a_slow_mail_server_holds_verdicts_up_for_seconds_alone(
    house: House, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step of the talk is short, and after it nothing more is begun; the sweep rings again."""
    in_danger(house)
    house.news(post(DANGER, author=ALI, own_id="second"))
    waited: list[float] = []
    clock = [0.0]

    def slow(_url: str, _letter: object, seconds: float) -> mailing.Outcome:
        waited.append(seconds)
        clock[0] += seconds
        return mailing.Outcome.PERHAPS

    monkeypatch.setattr(mailing, "send", slow)
    monkeypatch.setattr("workers.reaching.time.monotonic", lambda: clock[0])
    monkeypatch.setitem(boot.app().extensions, "settings", replace(boot.settings(), call_seconds=60))
    with at(0):
        job.call()
        assert waited == [job.TURN]
        with reading(SYSTEM) as work:
            assert owed(work).calling
        job.call()
    assert waited == [job.TURN] * 2
