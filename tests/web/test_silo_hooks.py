"""What a unit outside the house brings by a signed call: once, laid before the agent, or set aside where it shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from connectors.kit.posts import Raw
from connectors.kit.target import Returned
from connectors.targets.webhook import Webhook
from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.models import Conversation, Draft, SiloAnswer, SiloErrand, SiloInbound, SiloTicket
from inbox.services import conversations, merging, silo, silo_receiving, silo_tickets
from inbox.services import silo_units as units
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, post
from tests.services.answering import count, one
from tests.web.silo_page import ASKED
from tests.workers.silo_receiver import KEY, KEY_ID, signed

WORDS = "Bommen er oppe igen fredag kl. 12."


def now() -> int:
    return int(clock.now().timestamp())


class Unit:
    """A house with a unit that answers by calls, and a question put to it."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.house: House = scene.found()
        self.house.news(post())
        self.id = self.unit("Vej og Park")
        self.ask()

    def unit(self, name: str) -> UUID:
        settings = {"url": "http://127.0.0.1:9/", "key_id": KEY_ID, "key": KEY}
        with uow(SYSTEM) as work:
            return units.save(work, units.Entry(name, minutes=90, target="webhook", settings=settings))

    def ask(self) -> UUID:
        seen = self.house.conversation()
        with uow(self.house.anna) as work:
            return silo.ask(work, seen.id, seen.version, silo.Question(self.id, ASKED))

    def call(self, *, at: float | None = None, headers: dict[str, str] | None = None, **said: object) -> int:
        body = json.dumps({"id": "a1", "number": one(SiloTicket).number, "text": WORDS} | said).encode()
        return self.raw(body, headers or signed(body, int(now() if at is None else at)))

    def raw(self, body: bytes, headers: dict[str, str], unit: UUID | None = None) -> int:
        return self.client.post(f"/hooks/silo/{unit or self.id}", data=body, headers=headers).status_code

    def take_in(self) -> None:
        while True:
            with uow(SYSTEM) as work:
                if not silo_receiving.take_in(work):
                    return

    def said(self) -> list[SiloAnswer]:
        with reading(SYSTEM) as work:
            found = work.session.query(SiloAnswer).order_by(SiloAnswer.at).all()
            work.session.expunge_all()
            return found

    def aside(self) -> list[tuple[str, int]]:
        with reading(SYSTEM) as work:
            rows = work.session.query(SiloInbound).filter(SiloInbound.state == "quarantined").all()
            return [(row.reason, row.times) for row in rows]


@pytest.fixture
def unit(app: Flask) -> Unit:
    return Unit(app)


def test_an_answer_becomes_the_draft_of_whoever_asked(unit: Unit) -> None:
    assert unit.call(author="Ida Berg", attachments=["kort.pdf"]) == 204
    assert unit.said() == []
    unit.take_in()
    (said,) = unit.said()
    assert (said.author, said.text, said.agent_id, said.attachments) == ("Ida Berg", WORDS, None, ["kort.pdf"])
    draft = one(Draft)
    assert (draft.agent_id, draft.text) == (unit.house.anna.id, WORDS)
    assert (one(SiloTicket).state, unit.house.conversation().status) == ("answered", "open")


def test_the_same_again_is_nothing_new_whether_copied_or_signed_anew(unit: Unit) -> None:
    for at in (now(), now(), now() - 60):
        assert unit.call(at=at) == 204
    unit.take_in()
    assert unit.call(author="Somebody else") == 204
    unit.take_in()
    assert len(unit.said()) == 1


@pytest.mark.parametrize("wrong", ["old", "future", "key", "key_id", "body", "none"])
def test_a_call_that_is_not_theirs_changes_nothing_and_is_counted(unit: Unit, wrong: str) -> None:
    body = json.dumps({"id": "a1", "number": one(SiloTicket).number, "text": WORDS}).encode()
    at = now()
    headers = {
        "old": signed(body, at - 301),
        "future": signed(body, at + 301),
        "key": signed(body, at, key="another key"),
        "key_id": signed(body, at, key_id="another"),
        "body": signed(b"{}", at),
        "none": {},
    }[wrong]
    assert unit.raw(body, headers) == 401
    assert unit.raw(body, headers) == 401
    unit.take_in()
    assert (unit.said(), unit.aside()) == ([], [(silo_receiving.FORGED, 2)])


def test_a_unit_that_sits_at_the_desk_has_no_such_door(unit: Unit) -> None:
    with uow(SYSTEM) as work:
        desk = units.save(work, units.Entry("Skole", minutes=60))
    for where, code in ((desk, 401), (uuid4(), 404)):
        assert unit.raw(b"{}", signed(b"{}", now()), where) == code


def test_twenty_million_bytes_are_refused_by_their_size_and_that_shows(unit: Unit) -> None:
    body = b'{"text": "' + b"x" * 20_000_000 + b'"}'
    assert unit.raw(body, signed(body, now())) == 413
    assert (unit.said(), unit.aside()) == ([], [(silo_receiving.TOO_LARGE, 1)])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"number": 999_999}, silo_receiving.NO_QUESTION),
        ({"number": None, "question": "Q-9"}, silo_receiving.NO_QUESTION),
        ({"text": "  "}, silo_receiving.SAYS_NOTHING),
        ({"text": "x" * 20_001}, silo_receiving.TOO_LONG),
        ({"text": 7}, silo_receiving.NOT_READ),
        ({"number": "1001"}, silo_receiving.NOT_READ),
        ({"number": 10**40}, silo_receiving.NOT_READ),
    ],
)
def test_what_belongs_to_no_question_is_set_aside(unit: Unit, said: dict[str, object], reason: str) -> None:
    body = json.dumps({"id": "a1", "number": one(SiloTicket).number, "text": WORDS} | said).encode()
    assert unit.raw(body, signed(body, now())) == 204
    unit.take_in()
    assert (unit.said(), unit.aside()) == ([], [(reason, 1)])


