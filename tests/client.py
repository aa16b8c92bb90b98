"""A client of the virtual address that keeps asking while a test does something to the platform."""

from __future__ import annotations

import subprocess
import threading
import time


class Client(threading.Thread):
    """Asks the virtual address up to ten times a second and keeps when each answer came.

    :param path: what it asks for; C({number}) in it is another number each time, for an answer that no cache has.
    :param patience: seconds after which it gives a request up.
    :param seconds: after which it ends in any case.
    :param pause: seconds from one request to the next.
    """

    def __init__(self, lab, path="/api/search?q=attention", patience=10, seconds=90, pause=0.1):
        super().__init__(daemon=True)
        self.command = [
            "curl",
            "-s",
            "-o",
            "/dev/null",
            "-m",
            str(patience),
            "-w",
            "%{http_code} %{time_total} %{errormsg}",
            "--cacert",
            str(lab.ca),
        ]
        self.url = f"https://{lab.vip}{path}"
        self.seconds, self.pause = seconds, pause
        self.answers = []
        self.stopped = threading.Event()

    def run(self):
        end = time.monotonic() + self.seconds
        while not self.stopped.is_set() and time.monotonic() < end:
            started = time.monotonic()
            self.answers += [(started, answer) for answer in self.ask()]
            time.sleep(max(0, self.pause - (time.monotonic() - started)))

    def ask(self):
        """One round: its answers, each of which begins with the status."""
        url = self.url.replace("{number}", str(len(self.answers)))
        return [subprocess.run([*self.command, url], capture_output=True, text=True, check=False).stdout]

    def __enter__(self):
        self.start()
        time.sleep(1)
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.join()

    @property
    def failed(self):
        return [answer for _, answer in self.answers if not answer.startswith("200")]

    def longest_gap(self):
        """Seconds from the last good answer before a failure to the first good one after it, at the worst."""
        good = [when for when, answer in self.answers if answer.startswith("200")]
        return max(after - before for before, after in zip(good, good[1:], strict=False))
