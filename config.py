"""The settings of one installation, and the keys it made for itself.

It exists so that the environment is read in one place, once, and a bad value is one clear line before anything
starts. What it must not do: import the inbox, know a default that a person should decide in the settings pages, or
hand the ledger's signing key to anybody but the sequencer, who asks for its file by `ledger_key_file`.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).resolve().parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_PORT = r"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
SMTP_URL = rf"smtps?://([^\s:@/]+(:[^\s@/]*)?@)?([\w.-]+|\[[0-9a-f:]+\])(:{_PORT})?/?\Z"
MAIL_FROM = r"[!-;=?A-~]+@[\w-]+(\.[\w-]+)*\Z"
_T = TypeVar("_T")


class BadSettings(Exception):
    """One sentence per bad value, in `lines`."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process of the house was told. Times are in seconds; an empty URL means the embedded server."""

    data: Path
    """The folder of everything that must survive: databases, keys, logs, demo logins."""
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    """Where people and platforms reach us, without a slash at the end. It decides Secure cookies and HSTS."""
    database_url: str = ""
    """The app's own role, byline_app."""
    database_owner_url: str = ""
    """The role that migrates."""
    sequencer_database_url: str = ""
    """The role that numbers the ledger's entries."""
    redis_url: str = ""
    sockets: Literal["threads", "gevent"] = "threads"
    lease_seconds: int = 45
    """How long a claim of work owed stands before others may doubt it."""
    call_seconds: int = 15
    """The whole time one call to a platform may take. Below the lease, so that a living worker's claim stands."""
    demo: bool = True
    """Seed the invented organisation at the first start and open the town square."""
    log_level: str = "INFO"
    smtp_url: str = ""
    """Who takes our mail; empty: none is sent."""
    mail_from: str = ""

    @property
    def embedded(self) -> bool:
        """Whether PostgreSQL and Valkey are ours to start."""
        return not self.database_url

    @property
    def secure(self) -> bool:
        """Whether people reach us over https."""
        return self.base_url.startswith("https://")


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in `environ`, by default this process's own. Raises BadSettings with every bad value at once."""
    source = _Reader(os.environ if environ is None else environ)
    host = source.text("HOST", "127.0.0.1")
    port = source.whole("PORT", 8000, low=1, high=65535)
    database_url = source.url("DATABASE_URL", ("postgresql", "postgresql+psycopg"))
    redis_url = source.url("REDIS_URL", ("redis", "rediss"))
    if bool(source.text("DATABASE_URL", "")) != bool(source.text("REDIS_URL", "")):
        source.bad.append(
            "DATABASE_URL and REDIS_URL go together: give both, or neither to have both servers started for you"
        )
    settings = Settings(
        data=source.made("DATA", _folder, CHECKOUT / "var"),
        host=host,
        port=port,
        base_url=source.made("BASE_URL", _base_url, f"http://{in_url(host)}:{port}"),
        database_url=database_url,
        database_owner_url=source.url("DATABASE_OWNER_URL", ("postgresql", "postgresql+psycopg")),
        sequencer_database_url=source.url("SEQUENCER_DATABASE_URL", ("postgresql", "postgresql+psycopg")),
        redis_url=redis_url,
        sockets=source.made("SOCKETS", _sockets, "threads"),
        lease_seconds=source.whole("LEASE_SECONDS", 45, low=2, high=3600),
        call_seconds=source.whole("CALL_SECONDS", 15, low=1, high=600),
        demo=source.made("DEMO", _yes_or_no, not database_url),
        log_level=source.made("LOG_LEVEL", _log_level, "INFO"),
        smtp_url=source.like("SMTP_URL", SMTP_URL, "must look like smtp://user:password@mail.example:587 or smtps://…"),
        mail_from=source.like("MAIL_FROM", MAIL_FROM, "must be one address, such as byline@nordby.example"),
    )
    if bool(source.text("SMTP_URL", "")) != bool(source.text("MAIL_FROM", "")):
        source.bad.append("SMTP_URL and MAIL_FROM go together: give both, or neither to send no mail")
    if settings.call_seconds >= settings.lease_seconds:
        source.bad.append(
            f"CALL_SECONDS ({settings.call_seconds}) must be below LEASE_SECONDS ({settings.lease_seconds}): "
            "otherwise a claim could run out while its call is still under way"
        )
    if source.bad:
        raise BadSettings(source.bad)
    return settings


