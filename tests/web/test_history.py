"""The auditor's pages: every public word and nothing else, found by its words, with its proof."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from inbox.domain.actors import SYSTEM, Actor, Role
from inbox.domain.errors import Forbidden, Invalid
from inbox.models import Conversation, Delivery
from inbox.queries import audit
from inbox.services import conversations, pictures, replies
from inbox.uow import reading, uow
from tests.house import ALI, METTE, NOON, House, post
from tests.services.picturing import made
from tests.web.conftest import Come


def told(founded: House) -> None:
    founded.news(
        post("@nordby Hvornår ryddes Bakkevej?", author=METTE, own_id="p1"),
        post("Mit private spørgsmål om Bakkevej", author=ALI, visibility="private", at=NOON + timedelta(minutes=1)),
    )


def search(actor: Actor, words: str) -> list[str]:
    with reading(actor) as work:
        return [entry.text for entry in audit.dialogue(work, words).entries]


def test_every_public_word_is_there_and_no_private_one(founded: House, rikke: Actor) -> None:
    told(founded)
    assert search(rikke, "") == ["@nordby Hvornår ryddes Bakkevej?"]
    assert search(rikke, "bakkevej") == ["@nordby Hvornår ryddes Bakkevej?"]


def test_every_word_must_be_found_and_signs_of_the_search_language_are_only_signs(founded: House, rikke: Actor) -> None:
    founded.news(post("@nordby 100 % enig_her!", author=METTE), post("@nordby 100 enige", author=ALI))
    assert search(rikke, "100 enig_her") == ["@nordby 100 % enig_her!"]
    assert search(rikke, "%") == ["@nordby 100 % enig_her!"]
    assert search(rikke, "her!") == ["@nordby 100 % enig_her!"]
    assert search(rikke, "enig_enige") == []
    assert search(rikke, "ali r.") == ["@nordby 100 enige"]
    assert len(search(rikke, "\x00")) == 0


def test_pages_hold_each_entry_once_newest_first(founded: House, rikke: Actor) -> None:
    founded.news(*(post(f"@nordby {number}", at=NOON + timedelta(minutes=number // 2)) for number in range(7)))
    seen: list[str] = []
    key = None
    while True:
        with reading(rikke) as work:
            page = audit.dialogue(work, "", key, 3)
        seen += [entry.text for entry in page.entries]
        key = page.next
        if key is None:
            break
    assert sorted(seen) == [f"@nordby {number}" for number in range(7)]
    assert seen[0] == "@nordby 6"
    with reading(rikke) as work, pytest.raises(Invalid):
        audit.dialogue(work, "", "nonsense")


def test_those_who_only_answer_read_no_history(founded: House) -> None:
    told(founded)
    for role in (Role.AGENT, Role.BACK_OFFICE):
        stranger = replace(founded.anna, roles=frozenset({role}))
        with reading(stranger) as work, pytest.raises(Forbidden):
            audit.dialogue(work)


def test_the_pages_show_edits_deletions_and_each_proof(founded: House, come: Come, rikke: Actor) -> None:
    told(founded)
    changed = {
        "id": "p1",
        "author": METTE,
        "text": "@nordby Hvornår ryddes Åvej?",
        "visibility": "public",
        "version": 2,
    }
    gone = {"id": "p1", "author": METTE, "visibility": "public", "version": 3}
    founded.news({"kind": "edit", "at": (NOON + timedelta(minutes=2)).isoformat(), "post": changed})
    founded.news({"kind": "delete", "at": (NOON + timedelta(minutes=3)).isoformat(), "post": gone})
    eyes = come(rikke)

    page = eyes.get("/audit").text
    assert "Bakkevej" in page
    assert "Åvej" in page
    assert "Taken away" in page
    assert eyes.get("/audit?q=findes+ikke").status_code == 200
    with reading(rikke) as work:
        [entry] = audit.dialogue(work).entries
    for entry_id in (entry.entry_id, *(change.entry_id for change in entry.changes)):
        proof = eyes.get(f"/audit/entry/{entry_id}")
        assert proof.status_code == 200
        assert "Waits for its number" in proof.text
    assert eyes.get(f"/audit/entry/{entry.message_id}").status_code == 404


def test_an_answer_stands_with_the_name_under_it(founded: House, come: Come, rikke: Actor) -> None:
    founded.news(post(author=METTE))
    one = founded.conversation()
    with uow(founded.anna) as work:
        replies.reply(work, one.id, version=one.version, visibility="public", body="Klokken ti.")
    with uow(founded.anna) as work:
        conversations.note(work, one.id, "Hemmelig note")

    page = come(rikke).get("/audit?q=klokken").text
    assert "Klokken ti." in page
    assert "– Anna, Nordby Kommune" in page
    assert "Hemmelig note" not in come(rikke).get("/audit").text


@pytest.mark.parametrize(
    ("state", "standing"),
    [("queued", "sending"), ("needs_human", "unsure"), ("rejected", "rejected"), ("withdrawn", "withdrawn")],
)
def test_a_promise_that_does_not_stand_out_there_says_so(
    founded: House, come: Come, rikke: Actor, state: str, standing: str
) -> None:
    founded.news(post(author=METTE))
    one = founded.conversation()
    with uow(founded.anna) as work:
        replies.reply(work, one.id, version=one.version, visibility="public", body="Klokken ti.")
        work.session.execute(update(Delivery).values(state=state))
    with reading(rikke) as work:
        assert [entry.standing for entry in audit.dialogue(work, "klokken").entries] == [standing]
    assert f'data-standing="{standing}"' in come(rikke).get("/audit").text


def test_a_public_picture_stands_there_with_its_proof_and_a_private_one_does_not(
    founded: House, come: Come, rikke: Actor
) -> None:
    founded.news(post(own_id="asked"), post("Kun til jer", own_id="secret", visibility="private"))
    with reading(SYSTEM) as work:
        talks = {
            "private" if one.root_external_id.startswith("private") else "public": (one.id, one.version)
            for one in work.session.scalars(select(Conversation))
        }
    shown = {}
    for mode, (id_, version) in talks.items():
        with uow(founded.anna) as work:
            shown[mode] = pictures.attach(work, id_, mode, made())
            words = {shown[mode]: f"Kort, {mode}"}
            replies.reply(work, id_, version=version, visibility=mode, body="Se kortet.", described=words)
    auditor = come(rikke)
    page = auditor.get("/audit").text
    assert f'src="/pictures/{shown["public"]}"' in page
    assert 'alt="Kort, public"' in page
    assert str(shown["private"]) not in page
    (proof,) = re.findall(r'href="(/audit/entry/[^"]+)">proof of the picture', page)
    told = auditor.get(proof).text
    assert "Digest of the picture" in told
    assert made().digest in told
    answer = auditor.get(f"/pictures/{shown['public']}")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", made().data)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert auditor.get(f"/pictures/{shown['private']}").status_code == 404
