"""The platform grows and shrinks while a client asks through the virtual address."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from client import Client

HERE = Path(__file__).parent
BOTH = ("-i", "inventories/lab", "-i", str(HERE / "more_hosts.yml"))
LEAVE = ("-e", "scale_in_hosts=os4,app4")
OS4, APP4 = "198.18.77.44", "198.18.77.24"
CHANGED = re.compile(r"changed=[1-9]")


def changed_hosts(output):
    return [line.split()[0] for line in output.splitlines() if CHANGED.search(line)]


def cat(lab, what):
    """An answer of the cluster's _cat, asked for as its administrator."""
    login = ["--cert", ".lab/pki/admin.pem", "--key", ".lab/pki/admin.key", "--cacert", str(lab.ca)]
    return json.loads(lab.run("curl", "-sf", *login, f"https://198.18.77.41:9200/_cat/{what}format=json").stdout)


def nodes(lab):
    return sorted(node["name"] for node in cat(lab, "nodes?h=name&"))


def shards_on(lab, node):
    return [shard for shard in cat(lab, "shards?h=index,shard,node&") if node in (shard["node"] or "")]


def states(lab, host, *units):
    return lab.on(host, f"systemctl is-active {' '.join(units)}; systemctl is-enabled {' '.join(units)}", check=False).split()


def changing(lab, *arguments):
    """Run a playbook while a client asks; (its output, the client)."""
    with Client(lab, seconds=1800, pause=0.25) as client:
        output = lab.play(*arguments).stdout
    assert len(client.answers) > 20
    return output, client


def tell(capsys, what, client):
    times = sorted(float(answer.split()[1]) for _, answer in client.answers)
    with capsys.disabled():
        print(f"[{what}: {len(times)} requests, {len(client.failed)} failed, p99 {times[len(times) * 99 // 100]:.2f} s] ", end="")


@pytest.fixture(scope="module", autouse=True)
def _more_hosts(lab):
    lab.run("lab/create", "-i", str(HERE / "more_hosts.yml"))
    lab.guests.update(os4=OS4, app4=APP4)
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


def test_a_host_that_is_not_in_the_inventory_is_refused(lab):
    run = lab.play("scale_out.yml", "-e", "scale_out_hosts=os9", check=False)
    assert run.returncode != 0
    assert "os9 is not in the inventory" in " ".join((run.stdout + run.stderr).split())
    assert changed_hosts(run.stdout) == []


def test_new_hosts_come_in(lab, capsys):
    _, client = changing(lab, "scale_out.yml", *BOTH)
    tell(capsys, "out", client)
    assert client.failed == []
    assert nodes(lab) == ["os1", "os2", "os3", "os4"]
    assert shards_on(lab, "os4")
    assert f"{APP4}:7860" in lab.on("lb1", "cat /etc/nginx/nginx.conf")
    assert OS4 in lab.on("app1", "cat /etc/papersearch/environment")
    # No node was restarted for it, or is about to be.
    assert [host for host in ("os1", "os2", "os3") if "restart_pending" in lab.on(host, "ls -a /var/lib/opensearch")] == []
    lab.play("verify.yml", *BOTH)


def test_taking_them_in_again_changes_nothing(lab):
    assert changed_hosts(lab.play("scale_out.yml", *BOTH).stdout) == []


def test_the_only_copy_stays(lab):
    """An index that may be on os4 alone."""
    login = ["--cert", ".lab/pki/admin.pem", "--key", ".lab/pki/admin.key", "--cacert", str(lab.ca)]
    url = "https://198.18.77.41:9200/papers-only-copy"
    settings = {
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "false",
            "number_of_replicas": 0,
            "routing.allocation.require._name": "os4",
        }
    }
    lab.run("curl", "-sf", *login, "-X", "PUT", "--json", json.dumps(settings), url)
    try:
        run = lab.play("scale_in.yml", *BOTH, *LEAVE, check=False)
    finally:
        lab.run("curl", "-sf", *login, "-X", "DELETE", url)
    assert run.returncode != 0
    assert "papers-only-copy has 1 copies, but only 0 of the remaining nodes may hold it" in " ".join((run.stdout + run.stderr).split())
    assert changed_hosts(run.stdout) == []


def test_hosts_leave_even_if_the_controller_dies_meanwhile(lab, capsys):
    command = ["ansible-playbook", "playbooks/scale_in.yml", *BOTH, *LEAVE]
    with Client(lab, seconds=1800, pause=0.25) as client:
        killed = subprocess.Popen(
            command, cwd=lab.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        for line in killed.stdout:
            if "Take their votes" in line:
                break
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        lab.play("scale_in.yml", *BOTH, *LEAVE)
        # A host that leaves the balancers in between is a moment in which requests could fail.
        time.sleep(2)
    tell(capsys, "in", client)
    assert client.failed == []
    assert nodes(lab) == ["os1", "os2", "os3"]
    assert states(lab, "os4", "opensearch") == ["inactive", "disabled"]
    assert states(lab, "app4", "papersearch-web", "papersearch-worker") == ["inactive", "inactive", "disabled", "disabled"]
    assert APP4 not in lab.on("lb1", "cat /etc/nginx/nginx.conf")
    for host in ("os1", "app1", "redis1"):
        assert [address for address in (OS4, APP4) if f"{address} " in lab.on(host, "ufw status")] == []
    assert lab.on("os4", "ls -A /var/lib/opensearch")


def test_leaving_again_changes_nothing(lab):
    assert changed_hosts(lab.play("scale_in.yml", *BOTH, *LEAVE).stdout) == []


def test_without_them_in_the_inventory_nothing_is_left_to_do(lab):
    assert changed_hosts(lab.play("site.yml").stdout) == []
    lab.play("verify.yml")
