"""The key of the next page of a list: where the last row stood in the list's own order.

Pages are cut by such keys, never by offset: the thousandth costs what the first does, and a row that came in
meanwhile shifts nothing. What it must not do: be trusted; a key comes back from an address that anybody can write.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from inbox.domain.errors import Invalid


def encoded(at: datetime | None, id_: UUID) -> str:
    """The key behind a row, short enough for an address. `at` is None in a part of a list that has no times."""
    return base64.urlsafe_b64encode(f"{at.isoformat() if at else ''}|{id_}".encode()).decode().rstrip("=")


def decoded(key: str) -> tuple[datetime | None, UUID]:
    """Raises Invalid for anything that `encoded` did not make."""
    try:
        plain = base64.urlsafe_b64decode(key.encode() + b"=" * (-len(key) % 4)).decode()
        at, _, id_ = plain.partition("|")
        when = datetime.fromisoformat(at) if at else None
        if when is not None and when.tzinfo is None:
            raise ValueError("a time without a zone")
        return when, UUID(id_)
    except (ValueError, binascii.Error):
        raise Invalid("This page of the list is no longer known. Open the list again.", field="after") from None
