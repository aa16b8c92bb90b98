"""What dies comes back by itself, and clients of the virtual address go on."""

from __future__ import annotations

import subprocess
import threading
import time

import pytest


class Client(threading.Thread):
    """Asks the virtual address up to ten times a second, at most 90 s long, and keeps when each answer came.

    :param patience: seconds after which it gives a request up.
    """

    def __init__(self, lab, path="/api/search?q=attention", patience=10):
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
            f"https://{lab.vip}{path}",
        ]
        self.answers = []
        self.stopped = threading.Event()

    def run(self):
        end = time.monotonic() + 90
        while not self.stopped.is_set() and time.monotonic() < end:
            started = time.monotonic()
            answer = subprocess.run(self.command, capture_output=True, text=True, check=False).stdout
            self.answers.append((started, answer))
            time.sleep(max(0, 0.1 - (time.monotonic() - started)))

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


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s: {what}")


@pytest.mark.parametrize(
    ("host", "unit", "seconds"),
    [
        ("app1", "papersearch-web", 60),
        ("app2", "papersearch-worker", 60),
        ("redis1", "redis-server", 30),
        ("lb2", "nginx", 30),
        ("os2", "opensearch", 180),
    ],
)
def test_a_killed_service_comes_back(lab, host, unit, seconds):
    def main_pid():
        return lab.on(host, f"systemctl show --property=MainPID --value {unit}").strip()

    def answers():
        state = lab.on(host, f"systemctl is-active {unit}", check=False).strip()
        return state == "active" and main_pid() not in ("0", before)

    before = main_pid()
    lab.on(host, f"kill -9 {before}")
    wait_until(answers, seconds, f"{unit} on {host} runs again")


def test_the_cluster_is_green_again_after_a_killed_node(lab):
    lab.play("verify.yml", "--limit", "opensearch_clusters")


# After the cluster is whole again: a node that warms up is another fault than this one's.
def test_requests_go_on_while_an_application_host_dies(lab):
    with Client(lab) as client:
        lab.on("app3", "systemctl kill --signal=SIGKILL papersearch-web")
        time.sleep(10)
    assert len(client.answers) > 20
    assert client.failed == []


def test_the_virtual_address_moves_when_its_balancer_dies(lab, capsys):
    holder = next(host for host in ("lb1", "lb2") if f"{lab.vip}/" in lab.on(host, "ip -4 addr"))
    try:
        # One that waited for the dead balancer would not see the other one take over.
        with Client(lab, "/live", patience=1.5) as client:
            lab.run("docker", "kill", f"searchstack-lab-{holder}")
            time.sleep(12)
        gap = client.longest_gap()
        with capsys.disabled():
            print(f"[fail-over: longest gap {gap:.1f} s] ", end="")
        assert gap < 4.0
        assert client.answers[-1][1].startswith("200")
    finally:
        lab.run("lab/create")
    wait_until(lambda: lab.on(holder, "systemctl is-active nginx", check=False).strip() == "active", 60, f"nginx on {holder} runs again")
