"""Notices that go out: a webhook that fails, is silent, doubles; a mail at once; nobody's words in any of them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from connectors.kit.contract import NotSent
from connectors.kit.http import HttpClient
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.reach import HOOK_KINDS, MAIL_KINDS, TRIES, TRY, Shape
from inbox.models import Agent, Reach, ReachHook
from inbox.services import agents, notices, reaching
from inbox.uow import reading, uow
from tests.house import METTE, NOON, House, post
from tests.services.answering import deed
from tests.services.test_acute import DANGER
from tests.workers.digest_scene import at
from tests.workers.post_office import PostOffice
from tests.workers.receiver import Receiver, listening
from workers import letters
from workers import reaching as job


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def per(house: House, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """The administrator, in a demonstration's house: its receivers may be on this machine."""
    told = replace(
        app.extensions["settings"], demo=True, base_url="https://byline.nordby.example", call_seconds=1, smtp_url=""
    )
    monkeypatch.setitem(app.extensions, "settings", told)
    with uow(SYSTEM) as work:
        id_ = agents.add(
            work,
            email="per@nordby.example",
            full_name="Per Skov",
            roles=[Role.ADMINISTRATOR],
            password_hash="invented",
            language="en",
        )
    return Actor(id_, "Per Skov", frozenset({Role.ADMINISTRATOR}), house.anna.teams)


def hook(per: Actor, receiver: Receiver, shape: str = "generic") -> tuple[UUID, str]:
    with deed(per) as work:
        return reaching.save(work, f"Vagt {shape}", shape, receiver.address, ["acute", "threat"], own_machine=True)


def run(minute: float) -> None:
    with at(minute):
        job.run()


def call(minute: float) -> None:
    with at(minute):
        job.call()


def state() -> tuple[str, bool, str]:
    with reading(SYSTEM) as work:
        (one,) = work.session.scalars(select(ReachHook))
        (owed,) = work.session.scalars(select(Reach))
        return owed.state, one.failed_at is not None, one.trouble or ""


def threatened(house: House) -> None:
    """Two people are told of one thing."""
    house.news(post(DANGER.replace("liv", "tid"), author=METTE, visibility="private"))
    conversation = house.conversation()
    with deed(house.anna) as work:
        for lead in (house.lone, house.jonas):
            notices.tell(work, lead.id, "threat", conversation.id, what="threat")


def test_a_call_is_signed_with_its_time_and_told_once_for_two_people(
    house: House, per: Actor, receiver: Receiver
) -> None:
    _id, secret = hook(per, receiver)
    threatened(house)
    run(0)
    run(1)

    (said,), (head,) = receiver.said(), receiver.heads
    signed = head["byline-timestamp"].encode() + b"." + receiver.bodies[0]
    assert head["byline-signature"] == "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert int(head["byline-timestamp"]) == int(NOON.timestamp())
    conversation = house.conversation()
    assert (said["kind"], said["reference"], said["account"]) == ("threat", conversation.reference, "Nordby Kommune")
    assert said["url"] == f"https://byline.nordby.example/c/{conversation.id}"
    assert said["id"] == head["byline-delivery"]
    assert [
        word for word in ("mette", "holm", "tage mit", "kan ikke") if word in receiver.bodies[0].decode().casefold()
    ] == []


@pytest.mark.parametrize("shape", list(Shape))
def test_each_shape_arrives(house: House, per: Actor, receiver: Receiver, shape: str) -> None:
    hook(per, receiver, shape)
    threatened(house)
    run(0)

    assert len(receiver.bodies) == 1
    assert house.conversation().reference in receiver.bodies[0].decode()
    assert ("byline-signature" in receiver.heads[0]) == (shape == "generic")
    assert state() == ("sent", False, "")


def test_one_that_fails_is_asked_again_with_the_same_id_and_heals(house: House, per: Actor, receiver: Receiver) -> None:
    hook(per, receiver)
    receiver.statuses = [500, 429, 200]
    threatened(house)
    for minute in (0, 0.1, 1, 3, 10):
        run(minute)

    assert len(receiver.bodies) == 3
    assert len({head["byline-delivery"] for head in receiver.heads}) == 1
    assert state() == ("sent", False, "")


def test_silence_is_a_failure_and_the_job_goes_on(house: House, per: Actor, receiver: Receiver) -> None:
    hook(per, receiver)
    receiver.statuses = [0, 200]
    threatened(house)
    run(0)
    assert state()[0] == "owed"
    run(1)
    assert state()[0] == "sent"


def test_after_eight_tries_it_is_given_up_and_shown_in_trouble(house: House, per: Actor, receiver: Receiver) -> None:
    hook(per, receiver)
    receiver.statuses = [503]
    threatened(house)
    for number in range(40):
        run(number * 31)

    assert len(receiver.bodies) == TRIES
    assert state() == ("failed", True, "answered 503")


