"""A unit behind a real mail server and a real mailbox, for the tests of the way by mail.

What it must not do: answer by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from connectors.kit.contract import Delivered, Page
from connectors.kit.target import Errand, Question, Returned, TargetConfig
from connectors.targets.email import Email
from tests.connectors.mail_house import PASSWORD, USER, Mailbox
from tests.workers.post_office import PostOffice

KEY = "0190a000-0000-7000-8000-000000000001"
US, THEM = "svar@nordby.example", "vej@nordby.example"
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WORDS = "Bommen er oppe igen fredag kl. 12."


class Nowhere:
    def request(self, method: str, url: str, **_given: object) -> Any:
        raise AssertionError("mail goes another way out")


class Kept:
    def load(self, name: str) -> str | None:
        return None

    def save(self, name: str, value: str) -> None:
        raise AssertionError(name)


class Post:
    """The unit behind both servers, and what it sends back."""

    def __init__(self, office: PostOffice, smtp: int, box: Mailbox) -> None:
        self.office, self.smtp, self.box = office, smtp, box
        self.target = self.made()
        self.cursor = self._page(None).next_cursor

    def made(self, secret: str = "ours", **changed: str) -> Email:
        settings = {
            "to": THEM,
            "from": US,
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.smtp),
            "imap_host": "127.0.0.1",
            "imap_port": str(self.box.port),
            "user": USER,
            "password": PASSWORD,
            "folder": "INBOX",
            "sent": "",
        }
        config = TargetConfig(
            "1", "Vej og Park", "Nordby Kommune", settings | changed, Kept(), secret=secret, seconds=3
        )
        return Email(config, Nowhere())

    def sent(self) -> EmailMessage:
        return self.office.letters()[-1]

    def reply(self, words: str = WORDS, *, to: str = "", refers: str | None = None, **headers: str) -> EmailMessage:
        asked = self.sent()
        letter = EmailMessage()
        letter["From"] = "Ida Berg <ida@nordby.example>"
        letter["To"] = to or asked["Reply-To"].addresses[0].addr_spec
        letter["Subject"] = f"Sv: {asked['Subject']}"
        letter["Message-ID"] = headers.pop("id", f"<{len(words)}.{abs(hash(words + str(headers)))}@nordby.example>")
        refers = asked["Message-ID"] if refers is None else refers
        if refers:
            letter["In-Reply-To"] = letter["References"] = refers
        for name, value in headers.items():
            letter[name.replace("_", "-")] = value
        letter.set_content(words)
        return letter

    def come(self, letter: EmailMessage | bytes) -> list[Returned]:
        self.box.bring(letter)
        return self.read()

    def read(self, target: Email | None = None) -> list[Returned]:
        page = self._page(self.cursor)
        self.cursor = page.next_cursor
        return [one for raw in page.items for one in (target or self.target).normalize(raw)]

    def _page(self, cursor: str | None, limit: int = 50) -> Page:
        page = self.target.receive(cursor, limit)
        assert isinstance(page, Page), page
        return page


def question(number: int = 1001, errand: Errand = Errand.ASK, external_id: str | None = None) -> Question:
    return Question(
        number, errand, "Bommen", "Hvornår er den repareret?", "Den blev meldt i går.", None, AT, "Anna Krogh", "da",
        external_id=external_id,
    )  # fmt: skip


def asked(there: Post, number: int = 1001, key: str = KEY) -> Delivered:
    result = there.target.deliver(question(number), key)
    assert isinstance(result, Delivered), result
    return result
