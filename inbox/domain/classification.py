"""Whether something that came in is ours to answer, merely seen, or noise.

Why it exists: a desk that fills with echoes of itself is not read, and a rule that nobody can read is not
trusted; so the rules are data, tried in order, and the settings list them in these words. What it must not
do: throw anything away (all three are kept, and one key makes anything work), or know a platform.
"""

from __future__ import annotations

from dataclasses import dataclass

from inbox.domain.conversation import Klass


@dataclass(frozen=True, slots=True)
class Rule:
    """`sentence` is English source text for the catalogues. `or_from_us`: also whatever our own accounts wrote."""

    name: str
    klass: Klass
    sentence: str
    kind: str
    or_from_us: bool = False


@dataclass(frozen=True, slots=True)
class Classified:
    """The class, and the name of the rule that gave it."""

    klass: Klass
    rule: str


RULES: tuple[Rule, ...] = (
    Rule("own", Klass.NOISE, "What our own accounts write is noise.", "own", or_from_us=True),
    Rule("bounce", Klass.NOISE, "Automatic replies and undeliverable mail are noise.", "bounce"),
    Rule("share", Klass.SEEN, "Shares of our posts are seen.", "share"),
    Rule("reaction", Klass.SEEN, "Reactions without words are seen.", "reaction"),
    Rule("tag", Klass.SEEN, "Posts in which a third person tags us are seen.", "tag"),
    Rule("mention", Klass.OURS, "Posts that mention us are ours to answer.", "mention"),
    Rule("reply", Klass.OURS, "Replies to us are ours to answer.", "reply"),
    Rule("private", Klass.OURS, "Private messages are ours to answer.", "private"),
)
"""The first rule that applies decides."""


def classify(kind: str, author_external_id: str, own_external_ids: frozenset[str]) -> Classified:
    """The class of a post: its kind and author as the connector named them, and our own accounts' ids there.

    Raises ValueError for a kind outside the connector contract, which only a bug can send.
    """
    from_us = author_external_id in own_external_ids
    for rule in RULES:
        if rule.kind == kind or (rule.or_from_us and from_us):
            return Classified(rule.klass, rule.name)
    raise ValueError(f"no rule for posts of the kind {kind!r}")
