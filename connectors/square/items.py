"""The square's posts as JSON, the way its API and its webhooks tell them.

Why it exists: one shape, whoever asks and however the news arrive, so that the same item is the same bytes.
What it must not do: decide who may see what.
"""

from __future__ import annotations

from datetime import datetime

from connectors.square.reading import Post


def told(one: Post, base_url: str) -> dict[str, object]:
    """A post as the API shows it. Times are ISO 8601 in UTC; `pictures` stands there only when there are some."""
    pictures = [
        {"id": shown.id, "description": shown.description, "media_type": shown.media_type} for shown in one.pictures
    ]
    return {
        "id": one.id,
        "author": {"id": one.author_id, "handle": one.handle, "name": one.name},
        "text": one.text,
        "visibility": one.visibility,
        "kind": one.kind,
        "said_at": one.at.isoformat(),
        "parent": one.parent_id,
        "root": one.root_id,
        "version": one.version,
        "url": base_url + one.path(),
        **({"pictures": pictures} if pictures else {}),
    }


def item(kind: str, one: Post, base_url: str, at: datetime) -> dict[str, object]:
    """One piece of news: `post`, `edit` or `delete`. A deletion doesn't repeat the words."""
    body = told(one, base_url)
    if kind == "delete":
        del body["text"]
    return {"kind": kind, "at": at.isoformat(), "post": body}