def environment(settings: Settings) -> dict[str, str]:
    """What a child process is to be given, so that it reads the same settings, addresses and nothing else's."""
    told = {field.name.upper(): getattr(settings, field.name) for field in fields(settings)}
    return {
        **os.environ,
        **{name: str(int(value) if isinstance(value, bool) else value) for name, value in told.items()},
        # Never anybody else's options for gunicorn, and no word held back in a buffer when a process dies.
        "GUNICORN_CMD_ARGS": "",
        "PYTHONUNBUFFERED": "1",
    }


def take_environment(given: Mapping[str, str]) -> None:
    """Know of the environment nothing but `given` from now on, as a program that is started anew does."""
    os.environ.clear()
    os.environ.update(given)


class _Reader:
    """Collects what is wrong, so that all of it can be said at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.bad: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def made(self, name: str, make: Callable[[str], _T], default: _T) -> _T:
        given = self.text(name, "")
        if not given:
            return default
        try:
            return make(given)
        except ValueError as error:
            self.bad.append(f"{name} {error}")
            return default

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        def make(given: str) -> int:
            number = int(given) if given.isascii() and given.isdigit() else -1
            if not low <= number <= high:
                raise ValueError(f"must be a whole number from {low} to {high}, not {given!r}")
            return number

        return self.made(name, make, default)

    def like(self, name: str, pattern: str, must: str) -> str:
        def make(given: str) -> str:
            # The value itself is not repeated in the message: it may hold a password.
            if not re.match(pattern, given, re.ASCII | re.IGNORECASE):
                raise ValueError(must)
            return given

        return self.made(name, make, "")

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        starts = [f"{scheme}://" for scheme in schemes]
        return self.like(name, "|".join(map(re.escape, starts)), f"must begin with {' or '.join(starts)}")


def in_url(host: str) -> str:
    """A listening address as it stands in a URL; one that means every address is reached by loopback."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _folder(given: str) -> Path:
    folder = Path(given).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"must be a folder, and {given!r} is not one")
    return folder


def _base_url(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(f"must look like https://byline.example, not {given!r}")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError(f"must be a scheme, a host and perhaps a port, nothing more, not {given!r}")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError(f"must begin with https://: plain http is for this machine alone, not for {parts.hostname}")
    return f"{parts.scheme}://{parts.netloc}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sockets(given: str) -> Literal["threads", "gevent"]:
    match given:
        case "threads" | "gevent":
            return given
        case _:
            raise ValueError(f"must be threads or gevent, not {given!r}")


def _yes_or_no(given: str) -> bool:
    if given not in ("0", "1"):
        raise ValueError(f"must be 1 or 0, not {given!r}")
    return given == "1"


def _log_level(given: str) -> str:
    if given.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}, not {given!r}")
    return given.upper()


@dataclass(frozen=True, slots=True)
class Keys:
    """The app's secrets. Scaled out, every machine has the same `DATA/keys`."""

    session: str
    """Signs cookies and form tokens."""
    password_salt: str
    """Keys the HMAC under the password hashes."""
    sealing: bytes
    """32 bytes; seals credentials and the agents' signing keys at rest."""


def keys(data: Path) -> Keys:
    """The app's keys in `data`, made at the first call; readable by the owner alone."""
    return Keys(
        session=secret(data, "session"),
        password_salt=secret(data, "password-salt"),
        sealing=bytes.fromhex(secret(data, "sealing")),
    )


def ledger_key_file(data: Path) -> Path:
    """Where the ledger's signing key lies: 64 hex digits, the 32 bytes of an Ed25519 private key. Made if missing."""
    secret(data, "ledger")
    return data / "keys" / "ledger"


def secret(data: Path, name: str) -> str:
    """64 hex digits kept in `data/keys/name`, made at the first call.

    Two processes that make it at the same time agree: the file appears whole, by a link that only one can win.
    """
    folder = data / "keys"
    file = folder / name
    if not file.exists():
        open_folder(data)
        folder.mkdir(mode=0o700, exist_ok=True)
        draft = folder / f".{name}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    value = file.read_text().strip()
    if len(value) != 64:
        raise BadSettings([f"the key in {file} is damaged: restore it from a backup"])
    return value


def open_folder(data: Path) -> Path:
    """The data folder, made if missing: nobody else may look into it.

    Under root others may pass through, since the database runs as a user of its own; each folder inside is closed.
    """
    if not data.exists():
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return data
