"""Signing out ends everything that the login opened: the pages, the doorbell, the cookie."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]


def signed_out(stage: Stage) -> tuple[Page, list[Any]]:
    """Sign in for a session of its own, with two tabs, and sign out in one; the other tab and the old cookies."""
    stage.house.add_person("nina", "Nina Berg", "da", "agent")
    page = stage.signed_in("nina", anew=True, viewport={"width": 1440, "height": 900})
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/?view=open")
        expect(tab.locator("html[data-socket=open]")).to_have_count(1)
    old: list[Any] = [
        {"name": one["name"], "value": one["value"], "url": stage.house.url} for one in page.context.cookies()
    ]
    page.locator("form[action$='/logout'] button").click()
    expect(page).to_have_url(re.compile("/login"))
    return other, old


def test_signing_out_ends_the_socket_of_every_tab(stage: Stage) -> None:
    other, _old = signed_out(stage)
    expect(other.locator("html[data-socket=open]")).to_have_count(0)
    other.reload()
    expect(other).to_have_url(re.compile("/login"))


def test_the_old_cookie_opens_nothing(stage: Stage) -> None:
    _other, old = signed_out(stage)
    thief = stage.visitor()
    thief.context.add_cookies(old)
    thief.goto("/?view=open")
    expect(thief).to_have_url(re.compile("/login"))


def test_pages_of_another_role_are_closed(stage: Stage) -> None:
    ida, rikke, anna = stage.signed_in("ida"), stage.signed_in("rikke"), stage.signed_in("anna")
    for page, paths in ((ida, "/ /audit /settings"), (rikke, "/ /lead /settings"), (anna, "/lead /audit")):
        for path in paths.split():
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 403, path
            expect(page.locator("h1")).to_be_visible()
