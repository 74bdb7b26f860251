"""Mails about unread notices, over a real mail server: to whom, what they say, and what a bad server costs nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from inbox import jobs
from inbox.domain import clock
from inbox.models import Agent
from inbox.queries.digests import MOST
from inbox.services import conversations, digests, notices
from tests.house import NOON, House, post
from tests.services.answering import deed
from tests.web.conftest import Person
from tests.workers.digest_scene import at, choose, run, tell, unread
from tests.workers.post_office import PostOffice
from workers import digests as job
from workers import sweep

MARKER = "Zyklamen"
"""In the citizen's words, in their name and in a note: it may not leave the house."""


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("language", ["da", "nb", "en"])
def test_no_word_and_no_name_of_a_citizen_leaves_the_house(
    house: House, port: int, office: PostOffice, language: str, visibility: str
) -> None:
    house.news(post(f"Min søn {MARKER}", author={"id": "m", "handle": MARKER, "name": MARKER}, visibility=visibility))
    conversation = house.conversation()
    with deed(house.lone) as work:
        conversations.note(work, conversation.id, f"{MARKER} @Anna")
    for kind in notices.Kind:
        tell(house, house.anna, kind)
    choose(house.anna, language=language)
    run(10)
    [raw], [letter] = office.taken, office.letters()
    says = letter.get_content()
    assert MARKER.encode() not in raw.replace(b"=\r\n", b"")
    assert MARKER not in says + str(letter["Subject"])
    # Each kind, and Anna named in the note, as far as a mail has room for them.
    assert says.count(conversation.reference) == min(len(notices.Kind) + 1, MOST)
    assert "Lone Vestergaard" in says


@pytest.mark.parametrize(
    ("language", "subject", "mentioned", "off"),
    [
        ("da", "Byline: 1 besked, du ikke har læst", "Lone Vestergaard nævnte dig i en note", "slår den fra"),
        ("nb", "Byline: 1 varsel du ikke har lest", "Lone Vestergaard nevnte deg i et notat", "slår den av"),
        ("en", "Byline: 1 notice that you have not read", "Lone Vestergaard mentioned you in a note", "you say here"),
    ],
)
def test_it_speaks_the_persons_language(
    house: House, port: int, office: PostOffice, language: str, subject: str, mentioned: str, off: str
) -> None:
    house.news(post())
    tell(house, house.anna)
    choose(house.anna, language=language)
    run(10)
    [letter] = office.letters()
    assert letter["Subject"] == subject
    assert letter["Content-Language"] == language
    lines = letter.get_content().splitlines()
    assert lines[0] == f"{house.conversation().reference}: {mentioned}"
    assert off in lines[-2]
    assert lines[-1] == "https://byline.nordby.example/me"


@pytest.mark.parametrize("kind", list(notices.Kind))
def test_every_kind_has_its_own_sentence(house: House, port: int, office: PostOffice, kind: str) -> None:
    house.news(post())
    tell(house, house.anna, kind)
    choose(house.anna)
    run(10)
    [letter] = office.letters()
    assert "There is something new for you" not in letter.get_content()


def test_its_head_says_whose_it_is_and_that_no_person_wrote_it(house: House, port: int, office: PostOffice) -> None:
    house.news(post())
    tell(house, house.anna)
    choose(house.anna)
    run(10)
    [letter] = office.letters()
    assert letter["From"] == "byline@nordby.example"
    assert letter["To"] == office.receivers[0] == "anna@nordby.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@nordby.example>")
    assert letter["Date"].datetime == NOON + timedelta(minutes=10)
    assert letter.get_content_type() == "text/plain"
    assert office.greeted == ["nordby.example"]


def test_its_link_opens_the_conversation_and_it_is_read_then(
    app: Flask, house: House, port: int, office: PostOffice
) -> None:
    house.news(post())
    tell(house, house.anna)
    choose(house.anna)
    run(10)
    [letter] = office.letters()
    [link] = [line for line in letter.get_content().splitlines() if "/notices/" in line]
    address = link.removeprefix("https://byline.nordby.example")
    assert Person(app, house.anna).get(address).location.endswith(f"/c/{house.conversation().id}")
    assert unread(house.anna) == 0
    assert Person(app, None).get(address).location.startswith("/login")


def test_who_did_not_choose_gets_none_and_who_did_gets_one_however_often_it_rings(
    house: House, port: int, office: PostOffice
) -> None:
    house.news(post())
    for actor in (house.anna, house.jonas):
        tell(house, actor)
    choose(house.anna)
    for minutes in (10, 10, 11, 69):
        run(minutes)
    assert office.receivers == ["anna@nordby.example"]
    assert (unread(house.anna), unread(house.jonas)) == (1, 1)


def test_of_several_kinds_the_count_and_the_newest_first(house: House, port: int, office: PostOffice) -> None:
    house.news(post())
    tell(house, house.anna, "woken", 1)
    tell(house, house.anna, "handed_over", 2)
    choose(house.anna)
    run(10)
    [letter] = office.letters()
    assert letter["Subject"] == "Byline: 2 notices that you have not read"
    assert letter.get_content().index("handed you") < letter.get_content().index("is back")


def test_who_leaves_after_the_claim_gets_none(house: House, port: int, office: PostOffice) -> None:
    house.news(post())
    tell(house, house.anna)
    choose(house.anna)
    with deed(now=NOON + timedelta(minutes=10)) as work:
        claimed = digests.claim(work)
    assert claimed is not None
    with deed() as work:
        work.session.get_one(Agent, house.anna.id).left_at = work.now
    assert job._told(claimed)
    assert office.receivers == []


def test_the_sweep_rings_for_it_where_mail_is_sent(
    app: Flask, house: House, port: int, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(10):
        house.news(post(at=clock.now()))
        choose(house.anna)
        tell(house, house.anna)
        with monkeypatch.context() as silent:
            silent.setitem(app.extensions, "settings", replace(app.extensions["settings"], smtp_url=""))
            assert sweep.sweep() == 0
            job.run()
        assert sweep.sweep() == 1
        queue = Queue(jobs.QUEUES[jobs.DIGESTS], connection=Redis.from_url(valkey_url), serializer=JSONSerializer)
        assert [one.func_name for one in queue.jobs] == [jobs.DIGESTS]
        job.run()
        assert sweep.sweep() == 0
