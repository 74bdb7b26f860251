"""A complaint end to end: proposed, decided, receipted in public, asked of the back office, answered, closed; listed in
between on the lead's phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import complaints, sideways
from tests.browser.silo_states import asked
from tests.browser.stage import SIGNED, Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


def looks_well(page: Page) -> None:
    """For those who listen, too, and without scrolling sideways."""
    assert complaints(page) == []
    assert sideways(page) == 0


def test_from_the_square_to_the_back_office_and_back_signed(stage: Stage) -> None:
    words = "afgørelsen om overkørslen på Tangvej"
    citizen = stage.citizen("Mette Holm")
    citizen.writes(f"@nordby Jeg vil klage over {words}.")
    lone = stage.signed_in("lone", viewport=PHONE)
    lone.goto("/settings/complaints")
    decision = lone.locator("#decision")
    decision.locator("select[name=goes]").select_option(label="Vej og Park")
    decision.locator(".save button").click()
    expect(decision.locator("[role=status]")).to_be_visible()
    looks_well(lone)

    anna = stage.agent("anna", viewport=WIDE)
    anna.opens(words, "unassigned")
    anna.hears()
    proposal = anna.page.locator("#complaint-now")
    expect(proposal).to_contain_text("Det kan være en klage. »vil klage«")
    looks_well(anna.page)
    proposal.locator("[popovertarget=complaint]").click()
    anna.page.locator("#complaint label", has_text="Om en afgørelse").click()
    anna.page.locator("#complaint button.primary").click()
    expect(proposal).to_contain_text("kvittering senest")
    expect(anna.page.locator("#thread")).to_contain_text("spurgte Vej og Park")

    proposal.locator("[popovertarget=receipt]").click()
    receipt = anna.page.locator("#receipt textarea[name=body]")
    expect(receipt).to_have_value(re.compile("^Hej Mette. Vi har taget imod din klage"))
    looks_well(anna.page)
    receipt.fill("Hej Mette. Vi har taget imod din klage om Tangvej.")
    anna.page.locator("#receipt button.send").click()
    expect(anna.state("Vi har taget imod din klage om Tangvej.", "delivered")).to_be_visible()
    expect(proposal).to_contain_text("kvittering givet")
    citizen.page.goto("/square")
    expect(citizen.post("Vi har taget imod din klage om Tangvej.")).to_contain_text(SIGNED["anna"])

    lone.goto("/complaints")
    mine = lone.locator("tbody tr", has=lone.locator(f"a[href*='{anna.page.url.split('/c/')[1][:36]}']"))
    expect(mine).to_contain_text("Om en afgørelse")
    expect(mine).to_contain_text("Anna")
    looks_well(lone)

    ida = stage.signed_in("ida", viewport=PHONE)
    ida.goto("/silo")
    question = "En borger klager over en afgørelse"
    asked(ida, question).first.click()
    ida.locator("form.composer textarea").fill("Hvornår fik borgeren afgørelsen om Tangvej?")
    ida.locator("button[formaction]").click()
    expect(ida.locator("#thread .note", has_text="om Tangvej?")).to_be_visible()
    ida.locator("form.composer textarea").fill("Jeg kigger")
    back = anna.page.locator("#thread .note", has_text="Hvornår fik borgeren afgørelsen om Tangvej?")
    looks_well(anna.page)
    looks_well(ida)
    back.locator("textarea").fill("Den 3. november.")
    back.locator("button").click()
    # What is said comes to the opened question by itself, and what is begun there stays.
    expect(ida.locator("#thread .note", has_text="Den 3. november.")).to_be_visible()
    expect(ida.locator("form.composer textarea")).to_have_value("Jeg kigger")
    ida.locator("form.composer textarea").fill("Klagen om Tangvej er sendt til Planklagenævnet.")
    ida.locator("form.composer button.send").click()

    form = anna.page.locator("form.pane[data-mode=public]")
    expect(form.locator("textarea[name=body]")).to_have_value("Klagen om Tangvej er sendt til Planklagenævnet.")
    form.locator("button.send").click()
    expect(anna.state("sendt til Planklagenævnet", "delivered")).to_be_visible()
    anna.page.locator("#talk-head form[action*='/solve'] button").click()
    expect(anna.page.locator("#thread")).to_contain_text("markerede den som løst")
    citizen.page.goto("/square")
    expect(citizen.post("Klagen om Tangvej er sendt")).to_contain_text(SIGNED["anna"])
    lone.reload()
    expect(mine).to_have_count(0)
