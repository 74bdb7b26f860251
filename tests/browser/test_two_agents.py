"""Two colleagues and one conversation: one is first, the other sees it and loses no word."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.stage import AtTheDesk, Stage, conversation_id

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


def deaf(agent: AtTheDesk) -> AtTheDesk:
    """No nudge reaches this page, as in the half second before one arrives."""
    agent.page.route_web_socket("**/socket.io/**", lambda _silent: None)
    return agent


def test_the_loser_of_a_race_sees_the_conflict_and_keeps_her_words(stage: Stage) -> None:
    stage.citizen("Mette Holm").writes("@nordby Hvornår lukker genbrugspladsen?")
    anna, jonas = stage.agent("anna"), deaf(stage.agent("jonas"))
    for each in (anna, jonas):
        each.opens("lukker genbrugspladsen", "unassigned")
    jonas.writes("Den lukker klokken fire, skriver Jonas.")
    anna.sends("Genbrugspladsen lukker kl. 18, skriver Anna.")

    jonas.sheet().locator("button.send").click()
    form = jonas.page.locator("form.pane[data-mode=public]")
    expect(form.locator("[role=alert]")).to_contain_text("Intet er sendt")
    expect(form.locator("textarea")).to_have_value("Den lukker klokken fire, skriver Jonas.")
    expect(jonas.page.locator("#thread")).to_contain_text("Genbrugspladsen lukker kl. 18")

    # The words are kept on the server, too: another browser of his finds them.
    elsewhere = stage.agent("jonas")
    elsewhere.page.goto(f"/c/{conversation_id(jonas.page)}?mode=public")
    expect(elsewhere.page.locator("form.pane[data-mode=public] textarea")).to_have_value(
        "Den lukker klokken fire, skriver Jonas."
    )
    expect(anna.state("lukker kl. 18", "delivered")).to_be_visible()
    assert stage.on_the_square("skriver Jonas") == 0


def test_what_a_colleague_holds_is_said_before_the_click(stage: Stage) -> None:
    stage.citizen("Ali R.").writes("@nordby Hvor kan jeg låne en cykelpumpe?")
    anna, jonas = stage.agent("anna"), stage.agent("jonas")
    anna.opens("låne en cykelpumpe", "unassigned")
    jonas.opens("låne en cykelpumpe", "unassigned")
    anna.page.click("#talk [data-key=t]")
    expect(anna.page.locator("#side dd", has_text="Anna")).to_have_count(1)
    # It reaches him without a reload.
    expect(jonas.page.locator("#thread")).to_contain_text("Anna")
    jonas.page.reload()
    form = jonas.page.locator("form.pane[data-mode=public]")
    expect(form.locator("button.send")).to_be_disabled()
    expect(form).to_contain_text("En kollega har taget")
    # A note is always free.
    jonas.writes("Pumpen står i skuret.", "note").locator("button.send").click()
    expect(anna.page.locator("#thread > .note", has_text="Pumpen står i skuret.")).to_be_visible()
