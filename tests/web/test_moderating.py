"""Moderation at the doors: a reason is chosen, the thread and the history say so, and a number is shown to be noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from connectors.kit import registry
from connectors.kit.contract import DeedKind, Done
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.models import Conversation, Exposure, Message, Moderation, Reveal
from inbox.services import moderating
from inbox.uow import reading, uow
from tests.house import ALI, METTE, NOON, House, delete, edit, post
from tests.services.answering import count, deed, minutes, one
from tests.services.moderating_scene import NUMBER, RUDE, claimed, in_force, recorded, said
from tests.web.conftest import Come, statements

pytestmark = pytest.mark.usefixtures("noon")
THREATS = {"kind": "hide", "reason": "Trusler"}


@pytest.fixture
def rude(founded: House) -> UUID:
    return said(founded, RUDE)


@pytest.fixture
def exposed(founded: House) -> UUID:
    return said(founded, NUMBER, author=METTE)


def thread(come: Come, actor: Actor, house: House) -> str:
    return come(actor).get(f"/c/{house.conversation().id}").text


def test_the_form_offers_the_charters_reasons_and_hides(founded: House, come: Come, rude: UUID) -> None:
    anna = come(founded.anna)
    page = anna.get(f"/messages/{rude}/moderate").text
    assert "Trusler" in page
    assert "Criticism is none: answer it." in page
    assert 'data-hide="Hej Ali. Vi skjuler dit indlæg. Vi skjuler trusler' in page
    answer = anna.post(f"/messages/{rude}/moderate", **THREATS)
    assert answer.status_code == 303
    assert answer.location.startswith(f"/c/{founded.conversation().id}")
    shown = thread(come, founded.anna, founded)
    assert "by Anna Krogh: Trusler" in shown
    assert 'data-moderation="hide-owed"' in shown
    assert "Anna Krogh hid a message: Trusler" in shown
    assert "Show it again" in shown


def test_the_citizen_is_told_the_rule_of_the_reason_that_was_chosen(founded: House, come: Come, rude: UUID) -> None:
    come(founded.anna).post(f"/messages/{rude}/moderate", **THREATS, tell="yes", telling=" ")
    told_id = one(Moderation).told_id
    with reading(SYSTEM) as work:
        told = work.session.get_one(Message, told_id).text
    assert told.startswith("Hej Ali. Vi skjuler dit indlæg. Vi skjuler trusler")
    assert "klage over en afgørelse" in told
    assert told.endswith("– Anna, Nordby Kommune")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "hide"}, "Choose a reason of the charter."),
        ({"kind": "hide", "reason": "Kritik"}, "Criticism is no reason"),
        ({"kind": "block", "reason": "Trusler", "days": "3"}, "Choose for how long."),
        ({"kind": "hide", "reason": "Trusler", "tell": "yes", "telling": "Dit nummer: 211062-5629"}, "identity number"),
    ],
)
def test_what_is_refused_is_said_beside_what_was_chosen(
    founded: House, come: Come, rude: UUID, fields: dict[str, str], words: str
) -> None:
    answer = come(founded.anna).post(f"/messages/{rude}/moderate", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert fields.get("telling", "") in answer.text
    assert count(Moderation) == 0


def test_a_second_one_is_told_that_it_is_done(founded: House, come: Come, rude: UUID) -> None:
    come(founded.anna).post(f"/messages/{rude}/moderate", **THREATS)
    late = come(founded.jonas).post(f"/messages/{rude}/moderate", **THREATS)
    assert late.status_code == 409
    assert "Somebody has done this already." in late.text


def test_it_is_undone_by_one_act_and_a_block_is_made_longer(founded: House, come: Come, rude: UUID) -> None:
    moderation_id = in_force(founded, rude, "block")
    page = come(founded.jonas).get(f"/messages/{rude}/moderate").text
    assert f"/moderation/{moderation_id}/longer" in page
    conversation = founded.conversation().id
    longer = f"/moderation/{moderation_id}/longer?conversation={conversation}"
    assert come(founded.jonas).post(longer, reason="Trusler", days="1").status_code == 409
    assert come(founded.jonas).post(longer, reason="Kritik", days="365").status_code == 422
    assert come(founded.jonas).post(longer, reason="Trusler", days="365").status_code == 303
    undo = f"/moderation/{moderation_id}/undo?conversation={conversation}"
    assert come(founded.jonas).post(undo).status_code == 303
    assert "Jonas Lind unblocked the citizen" in thread(come, founded.jonas, founded)
    assert come(founded.anna).post(undo).status_code == 409


def test_who_reads_and_who_does(founded: House, come: Come, rikke: Actor, per: Actor, rude: UUID) -> None:
    moderation_id = in_force(founded, rude)
    for actor, code in ((founded.lone, 200), (rikke, 200), (founded.anna, 403), (per, 403)):
        assert come(actor).get("/moderation").status_code == code
    for actor in (rikke, per):
        assert come(actor).get(f"/messages/{rude}/moderate").status_code == 403
        assert come(actor).post(f"/messages/{rude}/moderate", **THREATS).status_code == 403
        assert come(actor).post(f"/moderation/{moderation_id}/undo").status_code == 403
    stranger = Actor(founded.anna.id, "Anna", frozenset({Role.AGENT}), frozenset())
    with pytest.raises(Exception, match="no such"), uow(stranger) as work:
        moderating.undo(work, moderation_id)


def test_the_list_is_as_long_as_its_number(founded: House, come: Come, rikke: Actor, rude: UUID) -> None:
    in_force(founded, rude)
    in_force(founded, rude, "block")
    moderation_id = in_force(founded, rude, "mute")
    with deed(founded.lone) as work:
        moderating.undo(work, moderation_id)
        work.session.execute(text("UPDATE moderation SET state = 'lifted', due_at = NULL WHERE kind = 'mute'"))
    for actor in (founded.lone, rikke):
        page = come(actor).get("/moderation").text
        live, ended = page.split('id="live"')[1].split('id="ended"')
        assert "In force: 2" in live
        assert live.count("<tr>") - 1 == 2
        assert "Ended: 1" in ended
        assert "Ali R." in live
        assert RUDE not in page
    assert "/undo" in come(founded.lone).get("/moderation").text
    assert "/undo" not in come(rikke).get("/moderation").text


def test_the_history_keeps_the_words_and_says_who_hid_them(
    founded: House, come: Come, rikke: Actor, rude: UUID
) -> None:
    in_force(founded, rude)
    page = come(rikke).get("/audit").text
    assert "Jeg kommer og finder jer." in page
    assert "by Anna Krogh: Trusler" in page
    assert "proof of it" in page


def test_opening_costs_no_statement_more(founded: House, come: Come, rude: UUID) -> None:
    anna, address = come(founded.anna), f"/c/{founded.conversation().id}"
    anna.get(address)
    with statements() as before:
        anna.get(address)
    in_force(founded, rude)
    with statements() as after:
        anna.get(address)
    assert len(after) == len(before)


def test_a_number_in_public_is_a_task_until_it_is_hidden(founded: House, come: Come, exposed: UUID) -> None:
    anna = come(founded.anna)
    assert "Number in public" in anna.get("/?view=open").text
    shown = thread(come, founded.anna, founded)
    assert "Visible in public for" in shown
    assert "211062" not in shown
    assert f"/messages/{exposed}/hide-number" in shown
    assert anna.post(f"/messages/{exposed}/hide-number").status_code == 303
    assert one(Moderation).reason == "Personoplysninger"
    assert "Visible in public for" not in thread(come, founded.anna, founded)
    # Until the platform has done it, everybody can read it.
    assert one(Exposure).ended_at is None
    assert "None can be read now." not in come(founded.lone).get("/moderation").text
    (moderation_id,) = _ids()
    assert claimed(minutes(69)) == moderation_id
    recorded(moderation_id, Done(), minutes(69))
    assert (one(Exposure).ending, one(Exposure).ended_at) == ("hidden", minutes(69))
    assert "Number in public" not in anna.get("/?view=open").text
    page = come(founded.lone).get("/moderation").text
    assert "gone after 1 h 09, the one of 30 days" in page
    assert "None can be read now." in page


def _ids() -> list[UUID]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(Moderation.id)))


def test_where_a_platform_can_not_hide_it_the_citizen_is_asked_to(
    founded: House, come: Come, exposed: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = registry.connector("square")
    narrow = replace(square.capabilities, deeds_under_own=frozenset({DeedKind.HIDE, DeedKind.SHOW}))
    monkeypatch.setattr(square, "capabilities", narrow)
    shown = thread(come, founded.anna, founded)
    assert "Ask Mette Holm to take it away" in shown
    assert "hide-number" not in shown
    late = come(founded.anna).post(f"/messages/{exposed}/hide-number")
    assert late.status_code == 409
    assert "only under a post of our own" in late.text


def test_who_is_blocked_is_so_in_every_conversation_of_theirs(founded: House, come: Come, rude: UUID) -> None:
    in_force(founded, rude, "block")
    with reading(SYSTEM) as work:
        first = work.session.get_one(Message, rude).conversation_id
    said(founded, "Også privat.", author=ALI, visibility="private")
    with reading(SYSTEM) as work:
        (other,) = work.session.scalars(select(Conversation.id).where(Conversation.id != first))
    head = come(founded.anna).get(f"/c/{other}").text.split('id="talk-head"')[1].split("</header>")[0]
    assert "Blocked until 24 Dec" in head


def test_shown_again_it_is_a_task_again(founded: House, exposed: UUID) -> None:
    moderation_id = in_force(founded, exposed)
    with deed(founded.anna) as work:
        moderating.undo(work, moderation_id)
    assert one(Exposure).ending == "hidden"
    assert claimed(NOON) == moderation_id
    recorded(moderation_id, Done(), NOON, attempt=2)
    assert one(Exposure).ended_at is None


def test_edited_or_deleted_away_its_time_ends(founded: House) -> None:
    for number, change in enumerate((edit, delete)):
        item = post(NUMBER, author=(METTE, ALI)[number])
        founded.news(item)
        founded.news(change(item, "@nordby Kan I se min ansøgning?") if change is edit else delete(item))
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(Exposure).order_by(Exposure.message_id)).all()
    assert [one.ending for one in found] == ["edited", "deleted"]
    assert [one.ended_at for one in found] == [NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)]


def test_a_number_put_in_later_counts_from_then(founded: House) -> None:
    item = post("@nordby Kan I se min ansøgning?")
    founded.news(item)
    assert count(Exposure) == 0
    founded.news(edit(item, NUMBER))
    assert one(Exposure).since == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("visibility", ["private", "public"])
def test_what_nobody_else_can_read_or_is_no_sure_number_is_no_task(founded: House, visibility: str) -> None:
    said(founded, NUMBER if visibility == "private" else "@nordby Sag 0107611234", visibility=visibility)
    assert count(Exposure) == 0


def test_looking_at_a_number_is_noted_and_the_page_never_held_it(
    founded: House, come: Come, rikke: Actor, per: Actor, exposed: UUID
) -> None:
    anna = come(founded.anna)
    for page in (thread(come, founded.anna, founded), come(rikke).get("/audit").text):
        assert "211062" not in page
        assert "Show the number" in page
    assert count(Reveal) == 0
    answer = anna.post(f"/messages/{exposed}/number")
    assert "211062-5629" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert (one(Reveal).agent_id, one(Reveal).message_id) == (founded.anna.id, exposed)
    assert come(rikke).post(f"/messages/{exposed}/number").status_code == 200
    assert come(per).post(f"/messages/{exposed}/number").status_code == 403
    page = come(founded.lone).get("/moderation").text
    assert "Who looked at a number: 2" in page
    assert "Rikke Dahl" in page


def test_a_private_number_is_no_auditors(founded: House, come: Come, rikke: Actor) -> None:
    message_id = said(founded, NUMBER, visibility="private")
    assert come(rikke).post(f"/messages/{message_id}/number").status_code == 404
    assert count(Reveal) == 0
    assert come(founded.anna).post(f"/messages/{message_id}/number").status_code == 200


def test_the_number_stands_in_no_log(
    founded: House, come: Come, exposed: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    come(founded.anna).post(f"/messages/{exposed}/number")
    come(founded.anna).post(f"/messages/{exposed}/hide-number")
    assert "211062" not in caplog.text
    with reading(SYSTEM) as work:
        assert len(work.session.scalars(select(Message)).all()) == 1
