"""Answering through the doors: promised under the own name, counted, refused with every word kept, undone, decided."""

from __future__ import annotations

import html
import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Conversation, Delivery, Draft, Message, Note
from inbox.services import conversations, outcomes, replies
from inbox.uow import reading, uow
from tests.house import House, post
from tests.web.conftest import Come

# The undo window of five seconds must not close while a test looks at it.
pytestmark = pytest.mark.usefixtures("noon")


def drafts(actor: Actor) -> dict[str, str]:
    with reading(SYSTEM) as work:
        kept = work.session.scalars(select(Draft).where(Draft.agent_id == actor.id))
        return {draft.mode: draft.text for draft in kept}


def answers() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.session.scalars(select(Message.text).where(Message.direction == "out")))


def arrived(founded: House) -> Conversation:
    founded.news(post())
    return founded.conversation()


def test_an_answer_goes_out_under_the_own_name_whatever_the_form_says(founded: House, come: Come) -> None:
    one = arrived(founded)
    answer = come(founded.anna).post(
        f"/c/{one.id}/answer?view=unassigned",
        mode="public",
        body="Den åbner kl. 10.",
        version=str(one.version),
        signed_as="– Borgmesteren",
        agent_id=str(founded.jonas.id),
    )

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/c/{one.id}?view=unassigned")
    assert answers() == ["Den åbner kl. 10.\n– Anna, Nordby Kommune"]
    page = come(founded.anna).get(f"/c/{one.id}").text
    assert "– Anna, Nordby Kommune" in page
    assert 'class="toast"' in page


def test_the_second_of_two_keeps_every_word(founded: House, come: Come) -> None:
    one = arrived(founded)
    with uow(founded.jonas) as work:
        conversations.take(work, one.id, one.version)

    answer = come(founded.anna).post(
        f"/c/{one.id}/answer", mode="public", body="Mine ord\nog flere", version=str(one.version)
    )

    assert answer.status_code == 409
    assert "Mine ord\nog flere</textarea>" in answer.text
    assert "Something new has happened here since you opened it." in answer.text
    assert answers() == []
    assert drafts(founded.anna) == {"public": "Mine ord\nog flere"}


def test_a_version_that_is_no_number_was_on_no_screen(founded: House, come: Come) -> None:
    one = arrived(founded)
    for version in ("", "x", "-1", "9" * 30, "٣"):
        answer = come(founded.anna).post(f"/c/{one.id}/answer", mode="public", body="Hej", version=version)
        assert answer.status_code == 409
    assert answers() == []


def test_a_national_number_is_stopped_while_writing_and_again_when_sending(founded: House, come: Come) -> None:
    one = arrived(founded)
    anna = come(founded.anna)
    words = "Dit nummer 070761-4285 er fundet."

    counted = anna.post(f"/c/{one.id}/measure", mode="public", body=words, version=str(one.version))
    sent = anna.post(f"/c/{one.id}/answer", mode="public", body=words, version=str(one.version))

    assert counted.status_code == 200
    assert 'role="alert"' in counted.text
    assert sent.status_code == 422
    assert words in sent.text
    assert answers() == []


def test_the_count_is_the_platforms_and_holds_the_signature(founded: House, come: Come) -> None:
    one = arrived(founded)
    anna = come(founded.anna)
    short = anna.post(f"/c/{one.id}/measure", mode="public", body="👩‍👩‍👧‍👦", version=str(one.version)).text
    long = anna.post(f"/c/{one.id}/measure", mode="public", body="Et ord. " * 60, version=str(one.version)).text

    # One family is one sign on the square, then a line break and the signature's 22.
    assert "24 / 280" in " ".join(short.split())
    assert "2 parts" in long or "3 parts" in long
    assert long.count("– Anna, Nordby Kommune") >= 2
    assert drafts(founded.anna) == {"public": "Et ord. " * 60}


def test_a_count_that_comes_late_makes_no_draft_of_what_was_sent(founded: House, come: Come) -> None:
    one = arrived(founded)
    anna = come(founded.anna)
    anna.post(f"/c/{one.id}/answer", mode="public", body="Den åbner kl. 10.", version=str(one.version))

    anna.post(f"/c/{one.id}/measure", mode="public", body="Den åbner kl. 10. ", version=str(one.version))

    assert drafts(founded.anna) == {}


def test_undo_takes_the_answer_back_and_gives_the_words_again(founded: House, come: Come) -> None:
    one = arrived(founded)
    with uow(founded.anna) as work:
        promised = replies.reply(work, one.id, version=one.version, visibility="public", body="Ups")

    assert come(founded.jonas).post(f"/messages/{promised.message_id}/undo").status_code == 403
    answer = come(founded.anna).post(f"/messages/{promised.message_id}/undo")

    assert answer.status_code == 303
    assert ">Ups</textarea>" in come(founded.anna).get(f"/c/{one.id}").text
    late = come(founded.anna).post(f"/messages/{promised.message_id}/undo?conversation={one.id}")
    assert late.status_code == 409
    assert "can't be undone" in html.unescape(late.text)
    assert 'id="thread"' in late.text
    assert come(founded.anna).post(f"/messages/{uuid4()}/undo").status_code == 404


def refused(founded: House, body: str, conversation_id: UUID) -> UUID:
    """An answer of Anna's that the platform did not take."""
    with uow(founded.anna) as work:
        version = work.session.get_one(Conversation, conversation_id).version
        promised = replies.reply(work, conversation_id, version=version, visibility="public", body=body)
    with uow(SYSTEM) as work:
        part = work.session.scalars(select(Delivery).where(Delivery.message_id == promised.message_id)).one()
        outcomes.reject(work, part, "The square does not take this post.", "platform")
    return promised.message_id


