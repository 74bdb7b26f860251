"""The first policy that fits applies, it can say why, and nothing that can't stand ever becomes a list."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.conversation import Priority
from inbox.domain.policies import Policies, Policy, Reason, Unfit, Visibility
from inbox.domain.policy import LONGEST_LIST, LONGEST_NAME, LONGEST_PROMISE, LONGEST_REASON, SENTENCES
from inbox.domain.sla import ClockKind

SQUARE = UUID("01900000-0000-7000-8000-000000000001")
BLUESKY = UUID("01900000-0000-7000-8000-000000000002")
FIRST = {ClockKind.FIRST_RESPONSE: 60}
REST = Policy("Alt andet", {ClockKind.FIRST_RESPONSE: 240}, business=True)
ACUTE = Policy("Akut", {ClockKind.FIRST_RESPONSE: 5}, business=False, priorities=frozenset({Priority.ACUTE}))
QUICK = Policy("Hurtig kanal", FIRST, business=True, accounts=frozenset({SQUARE}), visibility="public")
CARE = Policy(
    "Institutioner",
    FIRST,
    business=True,
    groups=frozenset({"Institution", "Presse"}),
    reason="En institution spørger på vegne af mange.",
)
LIST = Policies((ACUTE, QUICK, CARE, REST))


def faults(make: Callable[[], object]) -> list[tuple[int, str, str]]:
    """What is wrong: the policy's number, the field, the sentence's code."""
    with pytest.raises(Unfit) as raised:
        make()
    codes = {sentence: code for code, sentence in SENTENCES.items()}
    return [(one.number, one.where, codes[one.sentence]) for one in raised.value.faults]


def a_policy(**changes: Any) -> Policy:
    """A blameless one, but for the changes."""
    return replace(QUICK, **changes)


# ── which one applies ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("account", "visibility", "priority", "groups", "expected"),
    [
        (SQUARE, "public", Priority.ACUTE, (), ("Akut", [("priority", 2)])),
        (SQUARE, "public", Priority.USUAL, (), ("Hurtig kanal", [("account", SQUARE), ("visibility", "public")])),
        (SQUARE, "private", Priority.IMPORTANT, (), ("Alt andet", [])),
        (BLUESKY, "public", Priority.USUAL, (), ("Alt andet", [])),
        (BLUESKY, "public", Priority.USUAL, ("Presse", "Nabo"), ("Institutioner", [("group", "Presse")])),
        (BLUESKY, "private", Priority.USUAL, ("Nabo",), ("Alt andet", [])),
        # Also in a group, the first that fits applies.
        (
            SQUARE,
            "public",
            Priority.USUAL,
            ("Presse",),
            ("Hurtig kanal", [("account", SQUARE), ("visibility", "public")]),
        ),
    ],
)
def test_the_first_that_fits_applies_and_says_why(
    account: UUID, visibility: str, priority: int, groups: tuple[str, ...], expected: tuple[str, list[Any]]
) -> None:
    name, because = expected
    choice = LIST.choose(account, visibility, priority, frozenset(groups))
    assert (choice.policy.name, choice.because) == (name, tuple(Reason(*one) for one in because))
    assert LIST.policies[choice.number - 1] == choice.policy


def test_the_order_is_what_decides() -> None:
    turned = Policies((QUICK, ACUTE, CARE, REST))
    assert LIST.choose(SQUARE, "public", Priority.ACUTE).number == 1
    assert turned.choose(SQUARE, "public", Priority.ACUTE).policy == QUICK


# ── what can't stand ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"targets": {}}, [("targets", "no_target")]),
        ({"name": " \n"}, [("name", "unnamed")]),
        ({"name": "x" * (LONGEST_NAME + 1)}, [("name", "long_name")]),
        ({"targets": {ClockKind.FIRST_RESPONSE: 0}}, [("targets.first_response", "minutes")]),
        ({"targets": {ClockKind.RESOLUTION: LONGEST_PROMISE + 1}}, [("targets.resolution", "minutes")]),
        ({"priorities": frozenset({3})}, [("priorities", "priority")]),
        ({"groups": frozenset({"Presse"})}, [("reason", "reason")]),
        ({"groups": frozenset({"Presse"}), "reason": " "}, [("reason", "reason")]),
        ({"groups": frozenset({" "}), "reason": "Derfor."}, [("groups", "group")]),
        ({"reason": "x" * (LONGEST_REASON + 1)}, [("reason", "long_reason")]),
        # Everything at once, so that nobody is told the next fault only after mending the first.
        (
            {"name": "", "targets": {}, "groups": frozenset({"Presse"})},
            [("name", "unnamed"), ("targets", "no_target"), ("reason", "reason")],
        ),
    ],
)
def test_what_is_no_policy(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults(lambda: a_policy(**changes)) == [(0, where, code) for where, code in expected]


@pytest.mark.parametrize("minutes", [1, LONGEST_PROMISE])
def test_the_shortest_and_the_longest_promise(minutes: int) -> None:
    assert a_policy(targets={ClockKind.RESOLUTION: minutes}).targets == {ClockKind.RESOLUTION: minutes}


def test_a_group_waits_otherwise_with_a_reason_in_writing() -> None:
    assert CARE.reason
    assert not CARE.fits(SQUARE, "public", 0, frozenset())
    assert CARE.fits(SQUARE, "public", 0, frozenset({"Presse"}))


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ((), [(0, "policies", "empty")]),
        ((QUICK,), [(1, "conditions", "last")]),
        ((REST, a_policy(name="Sidst")), [(1, "conditions", "unconditional"), (2, "conditions", "last")]),
        ((replace(REST, name="Først"), REST), [(1, "conditions", "unconditional")]),
        ((QUICK, a_policy(name="HURTIG KANAL "), REST), [(2, "name", "same_name")]),
        (
            (*(a_policy(name=f"Nr. {number}") for number in range(LONGEST_LIST)), REST),
            [(0, "policies", "long")],
        ),
    ],
)
def test_what_is_no_list(policies: tuple[Policy, ...], expected: list[tuple[int, str, str]]) -> None:
    assert faults(lambda: Policies(policies)) == expected


def test_the_faults_of_all_policies_come_together_each_with_its_number() -> None:
    def part(**changes: Any) -> Policy | Unfit:
        try:
            return a_policy(**changes)
        except Unfit as unfit:
            return unfit

    parts = [part(name=""), QUICK, part(targets={}), REST]
    assert faults(lambda: Policies.gathered(parts)) == [(1, "name", "unnamed"), (3, "targets", "no_target")]
    assert Policies.gathered([QUICK, REST]) == Policies((QUICK, REST))


def test_a_policy_can_not_be_changed_behind_its_back() -> None:
    targets = dict(FIRST)
    policy = a_policy(targets=targets)
    targets[ClockKind.FIRST_RESPONSE] = 1
    assert policy.targets == FIRST
    with pytest.raises(TypeError):
        policy.targets[ClockKind.FIRST_RESPONSE] = 1  # type: ignore[index] # that it can't be done is what is tested


# ── as JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────
LETTERS = st.sampled_from('aÅ z\n"\\\u0301\x00\ud800')
"""What a form may bring along: also what PostgreSQL takes in no text."""
WORDS = st.text(LETTERS, min_size=1, max_size=20).filter(lambda words: words.strip() != "")


@st.composite
def policies(draw: st.DrawFn) -> Policies:
    """Any list that can stand."""

    def targets() -> dict[ClockKind, int]:
        return draw(
            st.dictionaries(st.sampled_from(ClockKind), st.integers(1, LONGEST_PROMISE), min_size=1, max_size=4)
        )

    made = []
    for number in range(draw(st.integers(0, 5))):
        accounts = draw(st.frozensets(st.sampled_from((SQUARE, BLUESKY)), max_size=2))
        visibility: Visibility | None = draw(st.sampled_from(("public", "private", None)))
        priorities = draw(st.frozensets(st.sampled_from(Priority), max_size=3))
        groups = draw(st.frozensets(WORDS, max_size=3))
        made.append(
            Policy(
                f"{number} {draw(WORDS)}",
                targets(),
                draw(st.booleans()),
                accounts,
                visibility,
                priorities if accounts or visibility or priorities or groups else frozenset({Priority.ACUTE}),
                groups,
                draw(WORDS) if groups else draw(st.text(LETTERS, max_size=20)),
                draw(st.booleans()),
                draw(st.booleans()),
            )
        )
    return Policies((*made, Policy("Alt andet", targets(), draw(st.booleans()))))


@given(policies())
def test_a_list_survives_the_way_through_json(whole: Policies) -> None:
    written = json.dumps(whole.to_json(), ensure_ascii=False)
    again = Policies.from_json(json.loads(written))
    assert again == whole
    assert again.to_json() == whole.to_json()
    # PostgreSQL would take neither of the two.
    assert "\\u0000" not in written
    written.encode()


@given(
    policies(),
    st.sampled_from((SQUARE, BLUESKY)),
    st.sampled_from(("public", "private")),
    st.sampled_from(Priority),
    st.frozensets(WORDS, max_size=3),
    st.booleans(),
)
def test_whatever_comes_falls_to_the_first_that_fits_and_at_last_to_the_last(
    whole: Policies, account: UUID, visibility: str, priority: int, groups: frozenset[str], in_a_group: bool
) -> None:
    known = frozenset[str]().union(*(policy.groups for policy in whole.policies))
    groups = groups | frozenset(sorted(known)[:1]) if in_a_group else groups
    case = (account, visibility, int(priority), groups)
    choice = whole.choose(*case)
    assert choice.policy.fits(*case)
    assert not any(policy.fits(*case) for policy in whole.policies[: choice.number - 1])
    assert (choice.because == ()) == (choice.number == len(whole.policies))
    for reason in choice.because:
        assert reason.value in (account, visibility, priority, *groups)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"targets": {"first_response": "15"}}, "policy 1: targets"),
        ({"targets": {"first_response": True}}, "policy 1: targets"),
        ({"targets": {"coffee": 15}}, "policy 1: targets"),
        ({"targets": []}, "policy 1: targets"),
        ({"visibility": "secret"}, "policy 1: visibility"),
        ({"accounts": ["square"]}, "policy 1: accounts"),
        ({"accounts": str(SQUARE)}, "policy 1: accounts"),
        ({"priorities": [True]}, "policy 1: priorities"),
        ({"groups": [1]}, "policy 1: groups"),
        ({"business": "yes"}, "policy 1: business"),
        ({"holding_counts": 1}, "policy 1: holding_counts"),
        ({"pauses_for_silo": None}, "policy 1: pauses_for_silo"),
        ({"name": 7}, "policy 1: name"),
        ({"reason": None}, "policy 1: reason"),
        # Nobody's followers sort a queue: what is not of the form has no place in it.
        ({"followers": 1000}, "policy 1: is no object with"),
    ],
)
def test_what_is_not_of_the_form_is_named(change: dict[str, Any], complaint: str) -> None:
    form: dict[str, Any] = Policies((QUICK, REST)).to_json()
    form["policies"][0].update(change)
    with pytest.raises(ValueError, match=complaint) as raised:
        Policies.from_json(form)
    assert not isinstance(raised.value, Unfit)


@pytest.mark.parametrize("data", [None, [], {}, {"policies": {}}, {"policies": [], "more": 1}, {"policies": [1]}])
def test_what_is_no_document(data: object) -> None:
    with pytest.raises(ValueError, match=r"is an object|is no object"):
        Policies.from_json(data)


def test_what_is_of_the_form_and_can_not_stand_is_named_by_number_and_field() -> None:
    form: dict[str, Any] = Policies((ACUTE, QUICK, REST)).to_json()
    form["policies"][1]["targets"] = {}
    form["policies"][2]["name"] = ""
    assert faults(lambda: Policies.from_json(form)) == [(2, "targets", "no_target"), (3, "name", "unnamed")]
