"""The link in a call: whom it was sent to, and about what, so that it is nobody else's.

It opens no door: whoever follows it signs in and sees what they may see anyway, and looking changes nothing. What it
must not do: stand for a login.
"""

from __future__ import annotations

from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

_SALT = "byline/v1/acute-call"


def sealed(secret: str, acute_id: UUID, agent_id: UUID) -> str:
    """What stands in the link."""
    return str(URLSafeSerializer(secret, salt=_SALT).dumps([str(acute_id), str(agent_id)]))


def holds(secret: str, given: str, acute_id: UUID, agent_id: UUID) -> bool:
    """Whether it was made here, for this person and this matter."""
    try:
        return bool(URLSafeSerializer(secret, salt=_SALT).loads(given) == [str(acute_id), str(agent_id)])
    except BadData:
        return False
