"""Commands for the people with a login."""

from __future__ import annotations

import getpass
import sys

import click
from flask_security.utils import hash_password

from inbox.app import create_app
from inbox.cli.opening import Stop, servers
from inbox.domain.actors import SYSTEM, Role
from inbox.services import agents
from inbox.uow import uow


@click.group()
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
    with servers() as settings, create_app(settings).app_context():
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
