"""Pictures at the desk: put there, described, kept through a reload, sent, and seen on the square; and a citizen's."""

from __future__ import annotations

import pytest
from playwright.sync_api import APIResponse, FilePayload, Locator, Page, Route, expect

from inbox.embedded.processes import until
from tests.browser.accessibility import complaints, sideways
from tests.browser.drawing import picture
from tests.browser.stage import AtTheDesk, Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]

MAP = "Kort over de to borgerservice"


def put(desk: AtTheDesk, *files: FilePayload) -> Locator:
    """Choose files; the form comes back."""
    form = desk.sheet()
    form.locator("input[type=file]").set_input_files(files)
    return form


def seen(image: Locator) -> None:
    """It is there, and its points have come."""
    image.scroll_into_view_if_needed()
    expect(image).to_be_visible()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("one => one.naturalWidth") > 0


def opened(stage: Stage, words: str, **context: object) -> AtTheDesk:
    stage.citizen("Mette Holm").writes(f"@nordby {words}")
    anna = stage.agent("anna", **context)
    anna.opens(words, "unassigned")
    anna.hears()
    return anna


def test_an_answers_pictures_are_described_kept_sent_and_seen(stage: Stage) -> None:
    anna = opened(stage, "Hvor er borgerservice henne?")
    page = anna.page
    form = anna.writes("I Nordby og i Sønderby, se kortet.")
    put(anna, picture("red"), picture("green", "JPEG"))
    expect(form.locator(".attached")).to_have_count(2)
    first, second = form.locator(".attached textarea").all()
    # Where one goes on is where the eye is: at what is still to be written.
    expect(second).to_be_focused()
    expect(form.locator(".measure")).to_contain_text("Beskriv hvert billede")
    expect(form.locator("button.send")).to_be_disabled()
    seen(form.locator(".attached img").first)
    assert complaints(page) == []

    second.press_sequentially("Døren i Sønderby")
    first.fill(MAP)
    expect(form.locator("button.send")).to_be_enabled()
    page.reload()
    form = anna.sheet()
    expect(form.locator(".attached textarea").first).to_have_value(MAP)
    expect(form.locator(".attached textarea").last).to_have_value("Døren i Sønderby")
    expect(form.locator("textarea[name=body]")).to_have_value("I Nordby og i Sønderby, se kortet.")
    assert "5629" not in page.content()

    form.locator("button.send").click()
    expect(anna.state("se kortet", "delivered")).to_be_visible()
    expect(form.locator(".attached")).to_have_count(0)
    for number, words in enumerate((MAP, "Døren i Sønderby")):
        shown = anna.answer("se kortet").get_by_alt_text(words)
        seen(shown)
        expect(anna.answer("se kortet").locator("figcaption").nth(number)).to_have_text(words)
    assert complaints(page) == []
    visitor = stage.visitor()
    visitor.goto("/square")
    post = visitor.locator("article.post", has=visitor.locator(".words", has_text="se kortet"))
    for words in (MAP, "Døren i Sønderby"):
        seen(post.get_by_alt_text(words))


def test_what_can_not_be_attached_is_told_beside_it_and_the_words_stay(stage: Stage) -> None:
    anna = opened(stage, "Har I et skema til det?")
    form = anna.writes("Ja, her er det.")
    for given, sentence in (
        (b"<svg onload=alert(1)>", "ikke et billede"),
        (b"\xff" * 10_000_001, "mere end 10 MB"),
        (b"\xff" * 30_000_000, "mere end 10 MB"),
    ):
        put(anna, FilePayload(name="x.jpg", mimeType="image/jpeg", buffer=given))
        alert = form.locator(".pictures [role=alert]")
        expect(alert).to_have_count(1)
        expect(alert).to_contain_text(sentence)
        expect(form.locator("textarea[name=body]")).to_have_value("Ja, her er det.")
        expect(form.locator(".attached")).to_have_count(0)
    assert complaints(anna.page) == []
    put(anna, *(picture(colour) for colour in ("red", "green", "blue", "black", "white")))
    expect(form.locator(".attached")).to_have_count(4)
    expect(form.locator(".pictures [role=alert]")).to_contain_text("højst 4 billeder")
    for left in (3, 2, 1, 0):
        form.get_by_role("button", name="Fjern billede 1").click()
        expect(form.locator(".attached")).to_have_count(left)
    expect(form.locator("button.send")).to_be_enabled()
    anna.sends("Ja, her er det.")


