"""Those of one gathering who belong together by themselves: chosen, split off by one press, put back by another."""

from __future__ import annotations

import re
from uuid import UUID

from werkzeug.test import TestResponse

from tests.house import House
from tests.services.gathering_scene import NAMES, conversation_of
from tests.web.conftest import Come, forget
from tests.web.test_gathering_page import MANY, WORDS, address, house, rows, ticked

__all__ = ["house"]  # A fixture is used by its name alone.


def test_some_are_split_off_by_one_press_and_put_back_by_another(house: House, come: Come) -> None:
    anna, origin = come(house.anna), address()
    chosen = [conversation_of(name).id for name in NAMES[1:4]]
    page = anna.get(origin).text
    assert page.count('name="apart"') == MANY
    assert "Split off the chosen" in page

    def pressed(ids: list[UUID]) -> TestResponse:
        forget()
        return anna.browser.post(
            f"{origin}/split",
            data={
                "csrf_token": anna.token,
                "body": WORDS,
                "apart": [str(one) for one in ids],
                f"own-{chosen[0]}": "Hej Oskar. Kun til dig.",
                f"own-{conversation_of(NAMES[6]).id}": "Hej Signe. Kun til dig.",
            },
        )

    refused = pressed(chosen[:1])
    assert refused.status_code == 422
    assert "Choose at least two who belong together." in refused.text
    assert WORDS in refused.text
    assert re.findall(r'name="apart" value="([^"]+)" checked', refused.text) == [str(chosen[0])]
    done = pressed(chosen)
    assert done.status_code == 303
    apart = anna.get(done.location).text
    assert {one.partition(":")[0] for one in ticked(apart)} == {str(one) for one in chosen}
    assert f'<a href="{origin}">' in apart.split("Split off from")[1].split("</span>")[0]
    assert "Hej Oskar. Kun til dig." in apart
    left = anna.get(origin).text
    assert len(ticked(left)) == MANY - 3
    assert WORDS in left
    assert "Hej Signe. Kun til dig." in left
    assert "Hej Oskar. Kun til dig." not in left
    assert "Split off from" not in left
    assert len(rows(anna.get("/?view=open").text)) == 3
    back = anna.post(f"{done.location}/back")
    assert (back.status_code, back.location) == (303, origin)
    assert len(ticked(anna.get(origin).text)) == MANY
    assert anna.post(f"{done.location}/back").status_code == 409
    assert "Put all of them back" not in anna.get(done.location).text
