"""Choosing the country pack, the organisation's own places in its safe ways, and what those who write are called.

What it must not do: offer a way (`inbox.queries.countries`), or change a calendar: holidays are chosen there.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.countries import pack, places_of
from inbox.domain.countries.calling import chosen_word
from inbox.domain.errors import Conflict, Forbidden
from inbox.models import Organisation
from inbox.uow import UnitOfWork

EDITORS = (Role.ADMINISTRATOR, Role.LEAD)


def choose(work: UnitOfWork, code: str, places: Mapping[str, str], *, version: int, calling: str | None = None) -> None:
    """Put this country and these places in force. A place that the country has no way for is left as it was.

    `calling` is what those who write are called (`countries.calling`): empty for the country's word, None for what it
    was. Raises Forbidden for all but administrators and leads, Invalid (`country`, `calling`), `countries.Unfilled`
    for places that are none, Conflict when somebody saved others since `version`.
    """
    if not (work.actor.is_system or work.actor.has(*EDITORS)):
        raise Forbidden("The country and the safe ways are changed by leads and administrators.")
    filled = places_of(pack(code), places)
    organisation = work.session.scalars(
        select(Organisation).with_for_update().execution_options(populate_existing=True)
    ).one()
    if version != organisation.country_version:
        raise Conflict("Somebody saved other safe ways meanwhile. Nothing of yours is saved yet.")
    word = organisation.calling if calling is None else chosen_word(calling)
    kept = (code, {**organisation.safe_places, **filled}, word)
    if (organisation.country, organisation.safe_places, organisation.calling) != kept:
        organisation.country, organisation.safe_places, organisation.calling = kept
        organisation.country_version = version + 1
