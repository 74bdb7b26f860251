"""Organisations that have an account on the square.

Why it exists: answers are posted with a token that the square gave out, and news are sent to an address that
somebody registered. What it must not do: keep a token in the clear, or let a visitor open an account, which
would let him answer as the municipality and send calls to any address.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, RowMapping, select
from sqlalchemy.dialects.postgresql import insert

from connectors.square.schema import account

_HANDLE = re.compile(r"[a-z0-9]{2,30}")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An account as the square knows it. `base_url` is where people find the square, without a slash at the end."""

    handle: str
    name: str
    base_url: str
    webhook_url: str
    webhook_secret: str


def open_account(engine: Engine, *, handle: str, name: str, base_url: str, webhook_url: str = "") -> Mapping[str, str]:
    """Open an account, or give an existing one new keys. Returns the credentials, which are shown only now.

    `handle` is without its @. Raises `ValueError` for a handle that people couldn't type.
    """
    if not _HANDLE.fullmatch(handle):
        raise ValueError("A handle is 2 to 30 small letters and digits.")
    token, secret = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    row = {
        "name": name,
        "token_hash": _hash(token),
        "base_url": base_url.rstrip("/"),
        "webhook_url": webhook_url,
        "webhook_secret": secret,
    }
    with engine.begin() as connection:
        connection.execute(
            insert(account).values(handle=handle, **row).on_conflict_do_update(index_elements=["handle"], set_=row)
        )
    return {"url": row["base_url"], "token": token, "webhook_secret": secret}


def of_token(connection: Connection, token: str) -> Organisation | None:
    """Whose token it is. Only its hash is compared, by the database, so timing tells nothing of the token."""
    row = connection.execute(select(account).where(account.c.token_hash == _hash(token))).mappings().first()
    return None if row is None else _organisation(row)


def all_accounts(connection: Connection) -> list[Organisation]:
    """Everyone who answers here, by handle."""
    rows = connection.execute(select(account).order_by(account.c.handle)).mappings()
    return [_organisation(row) for row in rows]


def _organisation(row: RowMapping) -> Organisation:
    return Organisation(row["handle"], row["name"], row["base_url"], row["webhook_url"], row["webhook_secret"])


def _hash(token: str) -> str:
    # A token has 192 random bits: one quick hash is enough, nothing can be guessed from it.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
