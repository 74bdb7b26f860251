"""A question at a ticket system, from the desk and back, through the running house: one ticket, whatever breaks."""

from __future__ import annotations

from datetime import timedelta

from inbox.domain.actors import SYSTEM
from inbox.services import silo
from inbox.services import silo_units as units
from inbox.uow import uow
from tests.contracts import zammad, zendesk
from tests.house import House
from tests.workers.silo_receiver import Receiver
from tests.workers.silo_scene import ASKED, Outside

LATER = timedelta(minutes=11)


def _reached(house: House, target: str, settings: dict[str, str]) -> Outside:
    """A house whose unit works in a ticket system."""
    outside = Outside(house, Receiver())
    with uow(SYSTEM) as work:
        units.save(work, outside.entry(target=target, settings=settings), outside.unit)
    return outside


def _at_zammad(house: House, there: zammad.Zammad) -> Outside:
    given = {"url": there.url, "token": zammad.TOKEN, "group": "Borgerservice", "customer": "byline@nordby.example"}
    return _reached(house, "zammad", given | {"recalled": "closed"})


def test_a_line_that_breaks_leaves_one_ticket_at_zammad_and_its_answer_is_a_draft(house: House) -> None:
    with zammad.running() as there:
        outside = _at_zammad(house, there)
        there.faults = ["silent"]
        outside.ask()
        outside.run()
        assert outside.errands() == [("ask", "unconfirmed")]
        outside.run(LATER)
        assert outside.errands() == [("ask", "delivered")]
        (ticket,) = there.tickets
        assert ASKED in there.of(ticket)[0]["body"]
        assert "Mette" not in there.of(ticket)[0]["body"]

        there.write(ticket, "Kun til jer selv", internal=True)
        there.write(ticket, "<p>Den er repareret <b>i morgen</b>.</p>")
        outside.run(LATER)
        outside.run(LATER)

        assert [one.text for one in outside.answers()] == ["Den er repareret i morgen."]
        assert len(outside.drafts()) == 1
        assert [one.state for one in outside.inbound()] == ["done"]
        assert list(there.tickets) == [ticket]


def test_a_recall_closes_the_ticket_at_zammad_once(house: House) -> None:
    with zammad.running() as there:
        outside = _at_zammad(house, there)
        asked = outside.ask()
        outside.run()
        there.faults = ["silent"]
        outside.do(silo.recall, asked)
        outside.run(LATER)
        outside.run(LATER)
        assert outside.errands() == [("ask", "delivered"), ("recall", "delivered")]
        (ticket,) = there.tickets
        assert there.tickets[ticket]["state"] == "closed"
        assert [one["internal"] for one in there.of(ticket)] == [False, True]


def test_an_answer_in_a_merged_ticket_finds_its_question(house: House) -> None:
    with zammad.running() as there:
        outside = _at_zammad(house, there)
        outside.ask()
        outside.run()
        (ticket,) = there.tickets
        other = there.open("Bommen ved Mølledam")
        there.merge(ticket, other)
        there.write(other, "På fredag")
        outside.run(LATER)
        assert [one.text for one in outside.answers()] == ["På fredag"]


def test_a_line_that_breaks_leaves_one_ticket_at_zendesk_and_its_answer_is_a_draft(house: House) -> None:
    with zendesk.running() as there:
        given = {"url": there.url, "email": zendesk.EMAIL, "token": zendesk.TOKEN}
        outside = _reached(house, "zendesk", given)
        there.faults = ["silent"]
        outside.ask()
        outside.run()
        outside.run(LATER)
        assert outside.errands() == [("ask", "delivered")]
        (ticket,) = there.tickets

        there.write(ticket, "Kun til jer selv", public=False)
        there.write(ticket, "<p>Den er repareret <b>i morgen</b>.</p>")
        outside.run(LATER)
        there.write(ticket, "Eller på fredag")
        outside.run(LATER)
        outside.run(LATER)

        assert [one.text for one in outside.answers()] == ["Den er repareret i morgen.", "Eller på fredag"]
        assert [one.state for one in outside.inbound()] == ["done", "done"]
        assert list(there.tickets) == [ticket]


def test_a_refused_token_stops_the_unit_and_a_mended_one_loses_nothing(house: House) -> None:
    with zendesk.running() as there:
        given = {"url": there.url, "email": zendesk.EMAIL, "token": "wrong"}
        outside = _reached(house, "zendesk", given)
        outside.ask()
        outside.run()
        assert outside.silo().state == "suspended"
        with uow(SYSTEM) as work:
            units.save(work, outside.entry(target="zendesk", settings=given | {"token": zendesk.TOKEN}), outside.unit)
        outside.run(LATER)
        assert outside.errands() == [("ask", "delivered")]
        assert len(there.tickets) == 1
