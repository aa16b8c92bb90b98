"""Faults, many at once: each one's alert comes to the receiver in its time, and goes when the fault does."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from conftest import ADDRESSES
from controller import ROOT

SEARCH = f"http://{ADDRESSES['watched1']}:7860/api/search"
METRICS = "/var/lib/prometheus/node-exporter"
SMALL_DISK = "/srv/small"
# A certificate of five days, among those that are looked at.
SHORT_CERTIFICATE = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=s -days 5 "
    "-out /run/soon.pem -keyout /run/soon.key 2>&1; "
    "cp /etc/searchstack/exporters/host_metrics.json /run/; "
    'sed -i \'s#"certificates": \\[#&"/run/soon.pem",#\' /etc/searchstack/exporters/host_metrics.json'
)
FAILED_BACKUP = (
    f"printf '%s\\n' 'searchstack_backup_last_result{{action=\"backup\"}} 0' "
    f"'searchstack_backup_last_run_timestamp_seconds{{action=\"backup\"}} 1' >{METRICS}/test.prom"
)


@dataclass
class Fault:
    """What breaks on a host, how it is mended, whose alert comes, and within how many seconds."""

    alert: str
    about: str
    seconds: int
    host: str
    broken_by: str
    mended_by: str


def faults_that_are_told_soon():
    """The seconds are the alert's own `for`, and a minute for who looks, asks, and tells."""
    exporter = (f"systemctl {do} prometheus-nginx-exporter" for do in ("stop", "start"))
    return [
        Fault("RedisDown", "watched1", 120, "watched1", "systemctl stop redis-server", "systemctl start redis-server"),
        Fault("OpenSearchClusterSilent", "watched", 180, "watched2", "systemctl stop opensearch", "systemctl start opensearch"),
        Fault("VirtualAddressLost", "198.18.77.120", 180, "watched1", "systemctl stop keepalived", "systemctl start keepalived"),
        Fault("SiteDown", "https://198.18.77.120/health", 180, "watched2", "systemctl stop keepalived", "systemctl start keepalived"),
        Fault("ServiceFailed", "watched1", 180, "watched1", "systemd-run --unit=failing false", "systemctl reset-failed failing"),
        Fault("ExporterDown", "watched1", 80, "watched1", *exporter),
    ]


@pytest.fixture(scope="module")
def small_disk(monitoring):
    """A disk of 64 MiB on watched1, as a VM would have one: a file of the outer machine's, mounted in the host's namespace."""
    image = ROOT / ".lab/small_disk"
    with image.open("wb") as file:
        file.truncate(64 << 20)
    monitoring.run("mkfs.ext4", "-q", "-m", "0", str(image))
    device = monitoring.run("losetup", "--find", "--show", str(image)).stdout.strip()
    process = monitoring.run("docker", "inspect", "--format", "{{.State.Pid}}", "searchstack-lab-watched1").stdout.strip()
    mounted = f"mknod /dev/small b 7 {device.removeprefix('/dev/loop')} && mkdir {SMALL_DISK} && mount /dev/small {SMALL_DISK}"
    monitoring.run("nsenter", "--target", process, "--mount", "sh", "-c", mounted)
    yield
    monitoring.on("watched1", f"umount {SMALL_DISK}; rm -r {SMALL_DISK} /dev/small", check=False)
    monitoring.run("losetup", "--detach", device)
    image.unlink()


def faults_that_are_told_later():
    searches = 'echo \'{"status": 500, "seconds": 1.5}\' >/run/application.json', "rm /run/application.json"
    timer = (f"systemctl {do} searchstack-host-metrics.timer" for do in ("stop", "start"))
    long_certificate = "mv /run/host_metrics.json /etc/searchstack/exporters/; rm /run/soon.*"
    return [
        Fault("TimerStopped", "watched2", 360, "watched2", *timer),
        Fault("DiskAlmostFull", "watched1", 390, "watched1", f"fallocate -l 50M {SMALL_DISK}/full", f"rm {SMALL_DISK}/full"),
        Fault("BackupFailed", "watched2", 360, "watched2", FAILED_BACKUP, f"rm {METRICS}/test.prom"),
        Fault("HighErrorRate", "search", 420, "watched1", *searches),
        Fault("SlowSearches", "", 420, "watched1", "true", "true"),
        Fault("ErrorBudgetBurn", "1h", 240, "watched1", "true", "true"),
        Fault("CertificateExpires", "watched1", 660, "watched1", SHORT_CERTIFICATE, long_certificate),
    ]


def faults_of_the_application():
    return [Fault("BackendDown", "watched1", 180, "watched1", "systemctl stop papersearch-web", "systemctl start papersearch-web")]


def follow(faults, received, status, since, meanwhile):
    """Wait until the news of all faults have come; {alert: seconds}"""
    came = {}
    while len(came) < len(faults):
        meanwhile()
        for fault in faults:
            said, when = received.last(fault.alert, fault.about)
            if said == status and when > since:
                came.setdefault(fault.alert, when - since)
        assert time.monotonic() < since + 900, f"{status}: only {came}"
    return came


KINDS = {"soon": faults_that_are_told_soon(), "application": faults_of_the_application(), "later": faults_that_are_told_later()}


@pytest.mark.parametrize("faults", KINDS.values(), ids=KINDS)
@pytest.mark.usefixtures("small_disk")
def test_alerts_come_and_go(monitoring, received, faults):
    received.wait_for_the_watchdog(monitoring)

    def search():
        monitoring.on("watch1", f"curl -s --max-time 5 -o /dev/null {SEARCH} || true")

    began = time.monotonic()
    try:
        for fault in faults:
            monitoring.on(fault.host, fault.broken_by)
        came = follow(faults, received, "firing", began, search)
    finally:
        mended = time.monotonic()
        for fault in faults:
            monitoring.on(fault.host, fault.mended_by, check=False)
    went = follow(faults, received, "resolved", mended, search)
    rows = [f"| {fault.alert} | {fault.seconds} | {came[fault.alert]:.0f} | {went[fault.alert]:.0f} |" for fault in faults]
    with (ROOT / ".lab/monitoring-alerts.md").open("a") as table:
        table.write("\n".join(["| alert | promised s | came after s | went after s |", "|---|---|---|---|", *rows, ""]))
    assert {fault.alert: came[fault.alert] for fault in faults if came[fault.alert] > fault.seconds} == {}


def test_what_is_told_can_be_read(received):
    for alert in received.alerts():
        assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
        assert not [text for text in alert["annotations"].values() if "error" in text and "expanding" in text or "<no value>" in text]


def test_nothing_is_left(monitoring):
    # The longer windows of the budget remember for half an hour.
    expression = 'ALERTS{alertstate="firing",alertname!="ErrorBudgetBurn"}'
    monitoring.until(lambda: [labels["alertname"] for labels, _value in monitoring.query(expression)] == ["Watchdog"], 300)
