"""The articles of a ticket: which of them is an answer, and what it says.

An answer is an article whose `sender` is Agent, which is not `internal`, and which our own user did not write
(docs.zammad.org, REST API, Ticket, Articles; seen 27 November 2026). What it must not do: call anybody, or believe a
mark of ours in the words of somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from connectors.kit.contract import Poison
from connectors.kit.plain_text import from_html
from connectors.kit.posts import Raw
from connectors.kit.target import ANSWER_LIMIT, InboundAnswer, Quarantined, Returned
from connectors.targets.ticket_calls import moment, objects
from connectors.targets.ticket_words import Marks
from connectors.targets.zammad import words

Article = Mapping[str, object]
_KEPT = ("id", "from", "created_by", "created_at", "content_type", "type", "sender", "internal")


def answers(
    ticket: Mapping[str, object], articles: Sequence[Article], me: int, marks: Marks, since: datetime | None = None
) -> Iterator[Raw]:
    """The answers among the articles of one ticket, as items that may be kept; oldest first.

    Where several questions were merged, what was said before `since` was handed on when it was clear whose it was.
    """
    numbers = {
        number
        for article in articles
        if article.get("created_by_id") == me
        for number in marks.numbers(str(article.get("body")))
    }
    about = {
        "kind": "article",
        "ticket": ticket.get("id"),
        # In a ticket that somebody else opened, ours was merged: its id is not the one that the question knows.
        "opened_by_us": ticket.get("created_by_id") == me,
        "numbers": sorted(numbers),
    }
    for article in sorted(articles, key=lambda one: str(one.get("created_at"))):
        told = len(numbers) > 1 and since is not None and moment(article.get("created_at")) < since
        if _is_answer(article) and article.get("created_by_id") != me and not told:
            yield {**about, "article": _kept(article)}


def too_large(ticket: Mapping[str, object]) -> Raw:
    """The item that stands for what can't be fetched for its size."""
    return {"kind": "too_large", "ticket": ticket.get("id"), "updated_at": ticket.get("updated_at")}


def returned(raw: Raw) -> Sequence[Returned]:
    """What an item says. Raises `Poison` for what can't be understood."""
    ticket = raw.get("ticket")
    if not isinstance(ticket, int):
        raise Poison("An item from Zammad names no ticket.")
    if raw.get("kind") == "too_large":
        return [Quarantined(f"ticket:{ticket}:{raw.get('updated_at')}", words.TOO_LARGE)]
    article, numbers = raw.get("article"), raw.get("numbers")
    known = isinstance(numbers, list) and all(isinstance(one, int) for one in numbers)
    if raw.get("kind") != "article" or not isinstance(article, dict) or not known:
        raise Poison("An item from Zammad is no article.")
    if not _is_answer(article):
        return []
    key = f"article:{article.get('id')}"
    match numbers:
        case [int(number)]:
            pass
        case []:
            return [Quarantined(key, words.QUOTED)]
        case _:
            return [Quarantined(key, words.MIXED)]
    if article.get("cut"):
        return [Quarantined(key, words.TOO_LARGE, number)]
    text, files = _text(article), _files(article)
    if not text and not files:
        return []
    try:
        at = moment(article.get("created_at"))
    except ValueError:
        raise Poison("An article from Zammad has no time.") from None
    known_as = str(ticket) if raw.get("opened_by_us") else None
    return [InboundAnswer(key, _author(article), at, text, number, known_as, attachments=files)]


def _is_answer(article: Article) -> bool:
    return article.get("sender") == "Agent" and article.get("internal") is False and not _says_merged(article)


def _says_merged(article: Article) -> bool:
    # Zammad itself leaves such a public note of an agent's behind in a ticket that was merged into another.
    return article.get("type") == "note" and str(article.get("body")).strip() == "merged"


def _kept(article: Article) -> dict[str, object]:
    """So much of an article as is needed: nothing that is not read is kept."""
    words_of = str(article.get("body") or "")
    cut = len(words_of.encode()) > ANSWER_LIMIT
    files = [
        {"filename": one.get("filename"), "size": one.get("size")}
        for one in objects(article.get("attachments"))
        if not _is_inline(one)
    ]
    kept: dict[str, object] = {name: article.get(name) for name in _KEPT}
    return {**kept, "body": "" if cut else words_of, "cut": cut, "attachments": files}


def _is_inline(attachment: Mapping[str, object]) -> bool:
    """Pictures of a signature are no attachments to anybody who reads."""
    told = attachment.get("preferences")
    return isinstance(told, dict) and told.get("Content-Disposition") == "inline" and bool(told.get("Content-ID"))


def _text(article: Article) -> str:
    written = str(article.get("body") or "")
    if str(article.get("content_type")).startswith("text/html"):
        return from_html(written)
    lines = written.strip().splitlines()
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    return "\n".join(lines)


def _author(article: Article) -> str:
    """The name before an address, or before the group that it was sent by (`Emma Taylor via <…>`)."""
    name = re.split(r" via |<", str(article.get("from") or ""))[0].strip(' "')
    return name or str(article.get("created_by") or "Zammad")


def _files(article: Article) -> list[str]:
    return [f"{one.get('filename')} ({_size(one.get('size'))})" for one in objects(article.get("attachments"))]


def _size(value: object) -> str:
    size = int(str(value)) if str(value).isdigit() else 0
    return f"{max(1, round(size / 1000))} kB"
