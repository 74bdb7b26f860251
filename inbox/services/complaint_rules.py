"""Deciding how complaints of a kind are handled: within how many working days, by whom, and in which words.

A complaint that was decided keeps what held then. What it must not do: touch a complaint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain import complaints, personal_data
from inbox.domain.complaints import LANGUAGES, LONGEST_TEXT, MOST_DAYS, Kind, Route
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.text import clean
from inbox.models import ComplaintRule
from inbox.queries import complaint_rules
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Entry:
    """What the form says. Days are None where no number was given; a text that we ship is kept as none."""

    receipt_days: int | None
    answer_days: int | None
    route: str
    silo_id: UUID | None = None
    agent_id: UUID | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def save(work: UnitOfWork, kind: str, entry: Entry, version: int) -> None:
    """Put it in force for complaints that are decided from now on.

    Raises Forbidden for all but leads and administrators, Invalid with the field (`kind`, `receipt_days`,
    `answer_days`, `route`, `text-da` and the other languages), Conflict when somebody saved since `version`.
    """
    if not work.actor.has(*complaint_rules.READERS):
        raise Forbidden("Leads and administrators decide how complaints are handled.")
    if kind not in set(Kind):
        raise Invalid("There is no such kind of complaint.", field="kind")
    receipt_days, answer_days = _days(entry)
    route = _route(work, entry)
    texts = {language: text for language in LANGUAGES if (text := _text(kind, language, entry))}
    found = _held(work, Kind(kind))
    if version != found.version:
        raise Conflict("Somebody saved this meanwhile. Nothing of yours is saved yet.")
    found.receipt_days, found.answer_days, found.route = receipt_days, answer_days, route.value
    found.silo_id = entry.silo_id if route is Route.UNIT else None
    found.agent_id = entry.agent_id if route is Route.PERSON else None
    found.texts, found.version = texts, version + 1
    work.session.flush()


def _held(work: UnitOfWork, kind: Kind) -> ComplaintRule:
    """The kind's row, held until the commit; made first where there is none, so that the second of two waits."""
    usual = complaints.USUAL[kind]
    row = insert(ComplaintRule).values(
        kind=kind.value,
        receipt_days=usual.receipt_days,
        answer_days=usual.answer_days,
        route=usual.route.value,
        texts={},
        version=usual.version,
    )
    work.session.execute(row.on_conflict_do_nothing())
    return work.session.scalars(
        select(ComplaintRule)
        .where(ComplaintRule.kind == kind.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _days(entry: Entry) -> tuple[int, int]:
    for name, given in (("receipt_days", entry.receipt_days), ("answer_days", entry.answer_days)):
        if given is None or not 1 <= given <= MOST_DAYS:
            raise Invalid("Give a number of working days from 1 to %(most)s.", field=name, most=MOST_DAYS)
    assert entry.receipt_days is not None
    assert entry.answer_days is not None
    if entry.answer_days < entry.receipt_days:
        raise Invalid("The answer can't come before the receipt.", field="answer_days")
    return entry.receipt_days, entry.answer_days


def _route(work: UnitOfWork, entry: Entry) -> Route:
    if entry.route not in set(Route):
        raise Invalid("Choose where it goes.", field="route")
    route = Route(entry.route)
    if route is Route.UNIT and entry.silo_id not in {one.id for one in complaint_rules.units(work)}:
        raise Invalid("Choose the unit that is asked.", field="route")
    if route is Route.PERSON and entry.agent_id not in {one.id for one in complaint_rules.people(work)}:
        raise Invalid("Choose the colleague who gets it.", field="route")
    return route


def _text(kind: str, language: str, entry: Entry) -> str:
    """The organisation's own words; none where they are those that we begin with."""
    where, text = f"text-{language}", clean(entry.texts.get(language, "")).text.strip()
    if len(text) > LONGEST_TEXT:
        raise Invalid("Write at most %(limit)s characters.", field=where, limit=LONGEST_TEXT)
    if unknown := complaints.unknown(text):
        raise Invalid(
            "Nobody knows how to fill {%(place)s}. There are {name}, {agent}, {organisation}, {link}, {by}, {complaint}"
            " and {secure}.",
            field=where,
            place=unknown[0],
        )
    if personal_data.find(text):
        raise Invalid("It holds a national identity number. Take it out.", field=where)
    return "" if text == complaints.starter(Kind(kind), language) else text
