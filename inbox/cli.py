"""`python -m inbox …`: what a person types to run and set up Byline.

Each command opens the house's servers, does one deed and says in a sentence what came of it. What it must
not do: hold a rule; services decide, and their refusals are printed as they are.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import click
from flask_babel import force_locale
from flask_security.utils import hash_password
from sqlalchemy.exc import OperationalError

import config
from connectors.kit import registry
from connectors.kit.contract import AccountConfig, Health
from connectors.kit.http import HttpClient
from inbox import embedded, founding, migrating
from inbox.app import create_app
from inbox.domain.actors import SYSTEM, Role
from inbox.domain.errors import Refused
from inbox.domain.ledger import report
from inbox.extensions import db
from inbox.queries import explaining, replaying
from inbox.queries.organisation import house
from inbox.services import accounts, agents, heartbeat, own_posts, verification
from inbox.services.accounts import AccountMemory
from inbox.services.ledger_files import LedgerFiles
from inbox.uow import reading, uow
from inbox.web import clock_panel
from inbox.web.reading import remember

REPLAYED_AT_ONCE = 200
"""Conversations in one unit of work."""


class Stop(click.ClickException):
    """One clear line and exit code 2."""

    exit_code = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Byline: one shared queue of public mentions and private messages, answered by named people.

    Settings come from the environment: DATA (the folder of everything that must survive), PORT, BASE_URL, and for an
    installation with servers of its own DATABASE_URL and REDIS_URL. README.md lists them all.
    """


@commands.command()
def serve() -> None:
    """Start the whole house: database, web, workers, clock and sequencer. Ctrl-C ends it."""
    from inbox import serving

    serving.serve(_settings(), prepare)


@commands.command()
def migrate() -> None:
    """Bring the database to this release's schema (serve does it by itself)."""
    with _servers() as settings:
        migrating.migrate(settings)
    click.echo("The database stands at this release.")


@commands.command()
@click.option("--name", help="found this organisation instead of the invented one; people are added afterwards")
@click.option("--language", type=click.Choice(["da", "nb", "en"]), default="da", show_default=True)
@click.option("--zone", default="Europe/Copenhagen", show_default=True, help="its IANA time zone")
def seed(name: str | None, language: str, zone: str) -> None:
    """Found the organisation: an invented one with its people to try things out, or your own with --name."""
    with _servers() as settings:
        migrating.migrate(settings)
        new = founding.found(settings, name, language, zone) if name else founding.seed(settings)
    if not new:
        click.echo("There is an organisation here already; nothing was changed.")
    elif name:
        click.echo(f"{name} is founded. Add its people with `python -m inbox agent add`.")
    else:
        click.echo(founding.logins_file(settings.data).read_text(), nl=False)


@commands.group()
def agent() -> None:
    """The people with a login."""


@agent.command("add")
@click.option("--email", required=True, help="the address to sign in with")
@click.option("--name", required=True, help="the full name")
@click.option("--role", "roles", multiple=True, required=True, help=f"one or more of: {', '.join(Role)}")
@click.option(
    "--signs-as",
    type=click.Choice(["first", "first_initial", "full"]),
    default="first",
    show_default=True,
    help="how the name stands under public answers, as agreed with the person",
)
@click.option("--language", type=click.Choice(["da", "nb", "en"]), default="da", show_default=True)
def agent_add(email: str, name: str, roles: tuple[str, ...], signs_as: str, language: str) -> None:
    """Add a person. The password is asked for, or read from standard input when that is not a terminal."""
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < 12:
        raise Stop("The password must have 12 characters or more.")
    with _servers() as settings, create_app(settings).app_context():
        hashed = hash_password(password)
        with uow(SYSTEM) as work:
            agents.add(
                work,
                email=email,
                full_name=name,
                roles=roles,
                password_hash=hashed,
                signs_as=signs_as,
                language=language,
            )
    click.echo(f"{name} can sign in as {email}.")


@commands.group()
def account() -> None:
    """Our own presence on the platforms."""


@account.command("add")
@click.argument("platform")
@click.option("--name", required=True, help="what the account is called here")
@click.option("--set", "given", multiple=True, metavar="KEY=VALUE", help="one field of the platform's form")
def account_add(platform: str, name: str, given: tuple[str, ...]) -> None:
    """Connect to PLATFORM, test it, and add the account."""
    if platform not in registry.connectors():
        raise Stop(f"There is no platform called “{platform}”. Known platforms: {', '.join(registry.connectors())}.")
    kind = registry.connector(platform)
    with _servers() as settings, create_app(settings, people=False).app_context():
        credentials = accounts.checked_credentials(kind.credentials_schema, _fields(given))
        health = _probe(settings, platform, name, credentials)
        with uow(SYSTEM) as work:
            accounts.add(work, channel=platform, name=name, credentials=credentials, health=health)
    handle = health.identity.handle if health.identity else name
    click.echo(f"{handle} on {kind.capabilities.label} is connected.")


