"""By night: a word of danger on the square calls whoever is on call, in the page and by mail, until one sees to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from inbox.domain import clock
from inbox.embedded.processes import until
from inbox.founding import HOURS
from tests.browser.accessibility import complaints as faults
from tests.browser.accessibility import sideways
from tests.browser.running import running
from tests.browser.stage import Stage
from tests.workers.post_office import PostOffice, opened

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("acute")]
DANGER = "Jeg kan ikke mere, jeg vil tage mit liv i nat"


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def night(chromium: Browser, office: PostOffice) -> Iterator[Stage]:
    """A house of its own that sends mail, closed at this hour."""
    with opened(office) as port:
        mail = {"SMTP_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "byline@nordby.example"}
        with running(**mail) as house:
            stage = Stage(house, chromium)
            shut(stage.signed_in("lone"))
            yield stage
            stage.close()
            assert stage.complaints == []


def shut(page: Page) -> None:
    """The office is open for a quarter of an hour on each day, twelve hours from now."""
    far = (clock.now() + timedelta(hours=12)).astimezone(ZoneInfo(HOURS.zone)).hour
    page.goto("/settings/calendars")
    for end, minute in (("from", "00"), ("to", "15")):
        for field in page.locator(f"input[name$='-{end}']").all():
            field.fill(f"{far:02}:{minute}")
    page.locator("#hours button.primary").last.click()
    expect(page.locator("[role=status]").first).to_be_visible()
    page.goto("/settings/on-call")
    page.select_option("#first", label="Anna Krogh")
    page.fill("#every", "1")
    page.click("section[aria-labelledby=usual] button.primary")
    expect(page.locator("section[aria-labelledby=now] li").first).to_contain_text("Anna Krogh")
    assert (faults(page), sideways(page)) == ([], 0)


def test_by_night_the_person_on_call_sees_it_first_has_a_mail_and_ends_the_calling(
    night: Stage, office: PostOffice
) -> None:
    anna = night.agent("anna", viewport={"width": 1440, "height": 900})
    anna.page.goto("/?view=open")
    anna.hears()
    night.citizen("Mette Holm").writes("@nordby Hvornår åbner svømmehallen?")
    night.citizen("Ali R.").writes(DANGER, privately=True)

    first = anna.page.locator("#rows .row").first
    expect(first).to_contain_text("Ali R.")
    expect(first.locator(".chip.acute")).to_have_text("Akut?")
    assert until(lambda: len(office.taken) >= 1, 60)
    letter = office.letters()[0]
    assert letter["To"] == "anna@nordby.example"
    assert "liv" not in letter.get_content()
    link = re.search(r"http://\S+/acute\?call=\S+", letter.get_content())
    assert link is not None

    anna.page.goto(link.group())
    expect(anna.page.locator("main")).to_contain_text("70 201 201")
    assert (faults(anna.page), sideways(anna.page)) == ([], 0)
    anna.page.get_by_role("button", name="Jeg tager mig af det").click()
    expect(anna.page.locator("#thread")).to_contain_text("tager sig af det, ingen andre kaldes")
    expect(anna.page.locator(".guard.acute")).to_contain_text("Nogen tager sig af det.")
    assert faults(anna.page) == []
    # Calling has stopped: the conversation says so, and nothing more is owed.
    calls = anna.page.locator(".guard.acute li")
    expect(calls.first).to_be_visible()
    expect(anna.page.locator(".guard.acute")).not_to_contain_text("Næste kald")

    # The agreed text is one press from the draft, and goes nowhere by itself.
    anna.page.get_by_role("button", name="Ind i den private kladde").click()
    form = anna.page.locator("form.pane[data-mode=private]")
    expect(form.locator("textarea[name=body]")).to_have_value(re.compile("70 201 201"))
    assert night.on_the_square("70 201 201") == 0
    narrow(night, anna.page)


def narrow(night: Stage, page: Page) -> None:
    """On a telephone, in the dark: what is open, and the settings."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(page.url.partition("/reply")[0])
    assert (faults(page), sideways(page)) == ([], 0)
    person = night.signed_in("per", viewport={"width": 360, "height": 800}, color_scheme="dark")
    for address in ("/settings/acute", "/settings/on-call", "/settings/reach", "/me"):
        person.goto(address)
        assert (address, faults(person), sideways(person)) == (address, [], 0)
