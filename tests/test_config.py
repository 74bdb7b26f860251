"""What the environment may say, and how it is told when it says something else."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import config

MAIL = {"SMTP_URL": "smtps://byline:sesame@mail.example", "MAIL_FROM": "byline@nordby.example"}
SERVERS = {"DATABASE_URL": "postgresql://byline_app@db/byline", "REDIS_URL": "redis://bell"}


def test_nothing_said_is_the_demo_on_this_machine() -> None:
    settings = config.read({})
    assert settings.embedded
    assert settings.demo
    assert not settings.secure
    assert settings.data == config.CHECKOUT / "var"
    assert settings.base_url == "http://127.0.0.1:8000"


def test_the_address_follows_the_port() -> None:
    assert config.read({"PORT": "8123"}).base_url == "http://127.0.0.1:8123"
    assert config.read({"HOST": "::1", "PORT": "8123"}).base_url == "http://[::1]:8123"
    assert config.read({"HOST": "0.0.0.0"}).base_url == "http://127.0.0.1:8000"


def test_servers_of_ones_own_leave_the_demo_out() -> None:
    settings = config.read({**SERVERS, "BASE_URL": "https://byline.example/"})
    assert not settings.embedded
    assert not settings.demo
    assert settings.secure
    assert settings.base_url == "https://byline.example"
    assert config.read({**SERVERS, "DEMO": "1"}).demo


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"PORT": "http"}, "PORT must be a whole number from 1 to 65535, not 'http'"),
        ({"PORT": "70000"}, "PORT must be a whole number from 1 to 65535, not '70000'"),
        ({"PORT": "-1"}, "PORT must be a whole number from 1 to 65535, not '-1'"),
        ({"PORT": "٨٠٠٠"}, "PORT must be a whole number from 1 to 65535, not '٨٠٠٠'"),
        ({"SOCKETS": "eventlet"}, "SOCKETS must be threads or gevent, not 'eventlet'"),
        ({"DEMO": "yes"}, "DEMO must be 1 or 0, not 'yes'"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, not 'loud'"),
        ({"BASE_URL": "byline.example"}, "BASE_URL must look like https://byline.example, not 'byline.example'"),
        (
            {"BASE_URL": "http://byline.example"},
            "BASE_URL must begin with https://: plain http is for this machine alone, not for byline.example",
        ),
        (
            {"BASE_URL": "https://byline.example/desk"},
            "BASE_URL must be a scheme, a host and perhaps a port, nothing more, not 'https://byline.example/desk'",
        ),
        (
            {"CALL_SECONDS": "45", "LEASE_SECONDS": "45"},
            (
                "CALL_SECONDS (45) must be below LEASE_SECONDS (45): otherwise a claim could run out while its call is "
                "still under way"
            ),
        ),
        (
            {"REDIS_URL": "redis://bell"},
            "DATABASE_URL and REDIS_URL go together: give both, or neither to have both servers started for you",
        ),
        ({**SERVERS, "REDIS_URL": "unix:///bell"}, "REDIS_URL must begin with redis:// or rediss://"),
        (
            {"SMTP_URL": "smtp://mail"},
            "SMTP_URL and MAIL_FROM go together: give both, or neither to send no mail",
        ),
        (
            {"SMTP_URL": "smtp://mail", "MAIL_FROM": "Byline <byline@nordby.example>"},
            "MAIL_FROM must be one address, such as byline@nordby.example",
        ),
    ],
)
def test_a_bad_value_is_one_clear_line(given: dict[str, str], line: str) -> None:
    with pytest.raises(config.BadSettings) as told:
        config.read(given)
    assert told.value.lines == (line,)


def test_all_bad_values_are_told_at_once() -> None:
    with pytest.raises(config.BadSettings) as told:
        config.read({"PORT": "x", "DEMO": "x", "SOCKETS": "x", "BASE_URL": "x"})
    assert [line.split()[0] for line in told.value.lines] == ["PORT", "BASE_URL", "SOCKETS", "DEMO"]


def test_a_database_password_is_never_repeated() -> None:
    with pytest.raises(config.BadSettings) as told:
        config.read({"DATABASE_URL": "mysql://byline:sesame@db/byline", "REDIS_URL": "redis://bell"})
    assert "sesame" not in str(told.value)
    assert "DATABASE_URL must begin with postgresql://" in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail",
        "smtp://",
        "smtp://mail:0",
        "smtp://mail:65536",
        "smtp://byline:se/same@mail",
        "smtp://:sesame@mail",
    ],
)
def test_a_mail_server_is_one_that_can_be_called_and_its_password_is_never_repeated(url: str) -> None:
    with pytest.raises(config.BadSettings) as told:
        config.read({"SMTP_URL": url, "MAIL_FROM": "byline@nordby.example"})
    assert told.value.lines == ("SMTP_URL must look like smtp://user:password@mail.example:587 or smtps://…",)


@pytest.mark.parametrize(
    "url", ["smtp://mail", "smtps://mail.example:465/", "smtp://byline:s%3Asame%2F@mail:587", "smtp://[::1]:25"]
)
def test_a_mail_server_as_it_may_be_called(url: str) -> None:
    assert config.read({"SMTP_URL": url, "MAIL_FROM": "byline@nordby.example"}).smtp_url == url


def test_data_must_be_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(config.BadSettings, match="DATA must be a folder"):
        config.read({"DATA": str(file)})


def test_a_child_reads_the_same_settings(tmp_path: Path) -> None:
    settings = config.read(
        {**SERVERS, "PORT": "8123", "DATA": str(tmp_path), "LEASE_SECONDS": "60", "DEMO": "1", **MAIL}
    )
    assert config.read(config.environment(settings)) == settings


def test_keys_are_made_once_and_closed(tmp_path: Path) -> None:
    data = tmp_path / "var"
    first = config.keys(data)
    assert config.keys(data) == first
    assert len(first.sealing) == 32
    assert len({first.session, first.password_salt, first.sealing.hex()}) == 3
    for file in (data / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((data / "keys").stat().st_mode) == 0o700
    # Under root the database's own user passes through the data folder, and may not look around.
    assert stat.S_IMODE(data.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)


def test_the_ledger_key_is_not_among_the_apps(tmp_path: Path) -> None:
    app_keys = config.keys(tmp_path)
    file = config.ledger_key_file(tmp_path)
    assert file.read_text() not in (app_keys.session, app_keys.password_salt, app_keys.sealing.hex())
    assert config.ledger_key_file(tmp_path).read_text() == file.read_text()


def test_many_first_starts_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda _: config.secret(tmp_path, "session"), range(64)))
    assert len(made) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["session"]


def test_a_damaged_key_is_told(tmp_path: Path) -> None:
    config.secret(tmp_path, "session")
    (tmp_path / "keys" / "session").write_text("")
    with pytest.raises(config.BadSettings, match="is damaged"):
        config.secret(tmp_path, "session")
