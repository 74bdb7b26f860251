"""What the guard stops and asks, in the service, whatever the form let through; and that a reason stays what it was."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from inbox.domain import personal_data
from inbox.domain.actors import SYSTEM
from inbox.domain.asking import LONGEST_REASON, About, Because, Own, Reason
from inbox.domain.charters import Charter, starting_rulings
from inbox.domain.countries import PACKS, pack
from inbox.domain.errors import Invalid
from inbox.models import ConversationEvent, Delivery, GuardReason, Message, Organisation
from inbox.services import charters, composing, countries, guard, replies
from inbox.services.composing import Sheet
from inbox.services.guard import Watch
from inbox.uow import reading
from tests import house as scene
from tests.house import House, post
from tests.services.answering import deed, sent

TODAY = date(2026, 11, 24)
WATCH = Watch(starting_rulings("da"), Own(("70 10 20 30",)), ())
PHONE = "Ring til Pia på 55 00 00 00, så ordner hun det."


@pytest.fixture
def house(app: Flask) -> House:
    founded = scene.found()
    founded.news(post())
    return founded


def answer(house: House, words: str, because: Because | None = None, mode: str = "public") -> None:
    conversation = house.conversation()
    with deed(house.anna) as work:
        replies.reply(work, conversation.id, version=conversation.version, visibility=mode, body=words, because=because)


def look(house: House, mode: str, words: str) -> Sheet:
    conversation_id = house.conversation().id
    with deed(house.anna) as work:
        return composing.look(work, conversation_id, mode, words)


def kept() -> list[tuple[list[str], str, str]]:
    with reading(SYSTEM) as work:
        return [(one.asked, one.reason, one.words) for one in work.session.scalars(select(GuardReason))]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (PHONE, ["phone_number"]),
        ("Skriv til mette@post.example", ["email_address"]),
        ("Din sag, sagsnr. 26/10432", ["case_number"]),
        ("I har ret til pas. Konto 1234.56.78911", ["account_number", "ruling"]),
        ("Er det 1503641234?", ["national_number"]),
    ],
)
def test_it_goes_out_for_a_reason_that_is_kept_and_not_without(house: House, words: str, asked: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        answer(house, words)
    assert refused.value.field == "reason"
    assert (sent(), kept()) == (0, [])
    answer(house, words, Because(Reason.OUR_OWN, "and nothing more"))
    # Words belong to a reason that the list has not.
    assert (sent(), kept()) == (1, [(asked, "our_own", "")])
    with reading(SYSTEM) as work:
        event = work.session.scalars(select(ConversationEvent).where(ConversationEvent.kind == "sent_anyway")).one()
        assert event.data == {"asked": ",".join(asked), "reason": "our_own", "words": ""}
        assert event.agent_id == house.anna.id


@pytest.mark.parametrize("country", sorted(PACKS))
@pytest.mark.parametrize(("number", "kind"), [("070761-4285", "cpr"), ("30108299920", "fnr"), ("70108299914", "fnr")])
def test_both_countries_numbers_are_stopped_in_either_and_named_as_what_they_are(
    house: House, country: str, number: str, kind: str
) -> None:
    with deed(house.lone) as work:
        countries.choose(work, country, {}, version=0)
    sheet = look(house, "public", f"Dit nummer er {number}.")
    assert sheet.blocked
    assert (sheet.blocked.sentence, sheet.found, sheet.country) == (guard.NUMBER, (kind,), country)
    with pytest.raises(Invalid) as refused:
        answer(house, f"Dit nummer er {number}.")
    assert (refused.value.field, sent()) == ("body", 0)


def test_a_pack_that_claims_no_number_switches_none_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.services.guard.pack", lambda code: replace(pack(code), numbers=()))
    with pytest.raises(Invalid):
        answer(house, "Dit nummer er 070761-4285.")
    for finder in (personal_data.find, personal_data.holds, personal_data.kinds, personal_data.mask):
        # Nor could one: the finder is handed words and a day, and nothing else.
        assert inspect.signature(finder).parameters.keys() <= {"text", "texts", "today"}


def test_numbers_of_both_countries_in_one_answer_are_both_named(house: House) -> None:
    assert look(house, "public", "Enten 30108299920 eller 070761-4285.").found == ("fnr", "cpr")


def test_an_ordinary_answer_needs_no_reason_and_keeps_none(house: House) -> None:
    answer(house, "Svømmehallen åbner kl. 7 den 24.11.2026.", Because(Reason.OTHER, "for no reason"))
    assert (sent(), kept()) == (1, [])


@pytest.mark.parametrize(
    "reason",
    [
        Because(Reason.OTHER, "  \u200b "),
        Because(Reason.OTHER, "x" * (LONGEST_REASON + 1)),
        Because(Reason.OTHER, "det er 070761-4285"),
    ],
    ids=["nothing", "a book", "a number"],
)
def test_a_reason_that_says_nothing_or_too_much_is_none(house: House, reason: Because) -> None:
    with pytest.raises(Invalid) as refused:
        answer(house, PHONE, reason)
    assert refused.value.field == "reason"
    assert (sent(), kept()) == (0, [])


def test_in_words_of_ones_own(house: House) -> None:
    answer(house, PHONE, Because(Reason.OTHER, " Pia har bedt om det\x00 "))
    assert kept() == [(["phone_number"], "other", "Pia har bedt om det\ufffd")]


def test_a_private_message_is_no_safe_place_either(house: House) -> None:
    house.news(post("Mit barn er sygt", visibility="private", own_id="p", root="p"))
    with reading(SYSTEM) as work:
        private = work.session.scalars(select(Message).where(Message.visibility == "private")).one().conversation_id
    for words, field in (("Dit nummer er 070761-4285.", "body"), (PHONE, "reason")):
        with deed(house.anna) as work, pytest.raises(Invalid) as refused:
            replies.reply(work, private, version=1, visibility="private", body=words)
        assert refused.value.field == field


def test_what_we_publish_of_ourselves_is_no_question(house: House) -> None:
    with deed() as work:
        ours = work.session.scalars(select(Organisation)).one()
        ours.safe_places = {"phone": "55 00 00 00"}
    answer(house, PHONE)
    assert (sent(), kept()) == (1, [])


def test_the_reason_never_changes(house: House) -> None:
    answer(house, PHONE, Because(Reason.OUR_OWN))
    for statement in ("UPDATE guard_reason SET reason = 'agreed'", "DELETE FROM guard_reason"):
        with pytest.raises(IntegrityError), deed() as work:
            work.session.execute(text(statement))
    assert kept() == [(["phone_number"], "our_own", "")]


@pytest.mark.parametrize(
    "beside",
    [
        ("Billede: 1507", "61-4285"),
        ("07", "kort", "0761-4285 står der"),
        ("cpr 070761-\n", "4285"),
    ],
)
def test_a_number_over_two_texts_that_are_read_together_is_found(beside: tuple[str, ...]) -> None:
    words = {"07": "Det er 07", "Billede: 1507": "Se her"}.get(beside[0], "Se billedet")
    seen = guard.look(WATCH, words, "", beside[1:] if words == "Det er 07" else beside, TODAY)
    assert seen.stopped
    assert not guard.look(WATCH, words, "", (), TODAY).stopped


def test_over_text_and_signature_and_over_the_parts_of_a_long_answer(house: House) -> None:
    assert guard.look(WATCH, "Nummer 070761", "4285, Nordby Kommune", (), TODAY).stopped
    with pytest.raises(Invalid) as refused:
        answer(house, f"{'Vi skriver mere om det her. ' * 9}Nummeret 070761\n-\n4285 {'og mere. ' * 20}")
    assert refused.value.field == "body"


def test_while_one_writes_it_says_what_is_asked_and_what_may_stand_there_instead(house: House) -> None:
    with deed(house.anna) as work:
        ours = work.session.scalars(select(Organisation)).one()
        ours.safe_places = {"phone": "70 10 20 30"}
    sheet = look(house, "public", f"I har ret til det. {PHONE}")
    assert [(one.about, one.words, one.instead) for one in sheet.asked] == [
        (About.RULING, "I har ret til", "Som udgangspunkt kan man få"),
        (About.PHONE, "55 00 00 00", "70 10 20 30"),
    ]
    assert sheet.blocked is None
    sheet = look(house, "public", "Dit nummer, 070761-4285, er set.")
    assert sheet.blocked is not None
    assert (sheet.numbers, [way.key for way in sheet.ways]) == (("070761-4285",), ["phone"])
    assert "70 10 20 30" in sheet.ways[0].text


def test_the_line_that_marks_guidance_is_offered_in_public_until_it_stands_there(house: House) -> None:
    assert look(house, "public", "Vi åbner kl. 7.").guidance_line == ""
    words = ("regler.", "sager.", "partipolitik.", "varm.")
    with deed(house.lone) as work:
        charters.save(work, house.account_id, Charter(*words, standard_line="Vejledende svar"), version=0)
    assert look(house, "public", "").guidance_line == "Vejledende svar"
    assert look(house, "public", "Vi åbner kl. 7.\n\nVejledende svar").guidance_line == ""
    assert look(house, "private", "Vi åbner kl. 7.").guidance_line == ""


def test_a_note_among_ourselves_is_asked_nothing(house: House) -> None:
    sheet = look(house, "note", PHONE)
    assert (sheet.asked, sheet.blocked) == ((), None)


def test_nothing_is_promised_for_a_message_whose_reason_could_not_be_kept(house: House) -> None:
    with pytest.raises(Invalid):
        answer(house, PHONE, None)
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Delivery)).all() == []
