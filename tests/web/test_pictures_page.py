"""The doors of pictures without a browser: large ones at once, a form without a script, a joined conversation."""

from __future__ import annotations

from functools import cache
from html import unescape
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from inbox.domain.actors import SYSTEM
from inbox.models import Conversation, Draft, Picture
from inbox.services import merging
from inbox.uow import reading, uow
from tests.house import House, post
from tests.web.conftest import Come, Person, forget

pytestmark = pytest.mark.usefixtures("noon")


@cache
def photograph() -> bytes:
    """Nine megabytes that are a picture: what stands behind its end is let be."""
    out = BytesIO()
    Image.new("RGB", (80, 60), "teal").save(out, "JPEG")
    return out.getvalue() + b"\0" * 9_000_000


def put(person: Person, address: str, *files: bytes, fragment: bool = True, **fields: str) -> TestResponse:
    forget()
    given = [(name, words) for name, words in {**fields, "csrf_token": person.token}.items()]
    boundary, body = encode_multipart(
        MultiDict([*given, *(("picture", FileStorage(BytesIO(one), f"{n}.jpg")) for n, one in enumerate(files))])
    )
    headers = {"HX-Request": "true"} if fragment else {}
    return person.browser.post(
        address, data=body, headers=headers, content_type=f'multipart/form-data; boundary="{boundary}"'
    )


def kept() -> list[tuple[str, int]]:
    with reading(SYSTEM) as work:
        return [
            (one.description, one.width or 0) for one in work.session.scalars(select(Picture).order_by(Picture.place))
        ]


def test_four_photographs_at_once(founded: House, come: Come) -> None:
    founded.news(post())
    address = f"/c/{founded.conversation().id}/pictures"
    answer = put(come(founded.anna), address, *[photograph()] * 4, mode="public", body="Se her")
    assert answer.status_code == 200
    assert kept() == [("", 80)] * 4
    page = unescape(answer.text)
    assert page.count("Describe the picture for those who can’t see it") == 4
    assert page.count("autofocus") == 1
    with reading(SYSTEM) as work:
        # What came along is kept, too.
        assert work.session.scalars(select(Draft.text)).one() == "Se her"
        assert (work.session.scalar(select(func.max(func.octet_length(Picture.data)))) or 0) < 10_000


def test_more_than_the_door_takes_stores_nothing(founded: House, come: Come) -> None:
    founded.news(post())
    address = f"/c/{founded.conversation().id}/pictures"
    answer = put(come(founded.anna), address, *[photograph()] * 5, mode="public")
    assert answer.status_code == 413
    assert "larger than we take" in unescape(answer.text)
    assert kept() == []


@pytest.mark.parametrize(
    ("files", "mode", "sentence"),
    [
        ((), "public", "Choose a picture first."),
        ((b"<svg/>",), "public", "no picture that can be read"),
        ((b"\xff" * 10_000_001,), "public", "larger than 10 MB"),
        ((photograph(),), "note", "A note has no pictures."),
    ],
)
def test_what_is_refused_is_told_beside_it_with_the_words_kept(
    founded: House, come: Come, files: tuple[bytes, ...], mode: str, sentence: str
) -> None:
    founded.news(post())
    address = f"/c/{founded.conversation().id}/pictures"
    for fragment in (True, False):
        answer = put(come(founded.anna), address, *files, fragment=fragment, mode=mode, body="Mit svar")
        page = unescape(answer.text)
        assert answer.status_code == 422
        assert sentence in page
        assert ("<html" in page) is not fragment
        if not fragment:
            assert ">Mit svar</textarea>" in page
    assert kept() == []
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft.text)).one() == "Mit svar"


def test_without_a_script_it_is_a_page_and_back(founded: House, come: Come) -> None:
    founded.news(post())
    talk, anna = founded.conversation(), come(founded.anna)
    answer = put(anna, f"/c/{talk.id}/pictures", photograph(), fragment=False, mode="public", body="Se her")
    assert (answer.status_code, f"/c/{talk.id}/reply" in answer.headers["Location"]) == (303, True)
    page = unescape(anna.get(answer.headers["Location"]).text)
    with reading(SYSTEM) as work:
        picture = work.session.scalars(select(Picture.id)).one()
    assert f'name="description-{picture}"' in page
    sent = anna.post(
        f"/c/{talk.id}/answer",
        mode="public",
        body="Se her",
        version=str(talk.version),
        **{f"description-{picture}": "Kort"},
    )
    assert sent.status_code == 303
    assert kept() == [("Kort", 80)]


def test_a_refused_answer_keeps_what_stood_beside_its_pictures(founded: House, come: Come) -> None:
    founded.news(post())
    talk, anna = founded.conversation(), come(founded.anna)
    put(anna, f"/c/{talk.id}/pictures", photograph(), mode="public", body="Se her")
    with reading(SYSTEM) as work:
        picture = work.session.scalars(select(Picture.id)).one()
    late = anna.post(
        f"/c/{talk.id}/answer",
        mode="public",
        body="Se her",
        version="0",
        **{f"description-{picture}": "Kort over byen"},
    )
    page = unescape(late.text)
    assert late.status_code == 409
    assert ">Kort over byen</textarea>" in page
    assert kept() == [("Kort over byen", 80)]


def test_put_there_in_a_conversation_that_was_joined_with_another(founded: House, come: Come) -> None:
    founded.news(post(own_id="asked"), post("Noget andet", own_id="other"))
    with uow(SYSTEM) as work:
        gone, into = work.session.scalars(select(Conversation).order_by(Conversation.id).with_for_update()).all()
        merging.merge(work, gone, into=into)
        gone_id, into_id = gone.id, into.id
    anna = come(founded.anna)
    answer = put(anna, f"/c/{gone_id}/pictures", photograph(), mode="public", body="Se her")
    assert answer.status_code == 409
    assert "This conversation was joined with another one." in unescape(answer.text)
    with reading(SYSTEM) as work:
        assert work.session.scalars(select(Draft.conversation_id)).all() == [into_id]
