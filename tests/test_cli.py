"""Commands as a person types them: what went wrong is one clear line with exit code 2, and nothing is half done."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

import config
from inbox.domain import clock
from inbox.domain.calendar import DAYS, Calendar
from tests import house as scene
from tests.house import post
from tests.services.answered_scene import answered

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture
def settings(own_database: config.Settings) -> config.Settings:
    return replace(own_database, demo=True)


def run(settings: config.Settings, *arguments: str, module: str = "inbox", typed: str = "") -> tuple[int, str]:
    """Exit code, and everything that was printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=CHECKOUT,
        env=config.environment(settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def people(settings: config.Settings) -> int:
    with psycopg.connect(settings.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM agent").fetchone()
    assert row
    return int(row[0])


def test_seed_founds_the_invented_organisation_once(settings: config.Settings) -> None:
    code, said = run(settings, "seed")
    assert code == 0, said
    assert said.count("@nordby.example") == 6
    assert run(settings, "seed") == (0, "There is an organisation here already; nothing was changed.\n")
    assert people(settings) == 6


def test_an_organisation_of_ones_own_begins_without_people(settings: config.Settings) -> None:
    given = ("--name", "Østby kommune", "--language", "nb", "--zone", "Europe/Oslo")
    assert run(settings, "seed", *given, "--zone", "Europe/Nordby") == (
        2,
        "There is no time zone called “Europe/Nordby”. Write it like Europe/Copenhagen.\n",
    )
    assert run(settings, "seed", *given) == (
        0,
        "Østby kommune is founded. Add its people with `python -m inbox agent add`.\n",
    )
    assert people(settings) == 0
    code, said = run(
        settings, "agent", "add", "--email", "kari@ostby.example", "--name", "Kari Moe", "--role", "agent",
        typed="a long enough secret\n",
    )  # fmt: skip
    assert (code, said) == (0, "Kari Moe can sign in as kari@ostby.example.\n")


def test_a_person_is_refused_with_a_sentence(settings: config.Settings) -> None:
    run(settings, "seed")
    add = ("agent", "add", "--email", "ny@nordby.example", "--name", "Anna Berg")
    for arguments, typed, sentence in (
        ((*add, "--role", "king"), "a long enough secret", "A person needs one or more of these roles"),
        ((*add, "--role", "agent"), "short", "The password must have 12 characters or more."),
        ((*add, "--role", "agent"), "a long enough secret", "The public name “Anna” belongs to Anna Krogh, for good."),
    ):
        code, said = run(settings, *arguments, typed=typed + "\n")
        assert (code, sentence in said) == (2, True), said
        assert "Traceback" not in said
    assert people(settings) == 6


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere", "--name", "X"), "There is no platform called “nowhere”. Known platforms: bluesky, square."),
        (("bluesky", "--name", "X", "--set", "colour=red"), "“colour” is not a field here. Fields:"),
        (("bluesky", "--name", "X", "--set", "handle=x.example"), "“password” is missing:"),
        (
            (
                "square",
                "--name",
                "X",
                "--set",
                "url=http://127.0.0.1:9",
                "--set",
                "token=x",
                "--set",
                "webhook_secret=x",
            ),
            "The connection did not work:",
        ),
    ],
)
def test_an_account_is_refused_with_a_sentence(
    settings: config.Settings, arguments: tuple[str, ...], sentence: str
) -> None:
    run(settings, "seed")
    code, said = run(settings, "account", "add", *arguments)
    assert code == 2
    assert sentence in said
    assert "Traceback" not in said


