"""Hiding, blocking, muting and closing on the square, over real HTTP: what is asked for twice is done once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kit.contract import Deed, DeedKind, Done, Page, Ref, Rejected, Retry, Suspended, Unconfirmed
from connectors.square.faults import switch_on
from connectors.square.refusing import Refused
from connectors.square.writing import Told
from tests.connectors.squares import SHORT, Running, reply_to
from tests.connectors.visitor import Visitor

RUDE = "@nordby I er nogle fjolser."


def deed(kind: DeedKind, told: Told) -> Deed:
    return Deed(kind, datetime.now(UTC), Ref(told.post.id), Ref(told.post.root_id), told.post.author_id)


def outcomes(on: Running, what: str) -> list[str]:
    calls: Any = on.truth()["calls"]
    return [call["outcome"] for call in calls if call["what"] == what]


def seen(on: Running) -> str:
    return Visitor(on).get()


def test_hidden_is_seen_as_hidden_once_and_shown_again(on: Running) -> None:
    told = on.mention(RUDE)
    square = on.connect()
    assert square.moderate(deed(DeedKind.HIDE, told)) == Done()
    assert square.moderate(deed(DeedKind.HIDE, told)) == Done()
    assert outcomes(on, "hide") == ["taken", "stood so already"]
    assert "fjolser" not in seen(on)
    assert "Nordby Kommune" in seen(on)
    assert square.moderate(deed(DeedKind.SHOW, told)) == Done()
    assert "fjolser" in seen(on)
    assert square.moderate(deed(DeedKind.SHOW, told)) == Done()
    assert outcomes(on, "show") == ["taken", "stood so already"]


def test_an_own_answer_is_deleted_once_and_a_second_time_makes_no_difference(on: Running) -> None:
    square = on.connect()
    told = on.mention()
    answered = square.deliver(reply_to(told), "key")
    ours = Deed(DeedKind.DELETE, datetime.now(UTC), post=answered.ref)  # type: ignore[union-attr] # It was delivered.
    assert square.moderate(ours) == Done()
    assert square.moderate(ours) == Done()
    assert "Skøjtebanen" not in seen(on).split("</article>")[1]
    assert isinstance(square.moderate(deed(DeedKind.DELETE, told)), Rejected | Done)
    assert "skøjtebanen" in seen(on)


def test_who_is_blocked_can_not_write_to_us_until_unblocked(on: Running) -> None:
    told = on.mention(RUDE)
    square = on.connect()
    square.moderate(deed(DeedKind.BLOCK, told))
    with pytest.raises(Refused, match="blocked"):
        on.mention(RUDE)
    with pytest.raises(Refused, match="blocked"):
        on.mention("@nordby Hør her.", under=told.post.id)
    on.mention(name="Ali R.")
    assert square.moderate(deed(DeedKind.UNBLOCK, told)) == Done()
    assert square.moderate(deed(DeedKind.UNBLOCK, told)) == Done()
    on.mention(RUDE)


def test_of_who_is_muted_we_are_told_nothing_more(on: Running) -> None:
    told = on.mention(RUDE)
    square = on.connect()
    square.moderate(deed(DeedKind.MUTE, told))
    on.mention("@nordby Og hvad så?")
    page = square.fetch("news", None, 10)
    assert isinstance(page, Page)
    assert len(page.items) == 1
    assert "Og hvad så?" in seen(on)
    square.moderate(deed(DeedKind.UNMUTE, told))
    on.mention("@nordby Og nu?")
    page = square.fetch("news", None, 10)
    assert isinstance(page, Page)
    assert len(page.items) == 2


def test_under_a_closed_thread_nobody_but_us_writes(on: Running) -> None:
    told = on.mention(RUDE)
    square = on.connect()
    square.moderate(deed(DeedKind.CLOSE, told))
    with pytest.raises(Refused, match="closed"):
        on.mention("Hør her.", name="Ali R.", under=told.post.id)
    square.deliver(reply_to(told), "key")
    assert on.posted("key") == 1
    square.moderate(deed(DeedKind.OPEN, told))
    on.mention("Hør her.", name="Ali R.", under=told.post.id)


def test_nobody_decides_over_what_was_said_to_others(on: Running) -> None:
    told = on.mention("Det er kun til naboen.")
    private = on.mention("Mit nummer", visibility="private", to="nordby")
    square = on.connect()
    for one in (told, private):
        assert isinstance(square.moderate(deed(DeedKind.HIDE, one)), Rejected)
    assert isinstance(square.moderate(Deed(DeedKind.BLOCK, datetime.now(UTC), author="nobody")), Rejected)
    assert isinstance(square.moderate(Deed(DeedKind.HIDE, datetime.now(UTC), post=Ref("nothing"))), Rejected)
    assert square.moderate(Deed(DeedKind.SHOW, datetime.now(UTC), post=Ref("nothing"))) == Done()


@pytest.mark.parametrize(
    ("fault", "outcome", "stands"),
    [
        ("refuse_access", Suspended, False),
        ("throttle", Retry, False),
        ("fail_before", Unconfirmed, False),
        ("fail_after", Unconfirmed, True),
        ("drop_after", Unconfirmed, True),
    ],
)
def test_the_square_misbehaves_at_a_deed_and_asking_again_sets_it_right(
    on: Running, fault: str, outcome: type, stands: bool
) -> None:
    told = on.mention(RUDE)
    switch_on(on.engine, fault, times=1)
    assert isinstance(on.connect(SHORT).moderate(deed(DeedKind.HIDE, told)), outcome)
    assert ("fjolser" not in seen(on)) == stands
    assert on.connect().moderate(deed(DeedKind.HIDE, told)) == Done()
    assert "fjolser" not in seen(on)
