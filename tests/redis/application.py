"""Writes to Redis (or, with "queue", sends tasks) ten times a second as the application does, and says what came of it and when."""

from __future__ import annotations

import json
import sys
import time

from kombu.exceptions import OperationalError
from papersearch.cache import connect
from papersearch.settings import get_settings
from papersearch.tasks import UNAVAILABLE, ingest
from redis import RedisError

PAPER = {"title": "T", "authors": ["A"], "year": 2020}
redis = connect(get_settings())


def write(number):
    redis.set(f"papersearch:test:{number}", number)


def send(number):
    ingest.apply_async((PAPER, str(number)), retry=False)


act = send if "queue" in sys.argv else write
act(0)
print("ready", flush=True)
number = 0
while True:
    number += 1
    try:
        act(number)
        done = ""
    except (RedisError, OperationalError, *UNAVAILABLE) as error:
        done = type(error).__name__
    print(json.dumps({"number": number, "at": time.monotonic(), "done": not done, "error": done}), flush=True)
    time.sleep(0.1)
