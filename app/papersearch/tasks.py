"""Ingestion in the background. Broker and results are in Redis, below the same key prefix as the cache."""

from __future__ import annotations

import logging
import ssl
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from celery import Celery
from celery.signals import setup_logging
from kombu.exceptions import OperationalError
from redis import RedisError

from papersearch import logs
from papersearch.models import Paper
from papersearch.settings import Settings, get_settings
from papersearch.store import PaperStore, StoreUnavailable

log = logging.getLogger(__name__)
INGEST = "papersearch.ingest"
# What Celery raises when Redis is away; the last one when it gives up on the result store.
UNAVAILABLE = (OperationalError, RedisError, RuntimeError)


def redis_url(settings: Settings) -> str:
    """Celery takes credentials only inside the URL; it is built in memory and printed nowhere."""
    parts = urlsplit(settings.redis_url)
    password = settings.redis_password.get_secret_value()
    login = f"{quote(settings.redis_username, safe='')}:{quote(password, safe='')}@" if password else ""
    if settings.redis_sentinels:
        return ";".join(f"sentinel://{login}{address}{parts.path or '/0'}" for address in settings.redis_sentinels)
    return urlunsplit(parts._replace(netloc=login + parts.netloc))


def sentinel_options(settings: Settings, tls: dict[str, Any]) -> dict[str, Any]:
    """How the sentinels are asked which server takes writes: with the application's own login. Nothing where there are none."""
    if not settings.redis_sentinels:
        return {}
    asked = {
        "username": settings.redis_username or None,
        "password": settings.redis_password.get_secret_value() or None,
        "socket_timeout": settings.redis_timeout,
        "socket_connect_timeout": settings.redis_timeout,
    }
    return {"master_name": settings.redis_sentinel_name, "sentinel_kwargs": asked | ({"ssl": True} | tls if tls else {})}


def make_celery(settings: Settings) -> Celery:
    url = redis_url(settings)
    tls: dict[str, Any] = {}
    if settings.redis_url.startswith("rediss:"):
        tls = {"ssl_cert_reqs": ssl.CERT_REQUIRED} | ({"ssl_ca_certs": str(settings.redis_ca)} if settings.redis_ca else {})
    sentinel = sentinel_options(settings, tls)
    transport = {
        "global_keyprefix": f"{settings.redis_prefix}celery:",
        "visibility_timeout": 600,
        "socket_connect_timeout": settings.redis_timeout,
        "socket_timeout": max(10, settings.redis_timeout),
        "socket_keepalive": True,
        "health_check_interval": 30,
        **sentinel,
    }
    app = Celery("papersearch", broker=url, backend=url)
    if tls:
        app.conf.update(broker_use_ssl=tls, redis_backend_use_ssl=tls)
    app.conf.update(
        task_default_queue="papersearch",
        task_serializer="json",
        result_serializer="json",
        accept_content=["json"],
        result_expires=86_400,
        # A worker that dies in the middle gives its task back: storing a paper twice stores it once.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=120,
        worker_prefetch_multiplier=1,
        # Nobody who reaches Redis may steer the workers; systemd does that.
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=transport,
        # A request that brings a paper must not hang while Redis is away: the client is told to come back.
        result_backend_transport_options={
            "global_keyprefix": f"{settings.redis_prefix}celery:",
            "retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2},
            **sentinel,
        },
        redis_socket_timeout=max(5, settings.redis_timeout),
        redis_socket_connect_timeout=settings.redis_timeout,
    )
    return app


celery = make_celery(get_settings())


@setup_logging.connect
def _log_json(**_: Any) -> None:
    logs.configure(get_settings().log_level)


@lru_cache
def _store() -> PaperStore:
    """One client for each worker process, made after the fork."""
    return PaperStore(get_settings())


@celery.task(
    name=INGEST,
    bind=True,
    autoretry_for=(StoreUnavailable,),
    retry_backoff=2,
    retry_backoff_max=60,
    retry_jitter=True,
    max_retries=20,
)
def ingest(self: Any, paper: dict[str, Any], request_id: str = "") -> dict[str, str]:
    logs.request_id.set(request_id)
    record = Paper(**paper)
    result = _store().put(record)
    log.info("Paper stored", extra={"paper": record.id, "result": result, "attempt": self.request.retries + 1})
    return {"id": record.id, "result": result}
