"""A warning where somebody writes again what was found wrong, and none where they write what is right."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from inbox.domain.actors import Actor
from inbox.queries.contradicting import Contradiction, contradicts
from inbox.services import composing
from inbox.uow import reading
from tests import house as scene
from tests.house import House, second_team
from tests.services.answered_scene import PASS_AGAIN, RIGHT, WRONG, answered, asked, corrected
from tests.services.answering import deed, minutes

BINS = "@nordby Hvornår bliver min skraldespand på Bakkevej tømt?"

MORE = (
    "Husk at tage det gamle pas med, og bestil tid hos Borgerservice i Sønderby, hvor der er åbent hver dag fra "
    "klokken 10 til 16."
)


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found(undo_seconds=0)


def warned(house: House, conversation_id: UUID, words: str, by: Actor | None = None) -> Contradiction | None:
    with reading(by or house.jonas) as work:
        work.now = minutes(30)
        return contradicts(work, conversation_id, words)


def test_what_was_found_wrong_is_known_again(house: House) -> None:
    wrong = answered(house)
    asking = asked(house, PASS_AGAIN, name="Ali R.")
    same = WRONG.format("Ali")
    assert warned(house, asking, same) is None
    right = corrected(house, wrong)
    found = warned(house, asking, same)
    assert found is not None
    assert (found.by, found.message_id) == ("Anna Krogh", right)
    assert (found.wrong_at, found.at) == (minutes(1), minutes(20))
    assert found.text.startswith(RIGHT)
    for words in (
        "Børn under 15 år behøver ikke at møde op når de skal have pas",
        f"Hej igen Ali! Børn under 15 år behøver ikke møde op, når de skal have pas. {MORE}",
    ):
        assert warned(house, asking, words) is not None


@pytest.mark.parametrize(
    "words",
    [
        "Børn skal altid med, når de skal have pas.",
        RIGHT,
        f"Hej Ali. Børn skal altid med, når de skal have pas. {MORE}",
        "Du kan bestille tid på nettet.",
        "Børn",
        "",
        "Vi rydder Bakkevej i aften, og vi salter i nat.",
    ],
)
def test_what_is_right_or_something_else_is_let_be(house: House, words: str) -> None:
    corrected(house, answered(house))
    assert warned(house, asked(house, PASS_AGAIN), words) is None


def test_nearly_the_same_words_to_something_else_are_something_else(house: House) -> None:
    wrong = answered(house, BINS, "Den bliver tømt hver tirsdag morgen.")
    corrected(house, wrong, "Den bliver tømt om torsdagen.")
    near = "Den bliver tømt hver tirsdag aften."
    assert warned(house, asked(house, BINS), near) is not None
    assert warned(house, asked(house, "@nordby Hvem rengør svømmehallen?"), near) is None
    # The very same sentence is worth a look, whatever was asked.
    assert warned(house, asked(house, "@nordby Og søen?"), "Den bliver tømt hver tirsdag morgen.") is not None


def test_another_teams_correction_is_not_told(house: House) -> None:
    other = second_team(house)
    corrected(house, answered(house))
    stranger = Actor(house.jonas.id, "Jonas Lind", house.jonas.roles, frozenset())
    assert other.account_id != house.account_id
    assert warned(house, asked(house, PASS_AGAIN), WRONG.format("Ali"), stranger) is None


def test_it_is_said_while_one_writes_and_never_of_a_note(house: House) -> None:
    corrected(house, answered(house))
    asking = asked(house, PASS_AGAIN)
    with deed(house.jonas, minutes(30)) as work:
        assert composing.look(work, asking, "public", WRONG.format("Ali")).contradicts is not None
        assert composing.look(work, asking, "note", WRONG.format("Ali")).contradicts is None
