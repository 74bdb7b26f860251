"""The panel that explains the clocks: by hand, by keys, true while it is open, in three languages, without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import complaints, sideways
from tests.browser.day import READERS, introduce
from tests.browser.looks import HEIGHT, LOCALES
from tests.browser.running import address, pass_the_door
from tests.browser.stage import AtTheDesk, Stage, conversation_id

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


@pytest.fixture
def asked(stage: Stage, request: pytest.FixtureRequest) -> AtTheDesk:
    """Anna before a question of Mette's that was asked just now; each test has its own."""
    words = f"@nordby Hvornår skal I svare ({request.node.name})?"
    stage.citizen("Mette Holm").writes(words)
    anna = stage.agent("anna")
    anna.opens(words, "unassigned")
    anna.hears()
    return anna


def opened(page: Page) -> None:
    page.locator("#talk-head [popovertarget=clock]").click()
    expect(page.locator("#clock #explained")).to_be_visible()


def test_it_says_when_and_why_and_each_step(asked: AtTheDesk) -> None:
    page = asked.page
    title = page.title()
    opened(page)
    panel = page.locator("#clock")
    expect(panel.locator("h2")).to_have_text("Hvornår skal vi svare?")
    expect(panel.locator(".stack p").first).to_contain_text("Første svar senest")
    expect(panel.locator(".stack .time")).to_have_text(page.locator("#talk-head .due .time").inner_text())
    expect(panel.locator(".stack .small")).to_contain_text("i åbningstiden, fordi offentligt på Torvet følger")
    expect(panel.locator("h3")).to_have_text(["Første svar", "Løst", "Trappen"])
    expect(panel.locator("#rungs li").first).to_contain_text("en påmindelse til den, der har den")
    first = panel.locator(".trail").first.locator("li")
    expect(first.first).to_contain_text("Mette Holm skrev på Torvet")
    expect(first.first).to_contain_text("Uret starter: platformens tid for beskeden")
    expect(first.last).to_contain_text("Frist")
    expect(first.last).to_contain_text("udgave")
    assert page.title() == title

    panel.get_by_role("link", name="Se reglen").first.click()
    page.wait_for_url("**/settings/policies?edit=*")
    expect(page.locator("#rule, h1").first).to_be_visible()


def test_by_keys_it_opens_is_walked_through_and_closes(asked: AtTheDesk) -> None:
    page = asked.page
    badge = page.locator("#talk-head [popovertarget=clock]")
    badge.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#clock #explained")).to_be_visible()
    expect(page.locator("#clock header button")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#clock").get_by_role("link", name="Se reglen").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#clock")).to_be_hidden()
    expect(badge).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#clock header button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#clock")).to_be_hidden()
    expect(badge).to_be_focused()


def test_what_happens_meanwhile_stands_in_the_open_panel(stage: Stage, asked: AtTheDesk) -> None:
    page = asked.page
    opened(page)
    jonas = stage.agent("jonas")
    jonas.page.goto(page.url)
    jonas.hears()
    jonas.writes("Hun bor i Sønderby.", "note").locator("button.send").click()
    note = page.locator("#clock .trail li", has_text="Note fra Jonas")
    expect(note).to_contain_text("Noter standser ikke uret")
    expect(page.locator("#clock header button")).to_be_focused()
    # The badge that opened it has been exchanged with the head; its successor gets the focus back.
    page.keyboard.press("Escape")
    expect(page.locator("#talk-head [popovertarget=clock]")).to_be_focused()


def test_kept_it_says_by_whom(asked: AtTheDesk) -> None:
    asked.sends("Inden for en time, når vi har åbent.")
    expect(asked.state("Inden for en time", "delivered")).to_be_visible()
    page = asked.page
    expect(page.locator("#talk-head .due.paused")).to_be_visible()
    opened(page)
    expect(page.locator("#clock .trail li.verdict.calm")).to_contain_text("Holdt – Anna svarede")
    expect(page.locator("#clock .trail li.halt")).to_contain_text("Pause: venter på borger")
    expect(page.locator("#clock .stack.paused p").first).to_have_text("Løst: på pause")


@pytest.mark.parametrize(
    ("language", "width", "theme", "says"),
    [
        ("da", 360, "dark", "Første svar senest"),
        ("nb", 1440, "light", "Første svar senest"),
        ("en", 360, "light", "First answer by"),
    ],
)
def test_in_each_language_it_is_accessible_and_fits(
    stage: Stage, asked: AtTheDesk, language: str, width: int, theme: str, says: str
) -> None:
    introduce(stage.house)
    page = stage.signed_in(
        READERS[language],
        viewport={"width": width, "height": HEIGHT},
        color_scheme=theme,
        locale=LOCALES[language],
        reduced_motion="reduce",
    )
    page.goto(f"/c/{conversation_id(asked.page)}")
    opened(page)
    expect(page.locator("#clock .stack b").first).to_contain_text(says)
    assert complaints(page) == []
    assert sideways(page) == 0
    page.goto(f"/c/{conversation_id(asked.page)}/clock")
    expect(page.locator("#explained b").first).to_contain_text(says)
    assert complaints(page) == []
    assert sideways(page) == 0


def test_without_a_script_the_same_stands_on_a_page(stage: Stage, asked: AtTheDesk) -> None:
    page = stage.visitor(java_script_enabled=False)
    pass_the_door(page, address("jonas"), stage.house.logins[address("jonas")])
    page.goto(f"/c/{conversation_id(asked.page)}")
    page.locator("#talk-head [popovertarget=clock]").click()
    page.locator("#clock").get_by_role("link", name="Vis, hvordan fristen er regnet ud").click()
    expect(page.locator("main h2")).to_have_text("Hvornår skal vi svare?")
    expect(page.locator("#explained .trail").first).to_contain_text("Mette Holm skrev på Torvet")
    page.get_by_role("link", name="Mette Holm").click()
    expect(page.locator("#thread")).to_be_visible()
