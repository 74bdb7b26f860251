"""The comments of a ticket: which of them is an answer, and what it says.

An answer is a comment whose author is an agent or an administrator, not our own user, and which is `public`
(developer.zendesk.com, Ticketing, Ticket Comments; seen 27 November 2026). What it must not do: call anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from connectors.kit.contract import Poison
from connectors.kit.plain_text import from_html
from connectors.kit.posts import Raw
from connectors.kit.target import ANSWER_LIMIT, InboundAnswer, Quarantined, Returned
from connectors.targets.ticket_calls import moment, objects
from connectors.targets.ticket_words import Marks
from connectors.targets.zendesk import words

Comment = Mapping[str, object]
MERGED_TAG = "closed_by_merge"
"""Zendesk gives it to a ticket that was merged into another (Zendesk help, Merging tickets)."""
_STAFF = frozenset({"agent", "admin"})


def external_id(marks: Marks, number: int, key: str) -> str:
    """What our ticket is called at Zendesk: the unit, the question and the errand."""
    return f"{marks.question(number)}-{marks.errand(key)}"


def number_of(marks: Marks, ticket: Mapping[str, object]) -> int | None:
    """The question that a ticket holds; None if it is not one of ours."""
    found = re.fullmatch(rf"{marks.house}n(\d{{1,15}})x-{marks.house}k[0-9a-f]+", str(ticket.get("external_id")))
    return int(found[1]) if found else None


def answers(
    ticket: int,
    number: int,
    comments: Sequence[Comment],
    users: Mapping[int, Mapping[str, object]],
    me: int,
    notes: bool,
) -> Iterator[Raw]:
    """The answers among the comments of one ticket, as items that may be kept; oldest first."""
    for comment in comments:
        author = users.get(_whole(comment.get("author_id")), {})
        kept = _kept(comment, author)
        if comment.get("author_id") != me and _is_answer(kept, notes=notes):
            yield {"kind": "comment", "ticket": ticket, "number": number, "comment": kept}


def returned(raw: Raw, *, notes: bool) -> Sequence[Returned]:
    """What an item says. Raises `Poison` for what can't be understood."""
    ticket, number = raw.get("ticket"), raw.get("number")
    if not isinstance(ticket, int) or not isinstance(number, int):
        raise Poison("An item from Zendesk names no ticket or no question.")
    match raw.get("kind"):
        case "merged":
            return [Quarantined(f"merged:{ticket}", words.MERGED, number)]
        case "too_large":
            return [Quarantined(f"ticket:{ticket}:{raw.get('updated_at')}", words.TOO_LARGE, number)]
    comment = raw.get("comment")
    if raw.get("kind") != "comment" or not isinstance(comment, dict):
        raise Poison("An item from Zendesk is no comment.")
    if not _is_answer(comment, notes=notes):
        return []
    key = f"comment:{comment.get('id')}"
    if comment.get("cut"):
        return [Quarantined(key, words.TOO_LARGE, number)]
    text = from_html(str(comment.get("html_body") or "")) or str(comment.get("plain_body") or "").strip()
    files = [f"{one.get('file_name')} ({_size(one.get('size'))})" for one in objects(comment.get("attachments"))]
    if not text and not files:
        return []
    try:
        at = moment(comment.get("created_at"))
    except ValueError:
        raise Poison("A comment from Zendesk has no time.") from None
    # Agents that write to each other alone do not mean their words for the public.
    public = comment.get("public") is True
    author = str(comment.get("author") or "Zendesk")
    return [InboundAnswer(key, author, at, text, number, str(ticket), attachments=files, may_be_public=public)]


def _is_answer(comment: Comment, *, notes: bool) -> bool:
    seen = comment.get("public") is True or (notes and comment.get("public") is False)
    said = comment.get("type") == "Comment" and comment.get("rel") != "merge"
    return seen and said and comment.get("role") in _STAFF


def _kept(comment: Comment, author: Mapping[str, object]) -> dict[str, object]:
    """So much of a comment as is needed: nothing that is not read is kept."""
    said = {name: str(comment.get(name) or "") for name in ("html_body", "plain_body")}
    cut = any(len(text.encode()) > ANSWER_LIMIT for text in said.values())
    via = comment.get("via")
    source = via.get("source") if isinstance(via, dict) else None
    return {
        **{name: comment.get(name) for name in ("id", "type", "public", "created_at")},
        **(dict.fromkeys(said, "") if cut else said),
        "cut": cut,
        "rel": source.get("rel") if isinstance(source, dict) else None,
        "author": author.get("name"),
        "role": author.get("role"),
        "attachments": [
            {"file_name": one.get("file_name"), "size": one.get("size")}
            for one in objects(comment.get("attachments"))
            if not one.get("inline")
        ],
    }


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _size(value: object) -> str:
    return f"{max(1, round(_whole(value) / 1000))} kB"
