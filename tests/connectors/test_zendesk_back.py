"""Zendesk by its published contract, on the way back: only an agent's public words are an answer, each told once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.kit.contract import Poison
from connectors.kit.outcomes import Accepted, Forged, Page, WebhookRequest
from connectors.kit.target import InboundAnswer, Quarantined
from connectors.targets.zendesk import TARGET
from tests.connectors.asking import connect
from tests.connectors.zendesks import SECRET, asked, read, settings, target
from tests.contracts.zendesk import CITIZEN, ME, Zendesk, running, signed


@pytest.fixture
def there() -> Iterator[Zendesk]:
    with running() as zendesk:
        yield zendesk


def test_an_answer_in_html_comes_back_as_words_with_the_names_of_its_files(there: Zendesk) -> None:
    ticket = asked(there)
    files = [
        {"id": 1, "file_name": "tider.pdf", "size": 34120, "inline": False},
        {"id": 2, "file_name": "logo.png", "size": 99, "inline": True},
    ]
    html = "<div class='zd-comment'><p>Den åbner <b>1.&nbsp;december</b>.</p><blockquote>Hvornår?</blockquote></div>"
    comment = there.write(ticket, html, attachments=files)

    answers, _ = read(there)

    assert answers == [
        InboundAnswer(
            f"comment:{comment}",
            "Emma Lund",
            datetime.fromisoformat(there.comments[-1]["created_at"]),
            "Den åbner 1. december.",
            number=12,
            external_id=str(ticket),
            attachments=["tider.pdf (34 kB)"],
        )
    ]


@pytest.mark.parametrize(
    "how",
    [
        {"public": False},
        {"public": None},
        {"author_id": CITIZEN},
        {"author_id": ME},
        {"author_id": 404},
        {"type": "VoiceComment"},
        {"via": {"channel": "system", "source": {"rel": "merge"}}},
        {"html_body": "<p> </p>", "plain_body": " "},
    ],
    ids=["note", "nobody says whether public", "requester", "ourselves", "nobody", "call", "merge", "nothing"],
)
def test_what_is_no_public_word_of_an_agent_is_no_answer(there: Zendesk, how: dict[str, Any]) -> None:
    there.write(asked(there), "Kun til os selv", **how)
    assert read(there)[0] == []


def test_a_note_is_an_answer_only_where_the_setting_says_so_and_then_not_meant_for_the_public(there: Zendesk) -> None:
    there.write(asked(there), "Kun til os selv", public=False)
    (told,) = read(there, notes="ja")[0]
    assert isinstance(told, InboundAnswer)
    assert (told.text, told.may_be_public) == ("Kun til os selv", False)

    page = target(there, notes="yes").receive(None, 10)
    assert isinstance(page, Page)
    assert [target(there).normalize(raw) for raw in page.items] == [[]]
    assert read(there, notes="nej")[0] == []


def test_tickets_of_others_are_neither_opened_nor_kept(there: Zendesk) -> None:
    other = there.open("Privat sag", external_id="ahg35h3jh")
    there.write(other, "Noget privat")
    near = there.open("Næsten vores", external_id=f"{connect(TARGET, settings(there))._marks.house}n1x")  # type: ignore[attr-defined] # The mark is known inside alone.
    there.write(near, "Noget andet")

    page = target(there).receive(None, 50)

    assert isinstance(page, Page)
    assert page.items == []
    assert [call for call in there.calls if "comments" in call or "users" in call] == []


def test_a_cursor_brings_each_answer_once_and_the_late_one_too(there: Zendesk) -> None:
    first, second = asked(there, 12, "a"), asked(there, 13, "b")
    there.write(first, "Et")
    answers, cursor = read(there)
    assert [one.text for one in answers if isinstance(one, InboundAnswer)] == ["Et"]

    assert read(there, cursor) == ([], cursor)
    there.write(second, "To")
    answers, cursor = read(there, cursor)
    assert [(one.number, one.text) for one in answers if isinstance(one, InboundAnswer)] == [(13, "To")]

    there.write(first, "Et mere")
    answers, cursor = read(there, cursor)
    told = {one.key: one.text for one in answers if isinstance(one, InboundAnswer)}
    assert "Et mere" in told.values()
    assert len({one.key for one in answers if isinstance(one, InboundAnswer)}) == len(answers)
    assert read(there, cursor) == ([], cursor)


def test_pages_are_walked_to_their_end_whatever_their_size(there: Zendesk) -> None:
    for number in range(25):
        there.write(asked(there, number, f"key {number}"), f"Svar {number}")
    ticket = asked(there, 99, "many")
    for number in range(9):
        there.write(ticket, f"Del {number}")
    there.page = 4
    told: list[str] = []
    cursor: str | None = None
    for _ in range(60):
        page = target(there).receive(cursor, 3)
        assert isinstance(page, Page)
        assert len(page.items) <= 3
        told += [
            one.text for raw in page.items for one in target(there).normalize(raw) if isinstance(one, InboundAnswer)
        ]
        cursor = page.next_cursor
        if not page.more:
            break
    assert len(str(cursor)) < 300
    assert told == [f"Svar {number}" for number in range(25)] + [f"Del {number}" for number in range(9)]


def test_a_look_that_takes_too_long_is_gone_on_with_in_the_next(there: Zendesk) -> None:
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


def test_what_was_read_before_a_failure_is_kept(there: Zendesk) -> None:
    there.write(asked(there, 12, "a"), "Et")
    there.write(asked(there, 13, "b"), "To")
    there.reading_faults = ["", "", "", "busy"]

    page = target(there).receive(None, 50)

    assert isinstance(page, Page)
    assert len(page.items) == 1
    assert page.retry_after == timedelta(seconds=17)
    assert [one.text for one in read(there, page.next_cursor)[0] if isinstance(one, InboundAnswer)] == ["To"]


def test_a_merged_ticket_is_said_and_what_was_answered_before_still_comes(there: Zendesk) -> None:
    ticket, other = asked(there), there.open("Skøjtebanen i år")
    there.write(ticket, "Den 1. december")
    there.merge(ticket, other)
    there.write(other, "Fælles svar")

    answers, cursor = read(there)

    assert [one.text for one in answers if isinstance(one, InboundAnswer)] == ["Den 1. december"]
    assert answers[1:] == [
        Quarantined(
            f"merged:{ticket}",
            "The ticket was merged into another one at Zendesk. What is answered there does not come here.",
            12,
        )
    ]
    assert read(there, cursor)[0] == []


def test_a_deleted_ticket_is_nobodys_answer(there: Zendesk) -> None:
    ticket = asked(there)
    there.write(ticket, "Svar")
    there.tickets[ticket]["status"] = "deleted"
    assert read(there)[0] == []


def test_an_answer_that_is_too_large_is_said_and_hides_no_other(there: Zendesk) -> None:
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


@pytest.mark.parametrize("raw", [{}, {"kind": "comment", "ticket": 1}, {"kind": "comment", "ticket": 1, "number": 2}])
def test_an_item_that_is_none_is_poison(there: Zendesk, raw: dict[str, object]) -> None:
    with pytest.raises(Poison):
        target(there).normalize(raw)


def _independent(secret: bytes, signed_bytes: bytes) -> str:
    """HMAC-SHA256 by the letter of RFC 2104, without the library that the target uses."""
    padded = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + signed_bytes).digest()
    return base64.b64encode(hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()).decode()


def test_a_signed_call_asks_us_to_look_and_is_computed_over_the_very_bytes(there: Zendesk) -> None:
    at, now = "2026-11-27T21:00:00Z", datetime(2026, 11, 27, 21, 1, tzinfo=UTC)
    body = '{"ticket": "35436", "subject": "Skøjtebanen – æøå"}'.encode()
    headers = signed(SECRET, at, body)
    name = "x-zendesk-webhook-signature"

    assert headers[name] == _independent(SECRET.encode(), at.encode() + body)
    call = WebhookRequest("POST", headers, {}, body)
    assert target(there).verify_webhook(call, now) == Accepted(nudge=True)
    assert target(there).verify_webhook(WebhookRequest("POST", signed(SECRET, at, b""), {}, b""), now) == Accepted(
        nudge=True
    )

    forged = [
        replace(call, body=body[:-1]),
        replace(call, body=body + b" "),
        replace(call, method="GET"),
        replace(call, headers={}),
        replace(call, headers=headers | {name: ""}),
        replace(call, headers=headers | {name: headers[name][:-2]}),
        replace(call, headers=headers | {name: "æ"}),
        replace(call, headers=headers | {f"{name}-timestamp": "2026-11-27T21:00:01Z"}),
        replace(call, headers=signed("another", at, body)),
        replace(call, headers=signed(SECRET, "", body)),
        replace(call, headers=signed(SECRET, "yesterday", body)),
    ]
    assert [type(target(there).verify_webhook(one, now)) for one in forged] == [Forged] * len(forged)
    unsigned = replace(call, headers=headers | {name: _independent(b"", at.encode() + body)})
    assert isinstance(target(there, webhook_secret="").verify_webhook(unsigned, now), Forged)


def test_a_call_that_somebody_kept_is_refused(there: Zendesk) -> None:
    at = datetime(2026, 11, 27, 21, 0, tzinfo=UTC)
    call = WebhookRequest("POST", signed(SECRET, "2026-11-27T21:00:00Z", b"{}"), {}, b"{}")
    assert isinstance(target(there).verify_webhook(call, at + timedelta(minutes=4)), Accepted)
    assert isinstance(target(there).verify_webhook(call, at + timedelta(minutes=6)), Forged)
    assert isinstance(target(there).verify_webhook(call, at - timedelta(minutes=6)), Forged)


def test_the_contract_refuses_what_is_not_documented(there: Zendesk) -> None:
    """Else a wrong call of ours would pass here and fail there."""
    with pytest.raises(Exception, match="unknown"):
        there.answer("GET", "/api/v2/tickets.json", {"external_id": "1", "mark": "2"}, None)
    with pytest.raises(Exception, match="unknown"):
        there.answer("POST", "/api/v2/tickets.json", {}, {"ticket": {"title": "x"}})
    with pytest.raises(Exception, match="Not found"):
        there.answer("GET", "/api/v2/ticket.json", {}, None)
