"""Each person's own list of time: measured by the page, put right by hand, and nobody else's."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM
from inbox.models import Activity, Conversation
from inbox.uow import reading, uow
from tests.house import METTE, House, post
from tests.web.conftest import Come


@pytest.fixture
def matter(founded: House) -> UUID:
    founded.news(post("@nordby Hvor længe varer det?", author=METTE))
    with reading(SYSTEM) as view:
        return view.session.scalars(select(Conversation.id)).one()


def test_the_page_beats_and_the_person_puts_it_right(founded: House, come: Come, matter: UUID) -> None:
    anna = come(founded.anna)
    assert "Nothing measured yet" in anna.get("/me/time").text
    page = anna.get(f"/c/{matter}").text
    assert f'data-attention="/c/{matter}/attention"' in page
    assert anna.post(f"/c/{matter}/attention").status_code == 204
    with uow(SYSTEM) as work:
        work.session.execute(update(Activity).values(seconds=180))
        day = work.session.scalars(select(Activity.day)).one().isoformat()
    assert "measured 3 min" in anna.get("/me/time").text
    put_right = anna.post("/me/time", conversation=str(matter), day=day, minutes="12")
    assert put_right.status_code == 303
    page = anna.get("/me/time").text
    assert 'value="12"' in page
    assert "12 min in all" in page
    assert "measured 3 min" in page
    assert "Mette" not in come(founded.lone).get("/me/time").text


@pytest.mark.parametrize(
    ("minutes", "sentence"), [("ten", "Write whole minutes"), ("1441", "A day has between 0 and 1440 minutes.")]
)
def test_a_wrong_number_is_said_beside_its_field(
    founded: House, come: Come, matter: UUID, minutes: str, sentence: str
) -> None:
    anna = come(founded.anna)
    anna.post(f"/c/{matter}/attention")
    with reading(SYSTEM) as view:
        day = view.session.scalars(select(Activity.day)).one().isoformat()
    answer = anna.post("/me/time", conversation=str(matter), day=day, minutes=minutes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{minutes}"' in answer.text


def test_junk_in_the_form_is_a_sentence(founded: House, come: Come, matter: UUID) -> None:
    anna = come(founded.anna)
    for fields in ({"conversation": "x", "day": "2026-11-24"}, {"conversation": str(matter), "day": "yesterday"}):
        answer = anna.post("/me/time", minutes="5", **fields)
        assert answer.status_code == 422
        assert "There is no such" in answer.text
