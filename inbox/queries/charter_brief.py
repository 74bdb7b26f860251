"""The charter as it stands beside an open conversation: short, and read along with the conversation itself.

It exists so that opening a conversation costs no statement more. What it must not do: bring what only the whole
charter shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from inbox.domain.charters import PARTS, Reference
from inbox.models import Account, Charter


@dataclass(frozen=True, slots=True)
class Brief:
    """The four sentences, and the rules that an answer may point to."""

    answers: str
    passes_on: str
    never: str
    tone: str
    references: tuple[Reference, ...]


def column() -> ScalarSelect[Any]:
    """The newest charter of the statement's account, as `brief` reads it."""
    words = [piece for name in (*PARTS, "references") for piece in (name, Charter.words[name])]
    return (
        select(func.jsonb_build_object(*words))
        .where(Charter.account_id == Account.id)
        .order_by(Charter.version.desc())
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )


def brief(found: Mapping[str, Any] | None) -> Brief | None:
    """What `column` brought; None for an account without a charter."""
    if found is None:
        return None
    references = tuple(Reference(**one) for one in found["references"])
    answers, passes_on, never, tone = (str(found[name]) for name in PARTS)
    return Brief(answers, passes_on, never, tone, references)
