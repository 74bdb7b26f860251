"""Steps of a picture: drawn, put beside a draft, sent with it, seen again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from uuid import UUID

from PIL import Image

from connectors.square.pictures import Brought
from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.ledger.evidence import Stored
from inbox.domain.pictures import Made, made_anew
from inbox.models import LedgerEntry
from inbox.queries import pictures as reads
from inbox.queries.ledger_evidence import entries, with_words
from inbox.services import composing, pictures, replies
from inbox.uow import reading
from tests.house import House
from tests.services.answering import deed, minutes

MAP = "Kort over svømmehallen"


@cache
def made(colour: str = "red", *, moving: bool = False) -> Made:
    out = BytesIO()
    more = [Image.new("RGB", (40, 30), "white")] if moving else []
    Image.new("RGB", (40, 30), colour).save(out, "GIF" if moving else "PNG", save_all=moving, append_images=more)
    return made_anew(out.getvalue())


def attach(house: House, colour: str = "red", *, by: Actor | None = None, mode: str = "public") -> UUID:
    seen = house.conversation()
    with deed(by or house.anna, minutes(5)) as work:
        return pictures.attach(work, seen.id, mode, made(colour))


def answer(house: House, described: Mapping[UUID, str], body: str = "Se kortet.", mode: str = "public") -> UUID:
    seen = house.conversation()
    with deed(house.anna, minutes(10)) as work:
        return replies.reply(
            work, seen.id, version=seen.version, visibility=mode, body=body, described=described
        ).message_id


def beside(house: House, mode: str = "public", by: Actor | None = None) -> list[tuple[str, str]]:
    """The colours and descriptions of the pictures beside a person's draft, in order."""
    seen = house.conversation()
    with reading(by or house.anna) as work:
        (sheet,) = (one for one in composing.sheets(work, seen.id) if one.mode == mode)
        return [(colour_of(reads.points(work, one.id).data), one.description) for one in sheet.pictures]


def colour_of(data: bytes) -> str:
    point = Image.open(BytesIO(data)).convert("RGB").crop((5, 5, 6, 6)).tobytes()
    return {b"\xff\0\0": "red", b"\0\x80\0": "green", b"\0\0\xff": "blue"}[point]


def recorded() -> list[Stored]:
    """The entries of pictures that were promised, with what they open to now."""
    with reading(SYSTEM) as work:
        rows = work.session.execute(entries().where(LedgerEntry.type == "picture.approved")).all()
        return with_words(work.session, rows)


def photograph() -> bytes:
    """What a citizen's telephone took."""
    out = BytesIO()
    Image.new("RGB", (64, 48), "grey").save(out, "JPEG")
    return out.getvalue()


HOLE = Brought(photograph(), "image/jpeg", "Et hul i vejen")
