"""The settings at a glance. What can be changed has a page of its own, so nothing here takes a form."""

from __future__ import annotations

from flask import Blueprint, render_template

from connectors.kit import registry
from inbox.domain.classification import RULES
from inbox.queries.settings import settings
from inbox.web import reading
from inbox.web.people import here
from inbox.web.wording import DAYS, ROLES

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
def overview() -> str:
    """Accounts, rules, hours, promises, signatures and people."""
    with reading.page(here()) as work:
        return render_template(
            "settings/overview.html",
            settings=settings(work),
            rules=RULES,
            days=DAYS,
            roles=ROLES,
            platforms=registry.connectors(),
            now=work.now,
        )
