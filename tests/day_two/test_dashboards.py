"""Under load, every panel of every dashboard and every alert has something to look at.

Grafana's package cannot be had in the lab: what it would ask is asked of the real Prometheus,
with the variables of the dashboards filled in as it does.
"""

from __future__ import annotations

import itertools
import threading
import time

import pytest
import urllib3
from panels import Asker, dashboards

# What rightly says nothing in the lab: patterns of metrics, and why.
EMPTY = {
    "haproxy_.+": "the lab's balancers are nginx; HAProxy tells these of itself (stage monitoring)",
    "searchstack_backup_.+": "the files of the lab's hosts are not backed up (stage backup)",
    "searchstack_drill_.+": "no backup has been proven on these hosts yet (stage restore)",
}
SEARCHES_A_SECOND = 5


@pytest.fixture(scope="module")
def asker(prometheus):
    return Asker(prometheus)


@pytest.fixture(scope="module")
def load(lab, prometheus):
    """Searches through the virtual address, some of them new and some of them repeated, until rates can be told and while the tests ask."""
    enough, failed = threading.Event(), []

    def search():
        with urllib3.PoolManager(ca_certs=str(lab.ca), retries=False, timeout=10) as pool:
            for number in itertools.count():
                answer = pool.request("GET", f"https://{lab.vip}/api/search?q=attention+{number // 2}")
                if answer.status != 200:
                    failed.append(answer.status)
                if enough.wait(1 / SEARCHES_A_SECOND):
                    return

    client = threading.Thread(target=search, daemon=True)
    client.start()
    end = time.monotonic() + 300
    # Three samples of every target, and the rules over them.
    while not prometheus.query("platform:search_seconds:p95 > 0 and platform:searches:rate5m > 1"):
        assert time.monotonic() < end, "Prometheus does not see the load"
        time.sleep(5)
    time.sleep(60)
    yield
    enough.set()
    client.join()
    assert failed == []


@pytest.mark.usefixtures("load")
def test_every_panel_has_data(asker, figures):
    models = dashboards().values()
    questions = list(asker.panels(models))
    lost, right = asker.empty(questions, EMPTY)
    figures.append(f"panels: {len(models)} dashboards, {len(questions)} queries, {len(right)} of them rightly empty")
    figures.extend(f"  {asked_by}: {why}" for asked_by, why in right.items())
    assert lost == {}


@pytest.mark.usefixtures("load")
def test_every_alert_looks_at_something(asker, figures):
    questions = list(asker.alerts())
    lost, right = asker.empty(questions, EMPTY)
    figures.append(f"alerts: {len(questions)} sides of comparisons, {len(right)} of them rightly empty")
    figures.extend(f"  {asked_by}: {why}" for asked_by, why in right.items())
    assert lost == {}
