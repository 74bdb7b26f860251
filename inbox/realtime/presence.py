"""Who is here, in Redis alone: it is forgotten with it, and nobody misses anything but a green ring.

What it must not do: be asked for a right, or stop a connection because Redis is silent.
"""

from __future__ import annotations

from redis import Redis, RedisError

from inbox import log
from inbox.domain import clock

_log = log.get(__name__)
HERE = "byline:here"
FORGOTTEN_AFTER = 12 * 3600
"""Seconds, as long as a login: a process that died without a word takes its people with it by then."""


class Presence:
    """A sorted set of open pages, `person page`, by the second they were opened."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=1)

    def arrived(self, person: str, page: str) -> None:
        """One of their pages is open."""
        try:
            self._redis.zadd(HERE, {f"{person} {page}": clock.now().timestamp()})
        except (RedisError, OSError) as error:
            _log.warning("presence_unknown", error=type(error).__name__)

    def left(self, person: str, page: str) -> None:
        """That page was closed."""
        try:
            self._redis.zrem(HERE, f"{person} {page}")
        except (RedisError, OSError) as error:
            _log.warning("presence_unknown", error=type(error).__name__)

    def pages(self, person: str) -> list[str]:
        """Their open pages, wherever they are connected; none when Redis is silent."""
        try:
            known = self._redis.zrange(HERE, 0, -1)
        except (RedisError, OSError) as error:
            _log.warning("presence_unknown", error=type(error).__name__)
            return []
        parts = [str(one, "ascii").partition(" ") for one in known if isinstance(one, bytes)]
        return [page for who, _, page in parts if who == person]

    def here(self) -> frozenset[str]:
        """The ids of everybody with a page open; nobody when Redis is silent."""
        try:
            known = self._redis.zrangebyscore(HERE, clock.now().timestamp() - FORGOTTEN_AFTER, "+inf")
        except (RedisError, OSError) as error:
            _log.warning("presence_unknown", error=type(error).__name__)
            return frozenset()
        return frozenset(str(one, "ascii").partition(" ")[0] for one in known if isinstance(one, bytes))
