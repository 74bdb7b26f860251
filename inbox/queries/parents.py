"""What a citizen's post answers, when that stands in another conversation: shown above it, so "me too" has a sense.

Only public words are lent to another conversation; what stands in the same one is in the thread already. It is read in
the statement that reads the messages. What it must not do: ask once for each message, or show a national number
unmasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, exists, func, select
from sqlalchemy.orm import aliased

from inbox.domain.personal_data import mask
from inbox.models import Agent, Delivery, Identity, Message, Revision
from inbox.queries.thread_items import Above


@cache
def column() -> ScalarSelect[Any]:
    """One JSON object beside each `Message` of a statement, or NULL, for `above`. Put together once: it stays."""
    above, writer, speaker, latest = aliased(Message), aliased(Agent), aliased(Identity), aliased(Revision)
    said = aliased(Message)
    parent = func.coalesce(
        select(said.id)
        .where(said.account_id == Message.account_id, said.external_id == Message.parent_external_id)
        .correlate(Message)
        .scalar_subquery(),
        select(Delivery.message_id)
        .where(Delivery.account_id == Message.account_id, Delivery.external_id == Message.parent_external_id)
        .correlate(Message)
        .scalar_subquery(),
    )
    edited = (
        select(latest.text)
        .where(latest.message_id == above.id, latest.kind == "edited")
        .order_by(latest.at.desc(), latest.id.desc())
        .limit(1)
        .correlate(above)
        .scalar_subquery()
    )
    gone = exists().where(Revision.message_id == above.id, Revision.kind == "deleted").correlate(above)
    return (
        select(
            func.jsonb_build_object(
                "author", func.coalesce(speaker.name, writer.full_name),
                "ours", above.direction == "out",
                "at", above.said_at,
                "text", func.coalesce(edited, above.text),
                "gone", gone,
                "url", above.url,
            )
        )
        .select_from(above)
        .outerjoin(writer, writer.id == above.agent_id)
        .outerjoin(speaker, speaker.id == above.identity_id)
        .where(
            Message.direction == "in",
            above.id == parent,
            above.visibility == "public",
            above.conversation_id != Message.conversation_id,
        )
        .correlate(Message)
        .scalar_subquery()
    )  # fmt: skip


def above(told: Mapping[str, Any] | None) -> Above | None:
    """What `column` read, ready to show. Words that were taken away are not lent."""
    if told is None:
        return None
    text = "" if told["gone"] else mask(told["text"])
    return Above(told["author"], told["ours"], datetime.fromisoformat(told["at"]), text, told["url"])
