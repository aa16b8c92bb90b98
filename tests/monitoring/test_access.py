"""Who may look, and that everything is looked at."""

from __future__ import annotations

import pytest
import urllib3
from conftest import ADDRESSES, PROMETHEUS

JOBS = {"node", "opensearch", "redis", "nginx", "app", "site", "backends", "prometheus", "alertmanager"}
PORTS = {"node": ("watched1", 9100), "opensearch": ("watched2", 9114), "redis": ("watched1", 9121), "nginx": ("watched1", 9113)}


def test_no_target_is_down(monitoring):
    targets = monitoring.prometheus.targets()
    assert {job for job, _instance in targets} == JOBS
    assert [name for name, target in targets.items() if target["health"] != "up"] == []
    assert {instance for job, instance in targets if job == "node"} == set(ADDRESSES)


@pytest.mark.parametrize("url", [PROMETHEUS.url, PROMETHEUS.alertmanager])
def test_nobody_looks_without_tls_and_a_login(monitoring, url):
    for path in ("/", "/metrics", "/-/reload", "/api/v1/status/config"):
        assert monitoring.prometheus.get(url + path)[0] == 401
        assert monitoring.prometheus.get(url + path, monitoring.prometheus.login("wrong"))[0] == 401
    assert monitoring.prometheus.get(f"{url}/-/ready", monitoring.prometheus.login())[0] == 200
    assert monitoring.prometheus.get(url.replace("https:", "http:"))[0] == 400


def test_the_page_is_there(monitoring):
    status, text = monitoring.prometheus.get(f"{monitoring.prometheus.url}/graph", monitoring.prometheus.login())
    assert status == 200
    assert "<html" in text


@pytest.mark.parametrize("exporter", PORTS)
def test_an_exporter_answers_who_has_a_certificate(monitoring, exporter):
    host, port = PORTS[exporter]
    url = f"https://{ADDRESSES[host]}:{port}/metrics"
    # The firewall knows the monitoring host only.
    with pytest.raises(urllib3.exceptions.HTTPError):
        monitoring.prometheus.get(url)
    curl = f"curl -s -o /dev/null -w '%{{http_code}}' --max-time 10 --cacert /etc/searchstack/tls/ca.pem {url}"
    assert monitoring.on("watch1", f"{curl} || true") == "000"
    assert monitoring.on("watch1", f"{curl} --cert /etc/searchstack/tls/node.pem --key /etc/searchstack/tls/node.key") == "200"


def test_nothing_secret_shows_to_other_users(monitoring):
    secrets = monitoring.run("sh", "-c", "cat .lab/secrets/monitoring_test_*").stdout.split()
    for host in ADDRESSES:
        seen = monitoring.on(
            host,
            "ps axww -o args; find /etc/searchstack /etc/prometheus /etc/systemd /etc/default -perm -o+r -type f -exec cat {} +; "
            "journalctl -o cat -u 'prometheus*' -u searchstack-host-metrics",
        )
        assert [secret for secret in secrets if secret in seen] == []
