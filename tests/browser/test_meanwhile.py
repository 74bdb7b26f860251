"""What a page says when the conversation that somebody writes in is not there any more, or its filter names nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Route, expect

from tests.browser.stage import Stage, conversation_id

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]

TEXT = "form.pane[data-mode=public] textarea"


def test_an_answer_to_what_is_not_there_any_more_stays_in_its_sheet(stage: Stage) -> None:
    stage.citizen("Mette Holm").writes("@nordby Hvor er redningsbåden?")
    anna = stage.agent("anna")
    anna.opens("redningsbåden", "unassigned")
    anna.hears()
    page = anna.page
    id_, nobody = conversation_id(page), str(uuid4())

    def to_nobody(route: Route) -> None:
        route.continue_(url=route.request.url.replace(id_, nobody))

    page.route("**/answer?*", to_nobody)
    form = anna.writes("Den ligger ved molen.")
    form.locator("button.send").click()
    strip = page.locator("#strips .strip")
    expect(strip).to_contain_text("Samtalen er her ikke mere")
    expect(strip).to_contain_text("Din tekst er her stadig")
    expect(form.locator("textarea")).to_have_value("Den ligger ved molen.")
    # What is only slow or broken is told from it: there it helps to try again.
    page.unroute("**/answer?*", to_nobody)
    form.locator("button.send").click()
    expect(anna.answer("Den ligger ved molen.")).to_be_visible()
    expect(strip.filter(has_text="ikke mere")).to_have_count(0)
    assert stage.on_the_square("ved molen") <= 1


def test_a_filter_whose_tag_is_gone_is_said_and_the_hand_writes_on(stage: Stage) -> None:
    stage.citizen("Ali R.").writes("@nordby Hvor er flydebroen?")
    anna = stage.agent("anna")
    anna.opens("flydebroen", "unassigned")
    page = anna.page
    page.goto(f"/c/{conversation_id(page)}?view=unassigned&tag=Findes+ikke")
    anna.hears()
    expect(page.locator("#empty")).to_contain_text("Findes ikke")
    page.keyboard.press("r")
    page.keyboard.type("Ved åen, ")
    stage.citizen("Kirsten V.").writes("@nordby Er der plads ved broen?")
    page.keyboard.type("fra maj.")
    expect(page.locator("#meter-public")).to_contain_text("/ 280")
    expect(page.locator(TEXT)).to_have_value("Ved åen, fra maj.")
    page.locator("#empty a.button").click()
    expect(page.locator("#rows .row", has_text="flydebroen")).to_be_visible()
    page.go_back()
    expect(page.locator(TEXT)).to_have_value("Ved åen, fra maj.")
