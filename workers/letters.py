"""Letters to our own people: plain text, in their language, told apart from what a person writes.

It needs no application: the words stand in `templates/mail/` and in the catalogues. What it must not do: send, or
know how to.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from inbox.domain.ids import new_id
from inbox.queries.calls import Call
from inbox.queries.digests import Digest, Reader
from inbox.queries.reach import Errand

_CHECKOUT = Path(__file__).resolve().parent.parent


def digest(reader: Reader, what: Digest, *, sender: str, base_url: str, now: datetime) -> EmailMessage:
    """The mail about what somebody has not read."""
    words = (
        environment(reader.language)
        .get_template("mail/digest.txt")
        .render(items=what.items, total=what.total, base_url=base_url)
    )
    return _letter(words, reader.address, reader.language, sender, now)


def call(found: Call, *, round_: int, address: str, sender: str, now: datetime) -> EmailMessage:
    """The mail that calls whoever is on call, for the `round_`th time; `address` is where they acknowledge."""
    words = environment(found.language).get_template("mail/acute.txt").render(call=found, round=round_, address=address)
    letter = _letter(words, found.address, found.language, sender, now)
    # RFC 4021, section 2.1.53: what a telephone shows by night is chosen by such a line.
    letter["Importance"] = "high"
    return letter


def notice(found: Errand, *, base_url: str, sender: str, now: datetime) -> EmailMessage:
    """The mail about one notice, at once."""
    words = (
        environment(found.language)
        .get_template("mail/notice.txt")
        .render(says=sentence(found), found=found, base_url=base_url)
    )
    return _letter(words, found.address, found.language, sender, now)


def sentence(found: Errand) -> str:
    """What a notice says outside the house: no name and nobody's words."""
    return environment(found.language).get_template("mail/says.txt").render(kind=found.kind).strip()


def open_word(found: Errand) -> str:
    """What the link of a notice is called."""
    return environment(found.language).get_template("mail/open.txt").render().strip()


def _letter(words: str, receiver: str, language: str, sender: str, now: datetime) -> EmailMessage:
    """The rendered words, whose first line is the subject."""
    subject, _, body = words.strip().partition("\n")
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = receiver
    letter["Subject"] = subject
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{new_id()}@{sender.rpartition('@')[2]}>"
    # RFC 3834, section 5: an absence notice must not answer what no person wrote.
    letter["Auto-Submitted"] = "auto-generated"
    # Seven bits, which every server takes.
    letter.set_content(f"{body.strip()}\n", cte="quoted-printable")
    letter["Content-Language"] = language
    return letter


@cache
def environment(language: str) -> Environment:
    """Templates with the words of that language. One for each process and language."""
    made = Environment(
        loader=FileSystemLoader(_CHECKOUT / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = Translations.load(str(_CHECKOUT / "inbox" / "locale"), [language])
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined] # The extension adds it.
    return made
