"""Prometheus and Alertmanager on watch1, and two hosts that are watched (hosts/), as their operator sees them."""

from __future__ import annotations

import pytest
from alerts import Prometheus, receiver, until
from controller import ROOT, Controller

ADDRESSES = {"watch1": "198.18.77.121", "watched1": "198.18.77.122", "watched2": "198.18.77.123"}
PROMETHEUS = Prometheus(ADDRESSES["watch1"], ROOT / ".lab/monitoring-pki/ca.pem", ROOT / ".lab/secrets/monitoring_test_ui")


class Monitoring(Controller):
    """The hosts, and what their Prometheus knows."""

    inventory = ("-i", "tests/monitoring/hosts")
    prometheus = PROMETHEUS

    def converge(self, *arguments):
        return self.play("monitoring.yml", *arguments).stdout


@pytest.fixture(scope="session")
def monitoring():
    """The hosts, all of them well."""
    until(lambda: all(target["health"] == "up" for target in PROMETHEUS.targets().values()), 120)
    return Monitoring()


@pytest.fixture(scope="session")
def received():
    """The receiver of the alerts, which the inventory names."""
    with receiver() as box:
        yield box
