"""Operators of a search, with words and without: who wrote it, to whom, who holds it, when, and in what state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM
from inbox.domain.errors import Invalid
from inbox.models import Conversation
from inbox.services import conversations, replies, tagging
from inbox.uow import reading
from tests import house as scene
from tests.house import ALI, NOON, House
from tests.services.answering import deed
from tests.services.test_search import look, say, the


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


@pytest.fixture
def lively(house: House) -> House:
    """Mette asks in public and is answered; Ali asks in private, is tagged and held by Jonas. Nothing went out."""
    say(house, "Sne på Bakkevej?")
    say(house, "Sne i min indkørsel", author=ALI, visibility="private")
    mette, ali = the("mette"), the("ali")
    with reading(SYSTEM) as work:
        versions = {one.id: one.version for one in work.session.scalars(select(Conversation))}
    with deed(house.anna, NOON + timedelta(hours=2)) as work:
        replies.reply(work, mette, version=versions[mette], visibility="public", body="Sne er ryddet.")
    with deed(house.jonas, NOON + timedelta(hours=3)) as work:
        conversations.take(work, ali, versions[ali])
        tagging.add(work, ali, "Vinter")
        conversations.note(work, ali, "Sne: ring til Vej og Park")
    return house


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ("", {"Mette Holm", "Ali R.", "Anna Krogh", "Jonas Lind"}),
        ("from:mette", {"Mette Holm"}),
        ('fra:"mette holm"', {"Mette Holm"}),
        ("from:@ali", {"Ali R."}),
        ("from:anna", {"Anna Krogh"}),
        ("from:jonas", {"Jonas Lind"}),
        ("from:nobody", set()),
        ("to:mette", {"Anna Krogh"}),
        ("til:nordby", {"Mette Holm", "Ali R."}),
        ("agent:jonas", {"Ali R.", "Jonas Lind"}),
        ("account:nordby", {"Mette Holm", "Ali R.", "Anna Krogh", "Jonas Lind"}),
        ("tag:vinter", {"Ali R.", "Jonas Lind"}),
        ("mærke:#Vinter er:privat", {"Ali R."}),
        ("is:public", {"Mette Holm", "Anna Krogh"}),
        ("is:private", {"Ali R."}),
        ("is:answer", {"Anna Krogh"}),
        ("is:note", {"Jonas Lind"}),
        ("is:pending", {"Mette Holm", "Anna Krogh"}),
        ("is:unassigned", set()),
        ("is:late", {"Mette Holm", "Ali R.", "Anna Krogh", "Jonas Lind"}),
        ("is:solved", set()),
        ("is:snoozed", set()),
        ("is:open is:note", {"Jonas Lind"}),
        ("before:2026-11-24", set()),
        ("after:2026-11-24", {"Mette Holm", "Ali R.", "Anna Krogh", "Jonas Lind"}),
        ("after:2026-11-25", set()),
    ],
)
def test_operators_narrow_with_words_and_without(lively: House, asked: str, who: set[str]) -> None:
    if asked:
        assert {hit.who for hit in look(lively.anna, asked).hits} == who
    assert {hit.who for hit in look(lively.anna, f"sne {asked}").hits} == who


def test_mine_is_whoever_looks(lively: House) -> None:
    assert {hit.citizen for hit in look(lively.jonas, "is:mine").hits} == {"Ali R."}
    assert {hit.citizen for hit in look(lively.jonas, "agent:mig").hits} == {"Ali R."}
    assert {hit.citizen for hit in look(lively.anna, "is:mine").hits} == {"Mette Holm"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("agent:bodil", "no colleague “bodil”"),
        ("account:facebook", "no account “facebook”"),
        ("tag:sommer", "no tag “sommer”"),
    ],
)
def test_a_name_that_nobody_has_is_said(lively: House, asked: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        look(lively.anna, asked)
