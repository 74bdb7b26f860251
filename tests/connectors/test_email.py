"""Questions by mail and answers by mail, against a real mail server and a real mailbox."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from connectors.kit.contract import CannotTell, Delivered, Found, Page, Poison, Rejected, Retry, Suspended, Unconfirmed
from connectors.kit.target import Errand, InboundAnswer, Quarantined
from connectors.targets import email
from tests.connectors.mail_house import Mailbox, mailbox
from tests.connectors.mail_unit import KEY, THEM, US, WORDS, Post, asked, question
from tests.workers.post_office import PostOffice, opened


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
def there(box: Mailbox) -> Iterator[Post]:
    office = PostOffice()
    with opened(office) as port:
        yield Post(office, port, box)


def test_a_question_is_a_letter_that_can_be_answered(there: Post) -> None:
    delivered = asked(there)
    letter = there.sent()
    assert (letter["To"], letter["From"], letter["Message-ID"]) == (THEM, US, delivered.ref.external_id)
    assert "[SP-1001]" in letter["Subject"]
    assert "Auto-Submitted" not in letter
    text = letter.get_content()
    assert "Hvornår er den repareret?" in text
    assert "Anna Krogh, Nordby Kommune" in text
    assert "24.11.2026 12:00 UTC" in text


def test_the_same_errand_is_the_same_letter_and_another_errand_another_in_the_same_thread(there: Post) -> None:
    first, again = asked(there), asked(there)
    assert first.ref == again.ref
    reminded = there.target.deliver(question(1001, Errand.REMIND, first.ref.external_id), KEY[:-1] + "2")
    assert isinstance(reminded, Delivered)
    assert reminded.ref != first.ref
    assert f"In-Reply-To: {first.ref.external_id}\r\n".encode() in there.office.taken[-1]
    assert "Påmindelse" in there.sent()["Subject"]


@pytest.mark.parametrize("how", ["both", "address alone", "thread alone"])
def test_an_answer_finds_its_question(there: Post, how: str) -> None:
    asked(there)
    to = US if how == "thread alone" else ""
    refers = "" if how == "address alone" else None
    (came,) = there.come(
        there.reply(f"{WORDS}\n\nDen 24. nov. 2026 skrev Nordby <{US}>:\n> Hvornår?", to=to, refers=refers)
    )
    assert isinstance(came, InboundAnswer)
    assert (came.number, came.text, came.author) == (1001, WORDS, "Ida Berg")
    assert there.read() == []


def test_html_and_attachments(there: Post) -> None:
    asked(there)
    letter = there.reply()
    letter.set_content(
        "<p>Bommen er <b>oppe</b>.</p><blockquote>Hvornår?</blockquote><script>x</script>", subtype="html"
    )
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="kort.pdf")
    (came,) = there.come(letter)
    assert isinstance(came, InboundAnswer)
    assert (came.text, came.attachments) == ("Bommen er oppe.", ("kort.pdf",))


def test_a_mail_that_names_another_question_is_set_aside(there: Post) -> None:
    asked(there, 1001)
    first = there.reply()["To"]
    asked(there, 1002, KEY[:-1] + "2")
    (two,) = there.come(there.reply("To spørgsmål.", to=first))
    subject = there.reply("Emnet.")
    subject.replace_header("Subject", "Sv: [SP-1001]")
    (other,) = there.come(subject)
    assert [two, other] == [
        Quarantined(two.key, email.OTHER_QUESTION),
        Quarantined(other.key, email.OTHER_QUESTION),
    ]


@pytest.mark.parametrize("forged", ["svar+k1002.aaaaaaaaaaaaaaaaaaaa@nordby.example", "svar+k1001@nordby.example", US])
def test_a_proof_is_not_guessed_and_the_subject_proves_nothing(there: Post, forged: str) -> None:
    asked(there)
    (came,) = there.come(there.reply(to=forged, refers=f"<sp1001.{'a' * 20}.{KEY}@nordby.example>"))
    assert came == Quarantined(came.key, email.NO_QUESTION)


def test_the_proof_of_another_house_is_none_here(there: Post) -> None:
    asked(there)
    there.box.bring(there.reply())
    (came,) = there.read(there.made(secret="another"))
    assert isinstance(came, Quarantined)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        # As RFC 3834 asks for: it is nobody's word that our mail was lost.
        {"Auto_Submitted": "auto-replied", "Return_Path": "<>"},
    ],
)
def test_what_a_machine_says_is_no_answer(there: Post, headers: dict[str, str]) -> None:
    asked(there)
    assert there.come(there.reply("Jeg er på ferie.", **headers)) == []


@pytest.mark.parametrize("marked", [True, False])
def test_two_that_answer_by_themselves_do_not_talk_to_each_other_through_us(there: Post, marked: bool) -> None:
    asked(there)
    for round_ in range(5):
        words = f"Tak for din mail nummer {round_}."
        came = there.come(there.reply(words, **({"Auto_Submitted": "auto-replied"} if marked else {})))
        # What carries no mark is laid before a person; either way nothing of ours goes out.
        assert len(came) == (0 if marked else 1)
    assert len(there.office.taken) == 1


def test_our_own_mail_that_comes_back_is_no_answer(there: Post) -> None:
    asked(there)
    own = there.reply()
    own.replace_header("From", US)
    assert there.come(own) == []


def test_a_mail_that_could_not_be_delivered_shows(there: Post) -> None:
    asked(there)
    bounce = there.reply("Ingen her.", Return_Path="<>")
    (came,) = there.come(bounce)
    assert came == Quarantined(came.key, email.BOUNCED, 1001)


def test_twenty_million_bytes_are_not_fetched(there: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(there)
    (came,) = there.come(there.reply(("x" * 70 + "\n") * 282_000))
    assert came == Quarantined(came.key, email.TOO_LARGE, 1001)
    (long,) = there.come(there.reply("y" * 60 + "\n" + ("x" * 70 + "\n") * 15_000))
    assert long == Quarantined(long.key, email.TOO_LARGE, 1001)


@pytest.mark.parametrize(
    "junk", [b"\xff\xfe\x00", b"From: \xe6\r\nContent-Type: text/plain; charset=nix\r\n\r\n\xe6", b"X"]
)
def test_what_is_no_mail_stops_nothing(there: Post, junk: bytes) -> None:
    asked(there)
    there.box.bring(junk)
    there.box.bring(there.reply("Bagefter."))
    page = there.target.receive(there.cursor, 50)
    assert isinstance(page, Page)
    texts = []
    for raw in page.items:
        try:
            texts += [one.text for one in there.target.normalize(raw) if isinstance(one, InboundAnswer)]
        except Poison:
            continue
    assert texts == ["Bagefter."]


def test_page_by_page_and_from_the_beginning_where_the_mailbox_is_another(there: Post) -> None:
    asked(there)
    for number in range(3):
        there.box.bring(there.reply(f"Nummer {number}."))
    first = there.target.receive(there.cursor, 2)
    assert isinstance(first, Page)
    assert (len(first.items), first.more) == (2, True)
    second = there.target.receive(first.next_cursor, 2)
    assert isinstance(second, Page)
    assert (len(second.items), second.more) == (1, False)
    *_, which = json.loads(second.next_cursor or "")
    anew = there.target.receive(json.dumps([7, 999_999, which]), 50)
    assert isinstance(anew, Page)
    assert len(anew.items) >= 3
    assert dict(anew.items[-1]) == dict(second.items[-1])
    elsewhere = there.made(folder="inbox").receive(second.next_cursor, 50)
    assert isinstance(elsewhere, Page)
    assert elsewhere.items == ()


def test_a_copy_of_what_was_sent_is_proof_and_none_proves_nothing(there: Post) -> None:
    there.target = there.made(sent="Sent")
    asked(there)
    assert isinstance(there.target.find_delivered(question(), KEY), CannotTell)
    there.box.bring(there.sent(), "Sent")
    assert isinstance(there.target.find_delivered(question(), KEY), Found)
    assert isinstance(there.target.find_delivered(question(), KEY[:-1] + "9"), CannotTell)
    assert isinstance(there.made(sent="Nowhere").find_delivered(question(), KEY[:-1] + "9"), CannotTell)


@pytest.mark.parametrize(
    ("step", "says", "kind"),
    [
        ("RCPT", "550 nobody", Rejected),
        ("RCPT", "451 later", Retry),
        ("DATA", "552 too big", Rejected),
        ("DATA", "421 later", Retry),
    ],
)
def test_what_the_mail_server_says_is_heard(there: Post, step: str, says: str, kind: type) -> None:
    there.office.answers[step] = says
    assert isinstance(there.target.deliver(question(), KEY), kind)


def test_silence_behind_the_text_is_a_doubt(there: Post) -> None:
    there.office.silent.add("DATA")
    assert isinstance(there.target.deliver(question(), KEY), Unconfirmed)


def test_a_wrong_password_stops_the_unit_and_no_server_is_tried_again(there: Post) -> None:
    assert isinstance(there.made(password="wrong").deliver(question(), KEY), Suspended)
    assert isinstance(there.made(password="wrong").receive(None, 5), Suspended)
    assert isinstance(there.made(smtp_port="9").deliver(question(), KEY), Retry)
    assert isinstance(there.made(imap_port="9").receive(None, 5), Retry)


def test_trying_it_says_which_of_the_two_and_what_to_do(there: Post) -> None:
    assert there.target.probe().ok
    told = {
        there.made(**wrong).probe().detail
        for wrong in (
            {"to": "nobody"},
            {"smtp_port": "x"},
            {"smtp_port": "9"},
            {"imap_port": "9"},
            {"password": "wrong"},
            {"folder": "Nowhere"},
        )
    }
    assert len(told) == 5
    assert not any(there.made(**{name: value}).probe().ok for name, value in (("folder", "Nowhere"), ("to", "nobody")))
