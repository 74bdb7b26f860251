"""Zammad by its published contract, on the way out: what was sent stands once, whatever breaks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.kit.outcomes import (
    Absent,
    CannotTell,
    Delivered,
    Found,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
)
from connectors.kit.target import Errand
from connectors.targets.zammad import TARGET
from tests.connectors.asking import KEY, connect, question
from tests.connectors.zammads import asked, read, settings, target
from tests.contracts.zammad import BEGAN, Zammad, running


@pytest.fixture
def there() -> Iterator[Zammad]:
    with running() as zammad:
        yield zammad


def test_a_line_that_breaks_after_zammad_took_the_question_leaves_one_ticket(there: Zammad) -> None:
    there.faults = ["silent"]
    assert isinstance(target(there).deliver(question(), KEY), Unconfirmed)

    found = target(there).find_delivered(question(), KEY)

    assert isinstance(found, Found)
    assert list(there.tickets) == [int(found.delivered.ref.external_id)]
    assert found.delivered.said_at == BEGAN + timedelta(seconds=2)


def test_a_gateway_that_fails_after_the_ticket_was_taken_is_a_doubt_and_no_refusal(there: Zammad) -> None:
    there.faults = ["broken after"]
    assert isinstance(target(there).deliver(question(), KEY), Unconfirmed)
    assert isinstance(target(there).find_delivered(question(), KEY), Found)
    assert len(there.tickets) == 1


def test_a_question_that_never_came_is_absent_and_comes_once_when_sent_again(there: Zammad) -> None:
    there.faults = ["broken"]
    assert isinstance(target(there).deliver(question(), KEY), Unconfirmed)
    assert isinstance(target(there).find_delivered(question(), KEY), Absent)
    asked(there)
    assert len(there.tickets) == 1


def test_another_try_and_another_house_are_not_taken_for_this_one(there: Zammad) -> None:
    asked(there, key="another errand")
    connect(TARGET, settings(there), "unit-of-another-house").deliver(question(), KEY)

    assert isinstance(target(there).find_delivered(question(), KEY), Absent)


def test_words_of_ours_that_somebody_else_repeats_are_no_proof(there: Zammad) -> None:
    ours = there.of(asked(there))[0]["body"]
    there.tickets.clear()
    there.articles.clear()
    there.write(there.open("Videresendt"), ours)

    assert isinstance(target(there).find_delivered(question(), KEY), CannotTell)


def test_while_zammad_can_not_be_asked_nothing_is_known(there: Zammad) -> None:
    there.reading_faults = ["broken"]
    assert isinstance(target(there).find_delivered(question(), KEY), CannotTell)


def test_the_ticket_says_what_is_asked_and_until_when(there: Zammad) -> None:
    delivered = target(there, tags="byline,ekstern").deliver(question(), KEY)

    assert isinstance(delivered, Delivered)
    ticket = there.tickets[int(delivered.ref.external_id)]
    (article,) = there.of(ticket["id"])
    assert delivered.url == f"{there.url}/#ticket/zoom/{ticket['id']}"
    assert ticket["title"] == "Hvornår åbner skøjtebanen? [SP-12]"
    assert ticket["tags"] == ["byline", "ekstern"]
    assert article["content_type"] == "text/plain"
    assert (article["type"], article["sender"], article["internal"]) == ("web", "Customer", False)
    for words in (
        "må man have egne skøjter med?",
        "Det ved vi allerede:\nSidste år åbnede den 1. december.",
        "Mette Holm, 27.11.2026 19:00: Hvornår åbner den?",
        "Svar senest 28.11.2026 12:00.",
        "Borgeren er lovet svar senest 28.11.2026 16:00.",
        "Spurgt af Anna, Nordby Kommune.",
    ):
        assert words in article["body"]


@pytest.mark.parametrize(
    ("more", "result"),
    [
        ({"token": "wrong"}, Suspended("Zammad refuses our token.")),
        ({"group": "Findes ikke"}, Rejected("Zammad: No lookup value found for 'group': \"Findes ikke\"")),
        ({"customer": "nobody"}, Rejected("Zammad: Invalid email 'nobody' of customer")),
        ({"url": "http://zammad.example"}, None),
        ({"url": "https://user@zammad.example"}, None),
        ({"url": ""}, None),
    ],
)
def test_what_can_not_be_taken_says_why(there: Zammad, more: dict[str, str], result: object) -> None:
    unusable = Suspended("The address of the ticket system is missing or is none: it begins with https://.")
    assert target(there, **more).deliver(question(), KEY) == (result or unusable)
    assert there.tickets == {}


def test_a_user_without_the_role_stops_the_unit_and_a_busy_zammad_only_delays_it(there: Zammad) -> None:
    there.faults = ["busy"]
    assert target(there).deliver(question(), KEY) == Retry("Zammad asks us to wait.", timedelta(seconds=17))
    there.permissions = set()
    assert isinstance(target(there).deliver(question(), KEY), Suspended)
    assert there.tickets == {}


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        address = f"http://127.0.0.1:{once.getsockname()[1]}"
    with running() as there:
        away = target(there, url=address)
    assert away.deliver(question(), KEY) == Retry("Zammad could not be reached.")
    assert away.receive(None, 10) == Retry("Zammad could not be reached.")
    assert not away.probe().ok


# ── a reminder and a recall ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_reminder_is_an_internal_note_on_the_same_ticket_and_is_found_again(there: Zammad) -> None:
    ticket = asked(there)
    remind = replace(question(), errand=Errand.REMIND, external_id=str(ticket))
    there.faults = ["silent"]

    assert isinstance(target(there).deliver(remind, "reminder"), Unconfirmed)
    assert isinstance(target(there).find_delivered(remind, "reminder"), Found)
    assert isinstance(target(there).find_delivered(remind, "another reminder"), Absent)

    note = there.of(ticket)[-1]
    assert len(there.of(ticket)) == 2
    assert (note["internal"], note["type"], note["sender"]) == (True, "note", "Agent")
    assert note["body"].startswith("Vi venter stadig på svar på spørgsmål SP-12.")
    assert there.tickets[ticket]["state"] == "new"
    assert read(there)[0] == []


def test_a_recall_closes_the_ticket_or_only_notes_it_as_the_setting_says(there: Zammad) -> None:
    ticket = asked(there)
    recall = replace(question(), errand=Errand.RECALL, external_id=str(ticket))

    assert isinstance(target(there, recalled="").deliver(recall, "first"), Delivered)
    assert there.tickets[ticket]["state"] == "new"
    assert isinstance(target(there).deliver(recall, "second"), Delivered)
    assert there.tickets[ticket]["state"] == "closed"
    assert isinstance(target(there, recalled="lukket").deliver(recall, "third"), Rejected)
    assert [one["internal"] for one in there.of(ticket)] == [False, True, True]


def test_a_recall_follows_a_merged_ticket_and_leaves_the_other_matter_open(there: Zammad) -> None:
    ticket, other = asked(there), there.open("Skøjtebanen i år")
    there.merge(ticket, other)

    delivered = target(there).deliver(replace(question(), errand=Errand.RECALL, external_id=str(ticket)), "recall")

    assert isinstance(delivered, Delivered)
    assert delivered.ref.external_id == str(other)
    assert there.of(other)[-1]["internal"] is True
    assert there.tickets[other]["state"] == "new"


def test_a_ticket_that_is_no_longer_ours_to_see_is_said(there: Zammad) -> None:
    ticket = asked(there)
    there.tickets[ticket]["group"] = "Direktion"
    gone = target(there).deliver(replace(question(), errand=Errand.REMIND, external_id=str(ticket)), "r")
    assert gone == Rejected("The ticket of this question is no longer there for us at Zammad.")
