"""What became of a conversation while somebody wrote in it: a sentence says so, and the words are kept."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.ids import new_id
from inbox.models import Conversation, Draft, Message, Note, Team
from inbox.services import conversations, merging, tagging
from inbox.uow import reading, uow
from tests.house import METTE, NOON, House, delete, post
from tests.web.conftest import Come, Person

pytestmark = pytest.mark.usefixtures("noon")

WORDS = "Klokken 7 & ikke før."
ASKED = post(own_id="asked", at=NOON - timedelta(minutes=10))


def draft(actor: Actor) -> tuple[str, str]:
    """The only draft there is: its mode and its words."""
    with reading(SYSTEM) as work:
        found = work.session.scalars(select(Draft).where(Draft.agent_id == actor.id)).one()
        return found.mode, found.text


def sent() -> int:
    """How many answers and notes of ours there are."""
    with reading(SYSTEM) as work:
        ours = work.session.scalars(select(Message.id).where(Message.direction == "out")).all()
        return len(ours) + len(work.session.scalars(select(Note.id)).all())


def send(person: Person, seen: Conversation, mode: str) -> tuple[int, str]:
    """An answer, or a note, on what was on the screen."""
    path = "note" if mode == "note" else "answer"
    answer = person.post(f"/c/{seen.id}/{path}", mode=mode, body=WORDS, version=str(seen.version))
    return answer.status_code, unescape(answer.text)


@pytest.mark.parametrize("mode", ["public", "note"])
def test_a_conversation_that_was_joined_with_another(founded: House, come: Come, mode: str) -> None:
    founded.news(ASKED)
    seen = founded.conversation()
    founded.news(post("Noget andet", own_id="other", author=METTE, at=NOON - timedelta(minutes=5)))
    with uow(SYSTEM) as work:
        other = work.session.scalars(select(Conversation.id).where(Conversation.id != seen.id)).one()
        gone, into = (conversations.locked(work, id_) for id_ in (seen.id, other))
        merging.merge(work, gone, into=into)
        reference = into.reference
    # What is typed on before the page has heard of it is kept as well.
    assert come(founded.anna).post(f"/c/{seen.id}/measure", mode=mode, body="Klokken").status_code == 200
    code, page = send(come(founded.anna), seen, mode)
    assert (code, sent()) == (409, 0)
    assert "This conversation was joined with another one." in page
    # One is in the other one now, with everything that was said in both and the words in hand.
    assert reference in page
    assert "Noget andet" in page
    assert "Hvornår åbner svømmehallen?" in page
    assert f">{WORDS}</textarea>" in page
    assert draft(founded.anna) == (mode, WORDS)
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft.conversation_id)).one() == other
    again = come(founded.anna).get(f"/c/{seen.id}")
    assert f">{WORDS}</textarea>" in unescape(again.text)


def test_a_question_that_its_citizen_took_away(founded: House, come: Come) -> None:
    founded.news(ASKED)
    seen = founded.conversation()
    founded.news(delete(ASKED))
    code, page = send(come(founded.anna), seen, "public")
    assert (code, sent()) == (409, 0)
    assert "Something new has happened here since you opened it." in page
    assert "Your words are below and saved as a draft." in page
    assert "Deleted by the citizen" in page
    assert f">{WORDS}</textarea>" in page
    assert draft(founded.anna) == ("public", WORDS)


def out_of_sight() -> None:
    """Another team has every conversation now. To whoever wrote in one, it looks as if it were erased."""
    with uow(SYSTEM) as work:
        team = Team(id=new_id(), name="Vej og Park")
        work.session.add(team)
        work.session.flush()
        work.session.execute(update(Conversation).values(team_id=team.id))


GONE = "It was deleted, or another team has it. Your text is still here: copy it if you need it."


@pytest.mark.parametrize("mode", ["public", "note"])
def test_a_conversation_that_is_not_there_for_oneself_any_more(founded: House, come: Come, mode: str) -> None:
    """Gone, or another team's: both look the same, and nothing of what was written is lost."""
    founded.news(ASKED)
    seen, anna = founded.conversation(), come(founded.anna)
    assert anna.post(f"/c/{seen.id}/measure", mode=mode, body=WORDS).status_code == 200
    out_of_sight()
    code, page = send(anna, seen, mode)
    assert (code, sent()) == (404, 0)
    assert "There is no such conversation." in page
    assert GONE in page
    assert f"readonly>{WORDS}</textarea>" in page
    assert "svømmehallen" not in page
    assert draft(founded.anna) == (mode, WORDS)


