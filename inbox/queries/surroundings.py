"""What stands around the list: how many are in each view, our accounts, colleagues, tags, and views kept under a name.

All of it in one statement, since every page of the desk shows it; counts stop at a thousand. It also knows what the
filters of an address name. What it must not do: show anything of another team's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute

from inbox.domain.errors import Invalid
from inbox.domain.filters import KINDS, NO_ACCOUNT, NO_AGENT, NO_TAG, Filters, Pair, asked
from inbox.models import Account, Agent, Conversation, ConversationTag, SavedView, Tag, Team
from inbox.models.agent import team_member
from inbox.preparing import PREPARED
from inbox.queries import acute, gathering_lines
from inbox.queries.counting import few
from inbox.queries.gathering_lines import Line
from inbox.queries.inbox_list import CAP, COUNTED, ME, NOW, TEAMS, View, answerers_only, awake, part, whole
from inbox.queries.narrowing import Narrow
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Channel:
    """One of our accounts, and how many open conversations it has, at most CAP + 1."""

    id: UUID
    name: str
    handle: str
    channel: str
    practice: bool
    count: int


@dataclass(frozen=True, slots=True)
class Named:
    """A colleague, a team or a tag."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A view under a name. `shared` is a team's; `own` may be taken away by the actor."""

    id: UUID
    name: str
    view: View
    filters: tuple[Pair, ...]
    shared: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Around:
    """Everything around the list. `on` are the tags of the conversation that is open."""

    counts: Mapping[View, int]
    accounts: tuple[Channel, ...]
    colleagues: tuple[Named, ...]
    teams: tuple[Named, ...]
    tags: tuple[Named, ...]
    kept: tuple[Kept, ...]
    on: tuple[Named, ...]
    gatherings: tuple[Line, ...] = ()
    acute: int = 0
    """How many may be acute, and nobody sees to them yet."""
    acute_id: UUID | None = None
    """The oldest of them."""

    def narrowed(self, filters: Filters) -> Narrow:
        """What the filters name. Raises Invalid for what is not there, or is another team's."""
        if filters.account is not None and filters.account not in {one.id for one in self.accounts}:
            raise Invalid(NO_ACCOUNT, field="account")
        if filters.agent is not None and filters.agent not in {one.id for one in self.colleagues}:
            raise Invalid(NO_AGENT, field="agent")
        ids = {one.name.lower(): one.id for one in self.tags}
        for name in filters.tags:
            if name.lower() not in ids:
                raise Invalid(NO_TAG, field="tag", name=name)
        return Narrow(
            account_id=filters.account,
            tag_ids=tuple(ids[name.lower()] for name in filters.tags),
            priority=filters.priority,
            language=filters.language,
            assignee_id=filters.agent,
            visibility=filters.visibility,
        )


def around(work: UnitOfWork, conversation_id: UUID | None = None) -> Around:
    """Read it all, for whoever answers. Raises Forbidden for others."""
    actor = work.actor
    answerers_only(actor)
    line = work.session.execute(
        _statement(),
        {
            "teams": list(actor.teams),
            "me": actor.id,
            "now": work.now,
            "conversation": conversation_id,
            "up_to": CAP + 1,
        },
    ).one()
    return Around(
        counts={view: int(getattr(line, view.value)) for view in COUNTED},
        accounts=tuple(Channel(**{**one, "id": UUID(one["id"])}) for one in line.accounts or ()),
        colleagues=_list(line.colleagues),
        teams=_list(line.teams),
        tags=_list(line.tags),
        kept=tuple(_one_kept(work, one) for one in line.kept or ()),
        on=_list(line.on_it),
        gatherings=gathering_lines.lines(work, line.gatherings),
        acute=line.acute["count"],
        acute_id=UUID(line.acute["id"]) if line.acute["id"] else None,
    )


def tags(work: UnitOfWork, conversation_id: UUID) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """The tags of a conversation that the actor may see, and all that there are."""
    line = work.session.execute(_tags(), {"conversation": conversation_id}).one()
    return _list(line.on_it), _list(line.tags)


