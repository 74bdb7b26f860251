"""The settings at a glance. What can be changed has a page of its own, so nothing here takes a form."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from connectors.kit import registry
from inbox.domain import signature
from inbox.domain.classification import RULES
from inbox.queries import countries
from inbox.queries.settings import Settings, settings
from inbox.web import page, reading
from inbox.web.catalogue import gettext as _
from inbox.web.people import here
from inbox.web.wording import DAYS, ROLES

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
def overview() -> str:
    """Accounts, rules, hours, promises, signatures and people."""
    with reading.page(here()) as work:
        read = settings(work)
        return render_template(
            "settings/overview.html",
            settings=read,
            country=countries.chosen(work),
            signed=_signed(read),
            rules=RULES,
            days=DAYS,
            roles=ROLES,
            platforms=registry.connectors(),
            now=work.now,
        )


def _signed(read: Settings) -> dict[UUID, str]:
    """How an answer on each account is signed, with the name of somebody who signs: a style in braces says nothing."""
    name = next((person.public_name for person in read.people if person.public_name and not person.left), _("Name"))
    house = page.house()
    return {
        account.id: signature.render(account.signature_style, name, house.name if house else account.name)
        for account in read.accounts
    }
