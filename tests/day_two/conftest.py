"""What the tests of operations share."""

from __future__ import annotations

import subprocess
import threading
import time

import pytest


class Client(threading.Thread):
    """Asks the virtual address up to four times a second for as long as it is open, at most `seconds`, and keeps every answer.

    The query changes, so that no answer comes from the cache.
    """

    def __init__(self, lab, path="/api/search?q=attention+{}", seconds=900):
        super().__init__(daemon=True)
        self.url = f"https://{lab.vip}{path}"
        self.command = [
            "curl",
            "-s",
            "-o",
            "/dev/null",
            "-m",
            "10",
            "-w",
            "%{http_code} %{time_total} %{errormsg}",
            "--cacert",
            str(lab.ca),
        ]
        self.end = time.monotonic() + seconds
        self.answers = []
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set() and time.monotonic() < self.end:
            started = time.monotonic()
            url = self.url.format(len(self.answers))
            answer = subprocess.run([*self.command, url], capture_output=True, text=True, check=False).stdout
            self.answers.append(f"{answer} at {time.strftime('%H:%M:%S')}")
            time.sleep(max(0, 0.25 - (time.monotonic() - started)))

    def __enter__(self):
        self.start()
        time.sleep(1)
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.join()

    @property
    def failed(self):
        return [answer for answer in self.answers if not answer.startswith("200")]


@pytest.fixture
def client(lab):
    """A client that asks from the beginning of the test to its end."""
    with Client(lab) as asking:
        yield asking
