"""The page of promises before somebody's eyes: its form, what would be sent, what has the focus, what it says.

It reads what a browser without a script reads and sends what it would send. What it must not do: know a rule.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.web.conftest import Person, forget

PAGE = "/settings/policies"


class Form(HTMLParser):
    """What the form with this id would send; `focused` is what has the focus when the page opens."""

    def __init__(self, answer: TestResponse) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self.invalid: list[str] = []
        self.focused = ""
        self._inside = False
        self._select = ""
        self._text = ""
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        # A sheet that is closed has none yet.
        if "autofocus" in known and "popovertarget" not in known:
            self.focused = known["id"] or ""
        if tag == "form":
            self._inside = known.get("id") == "promises"
        if not self._inside:
            return
        if tag == "input" and (known.get("type") not in ("checkbox", "radio") or "checked" in known):
            self.fields.add(known["name"] or "", known.get("value") or "")
        if tag == "textarea":
            self._text = known["name"] or ""
            self.fields[self._text] = ""
        if tag == "select":
            self._select = known["name"] or ""
        if tag == "option" and ("selected" in known or self._select not in self.fields):
            self.fields[self._select] = known["value"] or ""
        if "aria-invalid" in known:
            self.invalid.append(known["id"] or "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
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

    def writes(self, **fields: str | list[str]) -> AtThePage:
        """Fill in; an empty list takes every tick away."""
        for written, value in fields.items():
            name = written.replace("target_", "target-")
            self.form.fields.poplist(name)
            self.form.fields.setlist(name, [value] if isinstance(value, str) else value)
        return self

    def presses(self, button: str) -> AtThePage:
        """`save`, or the value of a button that saves nothing."""
        sent = self.form.fields.copy()
        if button != "save":
            sent["do"] = button
        address = PAGE if button == "save" else f"{PAGE}/draft"
        forget()
        return self.shows(self._person.browser.post(address, data=sent, follow_redirects=True))

    @property
    def names(self) -> list[str]:
        return [rule["name"] for rule in json.loads(self.form.fields["list"])]

    @property
    def said(self) -> str:
        """The page's text in one line, without marks."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text))
