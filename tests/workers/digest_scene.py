"""People who chose a mail, something unread, and a mail server: what the tests of digests begin with.

What it must not do: claim or send; the job does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.models import Agent, Notice
from inbox.services import digests, notices
from inbox.services.digests import Choice
from inbox.uow import reading
from tests.house import NOON, House, post
from tests.services.answering import deed
from workers import digests as job
from workers import mailing


@contextmanager
def at(minutes: float) -> Iterator[None]:
    """So many minutes past noon; the clock stands."""
    with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
        yield


def run(minutes: float) -> None:
    with at(minutes):
        job.run()


def listening_at(app: Flask, monkeypatch: pytest.MonkeyPatch, port: int, user: str = "") -> None:
    """The house sends its mail there, and has a second's patience."""
    told = replace(
        app.extensions["settings"],
        smtp_url=f"smtp://{user}127.0.0.1:{port}",
        mail_from="byline@nordby.example",
        base_url="https://byline.nordby.example",
        call_seconds=1,
    )
    monkeypatch.setitem(app.extensions, "settings", told)


def choose(actor: Actor, often: str = Choice.HOURLY, language: str = "en") -> None:
    with deed(actor) as work:
        digests.choose(work, often)
        work.session.get_one(Agent, actor.id).language = language


def tell(house: House, to: Actor, kind: str = "mentioned", minutes: float = 1) -> None:
    conversation = house.conversation()
    with deed(house.lone, NOON + timedelta(minutes=minutes)) as work:
        notices.tell(work, to.id, kind, conversation.id)


def unread(actor: Actor) -> int:
    with reading(SYSTEM) as work:
        found = select(Notice.id).where(Notice.agent_id == actor.id, Notice.read_at.is_(None))
        return len(work.session.scalars(found).all())


def waiting(house: House, *people: Actor) -> None:
    """Each chose a mail an hour and has something unread."""
    house.news(post())
    for actor in people:
        tell(house, actor)
        choose(actor)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[mailing.Outcome]:
    """What became of each try from now on."""
    found: list[mailing.Outcome] = []
    send: Callable[..., mailing.Outcome] = mailing.send

    def remembered(*given: object) -> mailing.Outcome:
        found.append(send(*given))
        return found[-1]

    monkeypatch.setattr(mailing, "send", remembered)
    return found
