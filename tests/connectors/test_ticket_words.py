"""What a unit reads in a ticket, what our marks prove, and where a token may be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.kit.contract import Answer, Doubtful, NotSent
from connectors.kit.outcomes import Rejected, Retry, Suspended, Unconfirmed
from connectors.kit.target import Errand, TargetConfig
from connectors.targets.ticket_calls import Calls, Denied, Unusable, reading, wait_asked, writing
from connectors.targets.ticket_words import SUBJECT_LIMIT, Marks, body, subject
from connectors.targets.zammad.words import WORDS
from tests.connectors.asking import KEY, Kept, question


def marks(id_: str = "unit-1", organisation: str = "Nordby Kommune") -> Marks:
    return Marks.of(TargetConfig(id_, "Borgerservice", organisation, {}, Kept()))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "da",
            [
                "Svar senest 28.11.2026 12:00.",
                "Borgeren er lovet svar senest 28.11.2026 16:00.",
                "Svaret gives offentligt.",
            ],
        ),
        (
            "nb",
            [
                "Svar innen 28.11.2026 12:00.",
                "Innbyggeren er lovet svar innen 28.11.2026 16:00.",
                "Svaret gis offentlig.",
            ],
        ),
        ("en", ["Please answer by 28.11.2026 11:00 UTC.", "The answer is given in public."]),
        ("sv", ["Please answer by 28.11.2026 11:00 UTC."]),
    ],
)
def test_the_time_is_said_in_the_clock_of_whoever_reads_it(language: str, words: list[str]) -> None:
    text = body(replace(question(), language=language), marks(), KEY, "Nordby Kommune")
    assert all(one in text for one in words)


def test_what_is_not_there_to_be_told_leaves_no_empty_heading() -> None:
    bare = replace(question(), known=" ", lines=(), promised_until=None, may_be_public=False)
    text = body(bare, marks(), KEY, "Nordby Kommune")
    assert not any(words in text for words in ("Det ved vi allerede", "Samtalen", "lovet"))
    assert "Svaret gives privat." in text
    assert "\n\n\n" not in text


def test_what_was_said_in_private_is_said_to_be() -> None:
    (line,) = question().lines
    text = body(replace(question(), lines=(replace(line, private=True),)), marks(), KEY, "Nordby Kommune")
    assert "Mette Holm, 27.11.2026 19:00 (ikke offentligt): Hvornår åbner den?" in text


def test_a_reminder_and_a_recall_repeat_nothing_of_the_thread() -> None:
    for errand in (Errand.REMIND, Errand.RECALL):
        text = body(replace(question(), errand=errand, text="Hilsen Anna"), marks(), KEY, "Nordby Kommune")
        assert "Mette Holm" not in text
        assert "Hilsen Anna" in text


def test_every_try_of_an_errand_is_the_same_to_the_last_letter_and_no_other_is() -> None:
    assert body(question(), marks(), KEY, "Nordby Kommune") == body(question(), marks(), KEY, "Nordby Kommune")
    lines = {
        marks().line(12, KEY),
        marks().line(12, "another"),
        marks().line(13, KEY),
        marks("unit-2").line(12, KEY),
    }
    assert len(lines) == 4


def test_a_house_that_takes_another_name_knows_its_tickets_again() -> None:
    assert marks(organisation="Sønderby Kommune").line(12, KEY) == marks().line(12, KEY)


def test_a_mark_is_one_word_names_one_question_and_tells_nothing_of_the_key() -> None:
    own = marks()
    assert own.question(12).isalnum()
    assert own.errand(KEY).isalnum()
    assert KEY.replace("-", "")[:12] not in own.line(12, KEY)
    assert own.numbers(f"> {own.line(12, KEY)} og {own.line(1, KEY)}") == {12, 1}
    assert own.question(1) not in own.line(12, KEY)
    assert own.numbers(marks("unit-2").line(12, KEY)) == set()


@pytest.mark.parametrize("words", ["", " \n ", "Kort", "å" * 400, "To\nlinjer"])
def test_a_subject_is_one_line_of_a_length_that_every_system_takes(words: str) -> None:
    made = subject(replace(question(), subject=words))
    assert len(made) <= SUBJECT_LIMIT
    assert "\n" not in made
    assert made.endswith("[SP-12]")


class _Silent:
    """A way out on which nothing may go."""

    def request(self, method: str, url: str, **_more: object) -> Answer:
        raise AssertionError(f"{method} {url} was sent")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "zammad.example",
        "ftp://zammad.example",
        "http://zammad.example",
        "http://127.0.0.1.zammad.example",
        "https://",
        "https://user:pass@zammad.example",
        "https://zammad.example/?next=1",
        "https://[zammad",
        "javascript:alert(1)",
    ],
)
def test_a_token_is_sent_to_no_address_where_it_could_be_read(address: str) -> None:
    with pytest.raises(Unusable):
        Calls(_Silent(), address, {"authorization": "x"}).ask("GET", "/")


@pytest.mark.parametrize("address", ["https://zammad.example/hjælp/", " http://localhost:3000 ", "http://[::1]:3000"])
def test_an_encrypted_address_and_this_machine_are_taken(address: str) -> None:
    assert not Calls(_Silent(), address, {}).base.endswith("/")


@pytest.mark.parametrize(
    ("error", "read", "written"),
    [
        (Denied(401, {}, None), Suspended, Suspended),
        (Denied(403, {}, None), Suspended, Suspended),
        (Denied(404, {}, None), Suspended, Suspended),
        (Denied(301, {}, None), Suspended, Suspended),
        (Denied(429, {}, None), Retry, Retry),
        (Denied(408, {}, None), Retry, Unconfirmed),
        (Denied(409, {}, None), Retry, Unconfirmed),
        (Denied(422, {}, None), Retry, Rejected),
        (Denied(400, {}, None), Retry, Rejected),
        (Denied(500, {}, None), Retry, Unconfirmed),
        (Denied(503, {}, None), Retry, Unconfirmed),
        (NotSent("no way"), Retry, Retry),
        (Doubtful("no answer"), Retry, Unconfirmed),
        (Unusable("No address."), Suspended, Suspended),
    ],
)
def test_certainly_not_taken_and_perhaps_taken_are_told_apart(
    error: Exception, read: type[object], written: type[object]
) -> None:
    assert isinstance(reading(error, WORDS), read)
    assert isinstance(writing(error, WORDS, ""), written)


def test_a_wait_is_neither_nothing_nor_for_ever() -> None:
    assert wait_asked({"retry-after": "17"}) == timedelta(seconds=17)
    assert wait_asked({"retry-after": "0"}) == timedelta(seconds=1)
    assert wait_asked({"retry-after": "9" * 40}) == timedelta(hours=1)
    assert wait_asked({"retry-after": "soon"}) is None
    assert wait_asked({}) is None
