"""The charter at its doors: who writes it, what is refused beside the field, versions, and how it is shown."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from inbox.domain.actors import SYSTEM, Actor
from inbox.domain.charters import LISTS, Charter, Reference
from inbox.domain.charters.starters import starter
from inbox.models import Charter as CharterRow
from inbox.services import charters
from inbox.uow import reading, uow
from tests.house import House, post, second_team
from tests.web.conftest import Come, forget
from tests.web.test_desk import the_one

PASSPORT = Reference("Pas til børn", "Reglen står her:", "https://nordby.example/pas")


def municipality() -> Charter:
    found = starter("municipality", "da")
    assert found is not None
    return replace(found, references=(PASSPORT,))


def fields(charter: Charter, version: int = 0, **other: str) -> dict[str, str]:
    """The form of a charter, as a browser sends it."""
    words: dict[str, Any] = charter.to_json()
    sent = {name: text for name, text in words.items() if isinstance(text, str)}
    for name in LISTS:
        for number, line in enumerate(words[name], 1):
            sent |= {f"{name}-{number}-{column}": text for column, text in line.items()}
    return {**sent, "version": str(version), **other}


def written(house: House, charter: Charter | None = None, version: int = 0) -> None:
    with uow(house.lone) as work:
        charters.save(work, house.account_id, charter or municipality(), version=version)


def kept(account_id: UUID) -> list[Any]:
    with reading(SYSTEM) as work:
        rows = work.session.scalars(
            select(CharterRow).where(CharterRow.account_id == account_id).order_by(CharterRow.version)
        )
        return [(row.version, row.words, row.agent_id) for row in rows]


def complaint(page: str, field: str) -> str:
    """The sentence beside a field, which must be tied to it."""
    assert f'id="{field}"' in page
    assert f'aria-describedby="wrong-{field}"' in page
    return html.unescape(page.split(f'id="wrong-{field}">')[1].split("</p>", maxsplit=1)[0])


def test_a_lead_begins_from_a_starter_saves_it_and_it_stands_beside_the_answer(founded: House, come: Come) -> None:
    founded.news(post())
    at = f"/settings/charters/{founded.account_id}"
    lone = come(founded.lone)
    assert "Nobody has written it down yet." in lone.get(at).text
    begun = lone.get(f"{at}?begin=municipality:da").text
    assert "Filled in, not saved." in begun
    assert "Gerne humor, aldrig på borgerens bekostning." in begun
    assert kept(founded.account_id) == []

    answer = lone.post(at, **fields(municipality()))
    assert (answer.status_code, "saved=1&before=0" in answer.location) == (303, True)
    assert kept(founded.account_id) == [(1, municipality().to_json(), founded.lone.id)]
    assert "Version 1 is in force." in lone.get(answer.location).text

    page = come(founded.anna).get(f"/c/{the_one().id}").text
    side = page.split('id="charter"')[1].split("</section>")[0]
    assert "<b>We answer</b>" in side
    assert "regler, frister, åbningstider og drift" in side
    assert 'data-reference="Reglen står her: https://nordby.example/pas"' in side
    assert 'id="charter-sheet"' in page


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"answers": " "}, "answers", "Write what you answer here"),
        ({"tone": "x" * 100_000}, "tone", "There are 100000."),
        ({"standard_line": "Ring 211062-5629"}, "standard_line", "national identity number"),
        ({"references-1-link": "http://nordby.example/pas"}, "references-1-link", "begins with https://"),
        ({"references-1-title": ""}, "references-1-title", "Give the rule a title."),
        ({"rulings-2-words": "DU HAR RET TIL"}, "rulings-2-words", "in the list already"),
        ({"rulings-1-milder": ""}, "rulings-1-milder", "Write the milder wording."),
        ({"proud-2-why": ""}, "proud-2-why", "Write why."),
        ({"reasons-1-name": "Kritik af kommunen"}, "reasons-1-name", "Criticism is no reason to hide or block."),
    ],
)
def test_what_can_not_stand_is_said_beside_its_field_and_every_word_is_kept(
    founded: House, come: Come, given: dict[str, str], field: str, sentence: str
) -> None:
    answer = come(founded.lone).post(f"/settings/charters/{founded.account_id}", **{**fields(municipality()), **given})
    assert answer.status_code == 422
    assert sentence in complaint(answer.text, field)
    assert "Not saved." in answer.text
    assert "partipolitik, gæt om afgørelser" in answer.text
    assert all(html.escape(text) in answer.text for text in given.values() if text.strip())
    assert kept(founded.account_id) == []


def test_everything_is_told_at_once(founded: House, come: Come) -> None:
    nothing = come(founded.lone).post(f"/settings/charters/{founded.account_id}", version="0")
    assert nothing.status_code == 422
    assert "4 fields need a look." in nothing.text


@pytest.mark.parametrize("version", ["", "x", "-1", "1" * 100, "²"])
def test_a_version_that_was_never_on_a_screen_is_refused(founded: House, come: Come, version: str) -> None:
    answer = come(founded.lone).post(
        f"/settings/charters/{founded.account_id}", **fields(municipality(), version=0) | {"version": version}
    )
    assert answer.status_code == 422
    assert kept(founded.account_id) == []


def test_the_second_of_two_is_told_and_her_words_are_kept(founded: House, come: Come, per: Actor) -> None:
    written(founded)
    at = f"/settings/charters/{founded.account_id}"
    lone, other = come(founded.lone), come(per)
    mine = replace(municipality(), tone="rolig og tydelig.")
    theirs = replace(municipality(), tone="frisk og fræk.")
    assert other.post(at, **fields(theirs, version=1)).status_code == 303

    refused = lone.post(at, **fields(mine, version=1))
    assert refused.status_code == 409
    assert "Version 2 was saved meanwhile. Nothing of yours is saved yet." in refused.text
    assert "rolig og tydelig." in refused.text
    assert 'name="version" value="2"' in refused.text
    assert "Save as version 3" in refused.text
    assert len(kept(founded.account_id)) == 2

    assert lone.post(at, **fields(mine, version=2)).status_code == 303
    assert [words["tone"] for _version, words, _who in kept(founded.account_id)] == [
        municipality().tone,
        "frisk og fræk.",
        "rolig og tydelig.",
    ]


def test_the_same_words_again_are_no_new_version(founded: House, come: Come) -> None:
    written(founded)
    lone = come(founded.lone)
    answer = lone.post(f"/settings/charters/{founded.account_id}", **fields(municipality(), version=1))
    assert "Nothing was changed." in lone.get(answer.location).text
    assert len(kept(founded.account_id)) == 1


def test_lines_are_added_without_losing_a_word_and_nothing_is_saved(founded: House, come: Come) -> None:
    at = f"/settings/charters/{founded.account_id}"
    lone = come(founded.lone)
    empty = re.findall(r'id="rulings-(\d+)-words"', lone.get(at).text)
    assert empty == ["1", "2"]
    half = {"version": "0", "answers": "Halvt skrev", "rulings-1-words": "", "rulings-2-words": "I skal vide"}
    more = lone.post(f"{at}/draft", **half, do="more:rulings").text
    assert re.findall(r'id="rulings-(\d+)-words"', more) == ["1", "2", "3", "4", "5"]
    assert 'id="rulings-2-words" name="rulings-2-words" value="I skal vide"' in more
    assert re.search(r'id="rulings-3-words"[^>]* autofocus', more)
    assert "Halvt skrev" in more
    assert "aria-invalid" not in more

    filled = lone.post(f"{at}/draft", **half, do="start:rulings").text
    assert 'value="I skal vide"' in filled
    assert 'value="du har ret til"' in filled
    again = lone.post(f"{at}/draft", **half | {"rulings-3-words": "Du har  ret til"}, do="start:rulings").text
    assert "du har ret til" not in again
    assert kept(founded.account_id) == []


def test_a_look_shows_it_as_it_stands_beside_an_answer_and_what_is_wrong(founded: House, come: Come) -> None:
    lone = come(founded.lone)
    answer = lone.post(
        f"/settings/charters/{founded.account_id}/draft",
        **fields(replace(municipality(), tone="lige til sagen.", never="")),
        do="look",
    )
    assert answer.status_code == 422
    look = answer.text.split('class="as-side"')[1].split("</section>")[0]
    assert "lige til sagen." in look
    assert "Write what you never answer here." in complaint(answer.text, "never")
    assert kept(founded.account_id) == []


def test_it_is_copied_from_another_account_that_one_may_see(founded: House, come: Come, per: Actor) -> None:
    written(founded)
    other = second_team(founded, founded.lone)
    with uow(per) as work:
        charters.save(work, other.account_id, replace(municipality(), tone="grøn."), version=0)
    lone_in_both = replace(founded.lone, teams=frozenset({*founded.lone.teams, *_teams(founded)}))
    page = come(lone_in_both).get(f"/settings/charters/{founded.account_id}?begin=account:{other.account_id}")
    assert "grøn." in page.text
    assert f'value="account:{other.account_id}" selected' in page.text
    # Anna is of the first team alone.
    assert come(founded.anna).get(f"/settings/charters/{other.account_id}").status_code == 404


def _teams(house: House) -> frozenset[UUID]:
    from inbox.models import Team

    with reading(SYSTEM) as work:
        return frozenset(work.session.scalars(select(Team.id)))


@pytest.mark.parametrize("begin", ["circus:da", "municipality:fr", "account:nobody", "account:", "::", "x" * 5000])
def test_there_is_nothing_to_begin_from_by_a_wrong_name(founded: House, come: Come, begin: str) -> None:
    assert come(founded.lone).get(f"/settings/charters/{founded.account_id}?begin={begin}").status_code == 422


def test_who_only_answers_reads_it_and_changes_nothing(founded: House, come: Come, rikke: Actor) -> None:
    written(founded)
    at = f"/settings/charters/{founded.account_id}"
    anna = come(founded.anna)
    page = anna.get(at).text
    assert "Gerne humor" in page
    assert "<textarea" not in page
    assert anna.post(at, **fields(municipality(), version=1)).status_code == 403
    assert anna.post(f"{at}/draft", **fields(municipality(), version=1)).status_code == 403
    assert come(rikke).get(at).status_code == 403
    assert come(rikke).get("/settings/charters").status_code == 403


def test_a_lead_of_another_team_sees_nothing_of_it(founded: House, come: Come) -> None:
    written(founded)
    at = f"/settings/charters/{founded.account_id}"
    stranger = come(replace(founded.lone, teams=frozenset()))
    with uow(SYSTEM) as work:
        from inbox.models import Agent

        work.session.get_one(Agent, founded.lone.id).teams = []
    forget()
    assert stranger.get(at).status_code == 404
    assert stranger.get(f"{at}/versions").status_code == 404
    assert stranger.post(at, **fields(municipality(), version=1)).status_code == 404
    assert stranger.post(f"{at}/draft", **fields(municipality(), version=1)).status_code == 404
    assert "Nordby Kommune" not in stranger.get("/settings/charters").text.split("<main")[1]
    assert len(kept(founded.account_id)) == 1


def test_versions_say_who_and_what_word_by_word(founded: House, come: Come, per: Actor) -> None:
    written(founded)
    with uow(per) as work:
        charters.save(work, founded.account_id, replace(municipality(), tone="varm og klar. Gerne humor."), version=1)
    anna = come(founded.anna)
    newest = anna.get(f"/settings/charters/{founded.account_id}/versions").text
    assert "Per Skov" in newest
    assert "Lone Vestergaard" in newest
    shown = newest.split('id="changes"')[1]
    assert "<ins>" in shown
    assert "klar." in shown.split("<ins>")[1].split("</ins>")[0]
    assert "<del>" in shown
    assert "partipolitik" not in shown
    first = anna.get(f"/settings/charters/{founded.account_id}/versions?version=1").text
    assert "partipolitik" in first.split('id="changes"')[1]
    assert anna.get(f"/settings/charters/{founded.account_id}/versions?version=99").status_code == 200
