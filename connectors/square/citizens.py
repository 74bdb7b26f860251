"""Visitors and the names they choose.

Why it exists: anyone may be a citizen here without a login; a random word in a cookie is all that says whose
posts are whose. What it must not do: ask for anything else about a person, or keep the cookie's word in the
clear.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.dialects.postgresql import insert

from connectors.square.accounts import all_accounts
from connectors.square.refusing import Refused
from connectors.square.schema import citizen, post

NAME_LIMIT = 60
POSTS_A_MINUTE = 30
"""By one visitor. A square for practice needs no more, and the house behind it is spared."""
POSTS_A_MINUTE_BY_ALL = 1_000
"""A visitor who throws his cookie away is a new one; this bounds them all."""
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ð": "d", "þ": "th", "ß": "ss"})


def new_word() -> str:
    """What a new visitor's cookie holds."""
    return secrets.token_urlsafe(24)


def visitor_of(word: str) -> str:
    """The visitor as the tables know him."""
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()


def form_token(word: str) -> str:
    """What his forms carry, so that no other site can send them for him."""
    return hmac.new(word.encode("utf-8", "replace"), b"square form", hashlib.sha256).hexdigest()


def be(engine: Engine, visitor: str, name: str) -> str:
    """The id of the citizen by whose name this visitor speaks; a new one when the name is new to him.

    Raises `Refused`: no_name, too_quick.
    """
    name = " ".join("".join(letter for letter in name if letter.isprintable()).split())[:NAME_LIMIT]
    if not any(letter.isalnum() for letter in name):
        raise Refused("no_name")
    now = datetime.now(UTC)
    with engine.begin() as connection:
        mine = func.count().filter(citizen.c.visitor == visitor)
        by_all, by_me = connection.execute(
            select(func.count(), mine)
            .select_from(post)
            .join(citizen, citizen.c.id == post.c.citizen_id)
            .where(post.c.at > now - timedelta(minutes=1))
        ).one()
        if by_me >= POSTS_A_MINUTE or by_all >= POSTS_A_MINUTE_BY_ALL:
            raise Refused("too_quick", 429)
        row = {"id": f"c-{uuid.uuid4().hex[:16]}", "name": name, "visitor": visitor, "at": now}
        taken = {one.handle for one in all_accounts(connection)}
        for handle in (one for one in _handles(name) if one not in taken):
            connection.execute(insert(citizen).values(handle=handle, **row).on_conflict_do_nothing())
            found = connection.scalar(select(citizen.c.id).where(citizen.c.visitor == visitor, citizen.c.name == name))
            if found is not None:
                return str(found)
    raise Refused("no_name")


def last_name(connection: Connection, visitor: str) -> str:
    """The name this visitor chose last, empty at the first visit."""
    chosen = select(citizen.c.name).where(citizen.c.visitor == visitor).order_by(citizen.c.at.desc()).limit(1)
    return connection.scalar(chosen) or ""


def _handles(name: str) -> list[str]:
    """The name in small letters and digits; with a few more when somebody has it already."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    short = re.sub(r"[^a-z0-9]", "", plain)[:24] or "borger"
    return [short, *(f"{short}{secrets.randbelow(9_000) + 1_000}" for _ in range(5))]
