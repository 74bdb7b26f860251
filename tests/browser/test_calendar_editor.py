"""Opening hours, changed by people: a lunch break and a holiday by hand, a mistake mended, a file read, no script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import complaints, sideways
from tests.browser.day import READERS, introduce
from tests.browser.looks import HEIGHT, LANGUAGES, LOCALES, THEMES
from tests.browser.running import address, pass_the_door
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]
PAGE = "/settings/calendars"
ICAL = "\r\n".join(
    [
        *("BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:Mellem jul og nytår", "DTSTART;VALUE=DATE:20401227"),
        *("DTEND;VALUE=DATE:20401229", "END:VEVENT", "BEGIN:VEVENT", "DTSTART:20401230T100000Z", "END:VEVENT"),
        *("END:VCALENDAR", ""),
    ]
)


def version(page: Page) -> int:
    """The version that is in force."""
    found = re.search(r"udgave (\d+)", page.locator("section[aria-labelledby=calendar] header").inner_text())
    assert found
    return int(found[1])


def openings(page: Page, day: str) -> list[str]:
    """The openings of a weekday, as they stand in its fields."""
    starts, ends = (page.locator(f"[name={day}-{end}]").all() for end in ("from", "to"))
    return [f"{one.input_value()}-{other.input_value()}" for one, other in zip(starts, ends, strict=True)]


@pytest.fixture
def lone(stage: Stage) -> Page:
    """Lone, the lead, before the hours, which begin with openings on a Saturday of none."""
    page = stage.signed_in("lone")
    page.goto(PAGE)
    expect(page.locator("html[data-socket=open]")).to_have_count(1)
    return page


def test_a_lunch_break_and_a_holiday_are_added_by_hand_and_saved(lone: Page) -> None:
    before, monday = version(lone), openings(lone, "mon")
    # Saturday gets hours with a lunch break.
    lone.click("#add-sat")
    expect(lone.locator("#sat-0-from")).to_be_focused()
    lone.keyboard.type("10")
    lone.keyboard.press("Tab")
    lone.keyboard.type("12.00")
    lone.click("#add-sat")
    expect(lone.locator("#sat-1-from")).to_be_focused()
    lone.keyboard.type("12.30")
    lone.keyboard.press("Tab")
    lone.keyboard.type("14.00")
    # A closing day that only they know of.
    lone.click("#own-add")
    expect(lone.locator("#own-0-day")).to_be_focused()
    lone.fill("#own-0-day", "2040-12-27")
    lone.fill("#own-0-reason", "Personaledag")
    lone.get_by_label("1. maj, arbejdernes kampdag").check()
    # What would follow is asked before anything is saved.
    lone.fill("#try-day", "2040-12-22")
    lone.fill("#try-time", "11.50")
    lone.fill("#try-within", "15")
    lone.locator("#try-within").press("Enter")
    expect(lone.locator("#due")).to_have_text("lørdag 22. dec. 12.35")
    expect(lone.locator(".save")).to_contain_text("Ikke gemt endnu.")
    assert version(lone) == before

    lone.get_by_role("button", name=f"Gem som udgave {before + 1}").click()
    expect(lone.locator(".guard.calm")).to_contain_text(f"Udgave {before + 1} er i brug.")
    expect(lone).to_have_url(re.compile(r"/settings/calendars/[0-9a-f-]{36}$"))
    lone.reload()
    assert version(lone) == before + 1
    assert openings(lone, "sat") == ["10.00-12.00", "12.30-14.00"]
    assert openings(lone, "mon") == monday
    expect(lone.locator("#own-0-reason")).to_have_value("Personaledag")
    expect(lone.get_by_label("1. maj, arbejdernes kampdag")).to_be_checked()
    # On that day nobody is there: a question of the day before is due two days later.
    lone.fill("#try-day", "2040-12-27")
    lone.fill("#try-time", "9")
    lone.click("#try")
    expect(lone.locator("#due")).to_contain_text("fredag 28. dec.")

    # Taken back by one version more.
    lone.click("#remove-sat-1")
    expect(lone.locator("#add-sat")).to_be_focused()
    lone.click("#remove-sat-0")
    expect(lone.locator("#sat-0-from")).to_have_count(0)
    lone.get_by_role("button", name="Fjern dagen Personaledag").click()
    expect(lone.locator("#own-0-day")).to_have_count(0)
    lone.get_by_label("1. maj, arbejdernes kampdag").uncheck()
    lone.locator(".save .primary").click()
    expect(lone.locator(".guard.calm")).to_contain_text(f"Udgave {before + 2} er i brug.")
    assert openings(lone, "sat") == []


def test_a_reversed_interval_gets_its_sentence_beside_the_field_and_nothing_is_saved(lone: Page) -> None:
    before, monday = version(lone), openings(lone, "mon")
    lone.fill("#mon-0-from", "16.00")
    lone.fill("#mon-0-to", "08.00")
    lone.locator(".save .primary").click()
    sentence = "Slutningen skal ligge efter begyndelsen. Hen over midnat skrives som to tidsrum på to dage."
    expect(lone.locator("#wrong-mon-0")).to_have_text(sentence)
    for field in ("#mon-0-from", "#mon-0-to"):
        expect(lone.locator(field)).to_have_attribute("aria-invalid", "true")
        expect(lone.locator(field)).to_have_accessible_description(re.compile(re.escape(sentence)))
    assert openings(lone, "mon")[0] == "16.00-08.00"
    lone.goto(PAGE)
    assert (version(lone), openings(lone, "mon")) == (before, monday)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_with_new_rows_and_mistakes_is_accessible_and_fits(stage: Stage, language: str, width: int) -> None:
    introduce(stage.house)
    page = stage.signed_in(
        READERS[language],
        viewport={"width": width, "height": HEIGHT},
        locale=LOCALES[language],
        reduced_motion="reduce",
    )
    page.goto(PAGE)
    page.click("#add-sat")
    expect(page.locator("#sat-0-from")).to_be_focused()
    page.click("#own-add")
    expect(page.locator("#own-0-day")).to_be_focused()
    page.click("section[aria-labelledby=holidays] summary")
    calm = page.locator("[aria-invalid]").count()
    look(page)
    page.fill("#sat-0-from", "25")
    page.fill("#own-0-hours", "8-")
    page.click("#import")
    expect(page.locator("#wrong-ical")).to_be_visible()
    page.click("#try")
    expect(page.locator("#wrong-sat-0")).to_be_visible()
    assert calm == 0
    look(page)


def look(page: Page) -> None:
    """Nothing to complain of in either theme, and nothing too wide."""
    for theme in THEMES:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert complaints(page) == []
        assert sideways(page) == 0


def test_another_country_shows_its_days_at_once(lone: Page) -> None:
    before = version(lone)
    lone.locator("#country").focus()
    lone.select_option("#country", "NO")
    expect(lone.get_by_label("Onsdag før skærtorsdag")).to_be_visible()
    expect(lone.locator("#country")).to_be_focused()
    lone.goto(PAGE)
    expect(lone.locator("#country")).to_have_value("DK")
    assert version(lone) == before


def test_a_file_fills_in_the_form_and_a_large_one_gets_its_sentence(lone: Page, tmp_path: Path) -> None:
    before = version(lone)
    large = tmp_path / "stor.ics"
    large.write_bytes(b"BEGIN:VCALENDAR\r\n" + b"X" * 10_000_000)
    lone.set_input_files("#ical", large)
    lone.click("#import")
    expect(lone.locator("#wrong-ical")).to_have_text(
        "Filen er større end 1 MB. Eksportér kun lukkedagene, eller færre år."
    )
    expect(lone.locator("#ical")).to_be_focused()

    small = tmp_path / "lukkedage.ics"
    small.write_text(ICAL, encoding="utf-8")
    lone.set_input_files("#ical", small)
    lone.click("#import")
    expect(lone.locator("section[aria-labelledby=own] .guard")).to_have_text(
        "2 lukkedage er udfyldt. 1 begivenhed med klokkeslæt er udeladt. Intet er gemt endnu."
    )
    assert [field.input_value() for field in lone.locator("[name=own-day]").all()] == ["2040-12-27", "2040-12-28"]
    expect(lone.locator("#own-0-reason")).to_have_value("Mellem jul og nytår")
    expect(lone.locator(".save")).to_contain_text("Ikke gemt endnu.")
    lone.goto(PAGE)
    assert lone.locator("[name=own-day]").count() == 0
    assert version(lone) == before


def test_an_agent_reads_the_hours_and_has_no_fields(stage: Stage) -> None:
    page = stage.signed_in("anna")
    page.goto(PAGE)
    expect(page.locator("h1")).to_have_text("Åbningstider")
    assert page.locator("#main input, #main button, .save").count() == 0


def test_without_a_script_the_same_form_does_it(stage: Stage) -> None:
    page = stage.visitor(java_script_enabled=False)
    pass_the_door(page, address("per"), stage.house.logins[address("per")])
    page.goto(PAGE)
    before = version(page)
    page.click("#add-sun")
    page.fill("#sun-0-from", "11.00")
    page.fill("#sun-0-to", "24.00")
    page.locator("#sun-0-to").press("Enter")
    expect(page.locator(".save")).to_contain_text("Ikke gemt endnu.")
    assert version(page) == before
    page.locator(".save .primary").click()
    expect(page.locator(".guard.calm")).to_contain_text(f"Udgave {before + 1} er i brug.")
    assert openings(page, "sun") == ["11.00-24.00"]
    page.click("#remove-sun-0")
    page.locator(".save .primary").click()
    expect(page.locator(".guard.calm")).to_contain_text(f"Udgave {before + 2} er i brug.")
    assert openings(page, "sun") == []
