"""A citizen's national number is bare on no page, whatever page somebody opens: the walk through all doors looks.

It is planted wherever a citizen's words come in: in what they say, in public and in private, in what they changed it
into, and in what they call themselves; and wherever people of the house pass it on to each other. Only whoever asks
for a number sees it, at one door, which notes it. What the walk must not do: name another door.
"""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import tests.house
from inbox.domain import permissions, personal_data
from inbox.domain.actors import Role
from inbox.models import Conversation
from inbox.services import conversations, harm, silo, silo_answering, silo_remarks
from inbox.uow import uow
from tests.architecture import scene
from tests.architecture.scene import Scene, Visitor
from tests.architecture.test_doors import brought_along, doors, methods
from tests.house import House, edit
from tests.web.conftest import forget

SURE = "211062-5629"
LIKELY = "2110625620"
"""Only may be one, and is masked like the other."""
BARE = re.compile(r"211062\D{0,12}56")
"""However it is marked up, and if it is cut off at its end, too."""
SHOWS_WHO_ASKS = "moderating.number"
LOOKS: tuple[dict[str, str], ...] = (
    {},
    {"q": "cpr", "view": "all"},
    {"view": "private", "visibility": "private", "mode": "private"},
)
TOLD = f"Mit cpr er {SURE}, måske {LIKELY}."

real_post = tests.house.post


def numbered(text: str = "@nordby Hvornår åbner svømmehallen?", **more: Any) -> dict[str, object]:
    """A citizen says it with a number, and is called by one."""
    return named(f"{text} {TOLD}", **more)


def named(text: str, *, author: dict[str, str] = tests.house.METTE, **more: Any) -> dict[str, object]:
    """Only the name holds one: what is said with a number is never folded in with others."""
    return real_post(text, author=author | {"name": f"{author['name']} {SURE}"}, **more)


def made_with_numbers(role: Role, patch: pytest.MonkeyPatch) -> Scene:
    """The scene, in which everybody says more than they should."""
    founded: list[House] = []
    found, asked = tests.house.found, silo.Question
    reported, asked_back, answered = harm.report, silo_remarks.ask_back, silo_answering.answer

    def found_and_kept(**how: Any) -> House:
        founded.append(found(**how))
        return founded[-1]

    patch.setattr(tests.house, "found", found_and_kept)
    patch.setattr(scene, "post", numbered)
    patch.setattr(tests.house, "post", named)
    patch.setattr(silo, "Question", lambda unit, text, known: asked(unit, f"{text} {TOLD}", f"{known} {TOLD}"))
    patch.setattr(harm, "report", lambda work, id_, kind, words: reported(work, id_, kind, f"{words} {TOLD}"))
    patch.setattr(silo_remarks, "ask_back", lambda work, id_, key, text: asked_back(work, id_, key, f"{text} {TOLD}"))
    patch.setattr(silo_answering, "answer", lambda work, id_, key, text: answered(work, id_, key, f"{text} {TOLD}"))
    made = scene.made_for(role)
    (house,) = founded
    said = numbered("@nordby Er der nyt?")
    house.news(said, edit(said, f"@nordby Rettet: {TOLD}"), numbered("Kun til jer.", visibility="private"))
    signer = made.actors[role if role == Role.LEAD else Role.AGENT]
    with uow(signer) as work:
        for id_ in work.session.scalars(select(Conversation.id).where(Conversation.merged_into_id.is_(None))).all():
            conversations.note(work, id_, f"Ringede selv. {TOLD}")
    return made


@pytest.mark.parametrize("role", list(Role))
def test_no_page_holds_a_number(app: Flask, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_with_numbers(role, monkeypatch)
    bare = {}
    masked = 0
    for rule in doors(app):
        if brought_along(rule) or rule.endpoint == SHOWS_WHO_ASKS or "GET" not in methods(rule):
            continue
        if not permissions.at(rule.endpoint).admits(made.actors[role]):
            continue
        for query in LOOKS:
            forget()
            answer = Visitor(app, made.actors[role]).browser.get(made.address(app, rule), query_string=query)
            text = html.unescape(answer.get_data().decode(errors="replace"))
            masked += personal_data.MASK in text
            for found in BARE.finditer(text):
                bare[f"{rule.endpoint} {query}"] = text[max(0, found.start() - 150) : found.end()]
            answer.close()

    assert bare == {}
    # Without a mask on it, the walk would have seen nothing of what it looks for. Administrators read public words.
    assert masked > 0
