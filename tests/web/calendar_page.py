"""The page of opening hours before somebody's eyes: its form, what would be sent, what has the focus, what it says.

It reads what a browser without a script reads and sends what it would send. What it must not do: know a rule.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO

from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from inbox.domain.actors import SYSTEM
from inbox.domain.opening_plan import OwnDay, Plan
from inbox.models import Calendar
from inbox.uow import reading
from tests.web.conftest import Person, forget

PAGE = "/settings/calendars"
THEN = datetime.fromisoformat("2026-11-24T11:00+01:00")
WEEK = {
    **dict.fromkeys(("mon", "tue", "wed", "thu"), (("08:00", "12:00"), ("12:30", "20:00"))),
    "fri": (("08:00", "16:00"),),
    "sat": (("10:00", "14:00"),),
}
NORDBY = Plan(
    "Europe/Copenhagen",
    WEEK,
    "DK",
    frozenset({"constitution_day", "christmas_eve"}),
    (OwnDay(date(2026, 1, 2), (), "Overstået"), OwnDay(date(2026, 11, 27), (("12:00", "16:00"),), "Personaledag")),
)


def stored() -> list[tuple[str, int, Plan]]:
    with reading(SYSTEM) as work:
        rows = work.session.execute(select(Calendar.name, Calendar.version, Calendar.plan).order_by(Calendar.id)).all()
    return [(name, version, Plan.from_json(plan)) for name, version, plan in rows]


class Form(HTMLParser):
    """What the form would send, where to, and what its fields complain of."""

    def __init__(self, answer: TestResponse) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self.wrong: dict[str, str] = {}
        """By the id of an invalid field, the sentence that it is described by."""
        self.focused = ""
        self.draft = self.save = ""
        self._described: dict[str, str] = {}
        self._inside = False
        self._reading = ""
        self._select = ""
        self._sentences: dict[str, str] = {}
        self.feed(answer.text)
        self.wrong = {field: self._sentences[by] for field, by in self._described.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        # A sheet that is closed has none yet.
        if "autofocus" in known and "popovertarget" not in known:
            self.focused = known["id"]
        if tag == "form" and known.get("id") == "hours":
            self._inside, self.draft = True, known["action"]
        if known.get("id", "").startswith("wrong-"):
            self._reading = known["id"]
        if not self._inside:
            return
        self.save = known.get("formaction", self.save)
        if tag == "input" and (known.get("type") not in ("checkbox", "radio", "file") or "checked" in known):
            self.fields.add(known["name"], known.get("value", ""))
        if tag == "select":
            self._select = known["name"]
        if tag == "option" and self._select and ("selected" in known or self._select not in self.fields):
            self.fields[self._select] = known.get("value", "")
        if "aria-invalid" in known:
            self._described[known["id"]] = known["aria-describedby"].split()[0]

    def handle_data(self, data: str) -> None:
        if self._reading:
            self._sentences[self._reading] = self._sentences.get(self._reading, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._reading = ""
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._inside = False


class AtThePage:
    """Somebody with the page before them."""

    def __init__(self, person: Person, address: str = PAGE) -> None:
        self._person = person
        self.shows(person.get(address))

    def shows(self, answer: TestResponse) -> AtThePage:
        self.answer, self.text, self.form = answer, answer.text, Form(answer)
        return self

    def opens(self, address: str) -> AtThePage:
        return self.shows(self._person.get(address))

    def writes(self, name: str, *values: str) -> AtThePage:
        """Fill in all fields of this name; nothing takes every tick away."""
        self.form.fields.poplist(name)
        self.form.fields.setlist(name, list(values))
        return self

    def presses(self, button: str, file: bytes | None = None) -> AtThePage:
        """`save`, or the value of a button that saves nothing; with a file that was chosen."""
        sent: dict[str, object] = dict(self.form.fields.lists())
        if button != "save":
            sent["do"] = button
        if file is not None:
            sent["ical"] = FileStorage(BytesIO(file), "lukkedage.ics")
        forget()
        address = self.form.save if button == "save" else self.form.draft
        # By hand, since the client would leave a large file's temporary copy open.
        boundary, body = encode_multipart(sent)
        answer = self._person.browser.post(
            address, data=body, content_type=f'multipart/form-data; boundary="{boundary}"', follow_redirects=True
        )
        return self.shows(answer)

    def openings(self, day: str) -> list[tuple[str, str]]:
        """The openings of a weekday as they stand in its fields."""
        return list(zip(self.form.fields.getlist(f"{day}-from"), self.form.fields.getlist(f"{day}-to"), strict=True))

    @property
    def said(self) -> str:
        """The page's text in one line, without marks."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text))
