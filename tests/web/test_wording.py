"""How things are said: times, numbers and durations in three languages, and words that never stand in scripts."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from inbox.domain.conversation import DismissReason, Klass, Status
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.sla import Left
from inbox.locale.extraction import sentences
from inbox.queries.inbox_list import View
from inbox.web import assets, formatting, wording

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 8, 41, tzinfo=UTC)
SCRIPTS = sorted((assets.STATIC / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted((assets.STATIC / "css").rglob("*.css"))


def said(app: Flask, language: str) -> list[str]:
    """The voice table of the design, in one language."""
    with app.test_request_context(), force_locale(language):
        return [
            formatting.clock_time(NOW),
            formatting.day(NOW),
            formatting.number(1204),
            formatting.percent(0.942),
            formatting.duration(timedelta(minutes=12)),
            formatting.duration(timedelta(hours=1, minutes=40)),
            formatting.duration(timedelta(days=1, hours=3, minutes=5)),
            formatting.time_left(Left(timedelta(minutes=7, seconds=30), late=True)),
            formatting.time_left(Left(timedelta(seconds=19.5), late=False)),
            formatting.duration(timedelta(hours=2)),
            formatting.moment(NOW - timedelta(days=1), NOW),
            formatting.moment(NOW - timedelta(days=400), NOW),
            wording.quoted("ja"),
        ]


def test_the_voice_table(app: Flask) -> None:
    year = "20. okt. 2025 10.41"
    assert said(app, "da") == [
        "09.41", "24. nov.", "1.204", "94,2\u00a0%", "12 min", "1 t 40", "1 d 3 t", "7 min over", "20 sek.",
        "2 t", "I går 09.41", year, "»ja«",
    ]  # fmt: skip
    assert said(app, "nb") == [
        "09.41", "24. nov.", "1\u00a0204", "94,2\u00a0%", "12 min", "1 t 40", "1 d 3 t", "7 min over", "20 sek.",
        "2 t", "I går 09.41", year, "«ja»",
    ]  # fmt: skip
    assert said(app, "en") == [
        "09:41", "24 Nov", "1,204", "94.2%", "12 min", "1 h 40", "1 d 3 h", "7 min over", "20 sec",
        "2 h", "Yesterday 09:41", "20 Oct 2025 10:41", "“ja”",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "wall", "business"),
    [
        (0, "0 min", "0 min"),
        (0.1, "1 min", "1 min"),
        (59, "59 min", "59 min"),
        (59.5, "1 h", "1 h"),
        (60, "1 h", "1 h"),
        (61, "1 h 01", "1 h 01"),
        (1439.5, "1 d", "24 h"),
        (1500, "1 d 1 h", "25 h"),
    ],
)
def test_durations_at_their_edges(app: Flask, minutes: float, wall: str, business: str) -> None:
    """Opening time has no days: nobody could tell how long one is."""
    with app.test_request_context(), force_locale("en"):
        assert formatting.duration(timedelta(minutes=minutes)) == wall
        assert formatting.duration(timedelta(minutes=minutes), business=True) == business


@pytest.mark.parametrize(
    ("seconds", "late", "said"),
    [
        (3599.5, False, "1 h"),
        (60, False, "1 min"),
        (59.5, False, "1 min"),
        (59, False, "59 sec"),
        (0, False, "0 sec"),
        (0, True, "past due"),
        (59.9, True, "past due"),
        (60, True, "1 min over"),
        (3599, True, "59 min over"),
    ],
)
def test_what_is_left_at_its_edges(app: Flask, seconds: float, late: bool, said: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert formatting.time_left(Left(timedelta(seconds=seconds), late)) == said


def test_every_code_of_the_house_has_a_word() -> None:
    assert set(wording.STATUSES) == set(Status)
    assert set(wording.KLASSES) == set(Klass)
    assert set(wording.REASONS) == set(DismissReason)
    assert set(wording.VIEWS) == set(View)
    assert set(wording.ENTRIES) == set(EntryType)


def test_every_event_that_a_service_writes_has_a_sentence() -> None:
    written: set[str] = set()
    for file in (ROOT / "inbox" / "services").glob("*.py"):
        text = file.read_text()
        for call in re.findall(r"\b(?:changed|line)\(((?:[^()]|\([^()]*\))*)\)", text):
            written |= set(re.findall(r"(?<![=\w])\"([a-z_]+)\"", call))
        if "ConversationEvent" in text:
            written |= set(re.findall(r"\"kind\": \"([a-z_]+)\"", text))
    assert {"breached", "terms_changed", "taken", "solved", "dismissed", "undone"} <= written
    assert written <= set(wording.HAPPENED)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_holds_a_word_for_people(script: Path) -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", script.read_text(), flags=re.DOTALL)
    texts = re.findall(r'"([^"\n]*)"|`([^`]*)`', code)
    spoken = [text for pair in texts for text in pair if re.search(r"[A-ZÆØÅ][a-zæøå]+ [a-zæøå]+", text)]
    assert spoken == []
    assert not re.search(r"(inner|outer)HTML\s*=[^=]|insertAdjacentHTML|document\.write", code)
    assert "eval(" not in code


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_inline_style_script_or_unescaped_words(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\|\s*safe\b(?!\s*\|\s*format)", text)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_colours_stand_in_the_tokens_alone_and_no_sheet_fights(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert "!important" not in text
    assert "@import" not in text
    if sheet.name != "tokens.css":
        assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|light-dark\(", text)


def test_every_token_that_is_used_exists() -> None:
    texts = [sheet.read_text() for sheet in SHEETS]
    defined = set(re.findall(r"(--[\w-]+):", " ".join(texts)))
    used = set(re.findall(r"var\((--[\w-]+)", " ".join(texts)))
    assert used <= defined


def test_sentences_are_found_without_a_function_around_them() -> None:
    source = b"""
from flask_babel import gettext as _
REASONS = {"gone": "It is gone.", "code": "no_such"}
LABEL = "Not a sentence"
def f(x, n):
    _("Marked %(n)s", n=n)
    ngettext("%(num)s one", "%(num)s many", n)
    raise Invalid("This is." if x else "That is.", field="x")
    return other("Nobody reads this.")
"""
    found = [message for _line, _name, message, _comments in sentences(io.BytesIO(source), {}, (), {})]
    assert sorted(map(str, found)) == sorted(
        ["Marked %(n)s", "('%(num)s one', '%(num)s many')", "This is.", "That is.", "It is gone."]
    )
