"""There by mail and back by mail, through the house: a real mail server, a real mailbox, and the job between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest

from inbox.domain.actors import SYSTEM
from inbox.services import silo
from inbox.services import silo_units as units
from inbox.uow import uow
from tests.connectors.mail_house import PASSWORD, USER, Mailbox, mailbox
from tests.house import House
from tests.workers.post_office import PostOffice, opened
from tests.workers.silo_receiver import Receiver
from tests.workers.silo_scene import ASKED, Outside

MINUTE = timedelta(minutes=1, seconds=1)
WORDS = "Bommen er oppe igen fredag kl. 12."


class ByMail(Outside):
    """The unit is written to."""

    def __init__(self, house: House, office: PostOffice, smtp: int, box: Mailbox) -> None:
        self.office, self.smtp, self.box = office, smtp, box
        super().__init__(house, Receiver())
        # The mailbox is looked at once before anything is asked: what lay there before is nobody's answer.
        self.run()

    def entry(self, **changed: object) -> units.Entry:
        settings = {
            "to": "vej@nordby.example",
            "from": "svar@nordby.example",
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.smtp),
            "imap_host": "127.0.0.1",
            "imap_port": str(self.box.port),
            "user": USER,
            "password": PASSWORD,
        }
        return super().entry(**({"target": "email", "settings": settings} | changed))

    def reply(self, words: str = WORDS, **headers: str) -> EmailMessage:
        asked = self.office.letters()[0]
        letter = EmailMessage()
        letter["From"] = "Ida Berg <ida@nordby.example>"
        letter["To"] = asked["Reply-To"].addresses[0].addr_spec
        letter["Subject"] = f"Sv: {asked['Subject']}"
        letter["Message-ID"] = f"<{len(self.inbound())}.{len(words)}@nordby.example>"
        for name, value in headers.items():
            letter[name.replace("_", "-")] = value
        letter.set_content(f"{words}\n\nNordby Kommune skrev:\n> {ASKED}")
        return letter


@pytest.fixture
def unit(house: House) -> Iterator[ByMail]:
    office = PostOffice()
    with opened(office) as smtp, mailbox() as box:
        yield ByMail(house, office, smtp, box)


def test_there_and_back(unit: ByMail) -> None:
    ticket = unit.ask()
    unit.run()
    unit.run(MINUTE)
    (letter,) = unit.office.letters()
    assert ASKED in letter.get_content()
    unit.do(silo.remind, ticket)
    unit.run(MINUTE)
    assert [one["Subject"][:10] for one in unit.office.letters()] == ["Hvornår er", "Påmindelse"]
    reply = unit.reply()
    for _ in range(2):
        unit.box.bring(reply)
        unit.run(MINUTE)
    ((draft,), (answer,)) = unit.drafts(), unit.answers()
    assert (draft.agent_id, draft.text, answer.author) == (unit.house.anna.id, WORDS, "Ida Berg")
    assert unit.ticket().state == "answered"
    assert len(unit.office.taken) == 2


def test_what_is_no_answer_is_laid_before_nobody_and_stands_where_it_is_seen(unit: ByMail) -> None:
    unit.ask()
    unit.run()
    unit.box.bring(unit.reply("Jeg er på ferie.", Auto_Submitted="auto-replied"))
    unit.box.bring(unit.reply(("x" * 70 + "\n") * 150_000))
    stranger = unit.reply("Køb en bom.")
    stranger.replace_header("To", "svar@nordby.example")
    unit.box.bring(stranger)
    unit.run(MINUTE)
    unit.run(MINUTE)
    assert unit.answers() == []
    assert sorted(one.state for one in unit.inbound()) == ["done", "quarantined", "quarantined"]
    assert len(unit.office.taken) == 1


def test_a_mailbox_that_refuses_us_stops_the_unit_and_its_questions_wait(unit: ByMail) -> None:
    with uow(SYSTEM) as work:
        units.save(work, unit.entry(settings={**unit.entry().settings, "password": "wrong"}), unit.unit)
    unit.run(MINUTE)
    assert unit.silo().state == "suspended"
    unit.ask()
    unit.run(MINUTE)
    assert (unit.office.taken, unit.errands()) == ([], [("ask", "queued")])
    with uow(SYSTEM) as work:
        units.save(work, unit.entry(), unit.unit)
    unit.run(MINUTE)
    assert unit.errands() == [("ask", "delivered")]