CONVERSATION: BindParameter[Any] = bindparam("conversation", type_=Uuid)


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    """Made once: to put it together costs more than to have it answered."""
    return select(
        *(few(_of(whole(view), part(view, ME, NOW))).label(view.value) for view in COUNTED),
        _accounts().label("accounts"),
        # Those who left as well: what they held may be looked for.
        _named(Agent, Agent.full_name)
        .where(Agent.id.in_(select(team_member.c.agent_id).where(team_member.c.team_id == any_(TEAMS))))
        .scalar_subquery()
        .label("colleagues"),
        _named(Team, Team.name).where(Team.id == any_(TEAMS)).scalar_subquery().label("teams"),
        _named(Tag, Tag.name).scalar_subquery().label("tags"),
        _kept().label("kept"),
        _on().label("on_it"),
        gathering_lines.column().label("gatherings"),
        acute.waiting().label("acute"),
    )


@cache
def _tags() -> Select[*tuple[Any, ...]]:
    both = select(_on().label("on_it"), _named(Tag, Tag.name).scalar_subquery().label("tags"))
    return both.execution_options(**PREPARED)


def _open(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return _of(whole(View.OPEN), *where)


def _of(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(literal_column("1")).select_from(Conversation).where(Conversation.team_id == any_(TEAMS), *where)


def _accounts() -> ScalarSelect[Any]:
    count = few(_open(Conversation.account_id == Account.id, awake(NOW)).correlate(Account))
    shown = func.jsonb_build_object(
        "id", Account.id, "name", Account.name, "handle", Account.handle, "channel", Account.channel,
        "practice", Account.practice, "count", count,
    )  # fmt: skip
    return (
        select(func.jsonb_agg(aggregate_order_by(shown, Account.created_at, Account.id)))
        .where(Account.team_id == any_(TEAMS))
        .scalar_subquery()
    )


def _named(model: type[Team | Tag | Agent], name: InstrumentedAttribute[str]) -> Select[Any]:
    shown = func.jsonb_build_object("id", model.id, "name", name)
    return select(func.jsonb_agg(aggregate_order_by(shown, func.lower(name), model.id)))


def _kept() -> ScalarSelect[Any]:
    shown = func.jsonb_build_object(
        "id", SavedView.id, "name", SavedView.name, "filters", SavedView.filters,
        "agent_id", SavedView.agent_id, "team_id", SavedView.team_id,
    )  # fmt: skip
    sort = (SavedView.team_id.is_not(None), func.lower(SavedView.name), SavedView.id)
    own = and_(SavedView.agent_id == ME, SavedView.team_id.is_(None))
    return (
        select(func.jsonb_agg(aggregate_order_by(shown, *sort)))
        .where(or_(own, SavedView.team_id == any_(TEAMS)))
        .scalar_subquery()
    )


def _on() -> ScalarSelect[Any]:
    shown = func.jsonb_build_object("id", Tag.id, "name", Tag.name)
    return (
        select(func.jsonb_agg(aggregate_order_by(shown, func.lower(Tag.name), Tag.id)))
        .join(ConversationTag, ConversationTag.tag_id == Tag.id)
        .where(ConversationTag.conversation_id == CONVERSATION)
        .scalar_subquery()
    )


def _one_kept(work: UnitOfWork, one: Mapping[str, Any]) -> Kept:
    given: Mapping[str, Sequence[str]] = {kind: one["filters"].get(kind, ()) for kind in KINDS}
    view = one["filters"].get("view", [""])[0]
    return Kept(
        id=UUID(one["id"]),
        name=one["name"],
        view=View(view) if view in set(View) else View.OPEN,
        filters=asked(given),
        shared=one["team_id"] is not None,
        own=one["agent_id"] == str(work.actor.id),
    )


def _list(given: Sequence[Mapping[str, str]] | None) -> tuple[Named, ...]:
    return tuple(Named(UUID(one["id"]), one["name"]) for one in given or ())