def test_a_rejected_answer_is_written_again_where_it_was_written(founded: House, come: Come) -> None:
    one = arrived(founded)
    message_id = refused(founded, "Den åbner kl. 7.", one.id)
    anna = come(founded.anna)
    assert "Write it again" in anna.get(f"/c/{one.id}?view=open").text
    # Neither the page nor what a nudge fetches offers a colleague what the colleague could not send.
    jonas = come(founded.jonas)
    for address in (f"/c/{one.id}", f"/c/{one.id}/thread"):
        assert "Write it again" not in jonas.get(address).text

    answer = anna.post(f"/messages/{message_id}/again?conversation={one.id}&view=open")

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/c/{one.id}/reply?view=open&mode=public")
    page = anna.get(answer.headers["Location"]).text
    assert 'data-view="compose"' in page
    assert re.search(r"<textarea[^>]* autofocus[^>]*>Den åbner kl. 7.</textarea>", page)
    assert page.count(" autofocus hx-post") == 1


def test_a_draft_that_was_begun_since_is_kept_and_that_is_said(founded: House, come: Come) -> None:
    one = arrived(founded)
    message_id = refused(founded, "Den åbner kl. 7.", one.id)
    anna = come(founded.anna)
    anna.post(f"/c/{one.id}/measure", mode="public", body="Vi kigger på det.", version="0")

    answer = anna.post(f"/messages/{message_id}/again?conversation={one.id}")

    assert answer.status_code == 409
    assert "You have begun another answer here." in answer.text
    assert ">Vi kigger på det.</textarea>" in answer.text
    assert drafts(founded.anna) == {"public": "Vi kigger på det."}


def test_what_was_answered_since_asks_for_nothing_more(founded: House, come: Come) -> None:
    one = arrived(founded)
    refused(founded, "Den åbner kl. 7.", one.id)
    refused(founded, "Den åbner klokken syv.", one.id)
    anna = come(founded.anna)
    assert anna.get(f"/c/{one.id}").text.count("Write it again") == 2

    anna.post(f"/c/{one.id}/answer", mode="public", body="Kl. 7.", version=str(founded.conversation().version))

    assert "Write it again" not in anna.get(f"/c/{one.id}").text


def test_a_person_decides_when_nobody_else_can(founded: House, come: Come) -> None:
    one = arrived(founded)
    with uow(founded.anna) as work:
        promised = replies.reply(work, one.id, version=one.version, visibility="public", body="Måske")
    with uow(SYSTEM) as work:
        stuck = work.session.scalars(select(Delivery).where(Delivery.message_id == promised.message_id)).one()
        stuck.state, stuck.due_at, stuck.attempts = "needs_human", None, 1
        stuck_id = stuck.id
    anna = come(founded.anna)

    page = anna.get(f"/c/{one.id}").text
    assert "Yes, it stands there" in page
    assert "No – send again" in page
    assert anna.post(f"/deliveries/{stuck_id}/decide", stands="perhaps").status_code == 422
    assert anna.post(f"/deliveries/{stuck_id}/decide", stands="yes").status_code == 303
    assert anna.post(f"/deliveries/{stuck_id}/decide", stands="no").status_code == 409
    assert "Needs you" not in anna.get(f"/c/{one.id}").text


def test_notes_and_deeds_work_without_a_script(founded: House, come: Come) -> None:
    one = arrived(founded)
    anna = come(founded.anna)

    def version() -> str:
        return str(founded.conversation().version)

    assert anna.post(f"/c/{one.id}/take", version=version()).status_code == 303
    assert anna.post(f"/c/{one.id}/note", version="0", body="Ring i morgen").status_code == 303
    assert anna.post(f"/c/{one.id}/release", version=version()).status_code == 303
    assert anna.post(f"/c/{one.id}/dismiss", version=version()).status_code == 422
    assert anna.post(f"/c/{one.id}/dismiss", version=version(), reason="spam").status_code == 303
    assert anna.post(f"/c/{one.id}/make-work", version=version()).status_code == 409
    assert anna.post(f"/c/{one.id}/reopen", version=version()).status_code == 303
    assert anna.post(f"/c/{one.id}/solve", version=version()).status_code == 303
    page = anna.get(f"/c/{one.id}").text
    assert "Ring i morgen" in page
    assert "Anna Krogh dismissed it: It is spam" in page
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Note.text)).all() == ["Ring i morgen"]


def test_a_form_without_its_token_changes_nothing(founded: House, come: Come) -> None:
    one = arrived(founded)
    answer = come(founded.anna).browser.post(f"/c/{one.id}/take", data={"version": str(one.version)})

    assert answer.status_code == 400
    assert founded.conversation().assignee_id is None


def test_a_text_of_a_megabyte_is_refused_in_words(founded: House, come: Come) -> None:
    one = arrived(founded)
    answer = come(founded.anna).post(
        f"/c/{one.id}/answer", mode="public", body="x" * (1024 * 1024 + 1), version=str(one.version)
    )

    assert answer.status_code == 413
    assert "larger than we take" in answer.text


def test_hostile_words_stay_words(founded: House, come: Come) -> None:
    founded.news(
        post(
            '@nordby <script>alert(1)</script> <img src=x onerror="alert(1)"> \x00 \ud800 %(name)s {{ 7*7 }}',
            author={"id": "e", "handle": "e", "name": '"><script>alert(2)</script>'},
        )
    )
    one = founded.conversation()
    anna = come(founded.anna)
    for address in ("/?view=open", f"/c/{one.id}", "/rows?view=open"):
        text = anna.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "{{ 7*7 }}" in anna.get(f"/c/{one.id}").text
