"""Commands for the public record."""

from __future__ import annotations

import sys

import click

from inbox.app import create_app
from inbox.cli.opening import servers
from inbox.domain.actors import SYSTEM
from inbox.domain.ledger import report
from inbox.services import verification
from inbox.services.ledger_files import LedgerFiles
from inbox.uow import reading


@click.group()
def ledger() -> None:
    """The append-only record of the public dialogue."""


@ledger.command("verify")
def ledger_verify() -> None:
    """Check every entry, from the words to the signed heads. Exit code 0: whole, 1: tampered, 2: incomplete."""
    with servers() as settings, create_app(settings).app_context(), reading(SYSTEM) as work:
        found = verification.verify(work, LedgerFiles.of(settings.data))
    for line in report.told(found):
        click.echo(line)
    sys.exit(found.status)
