"""A wrong answer: corrected in public under a link to it, and told once to everybody who got the same words."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.models import Conversation, Delivery, LedgerEntry, Message
from inbox.queries import audit
from inbox.queries.correcting import Matter, matter
from inbox.queries.thread import thread
from inbox.queries.thread_items import Said
from inbox.services import conversations, correcting, drafts, replies
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import House, second_team
from tests.services.answered_scene import PASS_AGAIN, RIGHT, WRONG, answered, asked, corrected, deliver
from tests.services.answering import deed, minutes

TOLD = "Hej {name}. Det svar, du fik af os, var forkert: børn skal altid med."


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found(undo_seconds=0)


def got_it(house: House, *names: str, visibility: str = "public") -> list[UUID]:
    """These people got the wrong words, each in their own thread; the conversations' ids."""
    said = [
        answered(house, PASS_AGAIN, WRONG.format(name.split()[0]), name=name, by=house.jonas, visibility=visibility)
        for name in names
    ]
    with reading(SYSTEM) as work:
        return [work.session.get_one(Message, one).conversation_id for one in said]


def seen(house: House, wrong_id: UUID, by: Actor | None = None) -> Matter:
    with reading(by or house.anna) as work:
        work.now = minutes(30)
        return matter(work, wrong_id)


def told(house: House, wrong_id: UUID, body: str = TOLD, by: Actor | None = None) -> correcting.Told:
    with deed(by or house.anna, minutes(25)) as work:
        return correcting.tell(work, wrong_id, body=body)


def state(conversation_id: UUID) -> Conversation:
    with reading(SYSTEM) as work:
        found = work.session.get_one(Conversation, conversation_id)
        work.session.expunge(found)
        return found


def ours(conversation_id: UUID) -> list[str]:
    """What we said there, oldest first."""
    with reading(SYSTEM) as work:
        return list(
            work.session.scalars(
                select(Message.text)
                .where(Message.conversation_id == conversation_id, Message.direction == "out")
                .order_by(Message.said_at, Message.id)
            )
        )


def test_everybody_is_told_once_by_whoever_and_however_often_it_is_asked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = answered(house)
    there = got_it(house, "Ali R.", "Kirsten Vang")
    secret = got_it(house, "Lise Friis", visibility="private")
    corrected(house, wrong)
    stale = seen(house, wrong)
    assert {one.who for one in stale.untold} == {"Ali R.", "Kirsten Vang", "Lise Friis"}
    first = told(house, wrong)
    assert (len(first.answers), first.refused) == (3, ())
    assert told(house, wrong).answers == ()
    # Two acts at the same time have both read that nobody was told yet.
    monkeypatch.setattr(correcting, "matter", lambda *_given: stale)
    assert told(house, wrong, by=house.lone).answers == ()
    assert [len(ours(one)) for one in (*there, *secret)] == [2, 2, 2]
    assert ours(there[1])[-1].startswith("Hej Kirsten. Det svar")
    assert ours(there[1])[-1].endswith("– Anna, Nordby Kommune")
    with reading(SYSTEM) as work:
        rows = work.session.execute(select(Message.conversation_id, Message.visibility))
        ways = {row.conversation_id: row.visibility for row in rows}
        assert [ways[one] for one in (*there, *secret)] == ["public", "public", "private"]
        queued = work.session.scalars(select(Delivery.state).where(Delivery.message_id.in_(first.answers))).all()
        assert queued == ["queued"] * 3
    assert deliver(minutes(26)) == 3
    monkeypatch.undo()
    assert seen(house, wrong).untold == ()


