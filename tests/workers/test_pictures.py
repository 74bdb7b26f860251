"""The job that fetches citizens' pictures: bounded, calm, and believing nothing of what it is given."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from PIL import Image
from sqlalchemy import func, select

from connectors.kit.contract import Answer, Doubtful, NotSent, Page
from inbox.domain import personal_data
from inbox.domain.actors import SYSTEM
from inbox.domain.events import ConversationChanged, PicturesDue
from inbox.domain.pictures import made_anew
from inbox.models import Account, Delivery, LedgerEntry, Message, Picture
from inbox.queries.owed import owed
from inbox.services import fetching, intake
from inbox.uow import reading, uow
from tests.house import NOON, House, post
from tests.services.answering import LEASE, count, deed, one
from tests.services.picturing import answer, attach, made
from tests.workers.wire import Wire, told
from workers import deliver, pictures

PICTURE_ID = "0123456789abcdef0123"


def shown(*ids: str, text: str = "Se det hul!", visibility: str = "public", description: str = "") -> dict[str, object]:
    """A post with pictures, as the square tells it."""
    item = post(text, visibility=visibility)
    body = item["post"]
    assert isinstance(body, dict)
    body["pictures"] = [{"id": one, "description": description, "media_type": "image/jpeg"} for one in ids]
    return item


def jpeg(size: tuple[int, int] = (64, 48)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "grey").save(out, "JPEG")
    return out.getvalue()


def test_a_post_comes_at_once_and_its_picture_afterwards(house: House, wire: Wire) -> None:
    with uow(SYSTEM) as work:
        intake.take_in(work, house.account_id, "news", Page([shown(PICTURE_ID, description="Hullet")], "1"))
        assert PicturesDue() in work.events
    assert (one(Picture).state, one(Picture).source) == ("owed", PICTURE_ID)
    wire.answers = [Answer(200, {"content-type": "image/jpeg"}, jpeg())]
    pictures.run()
    assert [(asked.method, asked.path) for asked in wire.asked] == [("GET", f"/pictures/{PICTURE_ID}")]
    kept = one(Picture)
    assert (kept.state, kept.media_type, kept.width, kept.height) == ("kept", "image/jpeg", 64, 48)
    assert (kept.due_at, kept.lease_until) == (None, None)
    with reading(SYSTEM) as work:
        assert work.session.scalar(select(Picture.data)) == made_anew(jpeg()).data
        assert work.session.scalar(select(func.count()).where(LedgerEntry.type == "picture.seen")) == 1
        assert kept.entry_id == work.session.scalar(select(LedgerEntry.id).where(LedgerEntry.type == "picture.seen"))


def test_a_private_ones_picture_stands_in_no_ledger(house: House) -> None:
    house.news(shown(PICTURE_ID, visibility="private"))
    assert (one(Picture).visibility, one(Picture).entry_id) == ("private", None)
    with reading(SYSTEM) as work:
        assert "picture.seen" not in work.session.scalars(select(LedgerEntry.type)).all()


def test_the_same_post_again_brings_no_second_picture(house: House) -> None:
    item = shown(PICTURE_ID)
    house.news(item)
    house.news(item)
    assert (count(Message), count(Picture)) == (1, 1)


@pytest.mark.parametrize(
    "given",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"",
        jpeg()[:200],
    ],
)
def test_what_is_no_picture_is_refused_for_good_and_the_words_stay(house: House, wire: Wire, given: bytes) -> None:
    house.news(shown(PICTURE_ID))
    wire.answers = [Answer(200, {"content-type": "image/png"}, given)]
    pictures.run()
    pictures.run()
    assert (one(Picture).state, one(Picture).due_at, len(wire.asked)) == ("refused", None, 1)
    assert one(Message).text == "Se det hul!"


def test_gone_is_gone(house: House, wire: Wire) -> None:
    house.news(shown(PICTURE_ID))
    wire.answers = [told(404, {"error": "no_such_picture"})]
    pictures.run()
    assert one(Picture).state == "refused"


@pytest.mark.parametrize("failure", [NotSent("no"), Doubtful("no"), told(500, {}), told(429, {}, retry_after="30")])
def test_a_platform_in_trouble_is_asked_again_later_and_given_up_in_the_end(
    house: House, wire: Wire, failure: Answer | Exception
) -> None:
    house.news(shown(PICTURE_ID))
    for tried in range(1, fetching.TRIES + 1):
        # Longer each time: a picture is never worth a storm of calls.
        with time_machine.travel(NOON + timedelta(days=200 + tried), tick=False):
            wire.answers = [failure]
            pictures.run()
            pictures.run()
        assert (len(wire.asked), one(Picture).attempts) == (tried, tried)
        assert one(Picture).state == ("refused" if tried == fetching.TRIES else "owed")


def test_a_picture_that_ends_every_worker_is_let_be(house: House) -> None:
    house.news(shown(PICTURE_ID))
    for tried in range(fetching.TRIES + 1):
        with deed(now=NOON + timedelta(days=tried)) as work:
            # A lease that is over at once: whoever took it died.
            assert fetching.claim(work, timedelta(seconds=-1)) is not None
    with deed(now=NOON + timedelta(days=99)) as work:
        assert fetching.claim(work, LEASE) is None
    assert one(Picture).state == "refused"


def test_nobody_asks_for_what_another_has_in_hand_or_of_an_account_that_stands_still(house: House) -> None:
    house.news(shown(PICTURE_ID))
    with deed() as work:
        assert fetching.claim(work, LEASE) is not None
        assert not owed(work).pictures
    with deed() as work:
        assert fetching.claim(work, LEASE) is None
    with uow(SYSTEM) as work:
        picture = work.session.scalars(select(Picture)).one()
        picture.lease_until = None
        work.session.scalars(select(Account)).one().state = "suspended"
    with deed() as work:
        assert fetching.claim(work, LEASE) is None
        assert not owed(work).pictures


def test_whoever_looks_is_told_when_it_has_come_and_nobody_has_to_read_anew_before_sending(
    house: House, wire: Wire
) -> None:
    house.news(shown(PICTURE_ID))
    before = house.conversation().version
    with deed() as work:
        assert owed(work).pictures
        picture_id = fetching.claim(work, LEASE)
        assert picture_id is not None
        fetching.keep(work, picture_id, made())
        assert [type(event) for event in work.events] == [ConversationChanged]
        # Whoever comes second with the same one changes nothing.
        fetching.keep(work, picture_id, made("blue"))
        fetching.refuse(work, picture_id, "late")
        assert len(work.events) == 1
    assert (one(Picture).state, house.conversation().version) == ("kept", before)


def test_more_pictures_than_a_post_can_have_are_not_fetched(house: House) -> None:
    house.news(shown(*(f"{number:020x}" for number in range(4))))
    assert count(Picture) == 4


def test_the_job_refuses_a_number_in_a_description_that_came_past_the_service(
    house: House, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.news(post())
    picture = attach(house)
    with monkeypatch.context() as blind:
        blind.setattr(personal_data, "find", lambda text, today=None: [])
        answer(house, {picture: "Brev til 070761-4285"})
    deliver.run()
    assert wire.asked == []
    assert (one(Delivery).state, one(Delivery).last_error) == ("rejected", "it holds a national identity number")
