"""The notice centre at its doors: one's own alone, read when opened, and never a word of what was written."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Notice
from inbox.services import conversations, notices
from inbox.uow import reading, uow
from inbox.web.notice_words import _SAYS
from tests.house import House, post
from tests.web.conftest import Come

SECRET = "Min søn har feber"


def tell(house: House, to: Actor, kind: str = "mentioned") -> UUID:
    conversation = house.conversation()
    with uow(house.lone) as work:
        notices.tell(work, to.id, kind, conversation.id)
    return newest()


def newest() -> UUID:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Notice.id).order_by(Notice.id.desc()).limit(1)).one()


def unread(actor: Actor) -> int:
    with reading(SYSTEM) as work:
        return len(
            work.session.scalars(select(Notice.id).where(Notice.agent_id == actor.id, Notice.read_at.is_(None))).all()
        )


def test_every_kind_has_its_sentence() -> None:
    assert set(_SAYS) == set(notices.Kind)


ABOUT_A_QUESTION = {notices.Kind.SILO_ASKED, notices.Kind.SILO_REMINDED, notices.Kind.SILO_TOLD}
"""What the back office is told names no conversation: `test_silo_desk.py`."""
WITHOUT_A_CITIZEN = ABOUT_A_QUESTION | {notices.Kind.POST_PREPARED, notices.Kind.SURGE, notices.Kind.SILO_SUSPENDED}
"""What was prepared for an account is told by the account's name, a unit that can't be reached by the unit's."""


@pytest.mark.parametrize("kind", [kind for kind in notices.Kind if kind not in WITHOUT_A_CITIZEN])
@pytest.mark.parametrize("visibility", ["public", "private"])
def test_no_notice_repeats_what_was_written(founded: House, come: Come, kind: str, visibility: str) -> None:
    founded.news(post(SECRET, visibility=visibility))
    id_ = tell(founded, founded.anna, kind)
    anna = come(founded.anna)
    anna.post("/notices/browser", browser="yes")
    for address in ("/notices", "/notices/count"):
        page = anna.get(address)
        assert page.status_code == 200
        assert SECRET not in page.text
    assert "Mette Holm" in anna.get("/notices").text
    # Outside the page nobody who wrote privately has a name.
    assert ("Mette" in anna.get("/notices/count").text) == (visibility == "public")
    assert anna.get(f"/notices/{id_}").status_code == 303


def test_what_was_prepared_for_an_account_is_told_by_its_name_and_leads_there(founded: House, come: Come) -> None:
    with uow(founded.lone) as work:
        notices.tell(
            work,
            founded.anna.id,
            notices.Kind.POST_PREPARED,
            account="Borgmesteren",
            account_id=str(founded.account_id),
        )
    anna = come(founded.anna)
    assert "has prepared words for Borgmesteren" in anna.get("/notices").text
    assert str(founded.account_id) in anna.get(f"/notices/{newest()}").location


def test_opened_it_is_read_and_leads_to_the_conversation(founded: House, come: Come) -> None:
    founded.news(post())
    id_ = tell(founded, founded.anna)
    anna = come(founded.anna)
    assert "1 new<span" in anna.get("/?view=open").text
    answer = anna.get(f"/notices/{id_}")
    assert answer.location.endswith(f"/c/{founded.conversation().id}")
    assert unread(founded.anna) == 0
    assert "1 new<span" not in anna.get("/?view=open").text


def test_they_are_ones_own(founded: House, come: Come) -> None:
    founded.news(post())
    id_ = tell(founded, founded.anna)
    jonas = come(founded.jonas)
    assert jonas.get(f"/notices/{id_}").status_code == 404
    assert "Mette" not in jonas.get("/notices").text
    jonas.post("/notices/read")
    assert unread(founded.anna) == 1
    come(founded.anna).post("/notices/read")
    assert unread(founded.anna) == 0


def test_the_browser_says_nothing_unless_it_was_asked_to(founded: House, come: Come) -> None:
    founded.news(post())
    tell(founded, founded.anna)
    anna = come(founded.anna)
    assert 'data-aloud=""' in anna.get("/notices/count").text
    anna.post("/notices/browser", browser="yes")
    assert "New in the conversation with Mette Holm" in anna.get("/notices/count").text
    anna.post("/notices/browser", browser="no")
    assert 'data-aloud=""' in anna.get("/notices/count").text


def test_who_is_named_in_a_note_is_told_and_who_wrote_it_is_not(founded: House) -> None:
    founded.news(post())
    conversation = founded.conversation()
    with uow(founded.anna) as work:
        conversations.note(work, conversation.id, "@Jonas kan du? Jeg, @Anna, kan ikke. Heller ikke @Ingen")
    assert (unread(founded.jonas), unread(founded.anna), unread(founded.lone)) == (1, 0, 0)


def test_colleagues_are_listed_for_whoever_sees_the_conversation(founded: House, come: Come) -> None:
    founded.news(post())
    page = come(founded.anna).get(f"/c/{founded.conversation().id}/colleagues").text
    assert ("@Jonas" in page, "@Lone" in page, "@Anna" in page) == (True, True, False)


def test_whoever_holds_it_is_told_when_the_citizen_writes(founded: House) -> None:
    founded.news(post(own_id="asked"))
    conversation = founded.conversation()
    with uow(founded.anna) as work:
        conversations.take(work, conversation.id, conversation.version)
    for own_id in ("more", "and-more"):
        founded.news(post("Og i weekenden?", own_id=own_id, parent="asked", root="asked"))
    assert (unread(founded.anna), unread(founded.jonas)) == (1, 0)
