"""Whether an answer only says that an answer is coming.

Why it exists: "we are looking into it" must not stop the clock that the citizen waits by. Words propose here, and
the person who signs decides. What it must not do: decide, or read what a citizen wrote.
"""

from __future__ import annotations

import re

LONGEST = 400
"""Characters. Who writes more than that has most likely said something, whatever else the text promises."""

_PHRASES = (
    # Danish
    r"vi (?:kigger|ser) på (?:det|sagen)",
    r"vi undersøger (?:det|sagen)",
    r"(?:vi|jeg) vender tilbage",
    r"(?:vi|jeg) skriver til dig,? (?:når|så snart)",
    r"du hører fra (?:os|mig)",
    r"tak for din (?:henvendelse|besked)\W*$",
    # Norwegian
    r"vi ser på (?:det|saken)",
    r"vi undersøker (?:det|saken)",
    r"(?:vi|jeg) kommer tilbake til (?:deg|dere)",
    r"du hører fra (?:oss|meg)",
    r"takk for (?:henvendelsen|meldingen)\W*$",
    # English
    r"we(?: are|'re|’re) looking into (?:it|this)",
    r"(?:we|i)(?: will|'ll|’ll) get back to you",
    r"you will hear from (?:us|me)",
    r"thank you for (?:your message|contacting us)\W*$",
)
_HOLDING = re.compile("|".join(rf"\b(?:{phrase})" for phrase in _PHRASES), re.IGNORECASE)


def sounds_like_holding(text: str) -> bool:
    """Whether the words, without the signature, sound as if the answer were still to come."""
    return len(text) <= LONGEST and _HOLDING.search(text) is not None
