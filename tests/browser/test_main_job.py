"""The main job, as its people do it: a citizen writes, an agent answers, an auditor proves it, a lead sees the time."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.running import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]

QUESTION = "@nordby Hvornår åbner svømmehallen i morgen tidlig?"
ANSWER = "Hej Mette. Svømmehallen åbner kl. 6.30 i morgen. God svømmetur."
SIGNED = "– Anna, Nordby Kommune"


@pytest.mark.usefixtures("one_day")
def test_one_mention_goes_the_whole_way(house: RunningHouse, chromium: Browser) -> None:
    anna = house.sign_in(chromium, "anna", locale="da-DK")
    anna.goto("/?view=unassigned")

    citizen = chromium.new_context(base_url=house.url, locale="da-DK").new_page()
    citizen.goto("/square")
    citizen.fill("input[name=name]", "Mette Holm")
    citizen.fill("textarea[name=text]", QUESTION)
    citizen.click("form.card button.primary")
    expect(citizen.get_by_text(QUESTION)).to_be_visible()

    # The row arrives without a reload: the agent's page was open before anything was written.
    row, news = anna.locator(".row", has_text="svømmehallen").first, anna.locator(".newbar:visible").first
    row.or_(news).first.wait_for(timeout=15_000)
    if news.is_visible():
        news.click()
    row.click()
    sheet = anna.locator("form.pane[data-mode=public]")
    sheet.locator("textarea").fill(ANSWER)
    expect(sheet.locator(".signed")).to_contain_text(SIGNED)
    sheet.locator("button.send").click()

    # After the undo window it goes out once, and the citizen sees it live, signed.
    answer = citizen.locator("#threads").get_by_text(ANSWER)
    answer.wait_for(timeout=30_000)
    expect(citizen.locator("#threads")).to_contain_text(SIGNED)
    expect(anna.locator("[data-state=delivered]").first).to_be_visible(timeout=15_000)

    auditor = house.sign_in(chromium, "rikke", locale="da-DK")
    auditor.goto("/audit?q=svømmetur")
    row = auditor.locator("tbody tr", has_text="God svømmetur")
    expect(row).to_have_count(1)
    row.locator("a").last.click()
    expect(auditor.locator("main")).to_contain_text(SIGNED)

    lead = house.sign_in(chromium, "lone", locale="da-DK")
    lead.goto("/lead")
    # Each number opens its list, which is as long as the number.
    lead.click("a[href='/lead/list/answers']")
    expect(lead.locator("main")).to_contain_text("Mette Holm")

    checked = house.command("ledger", "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr
