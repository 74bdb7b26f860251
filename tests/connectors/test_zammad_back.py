"""Zammad by its published contract, on the way back: only an agent's public words are an answer, each told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.kit.contract import Poison
from connectors.kit.outcomes import Page
from connectors.kit.target import InboundAnswer, Quarantined
from connectors.targets.zammad import TARGET
from tests.connectors.asking import connect
from tests.connectors.zammads import asked, read, settings, target
from tests.contracts.zammad import CUSTOMER, EMMA, ME, Zammad, running


@pytest.fixture
def there() -> Iterator[Zammad]:
    with running() as zammad:
        yield zammad


def test_an_answer_in_html_comes_back_as_words_without_what_it_quotes(there: Zammad) -> None:
    ticket = asked(there)
    files = [
        {"id": 1, "filename": "tider.pdf", "size": "34120", "preferences": {"Mime-Type": "application/pdf"}},
        {
            "id": 2,
            "filename": "logo.png",
            "size": "99",
            "preferences": {"Content-Disposition": "inline", "Content-ID": "a"},
        },
    ]
    mark = there.of(ticket)[0]["body"].splitlines()[-1]
    said = "<div>Den åbner <b>1.&nbsp;december</b> kl. 10.<br>Egne skøjter er fine.</div>"
    body = f'{said}<blockquote type="cite">{mark}</blockquote>'
    article = there.write(ticket, body, attachments=files)

    answers, _ = read(there)

    assert answers == [
        InboundAnswer(
            f"article:{article}",
            "Emma Lund",
            datetime.fromisoformat(there.articles[article]["created_at"]),
            "Den åbner 1. december kl. 10.\nEgne skøjter er fine.",
            number=12,
            external_id=str(ticket),
            attachments=["tider.pdf (34 kB)"],
        )
    ]


@pytest.mark.parametrize(
    "how",
    [
        {"internal": True},
        {"internal": None},
        {"sender": "Customer", "created_by_id": CUSTOMER},
        {"sender": "System"},
        {"created_by_id": ME},
        {"body": "<p> </p>"},
        {"body": "merged", "type": "note"},
    ],
    ids=["internal note", "nobody says whether internal", "customer", "trigger", "ourselves", "nothing", "merge"],
)
def test_what_is_no_public_word_of_an_agent_is_no_answer(there: Zammad, how: dict[str, Any]) -> None:
    there.write(asked(there), **({"body": "Kun til os selv"} | how))
    assert read(there)[0] == []


def test_an_internal_note_is_no_answer_even_if_it_was_handed_on_by_mistake(there: Zammad) -> None:
    item = {"kind": "article", "ticket": 19, "opened_by_us": True, "numbers": [12]}
    assert target(there).normalize({**item, "article": {"id": 1, "sender": "Agent", "internal": True}}) == []


def test_a_cursor_brings_each_answer_once_and_the_late_one_too(there: Zammad) -> None:
    first, second = asked(there, 12, "a"), asked(there, 13, "b")
    there.write(first, "Et")
    answers, cursor = read(there)
    assert [one.text for one in answers if isinstance(one, InboundAnswer)] == ["Et"]

    assert read(there, cursor) == ([], cursor)
    there.write(second, "To")
    there.write(first, "Et mere")
    answers, cursor = read(there, cursor)
    assert [(one.number, one.text) for one in answers if isinstance(one, InboundAnswer)] == [
        (13, "To"),
        (12, "Et mere"),
    ]
    assert read(there, cursor)[0] == []


def test_a_change_that_could_be_seen_only_after_a_later_one_is_not_missed(there: Zammad) -> None:
    """Zammad sets the time of a change before others can see it."""
    first, second = asked(there, 12, "a"), asked(there, 13, "b")
    there.write(second, "To")
    _, cursor = read(there)
    newest = there.tickets[second]["updated_at"]
    there.write(first, "Et")
    there.tickets[first]["updated_at"] = (datetime.fromisoformat(newest) - timedelta(seconds=90)).strftime(
        "%Y-%m-%dT%H:%M:%S.000Z"
    )

    answers, cursor = read(there, cursor)

    assert [one.text for one in answers if isinstance(one, InboundAnswer)] == ["Et"]
    assert read(there, cursor)[0] == []


def test_pages_are_walked_to_their_end_whatever_their_size(there: Zammad) -> None:
    for number in range(120):
        there.write(asked(there, number, f"key {number}"), f"Svar {number}")
    told: list[int | None] = []
    cursor: str | None = None
    for _ in range(40):
        page = target(there).receive(cursor, 7)
        assert isinstance(page, Page)
        assert len(page.items) <= 7
        told += [
            one.number for raw in page.items for one in target(there).normalize(raw) if isinstance(one, InboundAnswer)
        ]
        cursor = page.next_cursor
        if not page.more:
            break
    assert told == list(range(120))
    assert len(str(cursor)) < 20_000


def test_one_look_goes_on_where_a_page_is_full(there: Zammad) -> None:
    for number in range(120):
        there.write(asked(there, number, f"key {number}"), f"Svar {number}")
    answers, cursor = read(there, limit=500)
    assert [one.number for one in answers if isinstance(one, InboundAnswer)] == list(range(120))
    assert read(there, cursor)[0] == []


def test_a_look_that_takes_too_long_is_gone_on_with_in_the_next(there: Zammad) -> None:
    for number in range(3):
        there.write(asked(there, number, f"key {number}"), f"Svar {number}")
    slow = connect(TARGET, settings(there), seconds=0)
    told: list[str] = []
    cursor: str | None = None
    for _ in range(5):
        page = slow.receive(cursor, 50)
        assert isinstance(page, Page)
        assert len(page.items) <= 1
        told += [one.text for raw in page.items for one in slow.normalize(raw) if isinstance(one, InboundAnswer)]
        cursor = page.next_cursor
        if not page.more:
            break
    assert told == ["Svar 0", "Svar 1", "Svar 2"]


def test_what_was_read_before_a_failure_is_kept(there: Zammad) -> None:
    there.write(asked(there, 12, "a"), "Et")
    there.write(asked(there, 13, "b"), "To")
    there.reading_faults = ["", "", "", "busy"]

    page = target(there).receive(None, 50)

    assert isinstance(page, Page)
    assert len(page.items) == 1
    assert page.retry_after == timedelta(seconds=17)
    assert [one.text for one in read(there, page.next_cursor)[0] if isinstance(one, InboundAnswer)] == ["To"]


def test_an_answer_in_a_merged_ticket_is_the_answer_to_the_question_that_went_into_it(there: Zammad) -> None:
    ticket, other = asked(there), there.open("Skøjtebanen i år")
    there.merge(ticket, other)
    there.write(other, "Fælles svar")

    answers, _ = read(there)

    assert [(one.number, one.external_id, one.text) for one in answers if isinstance(one, InboundAnswer)] == [
        (12, None, "Fælles svar")
    ]
    assert len(answers) == 1


def test_an_answer_to_two_merged_questions_is_left_to_a_person(there: Zammad) -> None:
    first, second = asked(there, 12, "a"), asked(there, 13, "b")
    there.write(first, "Til den første")
    there.pass_time(300)
    there.write(second, "Til den anden")
    answers, cursor = read(there)
    assert [one.number for one in answers if isinstance(one, InboundAnswer)] == [12, 13]
    there.merge(first, second)
    article = there.write(second, "Hvem af jer?")
    assert read(there, cursor)[0] == [
        Quarantined(
            f"article:{article}",
            "Several questions of ours were merged into one ticket at Zammad: the answer could belong to either.",
        )
    ]


def test_a_ticket_that_only_repeats_our_mark_answers_nothing(there: Zammad) -> None:
    mark = there.of(asked(there))[0]["body"].splitlines()[-1]
    article = there.write(there.open("Noget andet"), f"Se {mark}", created_by_id=EMMA)
    (only,) = read(there)[0]
    assert isinstance(only, Quarantined)
    assert only.key == f"article:{article}"


def test_an_answer_that_is_too_large_is_said_and_hides_no_other(there: Zammad) -> None:
    big, small = asked(there, 12, "a"), asked(there, 13, "b")
    there.write(big, "x" * 1_100_000)
    there.write(small, "Kort svar")

    answers, cursor = read(there)
    assert [type(one) for one in answers] == [Quarantined, InboundAnswer]
    assert answers[0].number == 12
    assert read(there, cursor)[0] == []

    whole = connect(TARGET, settings(there), body_limit=400_000).receive(None, 50)
    assert isinstance(whole, Page)
    told = [one for raw in whole.items for one in target(there).normalize(raw)]
    assert [type(one) for one in told] == [Quarantined, InboundAnswer]


@pytest.mark.parametrize(
    "raw", [{}, {"kind": "article"}, {"kind": "article", "ticket": 1, "numbers": ["a"], "article": {}}]
)
def test_an_item_that_is_none_is_poison(there: Zammad, raw: dict[str, object]) -> None:
    with pytest.raises(Poison):
        target(there).normalize(raw)


# ── trying it, and being called ─────────────────────────────────────────────────────────────────────────────────────


def test_trying_it_names_who_we_are_and_changes_nothing(there: Zammad) -> None:
    health = target(there).probe()
    assert health.ok
    assert health.identity is not None
    assert (health.identity.external_id, health.identity.handle) == (str(ME), "byline")
    assert set(there.calls) == {"GET /api/v1/users/me", "POST /api/v1/tickets/search"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"token": "wrong"}, "Zammad refuses our token."),
        ({"group": "Direktion"}, "Our user at Zammad has no full access to this group, or there is no such group."),
        (
            {"url": "ftp://zammad.example"},
            "The address of the ticket system is missing or is none: it begins with https://.",
        ),
    ],
)
def test_trying_it_says_what_is_wrong(there: Zammad, more: dict[str, str], words: str) -> None:
    health = target(there, **more).probe()
    assert (health.ok, health.detail) == (False, words)


def test_another_program_at_the_address_is_no_zammad(there: Zammad) -> None:
    assert target(there, url=there.url + "/helpdesk").probe().detail == "There is no Zammad at this address."
    there.groups = {"Borgerservice": ["read"]}
    assert target(there).probe().detail.startswith("Our user at Zammad has no full access")
