"""Canned answers at the doors: who writes them, what is refused beside the field, and how they reach a draft."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.errors import NotFound
from inbox.domain.ids import new_id
from inbox.models import CannedAnswer, ConversationTag, Draft, Message, Tag
from inbox.queries import canned as reads
from inbox.services import canned
from inbox.services.canned import Wording
from inbox.uow import reading, uow
from tests.house import House, post
from tests.web.conftest import Come

HOURS = {
    "shortcut": "aabningstid",
    "title": "Åbningstider",
    "language": "da",
    "text": "Hej {name}\nVi har åbent 8-16. Hilsen {organisation}. Se {link}",
}


def offered() -> list[CannedAnswer]:
    with reading(SYSTEM) as work:
        found = list(work.session.scalars(select(CannedAnswer).where(CannedAnswer.retired_at.is_(None))))
        work.session.expunge_all()
        return found


def written(by: Actor, **other: object) -> UUID:
    with uow(by) as work:
        return canned.save(work, Wording(**{**HOURS, **other}))  # type: ignore[arg-type] # one dictionary for all


def tag(name: str) -> UUID:
    id_ = new_id()
    with uow(SYSTEM) as work:
        work.session.add(Tag(id=id_, name=name, created_at=work.now))
    return id_


def test_a_lead_writes_one_and_everybody_sees_it(founded: House, come: Come) -> None:
    tag("Pas")
    lone = come(founded.lone)
    answer = lone.post("/settings/answers", **HOURS, tags="pas", then="solve")
    assert answer.status_code == 303
    page = come(founded.anna).get("/settings/answers").text
    assert "/aabningstid" in page
    assert "also: tag Pas, solve" in page
    assert "/settings/answers/new" not in page
    assert come(founded.anna).post("/settings/answers", **HOURS).status_code == 403


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"shortcut": "åbnings tid"}, "shortcut", "letters, digits and hyphens"),
        ({"shortcut": ""}, "shortcut", "letters, digits and hyphens"),
        ({"title": " "}, "title", "needs a title"),
        ({"text": " \n"}, "text", "is empty"),
        ({"text": "Hej {navn}"}, "text", "{navn}"),
        ({"text": "Ring til 211062-5629"}, "text", "national identity number"),
        ({"text": "x" * 5001}, "text", "longer than"),
        ({"tags": "Findes ikke"}, "tags", "no tag"),
        ({"language": "fr"}, "language", "Choose the language"),
    ],
)
def test_what_can_not_be_kept_is_said_beside_its_field(
    founded: House, come: Come, given: dict[str, str], field: str, sentence: str
) -> None:
    answer = come(founded.lone).post("/settings/answers", **{**HOURS, **given})
    assert answer.status_code == 422
    said = answer.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert sentence in said
    assert offered() == []


def test_a_shortcut_is_taken_once_in_each_language(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    written(founded.lone)
    taken = lone.post("/settings/answers", **{**HOURS, "shortcut": "AABNINGSTID", "title": "Andet"})
    assert (taken.status_code, "has this shortcut already" in taken.text) == (422, True)
    assert lone.post("/settings/answers", **{**HOURS, "language": "nb"}).status_code == 303
    assert len(offered()) == 2


def test_another_wording_is_another_row(founded: House, come: Come) -> None:
    first = written(founded.lone)
    lone = come(founded.lone)
    assert "Åbningstider" in lone.get(f"/settings/answers/{first}").text
    kept = lone.post("/settings/answers", **{**HOURS, "text": "Vi har åbent 9-15."}, instead_of=str(first))
    assert kept.status_code == 303
    assert [one.text for one in offered()] == ["Vi har åbent 9-15."]
    with reading(SYSTEM) as work:
        assert len(work.session.scalars(select(CannedAnswer.id)).all()) == 2
    assert lone.post("/settings/answers", **HOURS, instead_of=str(first)).status_code == 409
    (now,) = offered()
    assert lone.post(f"/settings/answers/{now.id}/retire").status_code == 303
    assert offered() == []


def test_those_in_the_channels_language_come_first(founded: House) -> None:
    founded.news(post())
    written(founded.lone, language="en", shortcut="a")
    written(founded.lone, language="da", shortcut="z")
    conversation = founded.conversation()
    with reading(founded.anna) as work:
        assert [one.shortcut for one in reads.offered(work, conversation.id)] == ["z", "a"]
    stranger = Actor(founded.anna.id, "Anna Krogh", founded.anna.roles, frozenset())
    with reading(stranger) as work, pytest.raises(NotFound):
        reads.offered(work, conversation.id)


def test_its_places_are_filled_for_this_citizen_and_this_agent(founded: House, come: Come) -> None:
    founded.news(post(own_id="asked"))
    one = written(founded.lone)
    words = come(founded.anna).get(f"/c/{founded.conversation().id}/canned/{one}").text
    assert "Hej Mette\nVi har åbent 8-16. Hilsen Nordby Kommune. Se http://127.0.0.1:9/square/asked" in words


def test_without_a_script_it_goes_to_the_end_of_the_draft(founded: House, come: Come) -> None:
    founded.news(post(own_id="asked"))
    one = written(founded.lone, text="Vi har åbent 8-16.", solve=True)
    conversation = founded.conversation()
    anna = come(founded.anna)
    anna.post(f"/c/{conversation.id}/measure", mode="public", body="Hej Mette")
    assert "Vi har åbent 8-16." in anna.get(f"/c/{conversation.id}/canned?mode=public").text
    answer = anna.post(f"/c/{conversation.id}/canned/{one}?mode=public")
    assert answer.status_code == 303
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft.text)).one() == "Hej Mette\nVi har åbent 8-16."
    page = anna.get(answer.location).text
    assert "also: solve" in page
    assert f'name="also" value="{one}" checked' in page


def test_its_deeds_are_done_with_the_answer_or_not_at_all(founded: House, come: Come) -> None:
    founded.news(post(own_id="asked"))
    pas = tag("Pas")
    one = written(founded.lone, tags="Pas", solve=True)
    conversation = founded.conversation()
    anna = come(founded.anna)
    where = f"/c/{conversation.id}/answer"
    refused = anna.post(where, mode="public", body="Hej {name}", version=str(conversation.version), also=str(one))
    assert refused.status_code == 422
    assert f'name="also" value="{one}" checked' in refused.text
    assert founded.conversation().status == "new"
    anna.post(where, mode="public", body="Klokken 7.", version=str(conversation.version), also=str(one))
    assert founded.conversation().status == "solved"
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(ConversationTag.tag_id)).all() == [pas]


def test_unticked_nothing_else_is_done(founded: House, come: Come) -> None:
    founded.news(post(own_id="asked"))
    written(founded.lone, solve=True)
    conversation = founded.conversation()
    come(founded.anna).post(
        f"/c/{conversation.id}/answer", mode="public", body="Klokken 7.", version=str(conversation.version)
    )
    assert founded.conversation().status == "pending"
    with reading(SYSTEM) as work:
        assert len(work.session.scalars(select(Message.id).where(Message.direction == "out")).all()) == 1
