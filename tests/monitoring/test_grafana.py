"""Grafana's files, and what happens to its service. Its package cannot be had in the lab: grafana.py stands in for the program.

That panels have data is proven on the whole platform, by tests/day_two/test_dashboards.py.
"""

from __future__ import annotations

import json

import pytest
import urllib3
from conftest import ADDRESSES
from controller import ROOT, changed_hosts

URL = f"https://{ADDRESSES['watch1']}:3000/api/user"
DASHBOARDS = {"overview", "edge", "application", "opensearch", "redis", "hosts", "backups", "cost"}


def login(password=None):
    known = (ROOT / ".lab/secrets/monitoring_test_grafana").read_text().strip()
    return urllib3.make_headers(basic_auth=f"admin:{password or known}")


@pytest.fixture
def converge(monitoring):
    """converge(variables): run the playbook; which start of the service this is."""

    def run(**variables):
        monitoring.converge("--limit", "watch1", "-e", json.dumps(variables))
        return started(monitoring)

    return run


def started(monitoring):
    """Which start of the service this is."""
    return monitoring.on("watch1", "systemctl show --property=InvocationID grafana-server")


def test_its_administrator_logs_in(monitoring):
    assert monitoring.prometheus.get(URL)[0] == 401
    assert monitoring.prometheus.get(URL, login("wrong"))[0] == 401
    assert monitoring.prometheus.get(URL, login())[0] == 200


def test_it_has_what_it_needs_to_ask_prometheus(monitoring):
    known = json.loads(monitoring.prometheus.get(URL, login())[1])["datasources"]
    assert f'url: "{monitoring.prometheus.url}/"' in known
    assert (ROOT / ".lab/secrets/monitoring_test_ui").read_text().strip() in known
    assert "-----BEGIN CERTIFICATE-----" in known


def test_every_dashboard_is_there(monitoring):
    folder = "/etc/grafana/dashboards/platform"
    names = monitoring.on("watch1", f"cd {folder}; ls").split()
    assert {name.removesuffix(".json") for name in names} == DASHBOARDS
    models = [json.loads(monitoring.on("watch1", f"cat {folder}/{name}")) for name in names]
    assert len({model["uid"] for model in models}) == len(DASHBOARDS)


def test_others_read_nothing_of_it(monitoring):
    assert monitoring.on("watch1", "find /etc/grafana -type f -perm -o+r") == ""
    assert monitoring.on("watch1", "stat -c %U:%G:%a /etc/grafana/secrets/*").split() == ["root:grafana:640"] * 3
    monitoring.on("watch1", "runuser -u grafana -- cat /etc/grafana/secrets/admin /etc/grafana/tls/tls.key >/dev/null")


def test_dashboards_come_and_go_without_a_restart(monitoring, converge, tmp_path):
    before = started(monitoring)
    own = tmp_path / "own.json"
    own.write_text('{"uid": "own", "title": "Own"}')
    assert converge(grafana_extra_dashboards=[str(own)], monitoring_alert_memory=42) == before
    assert monitoring.on("watch1", "cat /etc/grafana/dashboards/site/own.json") == own.read_text()
    limits = [
        step["value"]
        for panel in json.loads(monitoring.on("watch1", "cat /etc/grafana/dashboards/platform/hosts.json"))["panels"]
        for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        if panel["title"] == "Memory in use"
    ]
    assert limits == [None, 42]
    assert converge() == before
    assert monitoring.on("watch1", "ls /etc/grafana/dashboards/site") == ""


def test_a_changed_configuration_restarts_it_and_a_changed_password_is_taken(monitoring, converge):
    before = started(monitoring)
    after = converge(grafana_url="https://grafana.example.com/", grafana_password="Another-password-1")
    assert after != before
    assert monitoring.prometheus.get(URL, login("Another-password-1"))[0] == 200
    assert monitoring.prometheus.get(URL, login())[0] == 401
    assert converge() not in (before, after)
    assert monitoring.prometheus.get(URL, login())[0] == 200


def test_what_was_interrupted_is_done_by_the_next_run(monitoring, converge):
    """Killed after the files, before the restart."""
    before = started(monitoring)
    monitoring.on("watch1", "touch /etc/grafana/grafana.ini")
    assert changed_hosts(monitoring.converge("--limit", "watch1", "--check")) == ["watch1"]
    assert converge() != before


def test_mistakes_are_refused_by_name(monitoring):
    wrong = {
        "grafana_password": "short",
        "grafana_prometheus_password": "Twelve-and-$more",
        "grafana_bind_address": "0.0.0.0",  # noqa: S104
        "grafana_url": "mon1:3000",
        "grafana_extra_dashboards": ["/none.json"],
    }
    said = monitoring.refused("monitoring.yml", "--limit", "watch1", "-e", json.dumps(wrong))
    assert "grafana_password must have 12 characters or more" in said
    assert "grafana_prometheus_password has a dollar or percent sign" in said
    assert "grafana_bind_address (0.0.0.0) is no IP address of this host" in said
    assert "grafana_url is no URL" in said
    assert "there is no file /none.json on the controller" in said
