"""A threat is one act: what was seen stays, whoever was threatened is out of it, the leads know, nobody else does."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from inbox.domain import harm as rules
from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ledger.canonical import read
from inbox.models import Agent, Conversation, Incident, Message, Notice, Picture, Team
from inbox.queries import harm as reads
from inbox.services import claims, conversations, harm
from inbox.uow import reading, uow
from tests import house as scene
from tests.house import ALI, METTE, NOON, House, delete, edit, post, second_team
from tests.services.answering import answer, count, deed, minutes, one
from tests.services.test_planned import lines

WORDS = "@nordby Jeg ved, hvor du bor, Anna. 🔪\u2028Vi ses"
THREAT = post(WORDS, own_id="threat")
NUMBER = "211062-5629"


@pytest.fixture
def house(app: Flask) -> House:
    found = scene.found()
    found.news(THREAT)
    return found


def the_message() -> UUID:
    with reading(SYSTEM) as work:
        return work.session.scalars(select(Message.id).where(Message.external_id == "threat")).one()


def report(house: House, by: Actor | None = None, *, kind: str = "threat", at: float = 10, words: str = "") -> UUID:
    message_id = the_message()
    with deed(by or house.anna, minutes(at)) as work:
        return harm.report(work, message_id, kind, words)


def take(house: House, by: Actor) -> None:
    seen = house.conversation()
    with deed(by, minutes(5)) as work:
        conversations.take(work, seen.id, seen.version)


def here(actor: Actor, at: float = 10) -> None:
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == actor.id).values(seen_at=minutes(at)))


def test_what_was_seen_stays_whatever_becomes_of_it_out_there(house: House) -> None:
    house.news(edit(THREAT, WORDS + " snart", timedelta(minutes=2)))
    conversation_id, message_id = house.conversation().id, the_message()
    with uow(SYSTEM) as work:
        work.session.add(
            Picture(
                conversation_id=conversation_id,
                message_id=message_id,
                visibility="public",
                place=0,
                description="En kniv",
                source="/pictures/1",
                state="refused",
                created_at=NOON,
                entry_id=work.session.get_one(Message, message_id).entry_id,
            )
        )
    incident_id = report(house)
    kept = one(Incident)
    house.news(edit(THREAT, "Det var en joke", timedelta(minutes=20)), delete(THREAT, timedelta(minutes=30)))

    body = read(kept.evidence)
    assert isinstance(body, dict)
    assert kept.digest == hashlib.sha256(kept.evidence.encode()).hexdigest()
    said = body["message"]
    assert isinstance(said, dict)
    assert (said["text"], said["platform_id"], said["said_at"]) == (WORDS, "threat", "2026-11-24T12:00:00.000000Z")
    author = body["author"]
    assert isinstance(author, dict)
    assert (author["handle"], author["name"], author["platform_id"]) == ("mette", "Mette Holm", "citizen-mette")
    assert isinstance(body["revisions"], dict)
    assert list(body["revisions"]) == ["1"]
    assert WORDS + " snart" in json.dumps(body["revisions"], ensure_ascii=False)
    assert "En kniv" in str(body["pictures"])
    assert body["against"] == str(house.anna.id)
    with reading(house.lone) as work:
        shown = reads.one(work, incident_id)
    assert shown.whole
    assert (shown.text, shown.line.who, shown.line.against) == (WORDS, "Mette Holm", "Anna Krogh")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE incident SET evidence = replace(evidence, 'bor', 'spiser')",
        "UPDATE incident SET evidence = 'x', digest = encode(sha256('x'), 'hex')",
        "UPDATE incident SET digest = repeat('0', 64)",
        "UPDATE incident SET kind = 'harassment'",
        "UPDATE incident SET at = at - interval '1 day'",
        "DELETE FROM incident",
    ],
)
def test_the_database_lets_nobody_touch_it(house: House, change: str) -> None:
    report(house)
    with pytest.raises(IntegrityError), uow(SYSTEM) as work:
        work.session.execute(text(change))


def test_the_database_takes_no_evidence_that_its_digest_does_not_fit(house: House) -> None:
    report(house)
    with pytest.raises(IntegrityError, match="whole"), uow(SYSTEM) as work:
        work.session.execute(
            text(
                "INSERT INTO incident SELECT gen_random_uuid(), conversation_id, message_id, identity_id, :other, kind,"
                " words, at, evidence || ' ', digest, state, closed_at, closed_by_id, closing FROM incident"
            ),
            {"other": house.jonas.id},
        )


def test_a_lead_who_is_here_has_it_from_now_on_and_every_lead_is_told(house: House) -> None:
    take(house, house.anna)
    here(house.lone)
    incident_id = report(house)
    conversation = house.conversation()
    assert (conversation.assignee_id, conversation.status) == (house.lone.id, "open")
    assert lines()[-2:] == ["threat_reported", "handed_over"]
    with reading(SYSTEM) as work:
        told = work.session.scalars(select(Notice).where(Notice.kind == "threat")).all()
    assert [(one.agent_id, one.data["incident"]) for one in told] == [(house.lone.id, str(incident_id))]
    assert not any("bor" in str(one.data) for one in told)


def test_without_a_lead_who_is_here_it_is_everybodys_but_theirs(house: House) -> None:
    take(house, house.anna)
    here(house.lone, at=-60)
    report(house)
    assert house.conversation().assignee_id is None
    assert lines()[-1] == "released"
    with reading(SYSTEM) as work:
        assert len(work.session.scalars(select(Notice).where(Notice.kind == "threat")).all()) == 1


def test_a_colleague_who_has_it_keeps_it_where_no_lead_is(house: House) -> None:
    take(house, house.jonas)
    report(house)
    assert house.conversation().assignee_id == house.jonas.id


def test_a_lead_who_is_away_or_threatened_herself_is_not_given_it(house: House) -> None:
    here(house.lone)
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == house.lone.id).values(away_since=minutes(1)))
    report(house)
    assert house.conversation().assignee_id is None
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == house.lone.id).values(away_since=None))
    report(house, house.lone)
    assert house.conversation().assignee_id is None
    with reading(SYSTEM) as work:
        assert len(work.session.scalars(select(Notice).where(Notice.kind == "threat")).all()) == 1


@pytest.fixture
def dealing(house: House) -> House:
    """The team deals in turn, and everybody is here."""
    with uow(SYSTEM) as work:
        work.session.execute(update(Team).values(assignment="in_turn", claim_minutes=20))
    for actor in (house.anna, house.jonas, house.lone):
        here(actor, at=20)
    with uow(SYSTEM) as work:
        work.session.execute(update(Agent).where(Agent.id == house.lone.id).values(away_since=NOON))
    return house


def test_dealing_never_gives_that_citizen_to_them_again(dealing: House) -> None:
    report(dealing)
    more = [post(f"@nordby Nummer {number}", author=METTE, at=minutes(20)) for number in range(4)]
    others = [post(f"@nordby Fra Ali {number}", author=ALI, at=minutes(21)) for number in range(4)]
    dealing.news(*more, *others, post("Nå?", parent="threat", root="threat", at=minutes(20)))
    with reading(SYSTEM) as work:
        by_citizen: dict[str, set[UUID | None]] = {}
        for words, holder in work.session.execute(
            select(Message.text, Conversation.assignee_id).join(
                Conversation, Conversation.id == Message.conversation_id
            )
        ):
            by_citizen.setdefault("ali" if "Ali" in words else "mette", set()).add(holder)
    assert by_citizen == {"mette": {dealing.jonas.id}, "ali": {dealing.anna.id, dealing.jonas.id}}


def test_a_claim_that_lapses_is_not_dealt_to_them_either(dealing: House) -> None:
    take(dealing, dealing.jonas)
    report(dealing)
    here(dealing.jonas, at=-600)
    here(dealing.anna, at=90)
    with deed(now=minutes(90)) as work:
        assert claims.lapse(work) == 1
    assert dealing.conversation().assignee_id is None


def test_a_private_one_stands_in_no_notice_and_is_its_teams_leads_alone(house: House) -> None:
    house.news(post(WORDS, own_id="secret", visibility="private", author=ALI))
    with reading(SYSTEM) as work:
        secret = work.session.scalars(select(Message.id).where(Message.external_id == "secret")).one()
    with deed(house.anna, minutes(10)) as work:
        incident_id = harm.report(work, secret, "harassment", "Han ringer også.")
    other = second_team(house, house.jonas)
    with reading(SYSTEM) as work:
        strange = work.session.scalars(select(Team.id).where(Team.name == "Vej og Park")).one()
        assert all(WORDS[8:20] not in str(row.data) for row in work.session.scalars(select(Notice)))
    assert other.account_id != house.account_id
    lead_of_others = Actor(house.lone.id, "Lone Vestergaard", frozenset({Role.LEAD}), frozenset({strange}))
    for actor, refusal in (
        (lead_of_others, NotFound),
        (house.anna, Forbidden),
        (Actor(house.lone.id, "R", frozenset({Role.AUDITOR}), house.lone.teams), Forbidden),
        (Actor(house.lone.id, "P", frozenset({Role.ADMINISTRATOR}), house.lone.teams), Forbidden),
    ):
        with pytest.raises(refusal), reading(actor) as work:
            reads.one(work, incident_id)
        with pytest.raises(refusal), deed(actor) as work:
            harm.close(work, incident_id, "Meldt.")
        with pytest.raises(refusal), deed(actor) as work:
            harm.take_out(work, incident_id)
    with reading(lead_of_others) as work:
        assert reads.listing(work) == ()
    with reading(house.lone) as work:
        (line,) = reads.listing(work)
        assert (line.private, line.kind, reads.one(work, incident_id).words) == (
            True,
            "harassment",
            "Han ringer også.",
        )


def test_a_number_in_it_is_masked_on_the_page_and_whole_in_the_evidence_which_is_a_kept_act(house: House) -> None:
    house.news(edit(THREAT, f"@nordby Anna har {NUMBER}", timedelta(minutes=1)))
    incident_id = report(house)
    with reading(house.lone) as work:
        shown = reads.one(work, incident_id)
    assert NUMBER not in str(shown)
    with deed(house.lone, minutes(20)) as work:
        assert NUMBER in harm.take_out(work, incident_id).evidence
    assert lines()[-1] == "evidence_taken_out"


def test_it_is_closed_once_with_a_note(house: House) -> None:
    incident_id = report(house)
    with pytest.raises(Invalid) as nothing, deed(house.lone) as work:
        harm.close(work, incident_id, "  ")
    assert nothing.value.field == "note"
    with deed(house.lone, minutes(60)) as work:
        harm.close(work, incident_id, "Meldt til politiet.")
    kept = one(Incident)
    assert (kept.state, kept.closed_at, kept.closed_by_id, kept.closing) == (
        "closed",
        minutes(60),
        house.lone.id,
        "Meldt til politiet.",
    )
    with pytest.raises(Conflict), deed(house.lone) as work:
        harm.close(work, incident_id, "Igen.")
    with pytest.raises(IntegrityError), uow(SYSTEM) as work:
        work.session.execute(text("UPDATE incident SET closing = 'Andet'"))


def test_what_is_refused(house: House) -> None:
    report(house)
    with pytest.raises(Conflict, match="already"):
        report(house)
    report(house, house.jonas)
    assert count(Incident) == 2
    with pytest.raises(Invalid) as unknown:
        report(house, house.lone, kind="criticism")
    assert unknown.value.field == "kind"
    with pytest.raises(Invalid):
        report(house, house.lone, words="x" * (rules.LONGEST_WORDS + 1))
    with pytest.raises(Forbidden):
        report(house, Actor(house.lone.id, "R", frozenset({Role.AUDITOR}), house.lone.teams))
    with pytest.raises(NotFound):
        report(house, Actor(house.jonas.id, "J", frozenset({Role.AGENT}), frozenset()))
    ours = answer(house, now=minutes(30)).message_id
    with pytest.raises(Conflict, match="citizen"), deed(house.anna) as work:
        harm.report(work, ours, "threat")
    assert count(Incident) == 2
