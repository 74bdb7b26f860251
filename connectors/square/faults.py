"""How the square can be told to misbehave.

Why it exists: real platforms are slow, forgetful, repetitive and rude, seldom on demand; here each kind of
trouble is a switch. What it must not do: break what the square promises of its memory: what it has accepted
stands, is seen within `LONGEST_INVISIBLE`, and is told truthfully on the truth page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from connectors.square.schema import fault

LONGEST_INVISIBLE = 3
"""Seconds that an accepted post may stay unseen. The connector's `settle` rests on it."""
MOST_TIMES = 10_000

Where = Literal["every call", "answers", "the stream", "looking up", "webhooks"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One switch. `unit` is empty when there is nothing to set; `most` bounds the value in that unit."""

    name: str
    where: Where
    unit: Literal["", "ms", "s"] = ""
    usual: int = 0
    most: int = 0


FAULTS: Mapping[str, Fault] = {
    one.name: one
    for one in (
        Fault("latency", "every call", "ms", usual=250, most=60_000),
        Fault("throttle", "answers", "s", usual=5, most=3_600),
        Fault("refuse_access", "answers"),
        Fault("reject", "answers"),
        Fault("fail_before", "answers"),
        Fault("fail_after", "answers"),
        Fault("drop_after", "answers"),
        Fault("hold_after", "answers", "ms", usual=20_000, most=60_000),
        Fault("invisible", "answers", "s", usual=2, most=LONGEST_INVISIBLE),
        Fault("forget_keys", "answers"),
        Fault("stream_throttle", "the stream", "s", usual=5, most=3_600),
        Fault("stream_fail", "the stream"),
        Fault("duplicate", "the stream"),
        Fault("reorder", "the stream"),
        Fault("poison", "the stream"),
        Fault("odd_letters", "the stream"),
        Fault("lookup_fail", "looking up"),
        Fault("forge_webhook", "webhooks"),
        Fault("lose_webhook", "webhooks"),
    )
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A switch that is on. `times` is None until somebody switches it off."""

    value: int
    times: int | None


def switch_on(engine: Engine, name: str, *, value: int | None = None, times: int | None = None) -> None:
    """Misbehave for the next `times` calls, or until switched off. Raises `ValueError` outside the bounds."""
    if name not in FAULTS:
        raise ValueError(f"The square knows no misbehaviour called {name!r}.")
    kind = FAULTS[name]
    chosen = kind.usual if value is None else value
    if not 0 <= chosen <= kind.most:
        raise ValueError(f"{name} goes from 0 to {kind.most} {kind.unit}, not {chosen}.")
    if times is not None and not 1 <= times <= MOST_TIMES:
        raise ValueError(f"From 1 to {MOST_TIMES} times, not {times}.")
    with engine.begin() as connection:
        row = {"value": chosen, "times": times}
        connection.execute(
            insert(fault).values(name=name, **row).on_conflict_do_update(index_elements=["name"], set_=row)
        )


def switch_off(engine: Engine, name: str | None = None) -> None:
    """Behave again, in this or in every way."""
    with engine.begin() as connection:
        connection.execute(delete(fault) if name is None else delete(fault).where(fault.c.name == name))


def switched_on(engine: Engine) -> Mapping[str, Setting]:
    """What is on now."""
    with engine.connect() as connection:
        return {row.name: Setting(row.value, row.times) for row in connection.execute(select(fault))}


def take_first(engine: Engine, *names: str) -> tuple[str, int] | None:
    """The first of `names` that is on, with its value; only this one is counted."""
    on = switched_on(engine)
    for name in names:
        if name in on:
            taken = take(engine, name)
            if taken:
                return name, taken[name]
    return None


def take(engine: Engine, *names: str) -> Mapping[str, int]:
    """Those of `names` that are on, with their values; each counts this as one of its times."""
    with engine.begin() as connection:
        # One read for the usual case, in which nothing is on; the update then settles who takes the last time.
        on = {row.name for row in connection.execute(select(fault.c.name).where(fault.c.name.in_(names)))}
        if not on:
            return {}
        # Row locks are taken in the order of the names, so that two calls never wait for each other.
        taken = {}
        for name in sorted(on):
            row = connection.execute(
                update(fault).where(fault.c.name == name).values(times=fault.c.times - 1).returning(fault.c.value)
            ).first()
            if row is not None:
                taken[name] = row.value
        connection.execute(delete(fault).where(fault.c.times <= 0))
        return taken
