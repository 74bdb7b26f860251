"""Commands for our own presence on the platforms: connect, connect again, give to one person."""

from __future__ import annotations

from collections.abc import Mapping

import click

import config
from connectors.kit import registry
from connectors.kit.contract import AccountConfig, Health
from connectors.kit.http import HttpClient
from inbox.app import create_app
from inbox.cli.opening import Stop, servers
from inbox.domain.actors import SYSTEM
from inbox.services import accounts, agents, own_posts
from inbox.services.accounts import AccountMemory
from inbox.uow import reading, uow


@click.group()
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
    with servers() as settings, create_app(settings, people=False).app_context():
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
    with servers() as settings, create_app(settings, people=False).app_context():
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
    with servers() as settings, create_app(settings, people=False).app_context(), uow(SYSTEM) as work:
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
