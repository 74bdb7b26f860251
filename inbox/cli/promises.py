"""Commands for the promised times."""

from __future__ import annotations

import sys
from dataclasses import replace
from uuid import UUID

import click
from flask_babel import force_locale

from inbox.app import create_app
from inbox.cli.opening import servers
from inbox.domain.actors import SYSTEM
from inbox.queries import explaining, replaying
from inbox.queries.organisation import house
from inbox.uow import reading
from inbox.web import clock_panel
from inbox.web.reading import remember

REPLAYED_AT_ONCE = 200
"""Conversations in one unit of work."""


@click.group("sla")
def promises() -> None:
    """The promised times: why each of them is as it is, and whether they are stored as their history says."""


@promises.command("explain")
@click.argument("conversation", metavar="REFERENCE_OR_ID")
@click.option("--language", type=click.Choice(["da", "nb", "en"]), help="the organisation's own if not given")
def sla_explain(conversation: str, language: str | None) -> None:
    """Print every start, pause, resume and verdict of one conversation's clocks, each with its reason."""
    with servers() as settings, create_app(settings).app_context():
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
    with servers() as settings, create_app(settings, people=False).app_context():
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
