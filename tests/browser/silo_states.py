"""What is asked of the back office and answered there, by hand on the pages. What it must not do: judge."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.stage import AtTheDesk, Stage, conversation_id


def asks(agent: AtTheDesk, question: str, *, unit: str = "Vej og Park", line: str = "") -> None:
    """By the key: the sheet, the unit, the words, and the line to the citizen if there is one."""
    agent.hears()
    agent.page.locator("#thread").focus()
    agent.page.keyboard.press("e")
    sheet = agent.page.locator("#ask")
    expect(sheet.locator("input[name=silo]").first).to_be_visible()
    sheet.locator("label", has_text=unit).click()
    sheet.locator("textarea[name=question]").fill(question)
    if line:
        sheet.locator("input[name=tell]").check()
        sheet.locator("textarea[name=line]").fill(line)
    sheet.locator("button.primary").click()
    expect(agent.page.locator("#thread")).to_contain_text(f"spurgte {unit}")


def asked(page: Page, question: str) -> Locator:
    """A question in the list of the back office."""
    return page.locator("#questions .row", has_text=question)


def answers(page: Page, question: str, answer: str) -> None:
    """Open it and answer."""
    asked(page, question).click()
    page.locator("form.composer textarea").fill(answer)
    page.locator("form.composer button.send").click()
    expect(page.locator("#thread .note", has_text=answer)).to_be_visible()


def there_and_back(stage: Stage, anna: AtTheDesk) -> str:
    """A question that is still with the back office, and a conversation whose answer came back: its id."""
    citizen = stage.citizen("Ali R.")
    for words, question in (
        ("lygten på Havnevej", "Er lygten meldt?"),
        ("hullet på Skolevej", "Hvornår lappes hullet?"),
    ):
        citizen.writes(f"@nordby Hvornår ordner I {words}?")
        anna.opens(words, "unassigned")
        asks(anna, question)
    ida = stage.signed_in("ida")
    ida.goto("/silo")
    answers(ida, "Hvornår lappes hullet?", "Hullet bliver lappet torsdag formiddag.")
    return conversation_id(anna.page)


def open_first(page: Page) -> None:
    """The question that is due first."""
    page.locator("#questions .row").first.click()
    expect(page.locator("form.composer textarea")).to_be_visible()


def ask_nothing(page: Page) -> None:
    """The form, refused beside its fields."""
    page.locator("input[name=silo]").first.check()
    page.locator("textarea[name=question]").fill(" ")
    page.locator("form[data-part] button.primary").click()
    expect(page.locator("[aria-invalid]").first).to_be_visible()


def name_no_minutes(page: Page) -> None:
    """A unit that answers at no time."""
    page.fill("#name", "Havnen")
    page.fill("#minutes", "snart")
    page.click(".save .primary")
    expect(page.locator("#minutes-error")).to_be_visible()
