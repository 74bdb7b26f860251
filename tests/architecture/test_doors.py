"""Every door is in the map of permissions, and opens for exactly those whom the map names.

The walks are made from the application itself, so that a new route, socket event or command is walked on the day it
is written. What they must not do: name a door.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from connectors.kit import registry
from inbox.cli import commands
from inbox.domain import permissions
from inbox.domain.actors import Actor, Role
from tests.architecture import scene
from tests.architecture.scene import EVERYBODY, STRANGER, Scene, Visitor
from tests.web.conftest import forget
from workers.__main__ import main as workers_main

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SIGNED_CALLS = "hooks."
"""Platforms call there: no browser, so no token of ours, but a signature over the body."""


def doors(app: Flask) -> list[Rule]:
    """Every route, those that change something last."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (not methods(rule).isdisjoint(UNSAFE), rule.endpoint))


def methods(rule: Rule) -> frozenset[str]:
    return frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}


def brought_along(rule: Rule) -> bool:
    """Whether a platform brought this page along."""
    return rule.endpoint.partition(".")[0] in registry.sites()


def turned_away(answer: TestResponse) -> bool:
    # Who signs out lands at the login, too; whoever was turned away is sent there with the way back.
    at_login = "/login?next=" in answer.headers.get("Location", "")
    return answer.status_code in (401, 403, 404) or at_login


def actor_of(visitor: str, made: Scene) -> Actor | None:
    return None if visitor == STRANGER else made.actors[visitor]


def test_each_route_is_in_the_map_and_each_line_of_the_map_is_a_route(shared_app: Flask) -> None:
    ours = {rule.endpoint for rule in doors(shared_app) if not brought_along(rule)}
    closed = {endpoint for endpoint in ours if permissions.at(endpoint) is permissions.NOBODY}

    # What a library hangs up of its own accord and nobody here needs stays shut.
    assert closed == {endpoint for endpoint in closed if endpoint.startswith("security.")}
    assert set(permissions.ENDPOINTS) == ours - closed


@pytest.mark.parametrize("visitor", EVERYBODY)
def test_each_route_opens_for_exactly_those_whom_the_map_names(app: Flask, visitor: str) -> None:
    made = scene.made_for(visitor)
    actor = actor_of(visitor, made)
    wrong = []
    for rule in doors(app):
        if brought_along(rule) or rule.endpoint.startswith(SIGNED_CALLS):
            continue
        may = permissions.at(rule.endpoint).admits(actor)
        for method in sorted(methods(rule)):
            # The test's pushed context serves every request; in the house somebody who signed out leaves none behind.
            forget()
            come = Visitor(app, actor)
            answer = come.browser.open(
                made.address(app, rule), method=method, headers={"X-CSRFToken": come.token}, data={"version": "0"}
            )
            if turned_away(answer) == may or answer.status_code == 500 or (not may and answer.status_code == 200):
                wrong.append(f"{method} {rule.rule}: {answer.status}, though the map says {'yes' if may else 'no'}")
            answer.close()

    assert "\n".join(wrong) == ""


def test_a_page_that_a_platform_brings_along_asks_nobody_to_sign_in(app: Flask) -> None:
    scene.made_for(STRANGER)
    pages = [rule for rule in doors(app) if brought_along(rule) and not rule.arguments and "GET" in methods(rule)]

    assert pages
    assert [
        rule.rule for rule in pages if "/login" in app.test_client().get(rule.rule).headers.get("Location", "")
    ] == []


def test_a_call_that_no_platform_signed_is_refused(app: Flask) -> None:
    made = scene.made_for(STRANGER)
    hooks = [rule for rule in doors(app) if rule.endpoint.startswith(SIGNED_CALLS)]

    assert hooks
    for rule in hooks:
        for method in methods(rule):
            answer = app.test_client().open(made.address(app, rule), method=method, json={"items": []})
            assert answer.status_code == 401


def test_nothing_is_changed_by_a_form_without_its_token(own_app: Flask) -> None:
    with own_app.app_context():
        made = scene.made_for(Role.LEAD)
        lead = Visitor(own_app, made.actors[Role.LEAD])
    unsafe = [(rule, method) for rule in doors(own_app) for method in methods(rule) & UNSAFE]
    taken = [
        f"{method} {rule.rule}: {status}"
        for rule, method in unsafe
        if not rule.endpoint.startswith(SIGNED_CALLS)
        for status in [lead.browser.open(made.address(own_app, rule), method=method, data={"version": "0"}).status_code]
        # A platform's own pages carry tokens of their own, and its programs prove themselves by a bearer token.
        if status not in ((400, 401) if brought_along(rule) else (400,))
    ]

    assert len(unsafe) > 10
    assert taken == []


def names_of(group: click.Group, above: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from names_of(command, f"{above} {name}")
        else:
            yield f"{above} {name}"


def test_each_command_is_in_the_map(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        workers_main(["--help"])
    machine_room = {f"workers {option}" for option in re.findall(r"--[a-z]+", capsys.readouterr().out)}

    assert ended.value.code == 0
    assert set(names_of(commands, "inbox")) | machine_room - {"workers --help"} == set(permissions.COMMANDS)


def test_no_login_gives_a_command() -> None:
    anybody = Actor(None, "anybody", frozenset(Role))

    assert not any(rule.admits(anybody) for rule in permissions.COMMANDS.values())
