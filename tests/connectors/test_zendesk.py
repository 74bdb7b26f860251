"""Zendesk by its published contract, on the way out: what was sent stands once, whatever breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.kit.outcomes import Absent, CannotTell, Delivered, Found, Rejected, Retry, Suspended, Unconfirmed
from connectors.kit.target import Errand
from connectors.targets.zendesk import TARGET
from tests.connectors.asking import KEY, connect, question
from tests.connectors.zendesks import asked, read, settings, target
from tests.contracts.zendesk import BEGAN, EMAIL, GROUP, ME, OAUTH, Zendesk, running


@pytest.fixture
def there() -> Iterator[Zendesk]:
    with running() as zendesk:
        yield zendesk


def test_a_line_that_breaks_after_zendesk_took_the_question_leaves_one_ticket(there: Zendesk) -> None:
    there.faults = ["silent"]
    assert isinstance(target(there).deliver(question(), KEY), Unconfirmed)

    found = target(there).find_delivered(question(), KEY)

    assert isinstance(found, Found)
    assert list(there.tickets) == [int(found.delivered.ref.external_id)]
    assert found.delivered.said_at == BEGAN + timedelta(seconds=1)


def test_the_same_errand_sent_again_is_the_same_ticket_by_its_idempotency_key(there: Zendesk) -> None:
    first, again = asked(there), asked(there)
    assert first == again
    assert len(there.tickets) == 1
    assert there.lookups == ["miss", "hit"]
    asked(there, key="another errand")
    assert len(there.tickets) == 2


def test_other_words_under_the_same_key_never_become_a_second_ticket(there: Zendesk) -> None:
    ticket = asked(there)

    other = target(there).deliver(replace(question(), text="Noget andet"), KEY)

    assert isinstance(other, Delivered)
    assert other.ref.external_id == str(ticket)
    assert len(there.tickets) == 1
    there.tickets.clear()
    refused = target(there).deliver(replace(question(), text="Noget andet"), KEY)
    assert refused == Rejected("Another question was sent to Zendesk under the same key.")


def test_a_question_that_never_came_is_absent_and_comes_once_when_sent_again(there: Zendesk) -> None:
    there.faults = ["broken"]
    assert isinstance(target(there).deliver(question(), KEY), Unconfirmed)
    assert isinstance(target(there).find_delivered(question(), KEY), Absent)
    asked(there)
    assert len(there.tickets) == 1


def test_another_try_and_another_house_are_not_taken_for_this_one(there: Zendesk) -> None:
    asked(there, key="another errand")
    connect(TARGET, settings(there), "unit-of-another-house").deliver(question(), KEY)
    there.open("A ticket of theirs", external_id=None)
    assert isinstance(target(there).find_delivered(question(), KEY), Absent)


def test_while_zendesk_can_not_be_asked_nothing_is_known(there: Zendesk) -> None:
    there.reading_faults = ["broken"]
    assert isinstance(target(there).find_delivered(question(), KEY), CannotTell)


def test_the_ticket_says_what_is_asked_and_by_whom(there: Zendesk) -> None:
    more = {"group": str(GROUP), "requester": "byline@nordby.example", "tags": "byline, ekstern"}

    delivered = target(there, **more).deliver(replace(question(), subject="å" * 400, may_be_public=False), KEY)

    assert isinstance(delivered, Delivered)
    ticket = there.tickets[int(delivered.ref.external_id)]
    (comment,) = there.of(ticket["id"])
    assert delivered.url == f"{there.url}/agent/tickets/{ticket['id']}"
    assert len(ticket["subject"]) == 150
    assert ticket["subject"].endswith("å… [SP-12]")
    assert ticket["group_id"] == GROUP
    assert ticket["requester"] == {"name": "Nordby Kommune", "email": "byline@nordby.example"}
    assert ticket["tags"] == ["byline", "ekstern"]
    assert comment["public"] is True
    assert "Svaret gives privat." in comment["body"]


@pytest.mark.parametrize(
    ("more", "result"),
    [
        ({"token": "wrong"}, Suspended("Zendesk refuses our token.")),
        ({"email": ""}, Suspended("Zendesk refuses our token.")),
        ({"group": "1"}, Rejected("Zendesk: Group: is invalid")),
        ({"requester": "nobody"}, Rejected("Zendesk: Requester: Email is invalid")),
        ({"url": "http://nordby.zendesk.example"}, None),
    ],
)
def test_what_can_not_be_taken_says_why(there: Zendesk, more: dict[str, str], result: object) -> None:
    unusable = Suspended("The address of the ticket system is missing or is none: it begins with https://.")
    assert target(there, **more).deliver(question(), KEY) == (result or unusable)
    assert there.tickets == {}


def test_a_busy_zendesk_only_delays_and_an_oauth_token_is_a_bearer(there: Zendesk) -> None:
    there.faults = ["busy"]
    assert target(there).deliver(question(), KEY) == Retry("Zendesk asks us to wait.", timedelta(seconds=17))
    assert there.tickets == {}
    assert isinstance(target(there, email="", token=OAUTH).deliver(question(), KEY), Delivered)


def test_where_nobody_listens_nothing_was_sent() -> None:
    with running() as there:
        away = target(there)
    assert away.deliver(question(), KEY) == Retry("Zendesk could not be reached.")
    assert away.receive(None, 10) == Retry("Zendesk could not be reached.")
    assert away.probe().detail == "Zendesk could not be reached."


def test_a_reminder_is_an_internal_note_on_the_same_ticket_and_is_found_again(there: Zendesk) -> None:
    ticket = asked(there)
    remind = replace(question(), errand=Errand.REMIND, external_id=str(ticket))
    there.faults = ["silent"]

    assert isinstance(target(there).deliver(remind, "reminder"), Unconfirmed)
    assert isinstance(target(there).find_delivered(remind, "reminder"), Found)
    assert isinstance(target(there).find_delivered(remind, "another reminder"), Absent)

    note = there.of(ticket)[-1]
    assert len(there.of(ticket)) == 2
    assert note["public"] is False
    assert note["body"].startswith("Vi venter stadig på svar på spørgsmål SP-12.")
    assert read(there)[0] == []


def test_words_of_ours_that_an_agent_repeats_are_no_proof_of_a_note(there: Zendesk) -> None:
    ticket = asked(there)
    remind = replace(question(), errand=Errand.REMIND, external_id=str(ticket))
    assert isinstance(target(there).deliver(remind, "reminder"), Delivered)
    note = there.comments.pop()
    there.write(ticket, note["body"])
    assert isinstance(target(there).find_delivered(remind, "reminder"), Absent)


def test_a_note_is_found_on_a_ticket_with_many_comments(there: Zendesk) -> None:
    ticket = asked(there)
    there.page = 2
    for number in range(5):
        there.write(ticket, f"Svar {number}")
    remind = replace(question(), errand=Errand.REMIND, external_id=str(ticket))
    assert isinstance(target(there).deliver(remind, "reminder"), Delivered)
    assert isinstance(target(there).find_delivered(remind, "reminder"), Found)


def test_a_recall_is_noted_and_says_why_zendesk_would_not_solve_the_ticket(there: Zendesk) -> None:
    ticket = asked(there)
    recall = replace(question(), errand=Errand.RECALL, external_id=str(ticket))

    assert isinstance(target(there).deliver(recall, "first"), Delivered)
    assert there.tickets[ticket]["status"] == "new"
    refused = target(there, recalled="solved").deliver(recall, "second")
    assert refused == Rejected("Zendesk: Assignee: is required when solving a ticket")
    there.tickets[ticket]["assignee_id"] = 5
    assert isinstance(target(there, recalled="solved").deliver(recall, "third"), Delivered)
    assert there.tickets[ticket]["status"] == "solved"
    assert len(there.of(ticket)) == 3


def test_a_note_to_a_ticket_that_is_closed_or_gone_is_refused_and_the_unit_goes_on(there: Zendesk) -> None:
    ticket = asked(there)
    remind = replace(question(), errand=Errand.REMIND, external_id=str(ticket))
    there.tickets[ticket]["status"] = "closed"
    assert target(there).deliver(remind, "r") == Rejected("Zendesk: Status: closed prevents ticket update")
    gone = Rejected("The ticket of this question is no longer there for us at Zendesk.")
    assert target(there).deliver(replace(remind, external_id="1"), "r") == gone
    assert target(there).deliver(replace(remind, external_id=None), "r") == gone
    assert isinstance(target(there).find_delivered(replace(remind, external_id="1"), "r"), CannotTell)


def test_trying_it_names_who_we_are_and_changes_nothing(there: Zendesk) -> None:
    health = target(there, group=str(GROUP)).probe()
    assert health.ok
    assert health.identity is not None
    assert (health.identity.external_id, health.identity.handle) == (str(ME), EMAIL)
    assert all(call.startswith("GET ") for call in there.calls)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"token": "wrong"}, "Zendesk refuses our token."),
        ({"group": "1"}, "There is no group with this number at Zendesk."),
        ({"group": "../users"}, "There is no group with this number at Zendesk."),
        (
            {"url": "nordby.zendesk.example"},
            "The address of the ticket system is missing or is none: it begins with https://.",
        ),
    ],
)
def test_trying_it_says_what_is_wrong(there: Zendesk, more: dict[str, str], words: str) -> None:
    health = target(there, **more).probe()
    assert (health.ok, health.detail) == (False, words)


def test_who_may_not_export_is_told_before_anything_is_asked(there: Zendesk) -> None:
    there.users[ME]["role"] = "agent"
    assert target(there).probe().detail == "Our user at Zendesk may not do this: it must be an administrator."
    assert isinstance(target(there).receive(None, 10), Suspended)
    there.users[ME] |= {"id": None, "name": "Anonymous user"}
    assert target(there).probe().detail == "Zendesk refuses our token."
    assert target(there, url=there.url + "/helpdesk").probe().detail == "There is no Zendesk at this address."
