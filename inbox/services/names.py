"""How somebody signs from now on: changed by themselves or an administrator, logged, and never to another's name.

What was signed before keeps its signature, and so does what was promised already. What this must not do: change a
signature, or tell anybody outside who a public name belongs to.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from inbox.domain import names
from inbox.domain.actors import Actor, Role
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.models import Agent, NameChange, PublicName
from inbox.uow import UnitOfWork


def may_change(actor: Actor, agent_id: UUID) -> bool:
    """Their own, or an administrator."""
    return actor.id == agent_id or actor.has(Role.ADMINISTRATOR)


def change(work: UnitOfWork, agent_id: UUID, form: str, agreed: str = "") -> str:
    """Give somebody who signs another public name for coming posts; the name.

    Raises Forbidden for a colleague's, NotFound, Invalid (`form`, `agreed`) for a name that is none or another's.
    """
    if not may_change(work.actor, agent_id):
        raise Forbidden("A public name is changed by its person or by an administrator.")
    person = work.session.scalars(
        select(Agent).where(Agent.id == agent_id, Agent.left_at.is_(None)).with_for_update(key_share=True)
    ).one_or_none()
    if person is None:
        raise NotFound("There is no such person.")
    if person.public_name is None:
        raise Invalid("This person does not sign, and so has no public name.", field="form")
    name = names.public_name(person.full_name, form, agreed)
    if name == person.public_name:
        return name
    field = "agreed" if form == names.Form.AGREED else "form"
    refuse_taken(work, name, agent_id, field)
    before = person.public_name
    try:
        with work.session.begin_nested():
            person.public_name = name
    except IntegrityError as error:
        # Two people chose it in the same instant; the database kept it for the first.
        raise _taken(name, field) from error
    work.session.add(
        NameChange(
            id=new_id(), agent_id=agent_id, before=before, name=name, form=form, by_id=work.actor.id, at=work.now
        )
    )
    return name


def refuse_taken(work: UnitOfWork, name: str, agent_id: UUID | None, field: str) -> None:
    """Raise Invalid for a name that somebody else signs with, or ever did."""
    owner = work.session.scalar(select(PublicName.agent_id).where(PublicName.key == func.lower(name)))
    if owner is not None and owner != agent_id:
        raise _taken(name, field)


def _taken(name: str, field: str) -> Invalid:
    return Invalid(
        "The public name “%(name)s” is somebody else’s, for good. Choose another one.", field=field, name=name
    )