def test_undone_the_picture_is_there_again(stage: Stage) -> None:
    anna = opened(stage, "Hvilken dør er det?")
    form = anna.writes("Den røde her.")
    put(anna, picture())
    form.locator(".attached textarea").fill("En rød dør")
    expect(form.locator("button.send")).to_be_enabled()
    form.locator("button.send").click()
    anna.answer("Den røde her").get_by_role("button", name="Fortryd").click()
    form = anna.sheet()
    expect(form.locator("textarea[name=body]")).to_have_value("Den røde her.")
    expect(form.locator(".attached textarea")).to_have_value("En rød dør")
    seen(form.locator(".attached img"))


def test_a_picture_is_put_there_from_the_clipboard_and_by_the_keyboard_alone(stage: Stage) -> None:
    anna = opened(stage, "Hvordan ser formularen ud?")
    page = anna.page
    form = anna.writes("Sådan her.")
    page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(60, 40);
            canvas.getContext("2d").fillRect(0, 0, 30, 40);
            const list = new DataTransfer();
            list.items.add(new File([await canvas.convertToBlob()], "clip.png", { type: "image/png" }));
            const event = new ClipboardEvent("paste", { clipboardData: list, bubbles: true, cancelable: true });
            document.querySelector("form.pane[data-mode=public] textarea").dispatchEvent(event);
        }"""
    )
    expect(form.locator(".attached textarea")).to_be_focused()
    page.keyboard.type("Formularens forside")
    # Enter in it is a new line there, not an answer to everybody.
    page.keyboard.press("Enter")
    expect(form.locator("button.send")).to_be_enabled()
    expect(anna.answer("Sådan her")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(form.get_by_role("button", name="Fjern billede 1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    # From here on it is the browser's own: the space bar opens its dialog.
    expect(form.locator("input[type=file]")).to_be_focused()
    form.locator("input[type=file]").set_input_files([picture()])
    expect(form.locator(".attached")).to_have_count(2)


@pytest.mark.parametrize("width", [360, 1440])
def test_a_citizens_picture_is_seen_at_the_desk_with_its_own_description(stage: Stage, width: int) -> None:
    citizen = stage.citizen("Ali R.")
    text = f"@nordby Der er et hul i vejen, {width} cm."
    citizen.writes(text, shows=[picture("grey", "JPEG")], described="Et hul ved skolen, ring 211062-5629")
    anna = stage.agent("anna", viewport={"width": width, "height": 800})
    anna.opens(f"hul i vejen, {width}", "unassigned")
    shown = anna.page.locator("#thread figure.picture img")
    seen(shown)
    assert "5629" not in _said(anna.page)
    expect(shown).to_have_attribute("alt", "Et hul ved skolen, ring ••••••-••••")
    assert complaints(anna.page) == []
    assert sideways(anna.page) == 0


def _said(page: Page) -> str:
    return page.locator("#thread").inner_text()


def test_a_late_count_of_the_words_does_not_take_the_place_of_the_newest(stage: Stage) -> None:
    anna = opened(stage, "Hvilket skilt er det?")
    page = anna.page
    form = anna.sheet()
    put(anna, picture())
    expect(form.locator(".attached")).to_have_count(1)
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        held.append((route, route.fetch()))

    page.route("**/measure", hold)
    with page.expect_request("**/measure"):
        form.locator("textarea[name=body]").fill("Det røde.")
    with page.expect_request("**/measure"):
        form.locator(".attached textarea").fill("Et rødt skilt")
    # Both have been asked and answered, in that order; asking the page lets Playwright hear of it.
    assert until(lambda: bool(page.evaluate("true")) and len(held) == 2, 20)
    for route, answer in held:
        route.fulfill(response=answer)
    expect(form.locator("button.send")).to_be_enabled()