@pytest.mark.parametrize("mode", ["public", "note"])
def test_what_is_typed_on_in_one_that_went_out_of_sight_says_so_beside_the_text(
    founded: House, come: Come, mode: str
) -> None:
    founded.news(ASKED)
    seen, anna = founded.conversation(), come(founded.anna)
    anna.post(f"/c/{seen.id}/measure", mode=mode, body=WORDS)
    out_of_sight()
    answer = anna.post(f"/c/{seen.id}/measure", mode=mode, body=f"{WORDS} Og")
    assert answer.status_code == 404
    # It stands in the place of the count alone and shuts the way out; what is typed is not touched.
    assert answer.text.count("<div") == 2
    assert f'id="measure-{mode}" data-blocked="yes"' in answer.text
    assert f"The conversation is not here any more.</b> {GONE}" in answer.text
    assert "<textarea" not in answer.text
    # What was kept while one might is kept; what came later is on the page of whoever types, and nowhere else.
    assert draft(founded.anna) == (mode, WORDS)
    # Nobody learns by it whether there ever was such a conversation.
    nowhere = anna.post(f"/c/{new_id()}/measure", mode=mode, body=WORDS)
    assert (nowhere.status_code, nowhere.text) == (404, answer.text)


def test_one_that_was_joined_with_another_out_of_sight(founded: House, come: Come) -> None:
    founded.news(ASKED)
    seen, anna = founded.conversation(), come(founded.anna)
    founded.news(post("Noget andet", own_id="other", author=METTE, at=NOON - timedelta(minutes=5)))
    with uow(SYSTEM) as work:
        other = work.session.scalars(select(Conversation.id).where(Conversation.id != seen.id)).one()
        gone, into = (conversations.locked(work, id_) for id_ in (seen.id, other))
        merging.merge(work, gone, into=into)
    out_of_sight()
    assert anna.post(f"/c/{seen.id}/measure", mode="public", body=WORDS).status_code == 404
    for mode in ("public", "note"):
        code, page = send(anna, seen, mode)
        assert (code, sent()) == (404, 0)
        assert GONE in page
        assert f"readonly>{WORDS}</textarea>" in page
        # Of where it went nothing is told to somebody who may not look there.
        assert into.reference not in page
        assert "Noget andet" not in page
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft.conversation_id)).all() == []


def test_any_refusal_leaves_the_words_that_were_being_sent(founded: House, come: Come) -> None:
    founded.news(ASKED)
    anna = come(founded.anna)
    answer = anna.post(f"/c/{founded.conversation().id}/measure", mode="aloud", body=WORDS)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert "Nothing was sent. Your text is still here: copy it if you need it." in page
    assert f"readonly>{WORDS}</textarea>" in page
    assert "<textarea" not in anna.get("/nowhere").text


def test_a_filter_that_names_nothing_any_more_leaves_the_open_conversation_and_its_draft(
    founded: House, come: Come
) -> None:
    founded.news(ASKED)
    seen, anna = founded.conversation(), come(founded.anna)
    with uow(founded.anna) as work:
        tagging.add(work, seen.id, "Vinter")
    anna.post(f"/c/{seen.id}/measure", mode="public", body=WORDS)
    address = f"/c/{seen.id}?view=open&tag=Vinter"
    assert "This list can’t be shown" not in anna.get(address).text
    for gone in (address.replace("Vinter", "Sommer"), f"/c/{seen.id}/reply?view=open&tag=Sommer&mode=public"):
        answer = anna.get(gone)
        page = unescape(answer.text)
        assert answer.status_code == 200
        assert "There is no tag “Sommer”." in page
        assert "Show the view without filters" in page
        assert "Hvornår åbner svømmehallen?" in page
        assert f">{WORDS}</textarea>" in page
