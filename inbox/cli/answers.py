"""Commands for what was answered before."""

from __future__ import annotations

import click

from inbox.app import create_app
from inbox.cli.opening import servers
from inbox.domain.actors import SYSTEM
from inbox.services import remembering
from inbox.uow import uow


@click.group()
def answers() -> None:
    """Earlier answers, as they are found again when somebody asks the same."""


@answers.command("rebuild")
def answers_rebuild() -> None:
    """Keep all of them anew from the messages, in one transaction. The house may run meanwhile."""
    with servers() as settings, create_app(settings, people=False).app_context(), uow(SYSTEM) as work:
        kept = remembering.rebuild(work)
    click.echo(f"{kept} earlier answer{'' if kept == 1 else 's'} kept anew.")
