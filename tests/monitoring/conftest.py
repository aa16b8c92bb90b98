"""Prometheus and Alertmanager on watch1, and two hosts that are watched (hosts/), as their operator sees them."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import pytest
import urllib3
from controller import ROOT, Controller

ADDRESSES = {"watch1": "198.18.77.121", "watched1": "198.18.77.122", "watched2": "198.18.77.123"}
CA = str(ROOT / ".lab/monitoring-pki/ca.pem")
RECEIVER = ("198.18.77.1", 8077)


class Monitoring(Controller):
    """The hosts, and what is known of them."""

    inventory = ("-i", "tests/monitoring/hosts")
    prometheus = f"https://{ADDRESSES['watch1']}:9090"
    alertmanager = f"https://{ADDRESSES['watch1']}:9093"

    def converge(self, *arguments):
        return self.play("monitoring.yml", *arguments).stdout

    @staticmethod
    def login(password=None):
        known = (ROOT / ".lab/secrets/monitoring_test_ui").read_text().strip()
        return urllib3.make_headers(basic_auth=f"monitoring:{known if password is None else password}")

    @staticmethod
    def get(url, headers=None, **options):
        """(status, text) of an answer."""
        with urllib3.PoolManager(ca_certs=CA, retries=False, timeout=20, **options) as pool:
            answer = pool.request("GET", url, headers=headers)
            return answer.status, answer.data.decode()

    def ask(self, path):
        """What Prometheus answers who has logged in."""
        status, text = self.get(f"{self.prometheus}/api/v1/{path}", self.login())
        assert status == 200, text
        return json.loads(text)["data"]

    def query(self, expression):
        """[(labels, value)]"""
        found = self.ask("query?" + urlencode({"query": expression}))["result"]
        return [(row["metric"], float(row["value"][1])) for row in found]

    def targets(self):
        """{(job, instance): what is known of the target}"""
        return {(row["labels"]["job"], row["labels"]["instance"]): row for row in self.ask("targets?state=active")["activeTargets"]}

    def until(self, what, seconds):
        """Wait until something is true; how long that took."""
        started = time.monotonic()
        while not what():
            assert time.monotonic() < started + seconds, f"not true within {seconds} s"
            time.sleep(0.5)
        return time.monotonic() - started


class Received:
    """What Alertmanager has told: {(alert, instance or cluster or what else it is about): [(status, when, alert)]}"""

    def __init__(self):
        self.told, self.lock = {}, threading.Lock()

    def take(self, message):
        with self.lock:
            for alert in message["alerts"]:
                labels = alert["labels"]
                about = next((labels[name] for name in ("instance", "cluster", "address", "endpoint", "window") if name in labels), "")
                news = self.told.setdefault((labels["alertname"], about), [])
                if not news or news[-1][0] != alert["status"]:
                    news.append((alert["status"], time.monotonic(), alert))

    def last(self, name, about):
        """(status, when) of the last news of an alert."""
        with self.lock:
            return self.told.get((name, about), [("", 0.0, {})])[-1][:2]

    def wait_for_the_watchdog(self, monitoring):
        """Until Alertmanager tells at all: it may be waiting after what it could not tell."""
        monitoring.until(lambda: self.last("Watchdog", "")[0] == "firing", 120)

    def alerts(self):
        with self.lock:
            return [alert for news in self.told.values() for _status, _when, alert in news]


@pytest.fixture(scope="session")
def monitoring():
    """The hosts, all of them well."""
    found = Monitoring()
    found.until(lambda: all(target["health"] == "up" for target in found.targets().values()), 120)
    return found


@pytest.fixture(scope="session")
def received():
    """The receiver of the alerts, which the inventory names."""
    box = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            box.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(RECEIVER, Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield box
    server.shutdown()
