"""Nobody's words and no citizen's name leave the house: every kind of notice, by every way that leads out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.ids import new_id
from inbox.domain.reach import Shape
from inbox.models import Agent, Conversation, Reach, ReachHook
from inbox.services import acute, conversations, notices, on_call, reaching
from inbox.services.notices import Kind
from inbox.uow import reading, uow
from tests.house import House, post
from tests.services.answering import deed, minutes
from tests.workers.digest_scene import at, choose, listening_at
from tests.workers.digest_scene import run as digest
from tests.workers.post_office import PostOffice
from tests.workers.receiver import Receiver, listening
from workers import reaching as job

PLANTED = ("kvædrup", "zinnober", "hvalfisk", "ultramarin", "pergament", "gnavpot", "tage mit liv")
"""Words that nothing of ours says: of a public post, a private one, a name, a handle, a note, a notice's own data."""
CITIZEN = {"id": "citizen-planted", "handle": "ultramarin", "name": "Hvalfisk Holm"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def planted(house: House, port: int, app: Flask, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A conversation full of words that must stay where they are, in a demonstration's house that sends mail."""
    listening_at(app, monkeypatch, port)
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], demo=True))
    house.news(post("@nordby Kvædrup! Jeg vil tage mit liv.", author=CITIZEN, own_id="planted"))
    house.news(post("Zinnober er hemmeligt.", author=CITIZEN, visibility="private", at=minutes(1)))
    with reading(SYSTEM) as work:
        about = work.session.scalars(select(Conversation.id).where(Conversation.acute_at.is_not(None))).one()
    with deed(house.anna, minutes(2)) as work:
        conversations.note(work, about, "Pergament: ring til hende.")
    return about


def hooks(house: House, receiver: Receiver) -> list[UUID]:
    """One for each shape, told of whatever a webhook can be told of."""
    made = []
    with uow(SYSTEM) as work:
        for shape in Shape:
            id_ = new_id()
            made.append(id_)
            work.session.add(
                ReachHook(
                    id=id_,
                    name=shape.value,
                    shape=shape.value,
                    host="127.0.0.1",
                    address_sealed=work.sealer.seal(receiver.address.encode(), f"reach_hook:{id_}:address"),
                    secret_sealed=work.sealer.seal(b"invented", f"reach_hook:{id_}:secret"),
                    kinds=["acute"],
                    active=True,
                    created_at=work.now,
                    agent_id=house.lone.id,
                )
            )
    return made


def silent(said: str) -> None:
    assert said
    assert [word for word in PLANTED if word in said.casefold()] == []


def test_each_kind_by_mail_at_once_and_by_each_shape_of_webhook(
    house: House, planted: UUID, office: PostOffice, receiver: Receiver
) -> None:
    ways = hooks(house, receiver)
    assert house.lone.id is not None
    with deed(now=minutes(3)) as work:
        for kind in Kind:
            reaching.owe(work, kind, hooks=ways, mails=[house.lone.id], conversation_id=planted)
    for turn in range(20):
        with at(4 + turn):
            job.run()
    with reading(SYSTEM) as work:
        assert set(work.session.scalars(select(Reach.state))) == {"sent"}
    assert (len(office.letters()), len(receiver.bodies)) == (len(Kind), len(Kind) * len(Shape))
    for letter in office.letters():
        silent(letter.as_string() + letter.get_content())
    for body in receiver.bodies:
        silent(body.decode())


def test_each_kind_in_the_mail_of_what_is_unread_whatever_its_data_say(
    house: House, planted: UUID, office: PostOffice
) -> None:
    """Whoever tells of something by mistake with somebody's words tells them to nobody outside."""
    choose(house.lone)
    with deed(house.anna, minutes(3)) as work:
        for kind in Kind:
            notices.tell(work, house.lone.id, kind, planted, what="Gnavpot", account="Gnavpot", name="Gnavpot")
    digest(200)
    (letter,) = office.letters()
    silent(letter.as_string() + letter.get_content())


def test_calls_for_danger_whether_words_or_a_person_said_so(
    house: House, planted: UUID, office: PostOffice, receiver: Receiver
) -> None:
    hooks(house, receiver)
    with deed(house.lone, minutes(3)) as work:
        on_call.usual(work, 0, house.jonas.id, None, 10)
    with reading(SYSTEM) as work:
        version = work.session.get_one(Conversation, planted).version
        address = work.session.get_one(Agent, house.jonas.id).email
    for verdict in (False, True):
        with deed(house.anna, minutes(4)) as work:
            found = work.session.get_one(Conversation, planted)
            if verdict:
                acute.mark(work, planted, found.version)
            else:
                acute.decide(work, planted, version, is_acute=False)
    for minute in (5, 16):
        with at(minute):
            job.call()
    assert {letter["To"] for letter in office.letters()} == {address}
    assert (len(office.letters()), len(receiver.bodies)) == (2, 2 * len(Shape))
    for letter in office.letters():
        silent(letter.as_string() + letter.get_content())
    for body in receiver.bodies:
        silent(body.decode())


def test_a_words_own_test_can_fail() -> None:
    with pytest.raises(AssertionError):
        silent("… Kvædrup …")
