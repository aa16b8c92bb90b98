"""What Redis keeps: answers to recent searches, who was here lately, how often each key asked. The service works without it."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from papersearch.settings import Settings

log = logging.getLogger(__name__)
T = TypeVar("T")
PAUSE = 5  # Seconds without a try after a failure: a Redis that is away must not cost every search a time-out.


def connect(settings: Settings) -> redis.Redis:
    options: dict[str, Any] = {
        "username": settings.redis_username or None,
        "password": settings.redis_password.get_secret_value() or None,
        "socket_timeout": settings.redis_timeout,
        "socket_connect_timeout": settings.redis_timeout,
        # One retry: a connection that Redis closed while idle is no failure.
        "retry": Retry(NoBackoff(), 1),
        "health_check_interval": 30,
    }
    tls = settings.redis_url.startswith("rediss:")
    if tls and settings.redis_ca:
        options["ssl_ca_certs"] = str(settings.redis_ca)
    if not settings.redis_sentinels:
        return redis.Redis.from_url(settings.redis_url, **options)
    if tls:
        options["ssl"] = True
    database = urlsplit(settings.redis_url).path.strip("/") or 0
    sentinel = Sentinel(sentinel_addresses(settings), sentinel_kwargs=options, db=int(database), **options)
    return sentinel.master_for(settings.redis_sentinel_name)


def sentinel_addresses(settings: Settings) -> list[tuple[str, int]]:
    split = (address.rpartition(":") for address in settings.redis_sentinels)
    return [(host.strip("[]"), int(port)) for host, _, port in split]


class Used(NamedTuple):
    number: int
    seconds_left: int


class Cache:
    def __init__(self, settings: Settings) -> None:
        self._redis = connect(settings)
        self._ttl = settings.cache_ttl
        self._window = settings.active_user_window
        self._queries = f"{settings.redis_prefix}query:"
        self._users = f"{settings.redis_prefix}active:{settings.instance}"
        self._limits = f"{settings.redis_prefix}limit:"
        self._paused_until = 0.0

    @property
    def available(self) -> bool:
        return time.monotonic() >= self._paused_until

    def look_up(self, key: str, client: str = "") -> bytes | None:
        """The stored answer; notes on the same trip that the client is active."""

        def ask() -> bytes | None:
            with self._redis.pipeline(transaction=False) as pipe:
                if client:
                    pipe.zadd(self._users, {_hash(client)[:16]: time.time()})
                    pipe.expire(self._users, self._window)
                pipe.get(self._queries + key)
                return pipe.execute()[-1]

        return self._attempt(ask)

    def store(self, key: str, value: bytes) -> None:
        if self._ttl:
            self._attempt(lambda: self._redis.set(self._queries + key, value, ex=self._ttl))

    def active_users(self) -> int | None:
        return self._attempt(lambda: self._redis.zcount(self._users, time.time() - self._window, "+inf"))

    def count(self, client: str, window: int) -> Used | None:
        """Counts this request. A client's window begins with its first request; one transaction, so that no count is without an end."""
        key = self._limits + _hash(client)

        def ask() -> Used:
            with self._redis.pipeline(transaction=True) as pipe:
                _, number, left = pipe.set(key, 0, ex=window, nx=True).incr(key).pttl(key).execute()
            return Used(number, max(1, -(-left // 1000)))

        return self._attempt(ask)

    def check(self) -> dict[str, float]:
        started = time.perf_counter()
        self._redis.ping()
        return {"ping_ms": round((time.perf_counter() - started) * 1000, 2)}

    def _attempt(self, work: Callable[[], T]) -> T | None:
        """What Redis says; None while it is away."""
        if not self.available:
            return None
        try:
            return work()
        except redis.RedisError as error:
            self._paused_until = time.monotonic() + PAUSE
            log.warning("Redis is not usable; going on without it", extra={"error": type(error).__name__})
            return None


def _hash(client: str) -> str:
    # JSON can hold halves of characters, and so can the subject of a token.
    return hashlib.sha256(client.encode(errors="surrogatepass")).hexdigest()
