"""A person's public name: the forms it could have, and how it changed. What it must not do: show it to strangers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from inbox.domain import names
from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.names import Form
from inbox.models import Agent, NameChange
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Change:
    """One change, newest first in the log."""

    before: str | None
    name: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """A person who signs, or who does not: `public_name` is None then. `forms` are the names they could choose."""

    id: UUID
    full_name: str
    public_name: str | None
    forms: Mapping[str, str]
    form: str
    """The form of the present name."""
    changes: tuple[Change, ...]


def one(work: UnitOfWork, agent_id: UUID) -> Named:
    """A person's own, or anybody's for an administrator. Raises Forbidden, NotFound."""
    if work.actor.id != agent_id and not work.actor.has(Role.ADMINISTRATOR):
        raise Forbidden("A public name is changed by its person or by an administrator.")
    person = work.session.get(Agent, agent_id)
    if person is None:
        raise NotFound("There is no such person.")
    by = aliased(Agent)
    rows = work.session.execute(
        select(NameChange.before, NameChange.name, by.full_name, NameChange.at)
        .join(by, by.id == NameChange.by_id)
        .where(NameChange.agent_id == agent_id)
        .order_by(NameChange.at.desc(), NameChange.id.desc())
    )
    forms = {form.value: names.public_name(person.full_name, form) for form in Form if form is not Form.AGREED}
    form = next((form for form, name in forms.items() if name == person.public_name), Form.AGREED.value)
    return Named(person.id, person.full_name, person.public_name, forms, form, tuple(Change(*row) for row in rows))
