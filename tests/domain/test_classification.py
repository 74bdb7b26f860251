"""What is work, what is seen and what is noise."""

from __future__ import annotations

from typing import get_args

import pytest

from connectors.kit.contract import PostKind
from inbox.domain.classification import RULES, Classified, classify
from inbox.domain.conversation import Klass

OURS = frozenset({"square:nordby", "square:nordby-vej"})

EXPECTED = {
    "mention": Klass.OURS,
    "reply": Klass.OURS,
    "private": Klass.OURS,
    "share": Klass.SEEN,
    "reaction": Klass.SEEN,
    "tag": Klass.SEEN,
    "own": Klass.NOISE,
    "bounce": Klass.NOISE,
}


@pytest.mark.parametrize("kind", get_args(PostKind))
def test_every_kind_of_the_contract_has_its_class_and_rule(kind: str) -> None:
    assert classify(kind, "square:mette", OURS) == Classified(EXPECTED[kind], kind)


@pytest.mark.parametrize("kind", get_args(PostKind))
def test_what_we_write_ourselves_is_never_work(kind: str) -> None:
    assert classify(kind, "square:nordby-vej", OURS) == Classified(Klass.NOISE, "own")


def test_an_unknown_kind_is_said() -> None:
    with pytest.raises(ValueError, match="poll"):
        classify("poll", "square:mette", OURS)


def test_the_rules_can_be_listed() -> None:
    assert len({rule.name for rule in RULES}) == len({rule.sentence for rule in RULES}) == len(RULES)
    assert all(rule.sentence.endswith(".") for rule in RULES)
