"""Every page and every state of it that is to be looked at.

What it must not do: judge; the accessibility tests and the screenshots do, each in its way.
"""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.browser import answered_states, canned_states, charter_states, contact_states, moderation_states, silo_states
from tests.browser.day import LONG, Day
from tests.browser.drawing import put_pictures
from tests.browser.escalation_views import VIEWS as ESCALATION
from tests.browser.gathering_views import VIEWS as GATHERINGS
from tests.browser.keys_views import VIEWS as KEYS
from tests.browser.lead_views import VIEWS as LEAD
from tests.browser.looks import View
from tests.browser.square_states import say_too_much

ASKED_ABOUT = "Hej Mette. I har ret til en ny tid uden gebyr. Ring til Pia på 55 00 00 00, så ordner hun det."


def _press(selector: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(selector).first.click()

    return act


def _write(text: str, shown: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.fill("form.pane[data-mode=public] textarea[name=body]", text)
        expect(page.locator(shown).first).to_be_visible()

    return act


def _shortcuts(page: Page) -> None:
    page.locator("#thread").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def _tick(page: Page) -> None:
    page.locator("#rows .pick").first.check()
    page.locator("#bulk summary").first.click()


def _command(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#command [role=option]").first).to_be_visible()


def _wrong_password(page: Page) -> None:
    # Another each time: the door lets nobody try the same account more than a few times a minute.
    page.fill("input[name=email]", f"nobody.{token_hex(4)}@nordby.example")
    page.fill("input[name=password]", "invented")
    page.click("form button.primary")
    expect(page.locator("[aria-invalid]")).to_be_visible()


def _open_clock(page: Page) -> None:
    page.locator("[popovertarget=clock]").first.click()
    expect(page.locator("#clock #explained")).to_be_visible()


def _open_form(sheet: str) -> Callable[[Page], None]:
    """A form that is fetched into its sheet; where its button has no room it is kept under "more"."""

    def act(page: Page) -> None:
        button = page.locator(f"[popovertarget={sheet}]:visible")
        if button.count() == 0:
            page.locator("#talk [popovertarget=more]:visible").click()
        button.first.click()
        expect(page.locator(f"#{sheet} form")).to_be_visible()

    return act


def _promise_too_long(page: Page) -> None:
    page.locator("input[name=claim_minutes]").first.fill("ti")
    page.locator("main button.primary").first.click()
    expect(page.locator("[aria-invalid]")).to_be_visible()


def _opened_sheet(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(f"[popovertarget={name}]:visible").first.click()
        expect(page.locator(f"#{name}")).to_be_visible()

    return act


def _put_tag(page: Page) -> None:
    if not page.locator("#tag-name").is_visible():
        page.locator("[popovertarget=side]:visible").click()
    page.fill("#tag-name", "Affald")
    page.locator("#tags form.line button").click()
    expect(page.locator("#tags .chips")).to_be_visible()


def _seconds_before_due(seconds: float) -> Callable[[Page], None]:
    """The page's clock stands so long before the open conversation's deadline, or after it."""

    def act(page: Page) -> None:
        badge = page.locator("#talk-head .due")
        until = float(badge.get_attribute("data-due") or "") - seconds
        ahead = page.evaluate("Number(document.getElementById('words').dataset.now) - Date.now() / 1000")
        page.clock.set_fixed_time(until - ahead)
        expect(badge).to_have_class("due late" if seconds < 0 else "due soon")

    return act


def _mistype_hours(page: Page) -> None:
    page.fill("#fri-0-from", "23.00")
    page.fill("#zone", "Europe/Nordby")
    page.click("#own-add")
    page.fill("#own-0-hours", "16-12")
    page.fill("#own-0-reason", "Personaledag")
    page.click("#try")
    expect(page.locator("#wrong-zone")).to_be_visible()


def _add_opening_and_day(page: Page) -> None:
    page.click("#add-sat")
    expect(page.locator("#sat-0-from")).to_be_focused()
    page.click("#own-add")
    expect(page.locator("#own-0-day")).to_be_focused()
    page.click("section[aria-labelledby=holidays] details summary")


def _try_out(page: Page) -> None:
    page.locator("[data-order] .linklike").nth(1).click()
    expect(page.locator("#rule")).to_contain_text("2.")
    page.fill("#target-first_response", "3 h")
    page.click("#try")
    expect(page.locator("#effect")).to_be_visible()


def _promise_nothing(page: Page) -> None:
    for field in page.locator(".targets input").all():
        field.fill("")
    page.fill("#name", "")
    page.click(".save .primary")
    expect(page.locator("#wrong-targets")).to_be_visible()


def _ask_which_rule(page: Page) -> None:
    page.click("#which summary")
    page.click("#ask")
    expect(page.locator("#which .answer")).to_be_visible()


def _new_rule(page: Page) -> None:
    page.click("#add")
    expect(page.locator("#name")).to_be_focused()


def _conversation(name: str, rest: str = "") -> Callable[[Day], str]:
    return lambda day: f"/c/{getattr(day, name)}{rest}"


def _at(path: str) -> Callable[[Day], str]:
    return lambda _day: path


VIEWS = (
    View("login", _at("/login"), who="stranger"),
    View("login-refused", _at("/login"), _wrong_password, who="stranger"),
    View("silo", _at("/silo"), who="ida"),
    View("silo-open", _at("/silo"), silo_states.open_first, who="ida"),
    View("silo-answered", _at("/silo?which=answered"), silo_states.open_first, who="ida"),
    View("silo-asked", _conversation("asked"), _open_form("ask")),
    View("silo-ask-wrong", _conversation("asked", "/silo"), silo_states.ask_nothing),
    View("silo-returned", _conversation("returned", "/reply?mode=public"), who="anna"),
    View("silo-units", _at("/settings/back-office")),
    View("silo-unit-wrong", _at("/settings/back-office/new"), silo_states.name_no_minutes),
    View("list", _at("/?view=open")),
    View("list-empty", _at("/?view=other")),
    View("list-mine-empty", _at("/")),
    View("list-dismissed", _at("/?view=dismissed")),
    View("list-on-hold", _at("/?view=on_hold")),
    View("list-snoozed-empty", _at("/?view=snoozed")),
    View("list-filtered", _at("/?view=open&visibility=public&priority=0")),
    View("list-filters", _at("/?view=open"), _opened_sheet("filters")),
    View("list-keep", _at("/?view=open&visibility=public"), _opened_sheet("keep")),
    View("list-nothing-fits", _at("/?view=open&language=kl")),
    View("list-names-nothing", _at("/?view=open&tag=Findes+ikke&visibility=public")),
    View("search", _at("/search")),
    View("search-found", _at("/search?q=affaldsplanen")),
    View("search-nothing", _at("/search?q=skøjtebahn")),
    View("search-wrong", _at("/search?q=form:mette")),
    View("tagged", _conversation("asked"), _put_tag),
    View("answered", _conversation("answered")),
    View("edits-open", _conversation("answered"), _press("details.edits summary")),
    View("asked", _conversation("asked")),
    View("compose-public", _conversation("asked", "/reply?mode=public")),
    View("compose-private", _conversation("private", "/reply?mode=private")),
    View("compose-note", _conversation("asked", "/reply?mode=note")),
    View("compose-blocked", _conversation("asked", "/reply?mode=public"), _write("211062-5629", ".measure .guard")),
    View("compose-asks", _conversation("asked", "/reply?mode=public"), _write(ASKED_ABOUT, ".measure .asks")),
    View("compose-parts", _conversation("asked", "/reply?mode=public"), _write(LONG, ".measure .parts")),
    View("compose-pictures", _conversation("asked", "/reply?mode=public"), put_pictures),
    View("compose-closed", _conversation("private", "/reply?mode=public")),
    View("private-and-note", _conversation("private")),
    View("needs-human", _conversation("doubtful")),
    View("rejected", _conversation("rejected")),
    View("in-parts", _conversation("parts")),
    View("tombstone", _conversation("gone")),
    View("dismissed", _conversation("dismissed")),
    View("planned", _conversation("planned")),
    View("clock", _conversation("asked"), _open_clock),
    View("clock-kept", _conversation("answered"), _open_clock),
    View("clock-dismissed", _conversation("dismissed"), _open_clock),
    View("clock-page", _conversation("private", "/clock")),
    View("badge-soon", _conversation("asked"), _seconds_before_due(600), alone=True),
    View("badge-late", _conversation("asked"), _seconds_before_due(-450), alone=True),
    View("dismiss", _conversation("asked"), _open_form("dismiss")),
    View("snooze", _conversation("asked"), _open_form("snooze")),
    View("snooze-page", _conversation("asked", "/snooze")),
    View("more", _conversation("asked"), _opened_sheet("more")),
    View("hand-over", _conversation("asked"), _open_form("hand-over")),
    View("hand-over-page", _conversation("asked", "/hand-over")),
    View("command", _conversation("asked"), _command),
    View("shortcuts", _conversation("asked"), _shortcuts),
    View("audit", _at("/audit")),
    View("audit-search", _at("/audit?q=storskrald")),
    View("audit-nothing", _at("/audit?q=ingenting+her")),
    View("audit-entry", lambda day: day.entry),
    View("settings", _at("/settings")),
    View("me", _at("/me")),
    View("people", _at("/settings/people")),
    View("people-wrong", _at("/settings/people"), _promise_too_long),
    View("policies", _at("/settings/policies")),
    View("policies-new", _at("/settings/policies"), _new_rule),
    View("policies-effect", _at("/settings/policies"), _try_out),
    View("policies-wrong", _at("/settings/policies"), _promise_nothing),
    View("policies-which", _at("/settings/policies"), _ask_which_rule),
    View("policies-read", _at("/settings/policies"), who="anna"),
    View("calendar", _at("/settings/calendars")),
    View("calendar-rows", _at("/settings/calendars"), _add_opening_and_day),
    View("calendar-wrong", _at("/settings/calendars"), _mistype_hours),
    View("calendar-new", _at("/settings/calendars/new")),
    View("calendar-read", _at("/settings/calendars"), who="anna"),
    View("canned", _at("/settings/answers")),
    View("canned-new", _at("/settings/answers/new")),
    View("canned-wrong", _at("/settings/answers/new"), canned_states.forget_the_text),
    View("canned-list", _conversation("asked", "/reply?mode=public"), canned_states.list_them),
    View("canned-choose", _conversation("asked", "/canned?mode=public")),
    View("notices", _at("/notices")),
    View("notices-sheet", _at("/?view=open"), canned_states.open_notices),
    View("error-404", _at("/nowhere")),
    View("error-403", _at("/audit"), who="anna"),
    View("square", _at("/square"), who="stranger"),
    View("square-reply", _at("/square"), _press("details.answer summary"), who="stranger"),
    View("square-too-long", _at("/square"), say_too_much, who="stranger"),
    View("square-private", _at("/square/private"), who="stranger"),
    View("square-controls", _at("/square/controls"), who="stranger"),
    View("square-404", _at("/square/posts/none/edit"), who="stranger"),
    View("contact", _conversation("answered", "/contact"), contact_states.keep_a_note),
    View("contact-wrong", _conversation("answered", "/contact"), contact_states.say_a_number),
    View("contact-others", _conversation("answered", "/contact"), contact_states.look_for_another),
    View("contact-panel", _conversation("answered"), contact_states.open_panel),
    View("bulk", _at("/?view=open"), _tick),
    View("my-time", _at("/me/time")),
    View("earlier", _conversation("asked", "/answered?q=mandag")),
    View("earlier-nothing", _conversation("asked", "/answered?q=skøjtebahn")),
    View("correct", _conversation("answered"), answered_states.begin_to_correct),
    View("corrected", _conversation("parts"), answered_states.put_right),
    View("compose-contradicts", _conversation("parts", "/reply?mode=public"), answered_states.write_it_again),
    View("charters", _at("/settings/charters")),
    View("charter", _at("/settings/charters"), charter_states.open_it),
    View("charter-lines", _at("/settings/charters"), charter_states.add_lines),
    View("charter-wrong", _at("/settings/charters"), charter_states.say_wrong_things),
    View("charter-versions", _at("/settings/charters"), charter_states.change_it_once),
    View("charter-read", _at("/settings/charters"), charter_states.open_it, who="anna"),
    View("charter-beside", _conversation("asked"), charter_states.open_side),
    View("charter-whole", _conversation("asked"), charter_states.open_whole),
    View("charter-page", _conversation("asked", "/charter")),
    View("exposed", _conversation("exposed")),
    View("moderate", _conversation("exposed"), moderation_states.open_form),
    View("moderate-refused", _conversation("exposed"), moderation_states.block_without_a_reason),
    View("moderation", _at("/moderation")),
    View("moderated", _at("/moderation"), moderation_states.open_moderated),
    View("moderation-read", _at("/moderation"), who="rikke"),
    View("country", _at("/settings/country")),
    View("country-other", _at("/settings/country?country=NO")),
    View("country-wrong", _at("/settings/country"), charter_states.misplace),
    *KEYS,
    *LEAD,
    *ESCALATION,
    *GATHERINGS,
)
