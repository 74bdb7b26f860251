"""Who looks at a conversation and who writes in it, in Redis alone, and for less than a minute after the last sign.

A page says so again while it is in front of somebody; one that died says nothing more and is forgotten. Losing it
all loses the rings beside the rows and nothing else. What it must not do: be asked for a right, or raise because
Redis is silent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

from redis import Redis, RedisError

from inbox import log
from inbox.domain import clock

_log = log.get(__name__)
LOOKS_FOR = 40
"""Seconds for which a page counts as in front after its last sign; it gives one every 15."""
WRITES_FOR = 15
"""Seconds after the last stroke of a pen; a page that writes says so every 5."""
TOLD_EVERY = 500
"""Milliseconds between two nudges that one page can cause."""


@dataclass(frozen=True, slots=True)
class Around:
    """The people in one conversation, by id; who writes also looks."""

    looking: frozenset[str] = frozenset()
    writing: frozenset[str] = frozenset()


class Company:
    """For each conversation two sorted sets of `person page`, by the second of the last sign."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=1, decode_responses=True)

    def looks(self, person: str, page: str, conversation: str | None) -> frozenset[str]:
        """The page shows this conversation, or none. Returns those in which somebody came or went by that."""
        try:
            before = cast("str | None", self._redis.get(_page(page)))
            changed = set()
            if before and before != conversation:
                self._leave(person, page, before)
                changed.add(before)
            if conversation is None:
                self._redis.delete(_page(page))
            else:
                self._redis.set(_page(page), conversation, ex=LOOKS_FOR)
                if self._sign(_looks(conversation), f"{person} {page}", LOOKS_FOR):
                    changed.add(conversation)
            return frozenset(changed)
        except (RedisError, OSError) as error:
            return _silent(error)

    def writes(self, person: str, page: str, conversation: str, *, on: bool) -> frozenset[str]:
        """The page's person writes in it, or has stopped. Returns the conversation if that is news."""
        member = f"{person} {page}"
        try:
            if on:
                news = self._sign(_writes(conversation), member, WRITES_FOR)
            else:
                news = bool(self._redis.zrem(_writes(conversation), member))
            return frozenset({conversation} if news else ())
        except (RedisError, OSError) as error:
            return _silent(error)

    def may_tell(self, page: str) -> bool:
        """Whether this page may cause another nudge already. What it said is known all the same."""
        try:
            return bool(self._redis.set(f"byline:told:{page}", 1, nx=True, px=TOLD_EVERY))
        except (RedisError, OSError) as error:
            _silent(error)
            return False

    def around(self, conversations: Collection[str], but: str) -> Mapping[str, Around]:
        """Who is in each of these, one person left out: nobody is told of themselves. Empty when Redis is silent."""
        if not conversations:
            return {}
        now = clock.now().timestamp()
        try:
            with self._redis.pipeline(transaction=False) as asked:
                for one in conversations:
                    asked.zrangebyscore(_looks(one), now - LOOKS_FOR, "+inf")
                    asked.zrangebyscore(_writes(one), now - WRITES_FOR, "+inf")
                found = asked.execute()
        except (RedisError, OSError) as error:
            _silent(error)
            return {}
        answers = [_people(members) - {but} for members in found]
        return {
            one: Around(looking | writing, writing)
            for one, looking, writing in zip(conversations, answers[::2], answers[1::2], strict=True)
            if looking or writing
        }

    def _sign(self, key: str, member: str, for_seconds: int) -> bool:
        """One more sign; True if there was none within the time."""
        now = clock.now().timestamp()
        with self._redis.pipeline() as deed:
            deed.zremrangebyscore(key, "-inf", now - for_seconds)
            deed.zadd(key, {member: now})
            deed.expire(key, for_seconds)
            _gone, added, _kept = deed.execute()
        return bool(added)

    def _leave(self, person: str, page: str, conversation: str) -> None:
        with self._redis.pipeline() as deed:
            for key in (_looks(conversation), _writes(conversation)):
                deed.zrem(key, f"{person} {page}")
            deed.execute()


def _page(page: str) -> str:
    return f"byline:page:{page}"


def _looks(conversation: str) -> str:
    return f"byline:looks:{conversation}"


def _writes(conversation: str) -> str:
    return f"byline:writes:{conversation}"


def _people(members: Collection[str]) -> frozenset[str]:
    return frozenset(member.partition(" ")[0] for member in members)


def _silent(error: Exception) -> frozenset[str]:
    _log.warning("company_unknown", error=type(error).__name__)
    return frozenset()
