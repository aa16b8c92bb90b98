"""What Redis keeps: answers to recent searches and who was here lately. The service works without it, only slower."""

from __future__ import annotations

import hashlib
import logging
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from papersearch.settings import Settings

log = logging.getLogger(__name__)
PAUSE = 5  # Seconds without a try after a failure: a Redis that is away must not cost every search a time-out.


def connect(settings: Settings) -> redis.Redis:
    tls = {"ssl_ca_certs": str(settings.redis_ca)} if settings.redis_ca and settings.redis_url.startswith("rediss:") else {}
    return redis.Redis.from_url(
        settings.redis_url,
        username=settings.redis_username or None,
        password=settings.redis_password.get_secret_value() or None,
        socket_timeout=settings.redis_timeout,
        socket_connect_timeout=settings.redis_timeout,
        # One retry: a connection that Redis closed while idle is no failure.
        retry=Retry(NoBackoff(), 1),
        health_check_interval=30,
        **tls,
    )


class Cache:
    def __init__(self, settings: Settings) -> None:
        self._redis = connect(settings)
        self._ttl = settings.cache_ttl
        self._window = settings.active_user_window
        self._queries = f"{settings.redis_prefix}query:"
        self._users = f"{settings.redis_prefix}active:{settings.instance}"
        self._paused_until = 0.0

    @property
    def available(self) -> bool:
        return time.monotonic() >= self._paused_until

    def look_up(self, key: str, client: str = "") -> bytes | None:
        """The stored answer; notes on the same trip that the client is active."""
        if not self.available:
            return None
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                if client:
                    pipe.zadd(self._users, {hashlib.sha256(client.encode()).hexdigest()[:16]: time.time()})
                    pipe.expire(self._users, self._window)
                pipe.get(self._queries + key)
                return pipe.execute()[-1]
        except redis.RedisError as error:
            self._failed(error)
            return None

    def store(self, key: str, value: bytes) -> None:
        if not self._ttl or not self.available:
            return
        try:
            self._redis.set(self._queries + key, value, ex=self._ttl)
        except redis.RedisError as error:
            self._failed(error)

    def active_users(self) -> int | None:
        if not self.available:
            return None
        try:
            return self._redis.zcount(self._users, time.time() - self._window, "+inf")
        except redis.RedisError as error:
            self._failed(error)
            return None

    def check(self) -> dict[str, float]:
        started = time.perf_counter()
        self._redis.ping()
        return {"ping_ms": round((time.perf_counter() - started) * 1000, 2)}

    def _failed(self, error: Exception) -> None:
        self._paused_until = time.monotonic() + PAUSE
        log.warning("Redis is not usable; going on without the cache", extra={"error": type(error).__name__})
