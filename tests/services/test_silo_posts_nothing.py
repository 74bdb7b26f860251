"""Whatever a unit says, whenever and by whatever way: nothing of it goes out until a person has signed it.

Every way that an answer can take is gone through once, and no answer and no delivery is there afterwards. What may post
at all is asked of the source as well, so that a new way can't be forgotten here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from inbox import services
from inbox.domain.actors import SYSTEM
from inbox.domain.ids import new_id
from inbox.models import Agent, Conversation, Delivery, Silo, SiloAnswer, Team
from inbox.services import handing_over, merging, silo, silo_answering, silo_remarks, staffing
from inbox.services import silo_tickets as tickets
from inbox.services import silo_units as units
from inbox.services.silo_answering import Said
from inbox.uow import uow
from tests.services.answering import count, deed, minutes, sent
from tests.services.silo_scene import ANSWERED, Scene

ROOM = Path(services.__file__).parent
POSTING = frozenset(
    {"deliveries", "gathering", "gathering_answers", "gathering_sheets", "moderating", "own_posts", "planning"}
    | {"post_sheets", "releasing", "replies"}
)
"""Rooms by which something can reach a platform."""


def told(there: Scene, ticket: UUID, *more: Said) -> None:
    for number, said in enumerate(more):
        with deed(SYSTEM, minutes(30 + number)) as work:
            conversation, found = tickets.held(work, ticket)
            silo_answering.keep(work, conversation, found, work.session.get_one(Silo, there.roads), said)


def at_the_desk(there: Scene) -> None:
    there.answer(there.ask())


def in_private(there: Scene) -> None:
    there.answer(there.ask(mode="private"))


def not_for_the_public(there: Scene) -> None:
    there.answer(there.ask(), public=False)


def twice(there: Scene) -> None:
    ticket, key = there.ask(), new_id()
    for when, one in enumerate((key, key, new_id())):
        there.answer(ticket, key=one, at=30 + when)


def in_pieces(there: Scene) -> None:
    told(
        there,
        there.ask(),
        Said(new_id(), "Ida", "Bommen", final=False),
        Said(new_id(), "Ida", ANSWERED, attachments=["plan.pdf"]),
    )


def not_theirs(there: Scene) -> None:
    told(there, there.ask(), Said(new_id(), "Ida", "Spørg Regionen.", not_ours=True))


def another_authority(there: Scene) -> None:
    with uow(SYSTEM) as work:
        entry = units.Entry("Regionen", minutes=90, target="authority", settings={"called": "Regionen"})
        region = units.save(work, entry)
    there.ask(silo_id=region)


def recalled(there: Scene) -> None:
    ticket, seen = there.ask(), there.house.conversation()
    with deed(there.house.anna, minutes(20)) as work:
        silo.recall(work, seen.id, seen.version, ticket)
    there.answer(ticket)


def solved(there: Scene) -> None:
    ticket = there.ask()
    there.do("solve")
    there.answer(ticket)


def joined(there: Scene) -> None:
    ticket = there.ask()
    gone, into = there.second_matter()
    with deed(SYSTEM, minutes(50)) as work:
        merging.merge(work, work.session.get_one(Conversation, gone), into=work.session.get_one(Conversation, into))
    there.answer(ticket, at=55)


def handed_on(there: Scene) -> None:
    there.answer(there.ask())
    seen = there.house.conversation()
    with deed(there.house.anna, minutes(40)) as work:
        handing_over.hand_over(work, seen.id, seen.version, there.house.jonas.id)


def taken_from_the_queue(there: Scene) -> None:
    ticket = there.ask()
    there.do("release")
    there.answer(ticket)
    there.do("take", there.house.jonas, at=40)


def dealt_out(there: Scene) -> None:
    ticket = there.ask()
    with deed(there.house.anna, minutes(20)) as work:
        staffing.go_away(work)
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(assignment="by_load"))
        work.session.execute(update(Agent).where(Agent.id == there.house.jonas.id).values(seen_at=minutes(29)))
    there.answer(ticket)


def put_in(there: Scene) -> None:
    answer_id, seen = there.answer(there.ask()), there.house.conversation()
    with deed(there.house.anna, minutes(40)) as work:
        silo.put_in(work, seen.id, answer_id, "Hej Mette.")


def asked_back(there: Scene) -> None:
    ticket, seen = there.ask(), there.house.conversation()
    with deed(there.ida, minutes(20)) as work:
        remark = silo_remarks.ask_back(work, ticket, new_id(), "Hvilken bom?")
    with deed(there.house.anna, minutes(25)) as work:
        silo_remarks.tell(work, seen.id, remark, "Den ved Mølledam.")
    there.answer(ticket)


WAYS: tuple[Callable[[Scene], None], ...] = (
    at_the_desk,
    in_private,
    not_for_the_public,
    twice,
    in_pieces,
    not_theirs,
    another_authority,
    recalled,
    solved,
    joined,
    handed_on,
    taken_from_the_queue,
    dealt_out,
    put_in,
    asked_back,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_an_answer_goes_out_by_no_way_of_its_own(app: Flask, way: Callable[[Scene], None]) -> None:
    there = Scene()
    way(there)
    assert count(SiloAnswer) > 0
    assert (sent(), count(Delivery)) == (0, 0)


def test_nothing_that_carries_an_answer_home_knows_how_to_post() -> None:
    """`silo.py` alone may: the agent's own line at the handing over, which is there before any answer."""
    files = [*ROOM.glob("silo*.py"), ROOM.parents[1] / "workers" / "silo.py"]
    assert len(files) > 10
    known = {file.name: names & POSTING for file in files if (names := _used(file)) & POSTING}
    assert known == {"silo.py": {"replies"}}


def _used(file: Path) -> set[str]:
    """Rooms of the services that a file imports, by name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "inbox.services":
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("inbox.services."):
            found.add((node.module or "").rpartition(".")[2])
    return found