def test_a_correction_names_both_in_the_ledger_and_links_to_the_first(house: House) -> None:
    wrong = answered(house)
    right = corrected(house, wrong)
    with reading(SYSTEM) as work:
        said = work.session.get_one(Message, right)
        first = work.session.scalars(select(Delivery).where(Delivery.message_id == wrong)).one()
        assert first.url is not None
        assert said.text == f"{RIGHT}\n{first.url}\n– Anna, Nordby Kommune"
        (line,) = work.session.scalars(select(LedgerEntry).where(LedgerEntry.type == "reply.corrected")).all()
        assert str(wrong) in str(line.body)
        assert str(right) in str(line.body)
        approved = work.session.scalars(select(LedgerEntry.id).where(LedgerEntry.type == "reply.approved")).all()
        assert said.entry_id in approved
        conversation_id = said.conversation_id
    with reading(house.jonas) as work:
        old, new = [one for one in thread(work, conversation_id).items if isinstance(one, Said) and one.ours]
    assert old.corrected is not None
    assert (old.corrected.id, old.corrected.by) == (right, "Anna Krogh")
    assert old.corrected.text.startswith(RIGHT)
    assert new.corrected is None
    rikke = Actor(house.lone.id, "Rikke Dahl", frozenset({Role.AUDITOR}), house.lone.teams)
    with reading(rikke) as work:
        shown = {one.message_id: one.corrected for one in audit.dialogue(work).entries}
    assert shown[wrong] == old.corrected
    assert old.corrected.entry_id == line.id


def test_its_author_or_a_lead_corrects_and_nobody_else(house: House) -> None:
    wrong = answered(house)
    with pytest.raises(Forbidden):
        corrected(house, wrong, by=house.jonas)
    with reading(house.jonas) as work, pytest.raises(Forbidden):
        matter(work, wrong)
    corrected(house, wrong, by=house.lone)
    assert seen(house, wrong).right is not None


def test_what_another_team_said_is_not_there(house: House) -> None:
    other = second_team(house)
    with reading(SYSTEM) as work:
        theirs = work.session.execute(
            text("SELECT team_id FROM account WHERE id = :id"), {"id": other.account_id}
        ).scalar_one()
    both = replace(house.lone, teams=house.lone.teams | {theirs})
    wrong = answered(other, by=both)
    with reading(house.lone) as work, pytest.raises(NotFound):
        matter(work, wrong)
    # The same words were sent here: whoever sees both teams tells both, who sees one tells one.
    mine = answered(house)
    assert seen(house, mine, house.lone).reached == ()
    assert len(seen(house, mine, both).reached) == 1


def test_only_what_stands_in_public_is_corrected_and_only_once(house: House) -> None:
    private = answered(house, visibility="private")
    with pytest.raises(Conflict):
        corrected(house, private)
    waiting = asked(house)
    with deed(house.anna, minutes(1)) as work:
        version = work.session.get_one(Conversation, waiting).version
        queued = replies.reply(
            work, waiting, version=version, visibility="public", body="Ja, børn skal med."
        ).message_id
    with pytest.raises(Conflict):
        corrected(house, queued)
    wrong = answered(house)
    corrected(house, wrong)
    with pytest.raises(Conflict):
        corrected(house, wrong)


@pytest.mark.parametrize(
    ("body", "error"),
    [("", Invalid), (WRONG.format("Mette"), Invalid), ("Ring om 211062-5629", Invalid), ("Hej {name}", Invalid)],
)
def test_a_correction_is_guarded_like_any_answer(house: House, body: str, error: type[Exception]) -> None:
    wrong = answered(house)
    with pytest.raises(error) as refused:
        corrected(house, wrong, body)
    assert getattr(refused.value, "field", "") == "body"
    assert seen(house, wrong).right is None


def test_who_came_second_reads_first(house: House) -> None:
    wrong = answered(house)
    with uow(house.anna) as work, pytest.raises(Conflict):
        correcting.correct(work, wrong, version=0, body=RIGHT)


def test_a_correction_that_was_taken_back_corrects_nothing(house: House) -> None:
    wrong = answered(house)
    with uow(SYSTEM) as work:
        work.session.execute(text("UPDATE organisation SET undo_seconds = 60"))
    with deed(house.anna, minutes(20)) as work:
        about = matter(work, wrong)
        made = correcting.correct(work, wrong, version=about.version, body=RIGHT)
    assert seen(house, wrong).right is not None
    with deed(house.anna, minutes(20)) as work:
        replies.undo(work, made.message_id)
    assert seen(house, wrong).right is None
    with pytest.raises(Conflict):
        told(house, wrong)


