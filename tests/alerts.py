"""Prometheus as its operator asks it, the receiver of its alerts, and faults that it must tell of."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import urllib3

# Where the lab's alerts go while a test looks: the controller.
RECEIVER = ("198.18.77.1", 8077)


class Prometheus:
    """Prometheus and Alertmanager of one host.

    :param address: of the host.
    :param ca: file of the authority that they are believed by.
    :param password: file of the password of C(monitoring).
    """

    def __init__(self, address, ca, password):
        self.url, self.alertmanager = f"https://{address}:9090", f"https://{address}:9093"
        self.ca, self.password = ca, password

    def login(self, password=None):
        known = self.password.read_text().strip()
        return urllib3.make_headers(basic_auth=f"monitoring:{known if password is None else password}")

    def get(self, url, headers=None, **options):
        """(status, text) of an answer."""
        with urllib3.PoolManager(ca_certs=str(self.ca), retries=False, timeout=20, **options) as pool:
            answer = pool.request("GET", url, headers=headers)
            return answer.status, answer.data.decode()

    def ask(self, path):
        """What Prometheus answers who has logged in."""
        status, text = self.get(f"{self.url}/api/v1/{path}", self.login())
        assert status == 200, text
        return json.loads(text)["data"]

    def query(self, expression):
        """[(labels, value)]"""
        found = self.ask("query?" + urlencode({"query": expression}))["result"]
        return [(row["metric"], float(row["value"][1])) for row in found]

    def targets(self):
        """{(job, instance): what is known of the target}"""
        return {(row["labels"]["job"], row["labels"]["instance"]): row for row in self.ask("targets?state=active")["activeTargets"]}

    def firing(self):
        """The names of the alerts that fire now."""
        return sorted(labels["alertname"] for labels, _value in self.query('ALERTS{alertstate="firing"}'))


def until(what, seconds):
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

    def wait_for_the_watchdog(self):
        """Until Alertmanager tells at all: it may be waiting after what it could not tell."""
        until(lambda: self.last("Watchdog", "")[0] == "firing", 120)

    def alerts(self):
        with self.lock:
            return [alert for news in self.told.values() for _status, _when, alert in news]


@contextmanager
def receiver():
    """The webhook that the inventory names as receiver of the alerts."""
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
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Fault:
    """What breaks on which hosts (with blanks between them), how it is mended, whose alert comes, and within how many seconds."""

    alert: str
    about: str
    seconds: int
    hosts: str
    broken_by: str
    mended_by: str


# A certificate of five days, among those that are looked at.
SHORT_CERTIFICATE = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=s -days 5 "
    "-out /run/soon.pem -keyout /run/soon.key 2>&1; "
    "cp /etc/searchstack/exporters/host_metrics.json /run/; "
    'sed -i \'s#"certificates": \\[#&"/run/soon.pem",#\' /etc/searchstack/exporters/host_metrics.json'
)
LONG_CERTIFICATE = "mv /run/host_metrics.json /etc/searchstack/exporters/; rm /run/soon.*"


@contextmanager
def small_disk(lab, host, folder):
    """A disk of 64 MiB on a host, as a VM would have one: a file of the outer machine's, mounted in the host's namespace."""
    image = lab.root / f".lab/small_disk_{host}"
    with image.open("wb") as file:
        file.truncate(64 << 20)
    lab.run("mkfs.ext4", "-q", "-m", "0", str(image))
    device = lab.run("losetup", "--find", "--show", str(image)).stdout.strip()
    try:
        process = lab.run("docker", "inspect", "--format", "{{.State.Pid}}", f"searchstack-lab-{host}").stdout.strip()
        mounted = f"mknod /dev/small b 7 {device.removeprefix('/dev/loop')} && mkdir {folder} && mount /dev/small {folder}"
        lab.run("nsenter", "--target", process, "--mount", "sh", "-c", mounted)
        yield
    finally:
        lab.on(host, f"umount {folder}; rm -r {folder} /dev/small", check=False)
        lab.run("losetup", "--detach", device)
        image.unlink()


def _follow(faults, received, status, since, meanwhile):
    """Wait until the news of all faults have come; {alert: seconds}"""
    came = {}
    while len(came) < len(faults):
        meanwhile()
        time.sleep(0.5)
        for fault in faults:
            said, when = received.last(fault.alert, fault.about)
            if said == status and when > since:
                came.setdefault(fault.alert, when - since)
        assert time.monotonic() < since + 900, f"{status}: only {came}"
    return came


def come_and_go(lab, faults, received, meanwhile):
    """Break everything, wait for the alerts, mend it, wait until they have gone; each alert must have come within its seconds.

    :param meanwhile: what users do, called again and again. The figures go to .lab/monitoring-alerts.md.
    """
    received.wait_for_the_watchdog()
    # What an earlier fault has left: news of it would not be news of this one.
    until(lambda: all(received.last(fault.alert, fault.about)[0] != "firing" for fault in faults), 900)
    began = time.monotonic()
    try:
        for fault in faults:
            for host in fault.hosts.split():
                lab.on(host, fault.broken_by)
        came = _follow(faults, received, "firing", began, meanwhile)
    finally:
        mended = time.monotonic()
        for fault in faults:
            for host in fault.hosts.split():
                lab.on(host, fault.mended_by, check=False)
    went = _follow(faults, received, "resolved", mended, meanwhile)
    rows = [f"| {fault.alert} | {fault.seconds} | {came[fault.alert]:.0f} | {went[fault.alert]:.0f} |" for fault in faults]
    with (lab.root / ".lab/monitoring-alerts.md").open("a") as table:
        table.write("\n".join(["| alert | promised s | came after s | went after s |", "|---|---|---|---|", *rows, ""]))
    assert {fault.alert: came[fault.alert] for fault in faults if came[fault.alert] > fault.seconds} == {}
