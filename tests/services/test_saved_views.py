"""Views under a name: whose they are, who sees them, who takes them away."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from inbox.domain.actors import Actor, Role
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.filters import Pair
from inbox.domain.ids import new_id
from inbox.models import SavedView
from inbox.queries.inbox_list import View
from inbox.queries.surroundings import Kept, around
from inbox.services import saved_views
from inbox.uow import reading
from tests import house as scene
from tests.house import House
from tests.services.answering import count, deed

WINTER: tuple[Pair, ...] = (("tag", "Vinter"), ("tag", "Sne"), ("visibility", "public"))


@pytest.fixture
def house(app: Flask) -> House:
    return scene.found()


def save(
    by: Actor, name: str = "Sne på vejene", *, team: UUID | None = None, filters: tuple[Pair, ...] = WINTER
) -> UUID:
    with deed(by) as work:
        return saved_views.save(work, name=name, view="unassigned", filters=filters, team_id=team)


def kept(by: Actor) -> tuple[Kept, ...]:
    with reading(by) as work:
        return around(work).kept


def test_a_view_comes_back_as_it_was_kept_and_is_ones_own(house: House) -> None:
    id_ = save(house.anna, "  Sne  på vejene ")

    assert kept(house.anna) == (Kept(id_, "Sne på vejene", View.UNASSIGNED, WINTER, shared=False, own=True),)
    assert kept(house.jonas) == kept(house.lone) == ()


def test_a_lead_shares_with_the_team_and_nobody_else_does(house: House) -> None:
    [team] = house.lone.teams
    id_ = save(house.lone, team=team)

    assert [(view.id, view.shared, view.own) for view in kept(house.anna)] == [(id_, True, False)]
    with pytest.raises(Forbidden):
        save(house.anna, team=team)
    with pytest.raises(Forbidden):
        save(house.lone, team=new_id())
    assert count(SavedView) == 1


def test_its_owner_takes_it_away_and_a_lead_what_is_shared(house: House) -> None:
    [team] = house.lone.teams
    own, shared = save(house.anna), save(house.lone, team=team)
    with pytest.raises(NotFound), deed(house.jonas) as work:
        saved_views.delete(work, own)
    with pytest.raises(NotFound), deed(house.lone) as work:
        saved_views.delete(work, own)
    with pytest.raises(Forbidden), deed(house.anna) as work:
        saved_views.delete(work, shared)
    another = replace(house.lone, id=house.jonas.id)
    with deed(another) as work:
        saved_views.delete(work, shared)
    with deed(house.anna) as work:
        saved_views.delete(work, own)
    assert count(SavedView) == 0


@pytest.mark.parametrize(
    ("name", "filters", "said", "field"),
    [
        ("", WINTER, "Give the view a name", "name"),
        ("x" * 61, WINTER, "at most 60", "name"),
        ("sne PÅ vejene", WINTER, "of this name already", "name"),
        ("Ny", (("priority", "9"),), "no such priority", "priority"),
    ],
)
def test_what_can_not_be_kept_is_said(
    house: House, name: str, filters: tuple[Pair, ...], said: str, field: str
) -> None:
    save(house.anna)
    with pytest.raises(Invalid, match=said) as refused:
        save(house.anna, name, filters=filters)
    assert refused.value.field == field
    save(house.jonas)
    assert count(SavedView) == 2


def test_one_person_has_fifty_views_at_most(house: House) -> None:
    with deed(house.anna) as work:
        for number in range(saved_views.MOST):
            saved_views.save(work, name=f"Visning {number}", view="open", filters=())
            work.session.flush()
    with pytest.raises(Invalid, match="50 views already"):
        save(house.anna)


def test_who_does_not_answer_keeps_no_view(house: House) -> None:
    with pytest.raises(Forbidden):
        save(replace(house.anna, roles=frozenset({Role.AUDITOR})))
