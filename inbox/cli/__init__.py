"""`python -m inbox …`: what a person types to run and set up Byline.

Each command opens the house's servers, does one deed and says in a sentence what came of it. There is one file for
each family of commands. What they must not do: hold a rule; services decide, and their refusals are printed as they
are.
"""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import OperationalError

import config
from inbox import embedded, migrating
from inbox.cli.accounts import account
from inbox.cli.answers import answers
from inbox.cli.house import migrate, prepare, seed, serve
from inbox.cli.people import agent
from inbox.cli.promises import promises
from inbox.cli.record import ledger
from inbox.domain.errors import Refused

__all__ = ["commands", "main", "prepare"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Byline: one shared queue of public mentions and private messages, answered by named people.

    Settings come from the environment: DATA (the folder of everything that must survive), PORT, BASE_URL, and for an
    installation with servers of its own DATABASE_URL and REDIS_URL. README.md lists them all.
    """


for _command in (serve, migrate, seed, agent, account, ledger, promises, answers):
    commands.add_command(_command)


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
