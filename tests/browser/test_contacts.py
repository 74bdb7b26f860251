"""The person beside the conversation: fetched once, still there while news come, joined and taken apart by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import complaints
from tests.browser.contact_states import PURPOSE, keep_a_note
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


def test_the_panel_stays_while_news_come_and_people_are_joined_on_their_page(stage: Stage) -> None:
    stage.citizen("Karla Bruun").writes("@nordby Kan man leje forsamlingshuset i marts?")
    karla = stage.citizen("Karla B.")
    karla.writes("@nordby Og hvad koster forsamlingshuset?")
    anna = stage.agent("anna", viewport={"width": 1440, "height": 900})
    page = anna.page
    anna.opens("hvad koster forsamlingshuset")
    anna.hears()
    there = page.url
    panel = page.locator("#side [id^=contact-]")
    expect(panel.locator("h3")).to_have_text("Personen")
    panel.get_by_role("link", name="Gruppe, noter og sammenlægning").click()
    expect(page.locator("h1")).to_have_text("Karla B.")
    keep_a_note(page)

    page.fill("input[name=find]", "Karla")
    page.locator("form[role=search]", has=page.locator("input[name=find]")).locator("button").click()
    page.locator("li", has=page.locator("input[name=other]"), has_text="Karla Bruun").locator("button").click()
    expect(page.locator("section[aria-labelledby=handles] li")).to_have_count(2)
    expect(page.locator(".dialogues li")).to_have_count(2)
    assert complaints(page) == []

    page.goto(there)
    anna.hears()
    expect(panel.locator(".dialogues li")).to_have_count(1)
    expect(panel.locator(".kept")).to_contain_text(PURPOSE)
    # It is the same element afterwards: nobody's eye or focus is thrown off by what a citizen writes.
    panel.evaluate("one => { one.dataset.seen = 'yes'; }")
    link = panel.get_by_role("link", name="Gruppe, noter og sammenlægning")
    link.focus()
    karla.replies("hvad koster forsamlingshuset", "@nordby Og er der et køkken?")
    expect(page.locator("#thread")).to_contain_text("er der et køkken")
    expect(page.locator("#side [id^=contact-][data-seen=yes] .kept")).to_contain_text(PURPOSE)
    expect(link).to_be_focused()
    assert complaints(page) == []

    link.click()
    page.get_by_role("button", name="De er to alligevel").click()
    expect(page.locator("section[aria-labelledby=handles] li")).to_have_count(1)
    expect(page.locator(".dialogues li")).to_have_count(1)


def test_what_a_colleague_changes_of_a_person_stands_in_the_panel_at_once(stage: Stage) -> None:
    stage.citizen("Karla Bruun").writes("@nordby Hvem skriver jeg til om kajpladsen?")
    jonas = stage.agent("jonas", viewport={"width": 1440, "height": 900})
    jonas.opens("om kajpladsen")
    jonas.hears()
    panel = jonas.page.locator("#side [id^=contact-]")
    expect(panel.locator("dd").first).to_have_text("Borger")
    fetched: list[str] = []
    jonas.page.on("request", lambda request: fetched.append(request.url) if "/contact" in request.url else None)

    anna = stage.agent("anna", viewport={"width": 1440, "height": 900})
    anna.opens("om kajpladsen")
    anna.page.locator("#side [id^=contact-]").get_by_role("link", name="Gruppe, noter og sammenlægning").click()
    anna.page.get_by_role("radio", name="Presse").check()
    anna.page.get_by_role("button", name="Gem gruppen").click()
    expect(panel.locator("dd").first).to_have_text("Presse")
    expect(jonas.page.locator("#thread")).to_contain_text("satte borgerens gruppe til Presse")
    keep_a_note(anna.page)
    expect(panel.locator(".kept")).to_contain_text(PURPOSE)
    # What citizens write does not have it fetched.
    before = len(fetched)
    stage.citizen("Ali R.").writes("@nordby Hvem passer kajpladsen?")
    expect(jonas.page.locator("#newbar")).to_be_visible()
    assert len(fetched) == before
    assert complaints(jonas.page) == []


def test_an_edit_says_what_was_changed_and_stays_unfolded_while_news_come(stage: Stage) -> None:
    citizen = stage.citizen("Poul Ravn")
    citizen.writes("@nordby Er stien ved havnen ryddet i dag?")
    anna = stage.agent("anna")
    anna.opens("stien ved havnen ryddet")
    anna.hears()
    citizen.edits("stien ved havnen", "@nordby Er stien ved skoven ryddet i dag?")
    edits = anna.page.locator("#thread details.edits")
    edits.locator("summary").click()
    expect(edits.locator("del")).to_contain_text("havnen")
    expect(edits.locator("ins")).to_contain_text("skoven")
    citizen.edits("stien ved skoven", "@nordby Er stien ved skoven ryddet i morgen?")
    expect(edits.locator("ins")).to_have_count(2)
    assert edits.evaluate("one => one.open")
    assert complaints(anna.page) == []
