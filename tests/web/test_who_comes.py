"""Who comes back with a login: read whole, and in one statement, since every page and every deed begins so."""

from __future__ import annotations

from flask import g
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Role
from inbox.domain.ids import new_id
from inbox.extensions import db
from inbox.models import Agent, Team
from inbox.models import Role as RoleRow
from inbox.uow import uow
from tests.house import House
from tests.web.conftest import Come, statements


def test_one_statement_reads_a_person_with_every_role_and_every_team(founded: House, come: Come) -> None:
    both = [Role.AGENT, Role.LEAD]
    with uow(SYSTEM) as work:
        work.session.add_all([Team(id=new_id(), name="Havnen"), Team(id=new_id(), name="Kirkegården")])
        work.session.flush()
        lone = work.session.get_one(Agent, founded.lone.id)
        lone.roles = list(work.session.scalars(select(RoleRow).where(RoleRow.name.in_(both))))
        lone.teams = list(work.session.scalars(select(Team)))
        teams = {team.id for team in lone.teams}
    browser = come(founded.lone)
    db.session.expunge_all()
    with statements() as sent:
        assert browser.get("/rows?view=open").status_code == 200
    person = [sql for sql in sent if sql.startswith(("SELECT agent", "SELECT role", "SELECT team"))]
    assert len(person) == 1, person
    assert len(teams) == 3
    assert (g.actor.roles, g.actor.teams) == (frozenset(both), teams)
