"""Faults, many at once: each one's alert comes to the receiver in its time, and goes when the fault does."""

from __future__ import annotations

import pytest
from alerts import LONG_CERTIFICATE, SHORT_CERTIFICATE, Fault, come_and_go, small_disk, until
from conftest import ADDRESSES

SEARCH = f"http://{ADDRESSES['watched1']}:7860/api/search"
METRICS = "/var/lib/prometheus/node-exporter"
SMALL_DISK = "/srv/small"
FAILED_BACKUP = (
    f"printf '%s\\n' 'searchstack_backup_last_result{{action=\"backup\"}} 0' "
    f"'searchstack_backup_last_run_timestamp_seconds{{action=\"backup\"}} 1' >{METRICS}/test.prom"
)


def faults_that_are_told_soon():
    """The seconds are the alert's own `for`, and a minute for who looks, asks, and tells."""
    exporter = (f"systemctl {do} prometheus-nginx-exporter" for do in ("stop", "start"))
    return [
        Fault("RedisDown", "watched1", 120, "watched1", "systemctl stop redis-server", "systemctl start redis-server"),
        Fault("OpenSearchClusterSilent", "watched", 180, "watched2", "systemctl stop opensearch", "systemctl start opensearch"),
        Fault("VirtualAddressLost", "198.18.77.120", 180, "watched1", "systemctl stop keepalived", "systemctl start keepalived"),
        Fault("SiteDown", "https://198.18.77.120/ready", 180, "watched2", "systemctl stop keepalived", "systemctl start keepalived"),
        Fault("ServiceFailed", "watched1", 180, "watched1", "systemd-run --unit=failing false", "systemctl reset-failed failing"),
        Fault("ExporterDown", "watched1", 80, "watched1", *exporter),
    ]


def faults_that_are_told_later():
    searches = 'echo \'{"status": 500, "seconds": 1.5}\' >/run/application.json', "rm /run/application.json"
    timer = (f"systemctl {do} searchstack-host-metrics.timer" for do in ("stop", "start"))
    return [
        Fault("TimerStopped", "watched2", 360, "watched2", *timer),
        Fault("DiskAlmostFull", "watched1", 390, "watched1", f"fallocate -l 50M {SMALL_DISK}/full", f"rm {SMALL_DISK}/full"),
        Fault("BackupFailed", "watched2", 360, "watched2", FAILED_BACKUP, f"rm {METRICS}/test.prom"),
        Fault("HighErrorRate", "search", 420, "watched1", *searches),
        Fault("SlowSearches", "", 420, "watched1", "true", "true"),
        Fault("ErrorBudgetBurn", "1h", 240, "watched1", "true", "true"),
        Fault("CertificateExpires", "watched1", 660, "watched1", SHORT_CERTIFICATE, LONG_CERTIFICATE),
    ]


def faults_of_the_application():
    return [Fault("BackendDown", "watched1", 180, "watched1", "systemctl stop papersearch-web", "systemctl start papersearch-web")]


KINDS = {"soon": faults_that_are_told_soon(), "application": faults_of_the_application(), "later": faults_that_are_told_later()}


@pytest.fixture(scope="module")
def disk(monitoring):
    with small_disk(monitoring, "watched1", SMALL_DISK):
        yield


@pytest.mark.usefixtures("disk")
@pytest.mark.parametrize("faults", KINDS.values(), ids=KINDS)
def test_alerts_come_and_go(monitoring, received, faults):
    def search():
        monitoring.on("watch1", f"curl -s --max-time 5 -o /dev/null {SEARCH} || true")

    come_and_go(monitoring, faults, received, search)


def test_what_is_told_can_be_read(received):
    for alert in received.alerts():
        assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
        assert not [text for text in alert["annotations"].values() if "error" in text and "expanding" in text or "<no value>" in text]


def test_nothing_is_left(monitoring):
    # The longer windows of the budget remember for half an hour.
    until(lambda: set(monitoring.prometheus.firing()) <= {"Watchdog", "ErrorBudgetBurn"}, 300)
