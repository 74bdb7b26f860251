"""What stands around a message in the thread: the edit word by word, and the post that it answers elsewhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.models import Conversation, Delivery, Identity
from inbox.queries.thread import thread
from inbox.queries.thread_items import Above, Said
from inbox.services import conversations, policies, replies, sla
from inbox.uow import reading, uow
from tests.house import ALI, NOON, House, delete, edit, post, promised
from tests.services.answering import DUE, claim, record, taken
from tests.web.conftest import Come, statements

pytestmark = pytest.mark.usefixtures("noon")
ASKED = "@nordby Hvornår åbner svømmehallen?"
LATER = NOON + timedelta(minutes=20)


def the(handle: str) -> Conversation:
    with reading(SYSTEM) as work:
        found = work.session.scalars(
            select(Conversation)
            .join(Identity, Identity.id == Conversation.identity_id)
            .where(Identity.handle == handle)
        ).one()
        work.session.expunge(found)
        return found


def said(founded: House, handle: str) -> list[Said]:
    id_ = the(handle).id
    with reading(founded.anna) as work:
        return [item for item in thread(work, id_).items if isinstance(item, Said)]


def above(founded: House) -> Above | None:
    return said(founded, "ali")[-1].above


def me_too(parent: str = "asked") -> dict[str, object]:
    return post("Det vil jeg også vide", own_id="me-too", author=ALI, parent=parent, root="asked", at=LATER)


def test_a_post_that_answers_somebody_else_in_public_shows_it_above(founded: House, come: Come) -> None:
    founded.news(post(ASKED + " 070761-4285", own_id="asked"))
    founded.news(me_too())
    found = above(founded)
    assert found is not None
    assert (found.author, found.ours, found.at, "070761" in found.text) == ("Mette Holm", False, NOON, False)
    page = come(founded.anna).get(f"/c/{the('ali').id}").text
    assert re.search(r'<details class="above"><summary>In answer to Mette Holm<span class="cut">: @nordby', page)
    assert "070761" not in page


def test_later_words_are_shown_and_deleted_ones_never(founded: House, come: Come) -> None:
    first = post(ASKED, own_id="asked")
    founded.news(first)
    founded.news(me_too())
    founded.news(edit(first, "@nordby Hvornår lukker svømmehallen?"))
    found = above(founded)
    assert found is not None
    assert found.text == "@nordby Hvornår lukker svømmehallen?"
    founded.news(delete(first))
    found = above(founded)
    assert found is not None
    assert found.text == ""
    page = come(founded.anna).get(f"/c/{the('ali').id}").text
    assert "It was deleted." in page
    assert "svømmehallen" not in page.partition('id="thread"')[2].partition("</article>")[0]


def test_an_answer_of_ours_to_somebody_else_is_shown_with_who_gave_it(founded: House) -> None:
    founded.news(post(ASKED, own_id="asked"))
    mette = the("mette")
    with uow(founded.anna) as work:
        work.now = NOON + timedelta(minutes=10)
        replies.reply(work, mette.id, version=mette.version, visibility="public", body="Klokken 7.")
    delivery_id = claim(DUE)
    assert delivery_id is not None
    record(delivery_id, taken(DUE, "ours-1"), DUE)
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Delivery.external_id)).one() == "ours-1"
    founded.news(me_too("ours-1"))
    found = above(founded)
    assert found is not None
    assert (found.author, found.ours) == ("Anna Krogh", True)
    assert found.text.startswith("Klokken 7.")


def test_nothing_private_is_lent_and_nothing_is_said_twice(founded: House) -> None:
    founded.news(post("Mit barn er sygt", own_id="asked", visibility="private"))
    founded.news(me_too())
    assert above(founded) is None
    founded.news(
        post("Og hvad koster det?", author=ALI, parent="me-too", root="asked", at=LATER + timedelta(minutes=1))
    )
    assert [one.above for one in said(founded, "ali")] == [None, None]
    founded.news(post("Til en fremmed", author=ALI, parent="unknown", root="asked", at=LATER + timedelta(minutes=2)))
    assert above(founded) is None


def test_many_of_them_cost_no_more_questions_than_one(founded: House, come: Come) -> None:
    founded.news(post(ASKED, own_id="asked"))
    founded.news(me_too())
    anna, address = come(founded.anna), f"/c/{the('ali').id}"
    counts = []
    for _ in range(2):
        anna.get(address)
        with statements() as sent:
            assert "In answer to Mette Holm" in anna.get(address).text
        counts.append(len(sent))
        founded.news(*(post(f"Og {n}?", author=ALI, parent="asked", root="asked", at=LATER) for n in range(9)))
    assert counts[0] == counts[1]
    assert len([one for one in said(founded, "ali") if one.above]) == 19


def test_an_edit_is_told_word_by_word_and_aloud(founded: House, come: Come) -> None:
    first = post("@nordby Mit nummer er 070761-4285, hjælp", own_id="asked")
    founded.news(first)
    founded.news(edit(first, "@nordby Mit nummer er hemmeligt"))
    page = come(founded.anna).get(f"/c/{the('mette').id}").text
    edits = page.partition('class="delivery edits"')[2].partition("</details>")[0]
    assert "@nordby Mit nummer er <del>" in edits
    assert re.search(r'<del><span class="sr">taken out: </span><span class="masked">', edits)
    assert '<ins><span class="sr">put in: </span>hemmeligt' in edits
    assert "070761" not in page


def test_of_several_new_deadlines_in_a_row_the_last_one_stands_and_says_whose(founded: House, come: Come) -> None:
    founded.news(post(own_id="asked"))
    id_ = the("mette").id
    for version, minutes in enumerate((90, 120, 150), 1):
        with uow(founded.lone) as work:
            work.now = NOON + timedelta(minutes=version)
            policies.save(work, promised(minutes), version=version)
        with uow(SYSTEM) as work:
            work.now = NOON + timedelta(minutes=version, seconds=30)
            assert sla.reread(work) == 1
        if version == 1:
            with uow(founded.anna) as work:
                work.now = NOON + timedelta(minutes=version, seconds=40)
                conversations.note(work, id_, "Ring til driften.")
    page = come(founded.anna).get(f"/c/{id_}").text
    lines = re.findall(r"First answer: new deadline ([0-9:.]+), since", page)
    # The note stands between the first and the last.
    assert lines == ["14:30", "15:30"]
    assert "15:00" not in page


def test_a_picture_alone_is_a_line_of_the_list_that_says_so_and_no_empty_paragraph(founded: House, come: Come) -> None:
    item = post("", own_id="alone")
    body = item["post"]
    assert isinstance(body, dict)
    body["pictures"] = [{"id": "0123456789abcdef0123", "description": "", "media_type": "image/png"}]
    founded.news(item)
    anna = come(founded.anna)
    assert "<i>Without words</i>" in anna.get("/?view=unassigned").text
    page = anna.get(f"/c/{founded.conversation().id}").text
    assert "is being fetched" in page
    assert '<p class="words"></p>' not in page
