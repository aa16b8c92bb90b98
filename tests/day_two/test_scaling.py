"""The platform grows by a data node, two cluster managers, an application host and a balancer, and shrinks again, while users ask."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alerts import until
from controller import changed_hosts

HERE = Path(__file__).parent
BOTH = ("-i", "inventories/lab", "-i", str(HERE / "more_hosts.yml"))
LEAVE = ("-e", "scale_in_hosts=os4,os5,os6,app4,lb3")
NEW = {"os4": "198.18.77.44", "os5": "198.18.77.45", "os6": "198.18.77.46", "app4": "198.18.77.24", "lb3": "198.18.77.13"}


def cat(lab, what):
    return json.loads(lab.cluster(f"_cat/{what}format=json"))


def nodes(lab):
    return sorted(node["name"] for node in cat(lab, "nodes?h=name&"))


def shards_on(lab, node):
    return [shard for shard in cat(lab, "shards?h=index,shard,node&") if node in (shard["node"] or "")]


def states(lab, host, *units):
    return lab.on(host, f"systemctl is-active {' '.join(units)}; systemctl is-enabled {' '.join(units)}", check=False).split()


@pytest.fixture(scope="module", autouse=True)
def _more_hosts(lab):
    # On VMs, new hosts take no processors from those that serve. They weigh a quarter of these: in the end they serve, too.
    lab.run("env", "LAB_CPU_SHARES=4096", "lab/create", "-i", str(HERE / "more_hosts.yml"))
    lab.guests.update(NEW)
    yield
    lab.guests.clear()
    lab.run("lab/destroy", "-i", str(HERE / "more_hosts.yml"))


REFUSED = {
    "nobody": ("", "name the hosts that leave"),
    "a stranger": ("os9", "os9 is not in the inventory's group platform"),
    "one of three managers": ("os3", "2 cluster managers would be left"),
    "two of three managers": ("os2,os3", "1 cluster manager would be left of 3"),
    "a whole cluster": ("dr-os1", "no node of cluster dr would be left"),
    "the queue": ("redis1", "redis1 runs Redis"),
    "all application hosts": ("app1,app2,app3", "no application host would be left"),
    "all balancers": ("lb1,lb2", "no balancer would be left"),
}


@pytest.mark.parametrize(("leaving", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_spared_stays(lab, leaving, says):
    run = lab.play("scale_in.yml", "-e", f"scale_in_hosts={leaving}", check=False)
    assert run.returncode != 0
    assert says in " ".join((run.stdout + run.stderr).split())
    assert changed_hosts(run.stdout) == []


def test_the_only_balancer_that_works_stays(lab):
    lab.on("lb2", "systemctl stop nginx")
    try:
        told = lab.refused("scale_in.yml", "-e", "scale_in_hosts=lb1")
    finally:
        lab.on("lb2", "systemctl start nginx")
    assert "lb2 stays, but not all of its services run (nginx is inactive): mend that first." in told


def test_a_limited_run_is_refused(lab):
    assert "--limit: " in lab.refused("scale_in.yml", "-e", "scale_in_hosts=os3", "--limit", "localhost,os3")


def test_a_host_that_is_not_in_the_inventory_is_refused(lab):
    run = lab.play("scale_out.yml", "-e", "scale_out_hosts=os9", check=False)
    assert run.returncode != 0
    assert "os9 is not in the inventory" in " ".join((run.stdout + run.stderr).split())
    assert changed_hosts(run.stdout) == []


def test_new_hosts_come_in(lab, prove, prometheus):
    prove.unnoticed("scale out", "scale_out.yml", *BOTH)
    assert nodes(lab) == ["os1", "os2", "os3", "os4", "os5", "os6"]
    assert shards_on(lab, "os4")
    assert f"{NEW['app4']}:7860" in lab.on("lb1", "cat /etc/nginx/nginx.conf")
    assert NEW["os4"] in lab.on("app1", "cat /etc/papersearch/environment")
    # No node was restarted for it, or is about to be.
    assert [host for host in ("os1", "os2", "os3") if "restart_pending" in lab.on(host, "ls -a /var/lib/opensearch")] == []
    watched = {("node", host) for host in NEW} | {("opensearch", "os4"), ("app", "app4"), ("backends", "app4"), ("nginx", "lb3")}
    until(lambda: watched <= {target for target, state in prometheus.targets().items() if state["health"] == "up"}, 60)
    lab.play("verify.yml", *BOTH)


def test_taking_them_in_again_changes_nothing(lab):
    assert changed_hosts(lab.play("scale_out.yml", *BOTH).stdout) == []


def test_the_only_copy_stays(lab):
    """An index that may be on os4 alone."""
    settings = {
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "false",
            "number_of_replicas": 0,
            "routing.allocation.require._name": "os4",
        }
    }
    lab.cluster("papers-only-copy", "-X", "PUT", "--json", json.dumps(settings))
    try:
        run = lab.play("scale_in.yml", *BOTH, *LEAVE, check=False)
    finally:
        lab.cluster("papers-only-copy", "-X", "DELETE")
    assert run.returncode != 0
    assert "papers-only-copy has 1 copies, but only 0 of the remaining nodes may hold it" in " ".join((run.stdout + run.stderr).split())
    assert changed_hosts(run.stdout) == []


def test_hosts_leave_even_if_the_controller_dies_meanwhile(lab, prove, prometheus):
    proof = prove("scale in")
    arguments = (*BOTH, *LEAVE, *proof.arguments)
    assert lab.kill_at("Take their votes", 0, "scale_in.yml", *arguments)
    lab.play("scale_in.yml", *arguments)
    proof.nobody_noticed("scale in, killed once")
    assert nodes(lab) == ["os1", "os2", "os3"]
    for host in ("os4", "os5", "os6"):
        assert states(lab, host, "opensearch") == ["inactive", "disabled"]
        assert lab.on(host, "systemctl list-timers --no-legend 'searchstack-*'") == ""
    assert states(lab, "app4", "papersearch-web", "papersearch-worker") == ["inactive", "inactive", "disabled", "disabled"]
    assert states(lab, "lb3", "nginx", "keepalived") == ["inactive", "inactive", "disabled", "disabled"]
    assert NEW["app4"] not in lab.on("lb1", "cat /etc/nginx/nginx.conf")
    for host in ("os1", "app1", "redis1"):
        assert [address for address in NEW.values() if f"{address} " in lab.on(host, "ufw status")] == []
    assert lab.on("os4", "ls -A /var/lib/opensearch")
    until(lambda: not {instance for _job, instance in prometheus.targets()} & set(NEW), 60)


def test_leaving_again_changes_nothing(lab):
    assert changed_hosts(lab.play("scale_in.yml", *BOTH, *LEAVE).stdout) == []


def test_without_them_in_the_inventory_nothing_is_left_to_do(lab):
    assert changed_hosts(lab.play("site.yml").stdout) == []
    lab.play("verify.yml")