def test_a_question_of_another_unit_is_none_of_theirs(unit: Unit) -> None:
    other = unit.unit("Skole")
    body = json.dumps({"id": "a1", "number": one(SiloTicket).number, "text": WORDS}).encode()
    assert unit.raw(body, signed(body, now()), other) == 204
    unit.take_in()
    assert unit.said() == []
    assert unit.aside() == [(silo_receiving.NO_QUESTION, 1)]


def test_html_becomes_words_and_nul_and_half_letters_stop_nothing(unit: Unit) -> None:
    unit.call(id="a1", html=True, text="<p>Bommen er <b>oppe</b>.</p><script>alert(1)</script>")
    unit.call(id="a2", text="Nul \x00 og \ud800 her.")
    unit.take_in()
    assert {one.text.split()[0] for one in unit.said()} == {"Bommen", "Nul"}
    assert "alert" not in str([one.text for one in unit.said()])


@pytest.mark.parametrize("odd", ["NaN", "1e999", "[" * 900 + "]" * 900])
def test_signed_numbers_without_an_end_and_depths_are_set_aside(unit: Unit, odd: str) -> None:
    body = f'{{"id": "a1", "number": {one(SiloTicket).number}, "text": "Hej", "odd": {odd}}}'.encode()
    assert unit.raw(body, signed(body, now())) == 204
    assert unit.aside() == [("It could not be read.", 1)]
    assert unit.call() == 204
    unit.take_in()
    assert [said.text for said in unit.said()] == [WORDS]


def test_a_machine_that_answers_without_end_comes_to_an_end(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silo_tickets, "MOST_ANSWERS", 3)
    for number in range(5):
        assert unit.call(id=f"round-{number}", text=f"Tak for din mail nummer {number}.") == 204
    unit.take_in()
    assert len(unit.said()) == 3
    assert unit.aside() == [("So many answers to one question may come from a machine. Ask the unit.", 1)] * 2


def test_in_pieces_the_question_stays_open_until_the_last(unit: Unit) -> None:
    unit.call(id="a1", text="Vi ser på det.", final=False)
    unit.take_in()
    assert (one(SiloTicket).state, unit.house.conversation().status) == ("asked", "on_hold")
    assert one(Draft).text == "Vi ser på det."
    unit.call(id="a2")
    unit.take_in()
    assert (one(SiloTicket).state, unit.house.conversation().status) == ("answered", "open")
    # What the agent has before them is not written over; the second waits beside it.
    assert one(Draft).text == "Vi ser på det."
    assert [said.laid_to_id is not None for said in unit.said()] == [True, False]


def test_late_it_is_kept_and_laid_before_nobody(unit: Unit) -> None:
    seen, ticket = unit.house.conversation(), one(SiloTicket).id
    with uow(unit.house.anna) as work:
        silo.recall(work, seen.id, seen.version, ticket)
    unit.call()
    unit.take_in()
    assert [said.late for said in unit.said()] == [True]
    assert count(Draft) == 0


def test_after_solving_it_is_late_too(unit: Unit) -> None:
    seen = unit.house.conversation()
    with uow(unit.house.anna) as work:
        conversations.finish(work, conversations.locked(work, seen.id))
    unit.call()
    unit.take_in()
    assert [said.late for said in unit.said()] == [True]


def test_to_a_conversation_that_was_joined_it_comes_where_the_question_is_now(unit: Unit) -> None:
    first = unit.house.conversation()
    unit.house.news(post("@nordby Er broen ved åen åben?"))
    with uow(unit.house.anna) as work:
        other = work.session.scalars(select(Conversation.id).where(Conversation.id != first.id)).one()
        gone, into = conversations.locked(work, first.id), conversations.locked(work, other)
        merging.merge(work, gone, into=into)
    unit.call()
    unit.take_in()
    assert [said.late for said in unit.said()] == [False]
    assert one(Draft).conversation_id == unit.house.conversation().id


def test_they_may_say_that_it_is_anothers_matter(unit: Unit) -> None:
    unit.call(not_ours=True, text="Det er regionens vej.")
    unit.take_in()
    assert [(said.not_ours, said.text) for said in unit.said()] == [(True, "Det er regionens vej.")]


def test_what_they_want_said_in_private_alone_is_no_public_draft(unit: Unit) -> None:
    unit.call(may_be_public=False)
    unit.take_in()
    assert count(Draft) == 0


@pytest.mark.parametrize("state", ["queued", "sending", "unconfirmed", "needs_human"])
def test_an_answer_proves_that_the_question_came(unit: Unit, state: str) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(SiloErrand).values(state=state))
    unit.call()
    unit.take_in()
    assert (one(SiloErrand).state, one(SiloErrand).due_at, one(SiloTicket).delivery) == ("delivered", None, "delivered")


@pytest.mark.parametrize("bug", [ValueError("x"), KeyError("x"), RecursionError("x")])
def test_a_bug_in_reading_one_does_not_stop_the_next(
    unit: Unit, monkeypatch: pytest.MonkeyPatch, bug: Exception
) -> None:
    real = Webhook.normalize

    def sometimes(self: Webhook, raw: Raw) -> Sequence[Returned]:
        if raw.get("id") == "a1":
            raise bug
        return real(self, raw)

    monkeypatch.setattr(Webhook, "normalize", sometimes)
    unit.call()
    unit.call(id="a2")
    unit.take_in()
    assert (len(unit.said()), unit.aside()) == (1, [(silo_receiving.NOT_READ, 1)])
