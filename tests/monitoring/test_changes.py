"""What the inventory and the variables say is watched, without a restart; and nothing changes without a reason."""

from __future__ import annotations

import pytest
import yaml
from alerts import until
from conftest import ADDRESSES
from controller import changed_hosts


def starts(monitoring):
    """Which start of each service this is."""
    return monitoring.on("watch1", "systemctl show --property=InvocationID prometheus prometheus-alertmanager")


@pytest.mark.parametrize("mode", [(), ("--check",)], ids=["run", "check"])
def test_a_second_run_changes_nothing(monitoring, mode):
    assert changed_hosts(monitoring.converge(*mode)) == []


def test_a_new_host_is_watched_with_no_edit_but_the_inventory(monitoring, tmp_path):
    before = starts(monitoring)
    new = {"ansible_host": "198.18.77.124"}
    overlay = tmp_path / "new.yml"
    overlay.write_text(yaml.safe_dump({"platform": {"children": {"app": {"hosts": {"watched3": new}}}}}))
    monitoring.converge("-i", str(overlay), "--limit", "watch1")
    asked = {("node", "watched3"), ("app", "watched3"), ("backends", "watched3")}
    until(lambda: asked <= set(monitoring.prometheus.targets()), 60)
    monitoring.converge("--limit", "watch1")
    until(lambda: not asked & set(monitoring.prometheus.targets()), 60)
    assert starts(monitoring) == before


def test_a_changed_threshold_is_loaded_without_a_restart(monitoring):
    before = starts(monitoring)
    monitoring.converge("--limit", "watch1", "-e", "monitoring_alert_memory=1")

    def threshold():
        rules = [rule for group in monitoring.prometheus.ask("rules")["groups"] for rule in group["rules"]]
        return next(rule["query"] for rule in rules if rule["name"] == "HighMemoryUsage")

    until(lambda: threshold().endswith("> 1"), 30)
    monitoring.converge("--limit", "watch1")
    until(lambda: threshold().endswith("> 90"), 30)
    assert starts(monitoring) == before


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"monitoring_password": ""}, "monitoring_password is not set"),
        ({"monitoring_receivers": [{"name": "x"}]}, "monitoring_receivers: x is told by no way"),
        ({"monitoring_alert_disk_critical": 70}, "monitoring_alert_disk_critical (70) must be more than monitoring_alert_disk_warning"),
        ({"monitoring_scrape_interval": "often"}, "monitoring_scrape_interval is no time"),
        ({"monitoring_alert_heap": 900}, "monitoring_alert_heap is no percentage"),
    ],
)
def test_a_mistake_is_refused_by_name(monitoring, variables, said):
    assert said in monitoring.refused("monitoring.yml", "--limit", "watch1", "-e", yaml.safe_dump(variables, default_flow_style=True))


def test_another_balancer_is_watched_as_well(monitoring):
    """HAProxy tells by itself; the exporter of nginx goes."""
    chosen = ("-e", "loadbalancer_implementation=haproxy")
    for playbook in ("hosts.yml", "loadbalancers.yml", "monitoring.yml"):
        monitoring.play(playbook, *chosen)
    until(lambda: monitoring.prometheus.targets().get(("haproxy", "watched1"), {}).get("health") == "up", 60)
    assert monitoring.prometheus.query('haproxy_server_status{proxy="application",state="UP"} == 1')
    assert ("nginx", "watched1") not in monitoring.prometheus.targets()
    assert "inactive" in monitoring.on("watched1", "systemctl is-active prometheus-nginx-exporter || true")
    assert changed_hosts(monitoring.converge(*chosen)) == []
    for playbook in ("hosts.yml", "loadbalancers.yml", "monitoring.yml"):
        monitoring.play(playbook)


def running(monitoring, host):
    """Units of the monitoring that run or are started at boot."""
    look = "--plain --no-legend --state=%s 'prometheus*' 'grafana*' 'searchstack-host-metrics*' | cut -d ' ' -f 1"
    active, enabled = f"systemctl list-units {look % 'active,activating'}", f"systemctl list-unit-files {look % 'enabled'}"
    return monitoring.on(host, f"{active}; {enabled}").split()


@pytest.mark.parametrize("switch", ["platform_grafana", "platform_monitoring"])
def test_what_is_switched_off_goes_and_comes_back(monitoring, switch):
    off = ("-e", f"{switch}=false")
    foreseen = changed_hosts(monitoring.converge(*off, "--check"))
    assert changed_hosts(monitoring.converge(*off)) == foreseen != []
    assert changed_hosts(monitoring.converge(*off)) == []
    assert changed_hosts(monitoring.converge(*off, "--check")) == []
    left = {host: running(monitoring, host) for host in ADDRESSES}
    if switch == "platform_monitoring":
        assert left == {host: [] for host in ADDRESSES}
        assert "searchstack_host" not in monitoring.on("watched1", "ls /var/lib/prometheus/node-exporter")
    else:
        assert [unit for unit in left["watch1"] if "grafana" in unit] == []
    monitoring.converge()
    assert changed_hosts(monitoring.converge()) == []
    until(lambda: all(target["health"] == "up" for target in monitoring.prometheus.targets().values()), 120)


def test_new_certificates_are_shown_without_a_restart(monitoring):
    """Of a new authority too. Between a new key and its certificate, seconds later, a question may go wrong, and no alert comes of it."""
    before = starts(monitoring)

    def certificate(port):
        show = f"openssl s_client -connect 198.18.77.121:{port} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint"
        return monitoring.run("sh", "-c", show).stdout

    old = [certificate(port) for port in (9090, 9093)]
    moment = monitoring.run("date", "-u", "+%Y-%m-%dT%H:%M:%SZ").stdout.strip()
    arguments = ("-e", "rotate_certificates_authority=true", "-e", f"rotate_certificates_issued_before={moment}")
    monitoring.play("rotate_certificates.yml", *arguments)
    assert all(new != former for new, former in zip([certificate(port) for port in (9090, 9093)], old, strict=True))
    assert starts(monitoring) == before
    until(lambda: all(target["health"] == "up" for target in monitoring.prometheus.targets().values()), 60)
    assert not monitoring.prometheus.query('max_over_time(ALERTS{alertname=~"HostDown|ExporterDown",alertstate="firing"}[5m])')
