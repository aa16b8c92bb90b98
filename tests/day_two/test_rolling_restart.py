"""Every node of the clusters is restarted while users ask."""

from __future__ import annotations

from controller import changed_hosts

NODES = ("os1", "os2", "os3", "dr-os1")
MAIN = ("--limit", "localhost,main,opensearch_main")


def test_nobody_notices_a_restart_of_every_node(lab, prove):
    prove.unnoticed("rolling restart", "rolling_restart.yml", "-e", "rolling_restart_all=true", *MAIN)
    assert changed_hosts(lab.play("rolling_restart.yml").stdout) == []


def test_a_changed_heap_is_brought_in_by_the_playbook_that_brings_all(lab, prove):
    """site.yml writes the configuration, and hands over to the rolling restart as the cluster serves."""
    heap = "ps -o args= -C java | grep -o '[-]Xmx[0-9]*m'"
    before = lab.on("os1", heap).strip()
    more = ("-e", "opensearch_heap_size=400m")
    # Of both clusters, one after the other.
    prove.unnoticed("changed heap", "opensearch.yml", *more)
    try:
        assert {lab.on(host, heap).strip() for host in NODES} == {"-Xmx400m"}
        assert changed_hosts(lab.play("opensearch.yml", *more).stdout) == []
    finally:
        lab.play("opensearch.yml")
    assert {lab.on(host, heap).strip() for host in NODES} == {before}
