"""Tests run against real servers or against none: nothing is faked.

PAPERSEARCH_TEST_OPENSEARCH_HOSTS, ..._REDIS_URL and so on are the application's own variables with TEST in the name. The tests use
an alias and a key prefix of their own, and remove both.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

PREFIX = "PAPERSEARCH_TEST_"
GIVEN = {"PAPERSEARCH_" + name.removeprefix(PREFIX): value for name, value in os.environ.items() if name.startswith(PREFIX)}
RUN = uuid.uuid4().hex[:8]
# Port 1 of loopback: nothing listens there.
NOWHERE = {"PAPERSEARCH_OPENSEARCH_HOSTS": "http://127.0.0.1:1", "PAPERSEARCH_REDIS_URL": "redis://127.0.0.1:1/0"}
OWN = {
    "PAPERSEARCH_OPENSEARCH_ALIAS": f"papers-test-{RUN}",
    "PAPERSEARCH_REDIS_PREFIX": f"papersearch:test-{RUN}:",
    "PAPERSEARCH_API_KEY": "key",
}

# Before the first import of the application: Celery reads its settings there.
for _name in [name for name in os.environ if name.startswith("PAPERSEARCH_") and not name.startswith(PREFIX)]:
    del os.environ[_name]
os.environ.update(NOWHERE | GIVEN | OWN)

from papersearch.cache import connect as connect_redis
from papersearch.load import load
from papersearch.settings import Settings
from papersearch.store import connect
from papersearch.web import create_app


@pytest.fixture(scope="session")
def alone() -> Iterator[TestClient]:
    """The application with nothing behind it."""
    settings = Settings(opensearch_hosts=["http://127.0.0.1:1"], redis_url="redis://127.0.0.1:1/0", api_key="key")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def live() -> Iterator[TestClient]:
    """The application on a real OpenSearch and a real Redis, with the bundled papers."""
    if "PAPERSEARCH_OPENSEARCH_HOSTS" not in GIVEN or "PAPERSEARCH_REDIS_URL" not in GIVEN:
        pytest.skip(f"{PREFIX}OPENSEARCH_HOSTS and {PREFIX}REDIS_URL are not set: no servers to test against")
    settings = Settings()
    assert load(settings)["changed"]
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client
    connect(settings).indices.delete(index=f"{settings.opensearch_alias}-v1")
    forget(settings)


@pytest.fixture
def limited() -> Iterator[TestClient]:
    """The application with a limit for each key, on a real Redis alone."""
    if "PAPERSEARCH_REDIS_URL" not in GIVEN:
        pytest.skip(f"{PREFIX}REDIS_URL is not set: no server to test against")
    settings = Settings(opensearch_hosts=["http://127.0.0.1:1"], redis_prefix=OWN["PAPERSEARCH_REDIS_PREFIX"] + "limited:", api_limit=3)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client
    forget(settings)


def forget(settings: Settings) -> None:
    redis = connect_redis(settings)
    for key in redis.scan_iter(match=settings.redis_prefix + "*"):
        redis.delete(key)
