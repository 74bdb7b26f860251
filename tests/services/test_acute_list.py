"""The list of words of danger: the organisation's own from the next message on, each version kept with who saved it."""

from __future__ import annotations

import pytest
from flask import Flask

from inbox.domain.acute import SHIPPED
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.queries import acute as reads
from inbox.services import acute
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import ALI, METTE, House, post
from tests.services.answering import deed, minutes
from tests.services.test_acute import DANGER, rows
from tests.services.test_last_word import after, more, sent, stop


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def test_own_words_count_from_the_next_message_on_and_each_version_is_kept(house: House) -> None:
    with deed(house.lone) as work:
        on = frozenset(SHIPPED) - {"tage mit liv"}
        assert acute.save_list(work, 0, "broen ved havnen", on, {"da": "Ring 112"}) == 1
    house.news(post(DANGER, author=ALI))
    assert rows() == []
    house.news(post("Jeg står på broen ved havnen", author=METTE))

    assert [row.found for row in rows()] == [["broen ved havnen"]]
    with reading(house.lone) as work:
        kept = reads.list_in_force(work)
    assert (kept.version, kept.by, kept.texts) == (1, "Lone Vestergaard", {"da": "Ring 112"})


def test_only_leads_and_administrators_write_it_and_nobody_over_a_colleague(house: House) -> None:
    with pytest.raises(Forbidden), uow(house.anna) as work:
        acute.save_list(work, 0, "", frozenset(), {})
    with deed(house.lone) as work:
        acute.save_list(work, 0, "", frozenset(), {})
    with pytest.raises(Conflict), deed(house.lone) as work:
        acute.save_list(work, 0, "andet", frozenset(), {})
    with pytest.raises(Invalid), deed(house.lone) as work:
        acute.save_list(work, 1, "andet", frozenset(), {"da": "x" * 2001})


def test_the_time_of_the_proposal_is_ours(house: House) -> None:
    house.news(post(DANGER, author=ALI), received_at=minutes(30))

    assert house.conversation().acute_at == minutes(30)


def test_an_own_word_is_heard_where_we_stopped_answering(house: House) -> None:
    with deed(house.lone) as work:
        acute.save_list(work, 0, "broen ved havnen", frozenset(SHIPPED), {})
    house.news(post(own_id="asked"))
    sent(stop(house))
    house.news(more("I er umulige", "1", 20))
    assert rows() == []
    house.news(more("Jeg står på broen ved havnen", "2", 21))
    assert [row.found for row in rows()] == [["broen ved havnen"]]
    assert not after("2")