def test_a_database_newer_than_the_code_is_left_alone(settings: config.Settings) -> None:
    with psycopg.connect(settings.database_owner_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    code, said = run(settings, "migrate")
    assert (code, said) == (
        2,
        "The database is newer than this code (it stands at 9999): start the release that it belongs to.\n",
    )


def test_a_silent_database_is_one_line(settings: config.Settings) -> None:
    code, said = run(replace(settings, database_owner_url="postgresql://nobody@127.0.0.1:9/none"), "migrate")
    assert code == 2
    assert said.startswith("The database can't be reached:")
    assert said.count("\n") == 1


def test_a_ledger_without_a_key_says_what_to_do(settings: config.Settings, tmp_path: Path) -> None:
    run(settings, "seed")
    code, said = run(replace(settings, data=tmp_path), "ledger", "verify")
    assert (code, said) == (2, "The ledger has no public key yet. Start the house once, then try again.\n")


@pytest.fixture
def asked(own_app: Flask) -> str:
    """The reference of a conversation in which Mette asked something on a Tuesday at noon, and nobody answered."""
    with own_app.app_context():
        house = scene.found(calendar=Calendar("Europe/Copenhagen", dict.fromkeys(DAYS[:5], (("09:00", "16:00"),))))
        house.news(post())
        return house.conversation().reference


def test_a_clock_explains_itself_in_the_language_asked_for(settings: config.Settings, asked: str) -> None:
    code, said = run(settings, "sla", "explain", asked.lower())
    assert code == 0, said
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert lines[0] == f"Mette Holm · Torvet · {asked}"
    assert lines[1].startswith("Første svar: fristen var 24. nov. 14.00 – ")
    assert "1 t i åbningstiden, fordi ingen regel før den passer: »Hurtig kanal«, regel 2 af 2." in lines
    assert "24. nov. 13.00 0 min Mette Holm skrev på Torvet" in lines
    assert "24. nov. 14.00 1 t Ikke holdt – ingen havde svaret til tiden" in lines
    code, english = run(settings, "sla", "explain", asked, "--language", "en")
    assert code == 0, english
    assert "Missed – nobody had answered by then" in english
    assert run(settings, "sla", "explain", "K-NONE22") == (2, "There is no such conversation.\n")


def test_a_verdict_that_was_changed_is_found_by_reading_all_again(settings: config.Settings, asked: str) -> None:
    over = "Just over, without a verdict yet: 1. The sweep gives it.\n"
    whole = "1 clock of 1 conversation: all are stored as their history says.\n"
    assert run(settings, "sla", "replay") == (0, whole + over)
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("UPDATE clock SET minutes = 600")
    changed = f"{asked}, first response 1: minutes is stored as 600; the history says 60\n"
    counted = "1 clock of 1 conversation: 1 difference.\n"
    assert run(settings, "sla", "replay") == (1, changed + counted + over)


def test_without_a_conversation_there_is_nothing_to_replay(settings: config.Settings) -> None:
    assert run(settings, "sla", "replay") == (0, "0 clocks of 0 conversations: all are stored as their history says.\n")


def test_earlier_answers_kept_anew_are_those_that_were_kept_one_by_one(
    settings: config.Settings, own_app: Flask
) -> None:
    with own_app.app_context():
        house = scene.found(undo_seconds=0)
        for visibility in ("public", "private"):
            answered(house, visibility=visibility)
    kept = "SELECT e::text FROM earlier_answer e ORDER BY message_id"
    with psycopg.connect(settings.database_url) as connection:
        before = connection.execute(kept).fetchall()
        # One is missing, one says what it should not, and neither is told by anything else.
        connection.execute("DELETE FROM earlier_answer WHERE visibility = 'private'")
        connection.execute("UPDATE earlier_answer SET same_words = 'x', search = to_tsvector('simple', 'y')")
    assert run(settings, "answers", "rebuild") == (0, "2 earlier answers kept anew.\n")
    with psycopg.connect(settings.database_url) as connection:
        assert connection.execute(kept).fetchall() == before
    assert len(before) == 2


def test_each_start_says_when_it_began(settings: config.Settings) -> None:
    """`/health` counts only what was seen alive since then."""
    for _start in range(2):
        before = clock.now()
        subprocess.run(
            [sys.executable, "-c", "import config; from inbox import cli; cli.prepare(config.read())"],
            cwd=CHECKOUT,
            env=config.environment(replace(settings, demo=False)),
            timeout=120,
            check=True,
        )
        with psycopg.connect(settings.database_url) as connection:
            row = connection.execute("SELECT seen_at FROM beat WHERE name = 'house'").fetchone()
        assert row is not None
        assert before <= row[0] <= clock.now()


def test_an_unknown_queue_is_refused(settings: config.Settings) -> None:
    code, said = run(settings, "--queues", "deliver,lunch", module="workers")
    assert code == 2
    assert "there is no queue called lunch; known are deliver, ingest, timers" in said


@pytest.mark.parametrize("module", ["inbox", "workers"])
def test_help_can_be_read_by_a_stranger(settings: config.Settings, module: str) -> None:
    code, said = run(settings, "--help", module=module)
    assert code == 0
    wanted = (
        ("serve", "seed", "agent", "account", "ledger", "sla")
        if module == "inbox"
        else ("--queues", "--clock", "--sweep")
    )
    assert all(word in said for word in wanted)