@pytest.mark.parametrize("status", [301, 400, 404, 410])
def test_what_says_no_for_good_is_asked_once(house: House, per: Actor, receiver: Receiver, status: int) -> None:
    hook(per, receiver)
    receiver.statuses = [status]
    threatened(house)
    for minute in (0, 5, 60):
        run(minute)
    assert len(receiver.bodies) == 1
    assert state() == ("failed", True, f"answered {status}")


def test_a_killed_worker_sends_the_same_id_again(house: House, per: Actor, receiver: Receiver) -> None:
    hook(per, receiver)
    threatened(house)
    with at(0), uow(SYSTEM) as work:
        assert reaching.claim(work, timedelta(seconds=45)) is not None
    run(0)
    assert receiver.bodies == [], "its lease stands still"
    with uow(SYSTEM) as work:
        work.session.execute(update(Reach).values(lease_until=NOON.replace(year=2020)))
    run(1)
    assert len(receiver.bodies) == 1


def test_try_it_says_so_and_switching_off_ends_it(house: House, per: Actor, receiver: Receiver) -> None:
    id_, _secret = hook(per, receiver)
    with deed(per) as work:
        reaching.try_it(work, id_)
    run(0)
    assert receiver.said()[0]["kind"] == "try"
    with deed(per) as work:
        reaching.switch_off(work, id_)
    threatened(house)
    run(1)
    assert len(receiver.bodies) == 1


def test_a_call_for_danger_goes_there_each_round(house: House, per: Actor, receiver: Receiver) -> None:
    hook(per, receiver)
    house.news(post(DANGER))
    for minute in (0, 1, 5):
        call(minute)
    assert [one["kind"] for one in receiver.said()] == ["acute", "acute"]


def test_outside_the_demonstration_this_machine_is_not_called(
    house: House, per: Actor, receiver: Receiver, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook(per, receiver)
    threatened(house)
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], demo=False))
    run(0)
    assert receiver.bodies == []
    assert state()[0] == "owed"


def test_a_name_that_leads_inside_is_refused_where_it_is_called(receiver: Receiver) -> None:
    """The number is asked that is called: a name that is looked up twice leads nowhere else."""
    address = receiver.address.replace("127.0.0.1", "localhost")
    with pytest.raises(NotSent, match="private network"):
        HttpClient(5, private="none").request("POST", address, content=b"{}")
    assert receiver.bodies == []
    assert HttpClient(5, private="loopback").request("POST", address, content=b"{}").status == 200


# ── mails at once ───────────────────────────────────────────────────────────────────────────────────────────────────
def mailed_at_once(house: House, *kinds: str) -> None:
    with deed(house.lone) as work:
        reaching.choose_mail(work, kinds)
        work.session.get_one(Agent, house.lone.id).language = "en"


def test_what_one_chose_comes_at_once_and_nothing_else(house: House, port: int, office: PostOffice) -> None:
    mailed_at_once(house, "threat", "invented")
    threatened(house)
    conversation = house.conversation()
    with deed(house.anna) as work:
        notices.tell(work, house.lone.id, "mentioned", conversation.id)
    run(0)
    run(1)

    (letter,) = office.letters()
    assert letter["Subject"] == "Byline: A threat against a colleague was reported"
    said = letter.get_content()
    assert f"https://byline.nordby.example/c/{conversation.id}" in said
    assert "mette" not in said.casefold()


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("reminded", "Byline: A citizen waits for an answer from you: the promised time runs out"),
        ("lead_told", "Byline: A promised time runs out or is over"),
        ("complaint", "Byline: A complaint is yours to see to"),
        ("complaint_late", "Byline: The time promised for a complaint has passed"),
    ],
)
def test_what_the_ladder_and_complaints_tell_is_mailed_to_who_chose_so(
    house: House, port: int, office: PostOffice, kind: str, subject: str
) -> None:
    mailed_at_once(house, kind)
    house.news(post())
    conversation = house.conversation()
    with deed(house.anna) as work:
        notices.tell(work, house.lone.id, kind, conversation.id)
    run(0)
    # A long line is folded on its way.
    assert [" ".join(letter["Subject"].split()) for letter in office.letters()] == [subject]


def test_whatever_may_leave_the_house_has_a_sentence_of_its_own() -> None:
    says = letters.environment("en").get_template("mail/says.txt")
    sentences = [says.render(kind=kind).strip() for kind in {*HOOK_KINDS, *MAIL_KINDS, TRY, "invented"}]
    assert len(set(sentences)) == len(sentences)


def test_a_mail_in_a_dead_workers_hand_is_not_sent_twice(house: House, port: int, office: PostOffice) -> None:
    mailed_at_once(house, "threat")
    threatened(house)
    with at(0), uow(SYSTEM) as work:
        reaching.claim(work, timedelta(seconds=45))
    with uow(SYSTEM) as work:
        work.session.execute(update(Reach).values(lease_until=NOON.replace(year=2020)))
    run(1)
    assert office.taken == []


def test_a_server_with_no_time_is_asked_again(house: House, port: int, office: PostOffice) -> None:
    mailed_at_once(house, "threat")
    threatened(house)
    office.answers["DATA"] = "451 later"
    run(0)
    office.answers.clear()
    run(1)
    assert len(office.taken) == 1
