"""A founded house for tests: the cast, one account on the square, and news as the square tells them.

Everything is stored by the real services; only the platform's own server is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import update

from connectors.kit.contract import Author, Health, Page
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.calendar import ALWAYS, Calendar
from inbox.domain.ids import new_id
from inbox.domain.opening_plan import Plan
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.models import Agent, Conversation, Team
from inbox.models import Calendar as CalendarRow
from inbox.models import Policies as PoliciesRow
from inbox.services import accounts, agents, intake, organisation
from inbox.uow import reading, uow

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""A Tuesday."""
LONG_AGO = NOON - timedelta(days=365)
METTE = {"id": "citizen-mette", "handle": "mette", "name": "Mette Holm"}
ALI = {"id": "citizen-ali", "handle": "ali", "name": "Ali R."}
CHANNEL = "square"


@dataclass
class House:
    """Who is there, and the account that everything comes in on."""

    account_id: UUID
    anna: Actor
    jonas: Actor
    lone: Actor
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def news(
        self, *items: dict[str, object], stream: str = "news", received_at: datetime | None = None
    ) -> intake.Taken:
        """Take in a page with these items, at once unless said otherwise: when the newest of them was said."""
        said = [datetime.fromisoformat(str(item["at"])) for item in items if "at" in item]
        with uow(SYSTEM) as work:
            work.now = received_at or max(said, default=work.now)
            return intake.take_in(
                work, self.account_id, stream, Page(items=items, next_cursor=str(next(self._numbers)))
            )

    def conversation(self) -> Conversation:
        """The only conversation there is."""
        with reading(SYSTEM) as work:
            found = work.session.query(Conversation).filter(Conversation.merged_into_id.is_(None)).one()
            work.session.expunge(found)
            return found


def promised(minutes: int) -> Policies:
    """A first answer within so many opening minutes, twice as many in private, and nothing else."""
    return Policies(
        (
            Policy("Privat besked", {ClockKind.FIRST_RESPONSE: minutes * 2}, True, visibility="private"),
            Policy("Hurtig kanal", {ClockKind.FIRST_RESPONSE: minutes}, True),
        )
    )


def found(
    *, calendar: Calendar = ALWAYS, undo_seconds: int = 5, minutes: int = 60, policies: Policies | None = None
) -> House:
    """Found the house in the current application's database."""
    with uow(SYSTEM) as work:
        organisation.found(
            work,
            called="Nordby Kommune",
            language="da",
            zone="Europe/Copenhagen",
            team="Borgerservice",
            calendar=("Nordby", Plan(calendar.zone, calendar.hours)),
            policies=policies or promised(minutes),
            ledger_origin="nordby.example/test",
            undo_seconds=undo_seconds,
        )
        for table in (CalendarRow, PoliciesRow):
            work.session.execute(update(table).values(created_at=LONG_AGO))
    with uow(SYSTEM) as work:
        account_id = accounts.add(
            work,
            channel=CHANNEL,
            name="Nordby Kommune",
            credentials={"url": "http://127.0.0.1:9", "token": "invented", "webhook_secret": "invented"},
            health=Health(ok=True, detail="", identity=Author("nordby", "nordby", "Nordby Kommune")),
            practice=False,
        )
        # It was ours before anybody said anything: what was said earlier waits only from when it came in.
        accounts.get(work, account_id, lock=True).created_at = LONG_AGO
        people = {
            name: agents.add(
                work,
                email=f"{name.split()[0].lower()}@nordby.example",
                full_name=name,
                roles=[role],
                password_hash="invented",
            )
            for name, role in (("Anna Krogh", "agent"), ("Jonas Lind", "agent"), ("Lone Vestergaard", "lead"))
        }
        team = work.session.query(Team).one().id
        assert work.session.query(Agent).count() == 3

    def actor(name: str, role: Role) -> Actor:
        return Actor(people[name], name, frozenset({role}), frozenset({team}))

    return House(
        account_id,
        actor("Anna Krogh", Role.AGENT),
        actor("Jonas Lind", Role.AGENT),
        actor("Lone Vestergaard", Role.LEAD),
    )


def second_team(house: House, *people: Actor) -> House:
    """“Vej og Park” with an account of its own, on which the house returned hears news; these people are of it, too."""
    with uow(SYSTEM) as work:
        other = Team(id=new_id(), name="Vej og Park")
        work.session.add(other)
        work.session.flush()
        for one in people:
            agent = work.session.get_one(Agent, one.id)
            agent.teams = [*agent.teams, other]
        account_id = accounts.add(
            work,
            channel=CHANNEL,
            name="Vej og Park",
            credentials={"url": "http://127.0.0.1:9", "token": "invented", "webhook_secret": "invented"},
            health=Health(ok=True, detail="", identity=Author("vejogpark", "vejogpark", "Vej og Park")),
            practice=False,
        )
        accounts.get(work, account_id, lock=True).team_id = other.id
    return House(account_id, house.anna, house.jonas, house.lone)


def post(
    text: str = "@nordby Hvornår åbner svømmehallen?",
    *,
    own_id: str | None = None,
    author: dict[str, str] = METTE,
    visibility: str = "public",
    kind: str = "",
    parent: str | None = None,
    root: str | None = None,
    at: datetime = NOON,
) -> dict[str, object]:
    """One post as the square's stream tells it."""
    own = own_id or str(new_id())
    return {
        "kind": "post",
        "at": at.isoformat(),
        "post": {
            "id": own,
            "author": author,
            "text": text,
            "visibility": visibility,
            "kind": kind or ("private" if visibility == "private" else "reply" if parent else "mention"),
            "said_at": at.isoformat(),
            "parent": parent,
            "root": root or parent or own,
            "version": 1,
            "url": f"http://127.0.0.1:9/square/{own}",
        },
    }


def edit(of: dict[str, object], text: str, after: timedelta = timedelta(minutes=1)) -> dict[str, object]:
    """The author changed the words."""
    before = of["post"]
    assert isinstance(before, dict)
    at = datetime.fromisoformat(str(of["at"])) + after
    return {"kind": "edit", "at": at.isoformat(), "post": {**before, "text": text, "version": 2}}


def delete(of: dict[str, object], after: timedelta = timedelta(minutes=2)) -> dict[str, object]:
    """The author took it away."""
    before = of["post"]
    assert isinstance(before, dict)
    at = datetime.fromisoformat(str(of["at"])) + after
    return {
        "kind": "delete",
        "at": at.isoformat(),
        "post": {name: value for name, value in before.items() if name != "text"},
    }
