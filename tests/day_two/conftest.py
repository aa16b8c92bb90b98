"""What the tests of operations share."""

from __future__ import annotations

import pytest
from client import Client


@pytest.fixture
def client(lab):
    """A client that asks from the beginning of the test to its end; the query changes, so that no answer comes from the cache."""
    with Client(lab, "/api/search?q=attention+{number}", seconds=900, pause=0.25) as asking:
        yield asking
