"""What the network may do to a page in use: nothing jumps, nothing is lost, nothing is sent unread."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from inbox.embedded.processes import until
from tests.browser.running import PATIENCE
from tests.browser.stage import SIGNED, Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


def test_a_second_message_leaves_the_hand_alone_and_is_read_before_the_answer_goes(stage: Stage) -> None:
    citizen = stage.citizen("Mette Holm")
    citizen.writes("@nordby Hvornår hentes haveaffald?")
    anna = stage.agent("anna")
    anna.opens("hentes haveaffald", "unassigned")
    page = anna.page
    form = anna.sheet()
    area = form.locator("textarea")
    area.click()
    page.keyboard.type("Haveaffald hentes på onsd")

    citizen.replies("hentes haveaffald", "@nordby Og hvad med kviste?")
    since = page.locator("#thread > .since")
    expect(since).to_have_text("1 ny, siden du åbnede")
    expect(page.locator("#thread")).to_contain_text("@nordby Og hvad med kviste?")
    expect(area).to_be_focused()
    page.keyboard.type("ag.")
    expect(area).to_have_value("Haveaffald hentes på onsdag.")
    expect(page.locator("#says")).to_contain_text("Mette Holm")

    citizen.replies("hentes haveaffald", "@nordby Og blade?")
    expect(since).to_have_text("2 nye, siden du åbnede")
    assert since.count() == 1
    # The button asks first, and says in whose name; the text stands.
    send = form.locator("button.send")
    expect(send).to_contain_text("Jeg har læst dem")
    expect(send).to_contain_text("Anna")
    expect(form.locator(".guard.news")).to_be_visible()
    send.click()
    expect(anna.answer("Haveaffald hentes på onsdag.")).to_be_visible()
    expect(anna.state("Haveaffald hentes på onsdag.", "delivered")).to_be_visible()


def test_what_comes_in_while_the_page_opens_is_not_missed(stage: Stage) -> None:
    jonas, citizen = stage.agent("jonas"), stage.citizen("Mette Holm")
    anna = stage.agent("anna").page

    def hold_back(route: Route) -> None:
        citizen.writes("@nordby Blev dette sagt, mens siden åbnede?")
        jonas.looks_for("mens siden åbnede", "unassigned")
        route.continue_()

    anna.route("**/js/live.js*", hold_back)
    anna.goto("/?view=unassigned")
    expect(anna.locator("#rows .row", has_text="mens siden åbnede")).to_be_visible()


def test_what_comes_in_while_a_conversation_is_being_opened_is_not_missed(stage: Stage) -> None:
    """The answer was rendered before the news and reaches the screen after their nudge."""
    citizen = stage.citizen("Mette Holm")
    citizen.writes("@nordby Hvor kan man fiske?")
    citizen.writes("@nordby Hvor kan man bade?")
    anna = stage.agent("anna")
    anna.looks_for("kan man bade", "unassigned")
    anna.opens("kan man fiske", "unassigned")
    anna.hears()
    page = anna.page
    row = page.locator("#rows .row", has_text="kan man bade")
    address = row.get_attribute("href")
    assert address is not None
    held: list[str] = []

    def hold_back(route: Route) -> None:
        answer = route.fetch()
        if not held:
            held.append(answer.text())
            citizen.replies("kan man bade", "@nordby Og er vandet rent?")
            # The list on the same screen shows that the nudge was heard.
            page.locator("#rows .row", has_text="er vandet rent").wait_for()
        route.fulfill(response=answer)

    page.route(f"**{address}", hold_back)
    row.click()
    expect(page.locator("#thread")).to_contain_text("Hvor kan man bade?")
    expect(page.locator("#thread")).to_contain_text("Og er vandet rent?")
    assert "er vandet rent" not in held[0]


def test_the_list_keeps_its_order_while_a_hand_is_in_it(stage: Stage) -> None:
    citizen = stage.citizen("Ali R.")
    citizen.writes("@nordby Hvor søger man om byggetilladelse?")
    anna = stage.agent("anna")
    row = anna.looks_for("om byggetilladelse", "unassigned")
    page = anna.page
    row.hover()
    before = page.locator("#rows .row .what").all_inner_texts()
    stage.citizen("Kirsten V.").writes("@nordby Hvor søger man om parkeringskort?")
    pill = page.locator("#newbar")
    expect(pill).to_have_text("1 ny")
    assert page.locator("#rows .row .what").all_inner_texts() == before
    # As soon as the hand has left.
    page.mouse.move(2, 2)
    expect(page.locator("#rows")).to_contain_text("om parkeringskort")
    expect(pill).to_be_hidden()

    # While a conversation is open, only on wish.
    row.click()
    expect(page.locator("#thread")).to_contain_text("om byggetilladelse")
    page.mouse.move(2, 2)
    before = page.locator("#rows .row .what").all_inner_texts()
    stage.citizen("J. Damgaard").writes("@nordby Hvor søger man om pension?")
    expect(pill).to_have_text("1 ny")
    assert page.locator("#rows .row .what").all_inner_texts() == before
    pill.click()
    expect(page.locator("#rows")).to_contain_text("om pension")
    expect(pill).to_be_hidden()


def test_what_is_pressed_the_moment_it_comes_is_not_a_page_of_its_own(stage: Stage) -> None:
    """A form that htmx has not looked at yet would load the whole page anew, and lose what is not sent."""
    stage.citizen("Ali R.").writes("@nordby Hvor afleverer man maling?")
    stage.citizen("Kirsten V.").writes("@nordby Hvor afleverer man batterier?")
    anna = stage.agent("anna")
    anna.opens("afleverer man batterier", "unassigned")
    anna.hears()
    row = anna.page.locator("#rows .row", has_text="afleverer man maling")
    page = anna.page
    page.evaluate("""
        window.stays = true;
        const pressed = ({ detail: { target } }) => {
            if (target.id !== 'talk') return;
            document.removeEventListener('htmx:afterSwap', pressed);
            queueMicrotask(() => document.querySelector('#talk-head [data-key=t]').click());
        };
        document.addEventListener('htmx:afterSwap', pressed);
    """)
    row.click()
    expect(page.locator("#side dd", has_text="Anna")).to_have_count(1)
    assert page.evaluate("window.stays") is True


def test_a_sheet_that_was_opened_before_the_scripts_came_has_its_form_all_the_same(stage: Stage) -> None:
    stage.citizen("Ali R.").writes("@nordby Hvor afleverer man elpærer?")
    anna = stage.agent("anna", viewport={"width": 1440, "height": 900})
    anna.opens("afleverer man elpærer", "unassigned")
    page = anna.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/app.js", hold)
    with page.expect_request(lambda request: "/js/app" in request.url):
        page.reload(wait_until="commit")
    page.locator("[popovertarget=hand-over]:visible").first.click()
    expect(page.locator("#hand-over:popover-open")).to_be_visible()
    [script] = held
    script.continue_()
    expect(page.locator("#hand-over form")).to_be_visible()


def test_undo_brings_the_words_back_and_nothing_reaches_the_square(stage: Stage) -> None:
    citizen = stage.citizen("Kirsten V.")
    citizen.writes("@nordby Er der fri leg på skøjtebanen?")
    anna = stage.agent("anna")
    anna.opens("fri leg på skøjtebanen", "unassigned")
    page = anna.page
    anna.sends("Nej, banen er lukket i dag.")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Kirsten V.")
    toast.locator("button").click()
    expect(page.locator("form.pane[data-mode=public] textarea")).to_have_value("Nej, banen er lukket i dag.")
    expect(anna.state("banen er lukket i dag", "withdrawn")).to_be_visible()

    # A later answer has arrived, so the earlier one would have, too.
    anna.sends("Ja, hele dagen til kl. 20.")
    expect(anna.state("hele dagen til kl. 20", "delivered")).to_be_visible()
    assert stage.on_the_square("banen er lukket i dag") == 0
    assert stage.on_the_square("hele dagen til kl. 20") == 1


def test_each_way_of_writing_keeps_its_own_words_and_its_own_readers(stage: Stage) -> None:
    citizen = stage.citizen("J. Damgaard")
    citizen.writes("Jeg vil helst skrive i fortrolighed om min nabo.", privately=True)
    anna = stage.agent("anna")
    anna.opens("i fortrolighed om min nabo", "unassigned")
    page = anna.page

    note = anna.writes("Husk at ringe til Vej og Park.", "note")
    expect(note.locator(".signed")).to_have_count(0)
    private = anna.sheet("private")
    expect(private.locator("textarea")).to_have_value("")
    anna.sheet("note").locator("button.send").click()
    expect(page.locator("#thread > .note", has_text="Husk at ringe til Vej og Park.")).to_be_visible()

    # Who wrote privately can't be answered in public.
    public = anna.sheet("public")
    expect(public.locator("button.send")).to_be_disabled()

    anna.sends("Tak for din besked. Ring til os på hverdage.", "private")
    expect(anna.state("Ring til os på hverdage", "delivered")).to_be_visible()
    assert stage.on_the_square("Ring til os på hverdage") == 0
    assert stage.on_the_square("Husk at ringe til Vej og Park") == 0
    citizen.page.goto("/square/private")
    expect(citizen.post("Ring til os på hverdage")).to_contain_text(SIGNED["anna"])
    expect(citizen.page.locator("main")).not_to_contain_text("Vej og Park")

    auditor = stage.signed_in("rikke")
    auditor.goto("/audit?q=fortrolighed")
    expect(auditor.locator("main .empty")).to_be_visible()


def test_a_lost_connection_is_said_and_forbids_sending_and_comes_back(stage: Stage) -> None:
    stage.citizen("Ali R.").writes("@nordby Hvornår tømmes bøden for containere?")
    anna = stage.agent("anna")
    anna.opens("bøden for containere", "unassigned")
    page = anna.page
    form = anna.writes("Det undersøger vi.")
    expect(page.locator("html[data-socket=open]")).to_have_count(1)
    # The socket is closed under the page, and no new one can be opened for a while.
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.locator("#strips .strip")).to_be_visible()
    expect(form.locator("button.send")).to_be_disabled()
    expect(form.locator("textarea")).to_have_value("Det undersøger vi.")

    stage.citizen("Mette Holm").writes("@nordby Kom dette frem, mens linjen var nede?")
    page.context.set_offline(False)
    expect(page.locator("#strips .strip")).to_have_count(0)
    expect(form.locator("button.send")).to_be_enabled()
    # What happened meanwhile waits behind the pill, since a conversation is open.
    expect(page.locator("#newbar")).to_be_visible()
    # Chromium and htmx speak of a broken line in the console; here that is what was made.
    stage.complaints.clear()


def test_an_answer_sent_before_the_deed_before_it_has_come_back_leaves_no_words_behind(stage: Stage) -> None:
    """The line is slow: what taking brings comes only when the answer is on its way, and exchanges its form."""
    stage.citizen("Ali R.").writes("@nordby Hvor er ladestanderne?")
    anna = stage.agent("anna")
    anna.opens("ladestanderne", "unassigned")
    anna.hears()
    page = anna.page
    held: list[Callable[[], None]] = []

    def late(route: Route) -> None:
        came = route.fetch()
        held.append(lambda: route.fulfill(response=came))

    page.route("**/take?*", late)
    page.route("**/answer?*", late)
    page.keyboard.press("t")
    # The nudge is faster than the answer to what was pressed.
    expect(page.locator("#side dd", has_text="Anna")).to_have_count(1)
    form = anna.writes("De står ved stationen.")
    form.evaluate("form => { form.dataset.old = 'yes' }")
    form.locator("button.send").click()
    expect(anna.answer("De står ved stationen.")).to_be_visible()
    held[0]()
    expect(page.locator("form.pane[data-mode=public]:not([data-old])")).to_be_visible()
    # Both the nudge and the other form may be here before the line has brought what it is to hold back.
    assert until(lambda: page.evaluate("true") and len(held) == 2, PATIENCE / 1000)
    held[1]()
    expect(anna.sheet().locator("textarea")).to_have_value("")
    expect(anna.state("De står ved stationen.", "delivered")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('byline.draft'))") == []


def test_what_is_typed_on_while_an_answer_is_being_sent_is_kept(stage: Stage) -> None:
    stage.citizen("Ali R.").writes("@nordby Hvor er hundeskoven?")
    anna = stage.agent("anna")
    anna.opens("hundeskoven", "unassigned")
    page = anna.page
    held: list[Callable[[], None]] = []

    def late(route: Route) -> None:
        came = route.fetch()
        held.append(lambda: route.fulfill(response=came))

    page.route("**/answer?*", late)
    anna.writes("Ved åen.").locator("button.send").click()
    expect(anna.answer("Ved åen.")).to_be_visible()
    anna.writes("Ved åen. Husk poser.")
    held[0]()
    expect(page.locator("#toast, .toast").first).to_be_visible()
    expect(anna.sheet().locator("textarea")).to_have_value("Ved åen. Husk poser.")
    expect(anna.state("Ved åen.", "delivered")).to_be_visible()
