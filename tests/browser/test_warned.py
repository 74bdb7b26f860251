"""A promise runs out: whoever has it is warned, hands it over, and signs what comes back, before it is late."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.planned_states import open_at_any_hour
from tests.browser.silo_states import answers, asks
from tests.browser.stage import SIGNED, Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]

WORDS = "brandhanen på Kajgade"
SOON = 60_000
"""Milliseconds: one percent of the hour that is promised, and the time until somebody looks."""


def test_warned_in_time_it_is_handed_over_and_answered_under_the_agents_name(stage: Stage) -> None:
    lone = stage.signed_in("lone")
    # Of the first answer's hour one percent, for these words alone: others in this house are not reminded of anything.
    lone.goto("/settings/ladder?rule=new")
    lone.select_option("#when", "percent")
    lone.fill("#percent", "1")
    lone.select_option("#step", "remind")
    lone.fill("#words", "brandhane")
    lone.locator("#rule button.primary").click()
    expect(lone.locator("#rungs")).to_contain_text("brandhane")

    with open_at_any_hour(stage.signed_in("lone")):
        citizen = stage.citizen("Mette Holm")
        citizen.writes(f"@nordby Hvornår flytter I {WORDS}?")
        anna, ida = stage.agent("anna"), stage.signed_in("ida")
        anna.opens(WORDS, "unassigned")
        anna.hears()
        anna.page.locator("#thread").focus()
        anna.page.keyboard.press("t")
        expect(anna.page.locator("#thread")).to_contain_text("tog samtalen")
        expect(anna.page.locator("#thread")).to_contain_text("mindede Anna", timeout=SOON)

    asks(anna, "Hvornår flyttes brandhanen?")
    ida.goto("/silo")
    answers(ida, "Hvornår flyttes brandhanen?", "Den flyttes mandag morgen.")
    form = anna.page.locator("form.pane[data-mode=public]")
    expect(form.locator("textarea[name=body]")).to_have_value("Den flyttes mandag morgen.")
    form.locator("button.send").click()
    expect(anna.state("Den flyttes mandag morgen", "delivered")).to_be_visible()
    citizen.page.goto("/square")
    expect(citizen.post("Den flyttes mandag morgen.")).to_contain_text(SIGNED["anna"])
    anna.page.goto("/notices")
    expect(anna.page.locator("main")).to_contain_text("Mette Holm venter på svar fra dig")
