"""Random days of a house: citizens ask, colleagues answer, platforms are late, terms change; all by the real services.

It exists so that the stored clocks can be compared with ten thousand happenings that nobody thought of. What it must
not do: store anything but through a service, or use a clock that the test did not set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from connectors.kit.contract import Absent, Found, Rejected, Retry, Unconfirmed
from inbox.domain.conversation import DismissReason, Klass, Status
from inbox.domain.errors import Conflict, Forbidden
from inbox.models import Conversation, Delivery, Identity, Message
from inbox.services import contacts, conversations, deliveries, replies, sla, verdicts
from inbox.uow import UnitOfWork, reading
from tests.house import LONG_AGO, House, delete, edit, post
from tests.services import random_terms
from tests.services.answering import LEASE, LONG, SETTLE, deed, taken


class Days:
    """A house and the time that passes in it. `happened` counts what took place, by kind."""

    def __init__(self, house: House, start: datetime, chance: Random) -> None:
        self.now = start
        self.happened: Counter[str] = Counter()
        self._house = house
        self._chance = chance
        self._posts: list[dict[str, Any]] = []
        self._late: list[dict[str, Any]] = []
        """Parents that come after their replies."""
        self._doubtful: list[tuple[UUID, int, datetime]] = []
        self._promised: list[UUID] = []

    @property
    def happenings(self) -> int:
        """How many things took place, verdicts left out."""
        return sum(number for kind, number in self.happened.items() if kind not in ("breach", "refused"))

    def pass_time(self) -> None:
        """Mostly minutes, sometimes a night or a weekend."""
        self.now += timedelta(seconds=self._chance.choice((1, 60, 300, 900, 1800, 3600, 10_000, 60_000, 200_000)))

    def _tick(self) -> datetime:
        """No two deeds come at the same instant."""
        self.now += timedelta(microseconds=1)
        return self.now

    def round(self) -> None:
        """A page of news and what people make of it."""
        self.news(self._chance.randint(180, 320))
        self.post_answers()
        for row in self._some(16):
            if self._chance.random() < 0.3:
                self.now += timedelta(seconds=self._chance.randint(1, 200))
            self._work_in(row)
        self.pass_time()
        self.post_answers()
        self.look_up()
        if self._chance.random() < 0.5:
            self.happened[random_terms.change(self._house, self._tick(), self._chance)] += 1
        if self._chance.random() < 0.6:
            self.sweep()

    # ── what citizens do ────────────────────────────────────────────────────────────────────────────────────────────
    def news(self, number: int) -> None:
        """A page as a platform tells it: in no order, some of it late, some of it twice."""
        items = [item for _ in range(number) for item in self._piece()]
        self._chance.shuffle(items)
        for item in items:
            self.happened[str(item["kind"])] += 1
        self._house.news(*items, received_at=self._tick())

    def _piece(self) -> Iterator[dict[str, Any]]:
        chance = self._chance.random()
        if chance < 0.05 and self._posts:
            of = self._chance.choice(self._posts[-200:])
            yield self._at(delete(of) if self._chance.random() < 0.5 else edit(of, f"Rettet {self._chance.random()}"))
        elif chance < 0.1 and self._late:
            yield self._late.pop(self._chance.randrange(len(self._late)))
        elif chance < 0.15 and self._posts:
            # A reply whose parent comes later, itself a reply in a thread that there is.
            under = self._chance.choice(self._posts[-300:])
            whose = under["post"]["author"]
            parent = self._said(whose if self._chance.random() < 0.6 else self._someone(), under)
            parent["post"]["root"] = None
            self._late.append(parent)
            yield self._remembered(self._said(whose, parent, rootless=True))
        elif chance < 0.6 and self._posts:
            under = self._chance.choice(self._posts[-150:])
            yield self._remembered(self._said(under["post"]["author"], under))
        elif chance < 0.65:
            yield post(visibility="private", author=self._someone(), at=self._when())
        elif chance < 0.7:
            yield post(kind="own", author=self._someone(), at=self._when())
        elif chance < 0.72 and self._posts:
            yield self._chance.choice(self._posts)
        else:
            yield self._remembered(post(author=self._someone(), at=self._when()))

    def _said(self, whose: dict[str, str], under: dict[str, Any], *, rootless: bool = False) -> dict[str, Any]:
        item = post("Og så?", author=whose, parent=under["post"]["id"], root=under["post"]["root"], at=self._when())
        if rootless:
            item["post"]["root"] = None  # type: ignore[index] # The item's own form is the square's.
        return item

    def _remembered(self, item: dict[str, Any]) -> dict[str, Any]:
        if item["post"]["root"] is not None:
            self._posts.append(item)
        return item

    def _at(self, item: dict[str, Any]) -> dict[str, Any]:
        return {**item, "at": self.now.isoformat()}

    def _someone(self) -> dict[str, str]:
        number = self._chance.randrange(60)
        return {"id": f"citizen-{number}", "handle": f"borger{number}", "name": f"Borger {number}"}

    def _when(self) -> datetime:
        """Just now, held up, from before the account was ours, or by a platform whose clock is ahead."""
        late = self._chance.choice((0, 0, 1, 1, 5, 30, 90, 600, -5, -30))
        if self._chance.random() < 0.02:
            return LONG_AGO - timedelta(days=1)
        return self.now - timedelta(minutes=late)

    # ── what colleagues do ──────────────────────────────────────────────────────────────────────────────────────────
    def _some(self, number: int) -> Sequence[Row[Any]]:
        """Half of what is new, half of what somebody has touched."""
        newest = (
            select(Conversation.id, Conversation.version, Conversation.status, Conversation.klass)
            .where(Conversation.merged_into_id.is_(None))
            .order_by(Conversation.changed_at.desc(), Conversation.id)
            .limit(number * 4)
        )
        with reading(self._house.lone) as work:
            new: Any = work.session.execute(newest).all()
            touched: Any = work.session.execute(newest.where(Conversation.status != Status.NEW)).all()
        found = {
            row.id: row for rows in (new, touched) for row in self._chance.sample(rows, min(number // 2, len(rows)))
        }
        return list(found.values())

    def _work_in(self, row: Row[Any]) -> None:
        deeds: tuple[tuple[str, int, Callable[[UnitOfWork, Row[Any]], object]], ...] = (
            ("reply", 9, self._reply),
            ("solve", 2, lambda work, one: conversations.solve(work, one.id, one.version)),
            ("dismiss", 1, self._dismiss),
            ("reopen", 5 if row.status in (Status.SOLVED, Status.DISMISSED) else 0, self._reopen),
            ("make_work", 20 if row.klass != Klass.OURS else 0, self._make_work),
            ("note", 1, lambda work, one: conversations.note(work, one.id, "Ring til driften.")),
            ("take", 1, lambda work, one: conversations.take(work, one.id, one.version)),
            ("rank", 1, self._rank),
            ("group", 2, self._group),
        )
        name, _, do = self._chance.choices(deeds, [weight for _, weight, _ in deeds])[0]
        try:
            with deed(self._chance.choice((self._house.anna, self._house.lone)), self._tick()) as work:
                do(work, row)
            self.happened[name] += 1
        except (Conflict, Forbidden):
            self.happened["refused"] += 1

    def _reply(self, work: UnitOfWork, row: Row[Any]) -> None:
        private = work.session.scalar(
            select(func.bool_or(Message.visibility == "private")).where(Message.conversation_id == row.id)
        )
        self._promised.append(
            replies.reply(
                work,
                row.id,
                version=row.version,
                visibility="private" if private else "public",
                body=LONG if self._chance.random() < 0.03 else "Den åbner klokken 7.",
                holding=self._chance.random() < 0.15,
            ).message_id
        )

    def _dismiss(self, work: UnitOfWork, row: Row[Any]) -> None:
        conversations.dismiss(work, row.id, row.version, self._chance.choice(list(DismissReason)))

    def _reopen(self, work: UnitOfWork, row: Row[Any]) -> None:
        conversations.reopen(work, row.id, row.version)

    def _make_work(self, work: UnitOfWork, row: Row[Any]) -> None:
        conversations.make_work(work, row.id, row.version)

    def _rank(self, work: UnitOfWork, row: Row[Any]) -> None:
        conversations.rank(work, row.id, row.version, self._chance.randrange(3))

    def _group(self, work: UnitOfWork, row: Row[Any]) -> None:
        contact_id = work.session.scalars(
            select(Identity.contact_id)
            .join(Conversation, Conversation.identity_id == Identity.id)
            .where(Conversation.id == row.id)
        ).one()
        contacts.put_in_group(work, contact_id, self._chance.choice(("", "press", "company")))

    # ── what platforms do ───────────────────────────────────────────────────────────────────────────────────────────
    def post_answers(self) -> None:
        """Undo some; claim what is due; the platform takes it, doubts it, refuses it or is busy."""
        for message_id in self._promised:
            if self._chance.random() < 0.05:
                try:
                    with deed(self._house.anna, self._tick()) as work:
                        replies.undo(work, message_id)
                    self.happened["undo"] += 1
                except (Conflict, Forbidden):
                    pass
        self._promised.clear()
        while self._chance.random() < 0.97:
            with deed(now=self._tick()) as work:
                part = deliveries.claim(work, LEASE)
            if part is None:
                return
            self._outcome(part)

    def _outcome(self, part: UUID) -> None:
        with deed(now=self._tick()) as work:
            attempt = work.session.get_one(Delivery, part).attempts
            stood = work.now - timedelta(seconds=self._chance.choice((0, 1, 3)))
            match self._chance.choices(("stands", "doubt", "rejected", "busy"), (80, 12, 3, 5))[0]:
                case "stands":
                    deliveries.record(work, part, attempt, taken(stood, f"ours-{part}"), SETTLE)
                case "doubt":
                    deliveries.record(work, part, attempt, Unconfirmed("no answer"), SETTLE)
                    self._doubtful.append((part, attempt, stood))
                case "rejected":
                    deliveries.record(work, part, attempt, Rejected("no"), SETTLE)
                    if self._chance.random() < 0.5:
                        self._doubtful.append((part, attempt, stood))
                case _:
                    deliveries.record(work, part, attempt, Retry("busy"), SETTLE)
        self.happened["outcome"] += 1

    def look_up(self) -> None:
        """Some of what was in doubt turns out to stand there all the while, or not."""
        waiting, self._doubtful = self._doubtful, []
        for part, attempt, stood in waiting:
            if self._chance.random() < 0.6:
                self._doubtful.append((part, attempt, stood))
                continue
            result = Found(taken(stood, f"ours-{part}")) if self._chance.random() < 0.7 else Absent()
            with deed(now=self._tick()) as work:
                deliveries.record_look(work, part, attempt, result)
            self.happened["look"] += 1

    # ── what the house does ─────────────────────────────────────────────────────────────────────────────────────────
    def sweep(self) -> None:
        """Some of what is owed, as a worker that is ended in the middle leaves it; or all of it."""
        with deed(now=self._tick()) as work:
            sla.reread(work, self._chance.choice((3, 500, 500)))
        with deed(now=self._tick()) as work:
            self.happened["breach"] += verdicts.breach(work, self._chance.choice((5, 1000)))

    def settle(self) -> None:
        """Until nothing is owed to the sweep."""
        for owes in (sla.reread, verdicts.breach):
            more = True
            while more:
                with deed(now=self._tick()) as work:
                    more = owes(work) > 0
