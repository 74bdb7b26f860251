"""The explanation as the desk shows it: what is due next on top, one trail for each promise, in three languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from inbox.domain import clock
from inbox.domain.actors import SYSTEM
from inbox.domain.calendar import DAYS, Calendar
from inbox.domain.policies import Policies, Policy
from inbox.domain.sla import ClockKind
from inbox.domain.trails import REMARKS, WORDS
from inbox.models import Agent, Identity
from inbox.services import contacts, conversations
from inbox.uow import uow
from inbox.web import clock_words
from tests import house as scene
from tests.house import House, post
from tests.services.answering import answer, claim, deed, parts, record, taken
from tests.web.conftest import Come, statements

LUNCH = Calendar("Europe/Copenhagen", dict.fromkeys(DAYS[:5], (("08:00", "12:00"), ("12:30", "16:00"))))
PROMISED = {ClockKind.FIRST_RESPONSE: 15, ClockKind.NEXT_RESPONSE: 15, ClockKind.RESOLUTION: 420}
QUICK = Policies((Policy("Hurtig kanal", PROMISED, True, visibility="public"), Policy("Alt andet", PROMISED, True)))


def at(wall: str, second: int = 0) -> datetime:
    """A Danish time on that Tuesday in November."""
    hour, minute = wall.split(":")
    return datetime(2026, 11, 24, int(hour) - 1, int(minute), second, tzinfo=UTC)


@pytest.fixture
def house(app: Flask) -> House:
    """Open from eight to four with half an hour of lunch."""
    return scene.found(calendar=LUNCH, policies=QUICK)


def plain(html: str) -> str:
    """The words of the explanation, one space between them."""
    inside = html.partition('id="explained"')[2].partition("</section>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", inside).split())


def read_in(house: House, language: str) -> None:
    with uow(SYSTEM) as work:
        work.session.get_one(Agent, house.anna.id).language = language


def the_day(house: House) -> str:
    """Mette asks, Jonas notes, Anna answers, Mette asks again. Returns the address of the explanation."""
    house.news(post(own_id="1", at=at("09:12")))
    id_ = house.conversation().id
    with deed(house.jonas, at("09:14")) as work:
        conversations.note(work, id_, "Hun bor i Sønderby.")
    (part,) = parts(answer(house, now=at("09:17")).message_id)
    assert claim(at("09:17", 30)) == part.id
    record(part.id, taken(at("09:18")), at("09:18"))
    house.news(post("Og min søn?", parent="1", at=at("09:41")))
    return f"/c/{id_}/clock"


DANISH = (
    "Næste svar senest 09.56 – 12 min tilbage "
    "15 min i åbningstiden, fordi offentligt på Torvet følger »Hurtig kanal«, regel 1 af 2. Se reglen "
    "Første svar 15 min i åbningstiden, fordi offentligt på Torvet følger »Hurtig kanal«, regel 1 af 2. Se reglen "
    "09.12 Mette Holm skrev på Torvet 0 min Uret starter: platformens tid for beskeden "
    "09.14 Note fra Jonas 2 min Noter standser ikke uret "
    "09.18 Holdt – Anna svarede 6 min Mål 15 min · platformens tid for vores svar "
    "Næste svar "
    "09.41 Mette Holm skrev igen 0 min Ældste ubesvarede besked bestemmer fristen "
    "09.44 Nu 3 min "
    "09.56 Frist 15 min Kalender »Nordby«, udgave 1 "
    "Løst 7 t i åbningstiden, fordi offentligt på Torvet følger »Hurtig kanal«, regel 1 af 2. Se reglen "
    "09.12 Sagen begyndte 0 min "
    "09.18 Pause: venter på borger 6 min Tiden står stille "
    "09.41 I gang igen: borgeren skrev 6 min "
    "09.44 Nu 9 min "
    "25. nov. 09.05 Frist 7 t "
    "Lukket 12.00–12.30 tæller ikke · Lukket 16.00 – 25. nov. 08.00 tæller ikke · kalender »Nordby«, udgave 1"
)


def test_the_day_in_danish_as_it_was_drawn(house: House, come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    address = the_day(house)
    monkeypatch.setattr(clock, "now", lambda: at("09:44"))
    page = come(house.anna).get(address).text
    assert plain(page) == DANISH
    assert '<rect width="20%" height="100%"/>' in page


def test_the_same_in_norwegian_and_english(house: House, come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    address = the_day(house)
    monkeypatch.setattr(clock, "now", lambda: at("09:44"))
    read_in(house, "nb")
    norwegian = plain(come(house.anna).get(address).text)
    assert norwegian.startswith(
        "Neste svar senest 09.56 – 12 min igjen 15 min i åpningstiden, fordi offentlig på Torget"
    )
    assert "09.18 Holdt – Anna svarte 6 min Mål 15 min · plattformens tid for svaret vårt" in norwegian
    read_in(house, "en")
    english = plain(come(house.anna).get(address).text)
    assert english.startswith(
        "Next answer by 09:56 – 12 min left 15 min in opening time, because public on Town square"
    )
    assert "25 Nov 09:05 Deadline 7 h Closed 12:00–12:30 does not count" in english


@pytest.mark.parametrize(
    ("language", "told", "line"),
    [
        ("da", "fordi Anden myndighed på Torvet følger", "Borgerens gruppe: Anden myndighed"),
        # A Norwegian who reads a Danish organisation's page sees its word for those who write.
        ("nb", "fordi Annen myndighet på Torget følger", "Borgerens gruppe: Annen myndighet"),
        ("en", "because Another authority on Town square follows", "The citizen’s group: Another authority"),
    ],
)
def test_a_group_is_told_by_its_word_and_with_the_written_reason(
    app: Flask, come: Come, monkeypatch: pytest.MonkeyPatch, language: str, told: str, line: str
) -> None:
    reason = "De spørger på vegne af mange."
    sooner = {kind: minutes - 5 for kind, minutes in PROMISED.items()}
    first = Policy("Naboer", sooner, True, groups=frozenset({"authority", "press"}), reason=reason)
    house = scene.found(calendar=LUNCH, policies=Policies((first, Policy("Alt andet", PROMISED, True))))
    read_in(house, language)
    house.news(post(at=at("09:12")))
    with deed(house.anna, at("09:13")) as work:
        contacts.put_in_group(work, work.session.scalars(select(Identity.contact_id)).one(), "authority")
    monkeypatch.setattr(clock, "now", lambda: at("09:14"))
    said = plain(come(house.anna).get(f"/c/{house.conversation().id}/clock").text)
    assert told in said
    assert reason in said
    assert line in said
    assert "authority" not in said.replace("Another authority", "")


def test_the_bar_and_the_words_follow_the_temper(house: House, come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    house.news(post(at=at("11:50")))
    address = f"/c/{house.conversation().id}/clock"
    anna = come(house.anna)
    for now, temper, said in (
        (at("11:50"), "calm", "Første svar senest 12.35 – 15 min tilbage"),
        (at("12:10"), "soon", "Første svar senest 12.35 – 5 min tilbage"),
        (at("12:34", 40), "soon", "Første svar senest 12.35 – 20 sek. tilbage"),
        (at("12:35", 30), "late", "Første svar: fristen var 12.35 – over fristen"),
        (at("12:42"), "late", "Første svar: fristen var 12.35 – 7 min over"),
    ):
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        page = anna.get(address).text
        assert plain(page).startswith(said)
        assert f'<div class="stack {temper}"' in page


def test_paused_the_bar_stands_still(house: House, come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour and three minutes of seven hours were used up before the citizen had the word."""
    house.news(post(at=at("09:12")))
    (part,) = parts(answer(house, now=at("09:17")).message_id)
    assert claim(at("09:17", 30)) == part.id
    record(part.id, taken(at("10:15")), at("10:15"))
    monkeypatch.setattr(clock, "now", lambda: at("15:00"))
    page = come(house.anna).get(f"/c/{house.conversation().id}/clock").text
    assert plain(page).startswith("Løst: på pause 7 t i åbningstiden")
    assert '<div class="stack paused"><p><b>Løst: på pause</b></p>' in page
    assert '<rect width="15%" height="100%"/>' in page


def test_a_conversation_without_promises_says_so(house: House, come: Come) -> None:
    house.news(post(kind="own", author={"id": "nordby", "handle": "nordby", "name": "Nordby Kommune"}))
    page = come(house.anna).get(f"/c/{house.conversation().id}/clock")
    assert "Der løber ingen frist for denne samtale." in plain(page.text)


def test_a_page_of_the_desk_does_not_pay_for_the_explanation(house: House, come: Come) -> None:
    address = the_day(house)
    anna = come(house.anna)
    with statements() as sent:
        assert anna.get(address.removesuffix("/clock")).status_code == 200
    assert not any("policies" in sql for sql in sent)


def test_every_line_and_remark_has_its_words(app: Flask) -> None:
    """What is said of a line must not be found out by the first person who sees it."""
    lines = set(clock_words._STEPS) | set(clock_words._VERDICTS) | {"started", "cancelled"}
    assert lines == set(WORDS)
    filled_in = {"target", "over", "tries", "priority", "group", "closed", "calendar", "policies"}
    assert set(clock_words._PLAIN) | set(clock_words._DATED) | filled_in == set(REMARKS)
    with app.test_request_context(), force_locale("da"):
        assert all(str(words) for words in clock_words._PLAIN.values())
