"""What the square's answers mean, in words for the agent.

Why it exists: posting, reading and moderating are refused in the same ways, and each is said alike. What it must not
do: call anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from connectors.kit.contract import Answer, Pace, Rejected, Retry, Suspended
from connectors.square import parsing

NO_ACCESS = "The square refuses our token."
MOVED = "The square has moved to another address."
BUSY = "The square asks us to wait."
NOT_REACHED = "The square could not be reached."
NO_CLEAR_ANSWER = "The square gave no clear answer."
NOT_UNDERSTOOD = "The square's answer can't be understood."
NOT_TAKEN = "The square does not take this post."
TOO_SLOW = "Sending the pictures to the square took too long."
NO_PICTURE = "The square has no such picture."
PACE = Pace(60, timedelta(minutes=1))
"""What a practice room likes; it says no to nobody for it."""
REPEATED = (
    "The square lets everybody be answered in their own thread; real platforms may count many alike answers as spam."
)
REASONS: Mapping[str, str] = {
    "empty": "There is nothing in the post.",
    "too_long": "The post is too long for the square.",
    "no_such_post": "The post that is answered is no longer there.",
    "wrong_recipient": "The post that is answered is by somebody else.",
    "not_private": "A private message can't be answered in public.",
    "key_reused": "Another post was sent under the same number.",
    "not_wanted": NOT_TAKEN,
    "not_a_picture": "The square takes a picture of this post for none.",
    "too_large": "A picture of this post is too large for the square.",
    "too_many_pictures": "The post has more pictures than the square takes.",
    "no_description": "A picture of this post has no description.",
    "description_too_long": "The description of a picture is too long for the square.",
    "no_such_picture": "A picture of this post is no longer on the square.",
    "not_ours": "The square lets nobody decide over what was said to others.",
}
"""What the square says no with, in words for the agent."""


def no(answer: Answer) -> Retry | Rejected | Suspended | None:
    """A clear no, if the answer is one."""
    if answer.status == 429:
        return Retry(BUSY, parsing.wait(answer))
    if answer.status in (401, 403):
        return Suspended(NO_ACCESS)
    if 300 <= answer.status < 400:
        return Suspended(MOVED)
    if 400 <= answer.status < 500 and answer.status != 408:
        return Rejected(REASONS.get(parsing.code(answer), NOT_TAKEN))
    return None
