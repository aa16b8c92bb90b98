"""Logs of the standing lab: none is lost or there twice while every search node restarts, and a request is found in all of them."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from functools import partial

import pytest
from alerts import until
from log_stream import STREAM, numbers

COUNT = 100_000
BALANCERS = ("lb1", "lb2")
# As a balancer writes them, 500 lines at a time.
WRITE = """import json, sys, time
count, prefix = int(sys.argv[1]), sys.argv[2]
for first in range(0, count, 500):
    with open("/var/log/nginx/access.log", "a") as file:
        for number in range(first, min(first + 500, count)):
            line = {"request_id": f"{prefix}{number}", "uri": f"/api/search?q={number}", "status": "200", "seconds": "0.1"}
            file.write(json.dumps(line) + "\\n")
    time.sleep(float(sys.argv[3]))
"""
CPU = "cat /proc/$(pgrep rsyslogd)/stat /proc/$(pgrep -f [o]pensearch.json)/stat | awk '{sum += $14 + $15} END {print sum / 100}'"
MEMORY = "cat /proc/$(pgrep rsyslogd)/status /proc/$(pgrep -f [o]pensearch.json)/status | awk '/VmRSS/ {sum += $2} END {print sum / 1024}'"


def ask(lab, path, body):
    return json.loads(lab.cluster(path, "-H", "Content-Type: application/json", "-d", json.dumps(body)))


def search(lab, body):
    return ask(lab, f"{STREAM}/_search", body)["hits"]["hits"]


def count(lab, prefix):
    lab.cluster(f"{STREAM}/_refresh", "-X", "POST")
    return ask(lab, f"{STREAM}/_count", {"query": {"prefix": {"request_id": prefix}}})["count"]


def digest(values):
    return hashlib.sha256(",".join(map(str, sorted(values))).encode()).hexdigest()


@pytest.fixture
def slow_log(lab):
    """Every search of papers is slow."""
    setting = "index.search.slowlog.threshold.query.info"

    def put(value):
        lab.cluster("papers*/_settings", "-X", "PUT", "-H", "Content-Type: application/json", "-d", json.dumps({setting: value}))

    indices = json.loads(lab.cluster(f"papers*/_settings/{setting}?flat_settings=true"))
    put("0ms")
    yield
    # All of them have the same, or none.
    put(next((index["settings"][setting] for index in indices.values()), None))


def test_every_line_arrives_once_while_all_search_nodes_restart(lab):
    each = COUNT // len(BALANCERS)
    prefixes = {host: f"restart-{uuid.uuid4().hex[:8]}-" for host in BALANCERS}
    before = {host: float(lab.on(host, CPU)) for host in BALANCERS}
    for host, prefix in prefixes.items():
        lab.on(host, "cat >/root/write.py", stdin=WRITE)
        # As long as the restart takes, about.
        lab.on(host, f"systemd-run --quiet --unit write-logs --collect python3 /root/write.py {each} {prefix} 1.5")
    lab.play("rolling_restart.yml", "-e", "rolling_restart_all=true", "--limit", "localhost,main,opensearch_main")
    until(lambda: all("inactive" in lab.on(host, "systemctl is-active write-logs", check=False) for host in BALANCERS), 600)
    until(lambda: all(count(lab, prefix) >= each for prefix in prefixes.values()), 600)
    time.sleep(5)
    for host, prefix in prefixes.items():
        lab.cluster(f"{STREAM}/_refresh", "-X", "POST")
        assert digest(numbers(partial(search, lab), prefix)) == digest(range(each)), host
        spent = float(lab.on(host, CPU)) - before[host]
        memory = float(lab.on(host, MEMORY))
        print(f"{host}: {each} lines cost {spent:.1f} s of CPU, {memory:.0f} MiB")
        assert memory < 200


@pytest.mark.usefixtures("slow_log")
def test_a_request_is_found_from_the_balancer_to_the_slow_log(lab):
    identifier = f"found-{uuid.uuid4().hex[:8]}"
    url = f"https://{lab.vip}/api/search?q=attention+{identifier}"
    lab.run("curl", "-sf", "--cacert", str(lab.ca), "-H", f"X-Request-ID: {identifier}", url)
    found = {}

    def everywhere():
        lab.cluster(f"{STREAM}/_refresh", "-X", "POST")
        hits = search(lab, {"size": 50, "query": {"term": {"request_id": identifier}}})
        found.update({hit["_source"]["service"]["name"]: hit["_source"] for hit in hits})
        return len(found) >= 3

    until(everywhere, 60)
    assert set(found) in ({"nginx", "papersearch-web", "opensearch-slow"}, {"haproxy", "papersearch-web", "opensearch-slow"})
    assert found["papersearch-web"]["http"] == {"method": "GET", "path": "/api/search", "status": 200}
