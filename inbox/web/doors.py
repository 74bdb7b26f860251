"""All doors of ours, hung in one place. What it must not do: be a door itself."""

from __future__ import annotations

from flask import Flask

from connectors.kit import registry
from inbox.extensions import csrf
from inbox.web import (
    activity,
    acute,
    acute_words,
    answered,
    assets,
    audit,
    bulk,
    calendars,
    canned,
    catalogue,
    charters,
    complaint_settings,
    complaints,
    contacts,
    conversations,
    correcting,
    countries,
    desk,
    gatherings,
    harm,
    headers,
    health,
    hooks,
    ladders,
    last_word,
    lead,
    me,
    moderating,
    names,
    notices,
    on_call,
    own_posts,
    page,
    people,
    pictures,
    policies,
    presence,
    reach,
    refusals,
    releasing,
    replies,
    search,
    settings,
    silo,
    silo_desk,
    silo_units,
    staff,
    start,
    tags,
    together,
    views,
)

ROOMS = (
    acute,
    acute_words,
    answered,
    activity,
    assets,
    audit,
    bulk,
    calendars,
    canned,
    charters,
    complaint_settings,
    complaints,
    contacts,
    conversations,
    correcting,
    countries,
    desk,
    gatherings,
    harm,
    health,
    hooks,
    ladders,
    last_word,
    lead,
    me,
    moderating,
    names,
    notices,
    on_call,
    own_posts,
    pictures,
    policies,
    presence,
    reach,
    releasing,
    replies,
    settings,
    silo,
    silo_desk,
    silo_units,
    staff,
    search,
    start,
    tags,
    together,
    views,
)


def register(app: Flask) -> None:
    """Hang every door of ours."""
    catalogue.install(app)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    # A platform's call is proven by its own signature over the raw bytes; a browser's token it can't have.
    csrf.exempt(hooks.blueprint)
    page.register(app)
    refusals.register(app)
    # Pages that platforms bring along are strangers' houses: their doors are their own.
    people.register(app, frozenset(registry.sites()))
    headers.register(app, secure=app.extensions["settings"].secure)
    start.slow_down_guessing(app)