def test_telling_leaves_the_conversation_as_it_was(house: House) -> None:
    wrong = answered(house)
    (held, waits, solved) = got_it(house, "Ali R.", "Kirsten Vang", "Lise Friis")
    with deed(house.jonas, minutes(5)) as work:
        conversations.solve(work, solved, work.session.get_one(Conversation, solved).version)
        drafts.keep(work, held, "public", "Jonas skriver på noget andet.")
    with deed(house.anna, minutes(5)) as work:
        drafts.keep(work, held, "public", "Anna også.")
        again = work.session.get_one(Conversation, waits)
        message = work.session.scalars(
            select(Message).where(Message.conversation_id == waits, Message.direction == "in")
        ).one()
        own_id, handle = (
            message.external_id,
            work.session.execute(
                text("SELECT external_id FROM identity WHERE id = :id"), {"id": again.identity_id}
            ).scalar_one(),
        )
    house.news(
        scene.post(
            "Og hvad med fingeraftryk?",
            author={"id": handle, "handle": handle, "name": "Kirsten Vang"},
            parent=own_id,
            root=own_id,
            at=minutes(10),
        )
    )
    before = {one: state(one) for one in (held, waits, solved)}
    assert before[waits].waiting_since == minutes(10)
    corrected(house, wrong)
    assert len(told(house, wrong).answers) == 3
    for one, was in before.items():
        now = state(one)
        assert (now.assignee_id, now.waiting_since, now.status) == (was.assignee_id, was.waiting_since, was.status)
    with reading(house.anna) as work:
        assert drafts.begun(work, held, "public") == "Anna også."


def test_whom_we_can_not_tell_is_listed_with_why_and_the_others_are_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = answered(house)
    refuses, hears = got_it(house, "Ali R.", "Kirsten Vang")
    corrected(house, wrong)
    reply_ = replies.reply

    def refusing(work: object, conversation_id: UUID, **given: object) -> replies.Promised:
        if conversation_id == refuses:
            raise Invalid("You can't answer that way on %(platform)s.", field="mode", platform="Town square")
        return reply_(work, conversation_id, **given)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(replies, "reply", refusing)
    done = told(house, wrong)
    assert [one.whom.conversation_id for one in done.refused] == [refuses]
    assert len(done.answers) == 1
    monkeypatch.undo()
    assert [one.conversation_id for one in seen(house, wrong).untold] == [refuses]
    assert len(told(house, wrong).answers) == 1
    assert len(ours(hears)) == 2
    # Words that nobody could be sent are refused as a whole, and nobody was told by half.
    other = answered(house, PASS_AGAIN, "Du kan komme når som helst uden at bestille tid.")
    answered(house, PASS_AGAIN, "Du kan komme når som helst uden at bestille tid.", name="Lise Friis")
    corrected(house, other)
    with pytest.raises(Invalid) as no:
        told(house, other, "Ring om 211062-5629")
    assert no.value.field == "body"
    assert len(seen(house, other).untold) == 1


def test_who_was_told_in_vain_can_be_told_again(house: House) -> None:
    wrong = answered(house)
    (there,) = got_it(house, "Ali R.")
    corrected(house, wrong)
    (said,) = told(house, wrong).answers
    with uow(SYSTEM) as work:
        work.session.execute(
            text("UPDATE delivery SET state = 'rejected', due_at = NULL WHERE message_id = :id"), {"id": said}
        )
    (one,) = seen(house, wrong).untold
    assert one.failed
    assert len(told(house, wrong).answers) == 1
    assert len(ours(there)) == 3


def test_short_words_are_nobodys_copy(house: House) -> None:
    wrong = answered(house, body="Hej Mette. Ja, gerne.")
    answered(house, PASS_AGAIN, "Hej Ali. Ja, gerne.", name="Ali R.")
    assert seen(house, wrong).reached == ()


def test_a_telling_is_no_answer_to_anybody_else(house: House) -> None:
    wrong = answered(house)
    got_it(house, "Ali R.")
    corrected(house, wrong)
    (said,) = told(house, wrong).answers
    deliver(minutes(26))
    with reading(SYSTEM) as work:
        kept = set(work.session.scalars(text("SELECT message_id FROM earlier_answer")))
    assert said not in kept
    assert wrong in kept
