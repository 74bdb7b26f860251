"""Two keys end to end: written by who is new, released by a colleague, on the square under the author's name alone.

And what it must never become: for an ordinary answer nobody waits, and it takes three acts at most.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keys_states import new_here, reports, stops
from tests.browser.stage import SIGNED, Stage, conversation_id
from tests.browser.widths import fits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk"), pytest.mark.usefixtures("one_day")]

TEXT = "form.pane[data-mode=public] textarea"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
COUNTS = """
const counted = () => JSON.parse(sessionStorage.getItem("acts") ?? "[]");
const count = (what) => sessionStorage.setItem("acts", JSON.stringify([...counted(), what]));
const inside = (event) => event.target.matches?.("textarea, input");
addEventListener("click", (event) => { if (event.isTrusted && event.detail) count("click"); }, true);
addEventListener("keydown", (event) => {
  if (event.isTrusted && (event.ctrlKey || !inside(event)) && event.key !== "Control") count(event.key);
}, true);
"""
"""What a hand does but for the words of the answer itself: each press of the mouse, each key outside a text."""


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_written_by_who_is_new_and_released_by_a_colleague(stage: Stage, size: dict[str, int]) -> None:
    asked, text = f"@nordby Må man fiske ved molen {size['width']}?", f"Ja, med fisketegn, også på {size['width']}."
    citizen = stage.citizen("Mette Holm")
    citizen.writes(asked)
    anna, jonas = stage.agent("anna", viewport=size), stage.agent("jonas", viewport=size)
    with new_here(stage.signed_in("lone"), "Anna Krogh"):
        anna.opens(asked, "unassigned")
        thread = anna.page.url
        if size is PHONE:
            anna.page.goto(f"/c/{conversation_id(anna.page)}/reply?mode=public")
        expect(anna.page.locator("form.pane[data-mode=public]")).to_contain_text("To nøgler: en kollega frigiver det")
        anna.page.locator(TEXT).fill(text)
        expect(anna.page.locator("form.pane[data-mode=public] button.send")).to_be_enabled()
        anna.page.locator("form.pane[data-mode=public] button.send").click()
        expect(anna.state(text, "held")).to_contain_text("Venter på en kollega")
        fits(anna.page)
        # No toast counts down, and the author finds no key of her own.
        expect(anna.page.locator(".toast, .attention.key")).to_have_count(0)
        assert stage.on_the_square(text) == 0

        # Not like this, says the colleague, and Anna has her words again.
        jonas.opens(asked, "to_release")
        jonas.hears()
        held = jonas.page.locator(".attention.key")
        held.locator("summary").click()
        fits(jonas.page)
        held.locator("textarea").fill("Skriv også, hvor man køber det.")
        # What comes in meanwhile takes nothing from under the hand, nor afterwards.
        anna.page.goto(f"/c/{conversation_id(anna.page)}/reply?mode=note")
        anna.page.locator("form.pane[data-mode=note] textarea").fill("Jeg tror, det passer.")
        anna.page.locator("form.pane[data-mode=note] button.send").click()
        expect(jonas.page.locator("#thread > .note", has_text="Jeg tror, det passer.")).to_be_visible()
        jonas.page.locator("#thread").focus()
        expect(held.locator("textarea")).to_have_value("Skriv også, hvor man køber det.")
        held.locator("form.stack button").click()
        expect(jonas.state(text, "withdrawn")).to_be_attached()
        anna.page.goto(thread)
        expect(anna.page.locator("#thread > .note").last).to_contain_text("Skriv også, hvor man køber det.")
        anna.page.goto(f"/c/{conversation_id(anna.page)}/reply?mode=public")
        expect(anna.page.locator(TEXT)).to_have_value(text)
        better = f"{text} Det købes på nettet."
        anna.page.locator(TEXT).fill(better)
        expect(anna.page.locator("form.pane[data-mode=public] button.send")).to_be_enabled()
        anna.page.locator("form.pane[data-mode=public] button.send").click()
        expect(anna.state(better, "held")).to_be_attached()
    # Switched off meanwhile: what is held still needs its release.
    anna.page.goto(thread)
    anna.hears()
    expect(anna.state(better, "held")).to_be_visible()

    jonas.opens(asked, "to_release")
    jonas.hears()
    jonas.page.locator(".attention.key button.primary").click()
    expect(jonas.state(better, "delivered")).to_be_visible()
    expect(jonas.answer(better)).to_contain_text("Frigivet af Jonas Lind")
    # It came to the author's open page by itself.
    expect(anna.state(better, "delivered")).to_be_visible()
    expect(anna.answer(better)).to_contain_text("Frigivet af Jonas Lind")

    assert stage.on_the_square(better) == 1
    square = stage.visitor()
    square.goto("/square")
    post = square.locator("article.post", has=square.locator(".words", has_text=better))
    expect(post).to_contain_text(SIGNED["anna"])
    expect(post).not_to_contain_text("Jonas")
    auditor = stage.signed_in("rikke")
    auditor.goto(f"/audit?q={size['width']}.")
    row = auditor.locator("tbody tr", has_text="Det købes på nettet")
    expect(row.locator(".signer")).to_have_text("Anna Krogh")
    expect(row).to_contain_text("Frigivet af Jonas Lind")


def test_an_ordinary_answer_takes_three_acts_from_open_to_sent(stage: Stage) -> None:
    citizen = stage.citizen("Ali R.")
    citizen.writes("@nordby Hvor kan man låne en ladcykel?")
    anna = stage.agent("anna", viewport=WIDE)
    page = anna.page
    page.add_init_script(COUNTS)
    row = anna.looks_for("låne en ladcykel", "unassigned")
    anna.hears()
    assert acts(page) == []

    row.click()
    expect(page.locator("#thread").get_by_text("låne en ladcykel")).to_be_visible()
    anna.hears()
    page.keyboard.press("r")
    page.keyboard.type("På biblioteket, i to timer ad gangen.")
    expect(page.locator("form.pane[data-mode=public] button.send")).to_be_enabled()
    expect(page.locator("#meter-public")).to_contain_text("Kladde gemt")
    page.keyboard.press("Control+Enter")
    # Nobody else does anything, and it stands out there.
    expect(anna.state("På biblioteket", "delivered")).to_be_visible()
    assert acts(page) == ["click", "r", "Enter"]
    assert stage.on_the_square("På biblioteket") == 1


def acts(page: Page) -> list[str]:
    found: list[str] = page.evaluate("JSON.parse(sessionStorage.getItem('acts') ?? '[]')")
    return found


def test_a_last_word_ends_one_dialogue_and_no_more(stage: Stage) -> None:
    citizen = stage.citizen("Kirsten V.")
    citizen.writes("@nordby I svarer aldrig på noget som helst!")
    anna = stage.agent("anna", viewport=WIDE)
    anna.opens("aldrig på noget", "unassigned")
    page = anna.page
    # Others may have been told the same on this square.
    before = stage.on_the_square("Jeg stopper derfor")
    stops(anna, "Det samme igen og igen", "Sjette gang i dag")
    expect(page.locator("#talk .stopped")).to_contain_text("Det samme igen og igen. Sjette gang i dag")
    expect(anna.state("Jeg stopper derfor", "delivered")).to_be_visible()
    assert stage.on_the_square("Jeg stopper derfor") == before + 1

    citizen.replies("aldrig på noget som helst", "@nordby Det må du ikke!")
    expect(page.locator("#thread")).to_contain_text("Det må du ikke!")
    expect(page.locator("#talk-head")).to_contain_text("Løst")
    citizen.replies("aldrig på noget som helst", "@nordby Så vil jeg ikke leve mere.")
    expect(page.locator("#thread")).to_contain_text("Så vil jeg ikke leve mere.")
    expect(page.locator("#thread")).to_contain_text("Åbnet igen af borgerens besked")
    lone = stage.signed_in("lone")
    lone.goto("/audit/stops")
    expect(lone.locator("tbody tr", has_text="Sjette gang i dag")).to_contain_text("Anna Krogh")

    page.reload()
    page.locator("#talk .stopped button").click()
    expect(page.locator("#thread")).to_contain_text("Anna Krogh tog stoppet tilbage")
    expect(page.locator("#talk .stopped")).to_have_count(0)


def test_a_threat_is_one_act_and_the_lead_has_it(stage: Stage) -> None:
    citizen = stage.citizen("J. Damgaard")
    citizen.writes("@nordby Jeg ved, hvor du bor, Anna.")
    lone = stage.signed_in("lone")
    lone.goto("/lead")
    anna = stage.agent("anna", viewport=WIDE)
    anna.opens("hvor du bor", "unassigned")
    reports(anna, "hvor du bor")
    citizen.edits("hvor du bor", "@nordby Det var for sjov.")
    expect(anna.page.locator("#thread")).to_contain_text("overdrog den til Lone Vestergaard")

    lone.goto("/notices")
    told = lone.locator("li", has_text="Anna Krogh melder en trussel i samtalen med J. Damgaard").first
    told.locator("a", has_text="Se hændelsen").click()
    # As it was seen, whatever it became.
    expect(lone.locator("main")).to_contain_text("Jeg ved, hvor du bor, Anna.")
    expect(lone.locator("main .proof")).to_contain_text("Uændret")
    with lone.expect_download() as file:
        lone.locator("button", has_text="Hent beviset").click()
    assert "hvor du bor" in file.value.path().read_text()
    lone.fill("#note", "Meldt til politiet.")
    lone.locator("button", has_text="Luk hændelsen").click()
    expect(lone.locator("main h1")).to_contain_text("Lukket")