@account.command("resume")
@click.argument("platform")
@click.argument("handle")
@click.option("--set", "given", multiple=True, metavar="KEY=VALUE", help="a field of the platform's form that changed")
def account_resume(platform: str, handle: str, given: tuple[str, ...]) -> None:
    """Connect HANDLE on PLATFORM again after the platform refused it, with new keys if need be. What waits goes out."""
    with _servers() as settings, create_app(settings, people=False).app_context():
        with reading(SYSTEM) as work:
            found = accounts.called(work, platform, handle)
            account_id, name, known = found.id, found.name, accounts.credentials(work, found)
        schema = registry.connector(platform).credentials_schema
        credentials = accounts.checked_credentials(schema, {**known, **_fields(given)})
        health = _probe(settings, platform, name, credentials)
        with uow(SYSTEM) as work:
            accounts.reconnect(work, account_id, credentials, health)
    click.echo(f"{handle} is connected again.")


@account.command("give")
@click.argument("platform")
@click.argument("handle")
@click.option("--to", "email", default="", help="the login of whoever alone signs there; without it, everybody does")
def account_give(platform: str, handle: str, email: str) -> None:
    """Give HANDLE on PLATFORM to one person: only they sign there, others prepare."""
    with _servers() as settings, create_app(settings, people=False).app_context(), uow(SYSTEM) as work:
        owner = agents.called(work, email) if email else None
        own_posts.give_to(work, accounts.called(work, platform, handle).id, owner)
    click.echo(f"{handle} belongs to {email or 'everybody'}.")


def _fields(given: tuple[str, ...]) -> dict[str, str]:
    return dict(one.partition("=")[::2] for one in given)


def _probe(settings: config.Settings, platform: str, name: str, credentials: Mapping[str, str]) -> Health:
    """Connect and test, outside any unit of work."""
    probing = AccountConfig(
        id="", name=name, external_id="", handle="", credentials=credentials, memory=AccountMemory({})
    )
    return registry.connector(platform)(probing, HttpClient(settings.call_seconds)).probe()


@commands.group()
def ledger() -> None:
    """The append-only record of the public dialogue."""


@ledger.command("verify")
def ledger_verify() -> None:
    """Check every entry, from the words to the signed heads. Exit code 0: whole, 1: tampered, 2: incomplete."""
    with _servers() as settings, create_app(settings).app_context(), reading(SYSTEM) as work:
        found = verification.verify(work, LedgerFiles.of(settings.data))
    for line in report.told(found):
        click.echo(line)
    sys.exit(found.status)


@commands.group("sla")
def promises() -> None:
    """The promised times: why each of them is as it is, and whether they are stored as their history says."""


@promises.command("explain")
@click.argument("conversation", metavar="REFERENCE_OR_ID")
@click.option("--language", type=click.Choice(["da", "nb", "en"]), help="the organisation's own if not given")
def sla_explain(conversation: str, language: str | None) -> None:
    """Print every start, pause, resume and verdict of one conversation's clocks, each with its reason."""
    with _servers() as settings, create_app(settings).app_context():
        with reading(SYSTEM) as work:
            explained, now = explaining.explain(work, explaining.find(work, conversation)), work.now
            found = house(work)
        remember(found)
        with force_locale(language or (found.language if found else "en")):
            for line in clock_panel.printed(explained, now):
                click.echo(line)


@promises.command("replay")
def sla_replay() -> None:
    """Read every clock of the database anew and compare. Exit code 0: all as stored, 1: something differs."""
    total = replaying.NOTHING
    after: UUID | None = None
    with _servers() as settings, create_app(settings, people=False).app_context():
        while found := _replayed(after):
            after, page = found
            total += page
            for one in page.differences:
                click.echo(replaying.told(one))
    for line in replaying.summed_up(total):
        click.echo(line)
    sys.exit(1 if total.differences else 0)


def _replayed(after: UUID | None) -> tuple[UUID, replaying.Replayed] | None:
    """The next conversations, in units of work so short that the house can go on; None at the end."""
    with reading(SYSTEM) as work:
        ids = replaying.following(work, after, REPLAYED_AT_ONCE)
        found = replaying.replay(work, ids)
    if not ids:
        return None
    if found.differences:
        # What changed between two of our statements is no difference: it is gone at a second look.
        with reading(SYSTEM) as work:
            again = replaying.replay(work, {one.conversation_id for one in found.differences})
        found = replace(found, differences=again.differences)
    return ids[-1], found


def prepare(settings: config.Settings) -> None:
    """What must be done before anybody is served: the schema, in the demonstration the invented organisation, and the
    note that a run begins, since `/health` must not take the last run's signs of life for this one's.
    """
    migrating.migrate(settings)
    if settings.demo:
        founding.seed(settings)
    else:
        founding.open_practice_rooms(settings)
    with create_app(settings, people=False).app_context():
        with uow(SYSTEM) as work:
            heartbeat.begin(work)
        # Whoever watches over the processes keeps no connection of its own.
        db.engine.dispose()


def _settings() -> config.Settings:
    return config.read()


@contextmanager
def _servers() -> Iterator[config.Settings]:
    with embedded.servers(_settings()) as settings:
        yield settings


def main() -> None:
    """Run a command. What went wrong is one clear line; only bugs show where in the code."""
    try:
        commands(prog_name="python -m inbox")
    except config.BadSettings as error:
        _stop("\n".join(error.lines))
    except (embedded.CannotStart, migrating.CannotMigrate, Refused) as error:
        _stop(str(error))
    except OperationalError as error:
        _stop(f"The database can't be reached: {str(error.orig).splitlines()[0]}")


def _stop(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(2)
