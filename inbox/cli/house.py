"""Commands that start the house and found it."""

from __future__ import annotations

import click

import config
from inbox import founding, migrating
from inbox.app import create_app
from inbox.cli.opening import servers
from inbox.domain.actors import SYSTEM
from inbox.extensions import db
from inbox.services import heartbeat
from inbox.uow import uow


@click.command()
def serve() -> None:
    """Start the whole house: database, web, workers, clock and sequencer. Ctrl-C ends it."""
    from inbox import serving

    serving.serve(config.read(), prepare)


@click.command()
def migrate() -> None:
    """Bring the database to this release's schema (serve does it by itself)."""
    with servers() as settings:
        migrating.migrate(settings)
    click.echo("The database stands at this release.")


@click.command()
@click.option("--name", help="found this organisation instead of the invented one; people are added afterwards")
@click.option("--language", type=click.Choice(["da", "nb", "en"]), default="da", show_default=True)
@click.option("--zone", default="Europe/Copenhagen", show_default=True, help="its IANA time zone")
def seed(name: str | None, language: str, zone: str) -> None:
    """Found the organisation: an invented one with its people to try things out, or your own with --name."""
    with servers() as settings:
        migrating.migrate(settings)
        new = founding.found(settings, name, language, zone) if name else founding.seed(settings)
    if not new:
        click.echo("There is an organisation here already; nothing was changed.")
    elif name:
        click.echo(f"{name} is founded. Add its people with `python -m inbox agent add`.")
    else:
        click.echo(founding.logins_file(settings.data).read_text(), nl=False)


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
