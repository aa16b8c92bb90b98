# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Prometheus on loopback that remembers a week of hosts that never were, and a cluster's answers about its indices."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import bcrypt
import pytest
import urllib3
import yaml

ROOT = Path(__file__).resolve().parents[3]
GIB = 1024**3
DAYS = 7
SECONDS_A_DAY = 86400
STEP = 120
PASSWORD = "correct-horse-battery"
UUID = "wYRk2ZkLQ8m"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


# When nobody works, as hours of the day (UTC). It is night now, and was when the first sample was taken: of that hour only a part is known.
NIGHT = [(int(time.time()) // 3600 + hour) % 24 for hour in range(-4, 4)]

# Whose last scrapes have failed: seconds since the last one that has not. Prometheus itself says nothing of a series after five minutes.
SILENT = {"os1": 480}


class Past:
    """Series that end now, as text that promtool reads."""

    def __init__(self, now):
        self.now, self.families = now // STEP * STEP, {}

    def add(self, series, value, kind="gauge", days=DAYS):
        """`value` is a function of the seconds since the beginning and of the time.

        It began so many days ago, two minutes before a full five: three of them are known, in which Prometheus sees too slow a counter.
        """
        name, beginning = series.split("{")[0], (self.now - int(days * SECONDS_A_DAY) - 480) // 600 * 600 + 480
        end = self.now - max((seconds for host, seconds in SILENT.items() if f'instance="{host}"' in series), default=0)
        lines = [f"{series} {value(at - beginning, at)} {at}" for at in range(beginning, end + 1, STEP)]
        self.families.setdefault((name, kind), []).extend(lines)

    def host(self, name, tier, *, cores, busy, memory, used, disk, days=DAYS):
        """busy(hour of the day) is the part of its cores in use; disk is (size, used at first, growth a day). All sizes are GiB."""
        about = f'instance="{name}",tier="{tier}",job="node"'

        def counter(share):
            """Of the seconds in a mode, whose share of the time follows from the hour. A sample tells of the time before it."""
            seconds = 0.0

            def value(_passed, at):
                nonlocal seconds
                seconds += STEP * share((at - 1) // 3600 % 24)
                return round(seconds, 3)

            return value

        for core in range(cores):
            for mode, share in {"idle": lambda hour: 1 - busy(hour), "user": busy}.items():
                self.add(f'node_cpu_seconds_total{{{about},cpu="{core}",mode="{mode}"}}', counter(share), "counter", days)
        self.add(f"node_memory_MemTotal_bytes{{{about}}}", lambda *_: memory * GIB, days=days)
        self.add(f"node_memory_MemAvailable_bytes{{{about}}}", lambda *_: (memory - used) * GIB, days=days)
        size, first, growth = disk
        for mountpoint in ("/", "/etc/hosts"):
            mount = f'{about},device="/dev/vda1",fstype="ext4",mountpoint="{mountpoint}"'
            self.add(f"node_filesystem_size_bytes{{{mount}}}", lambda *_: size * GIB, days=days)
            self.add(
                f"node_filesystem_avail_bytes{{{mount}}}",
                lambda passed, _at: (size - first - growth * passed / SECONDS_A_DAY) * GIB,
                days=days,
            )

    def node(self, name, *, heap, store, disk):
        """A search node: heap is (size, what is left after collections) in GiB."""
        about = f'instance="{name}",tier="opensearch",cluster="main",job="opensearch"'
        size, left = heap
        self.add(f'elasticsearch_jvm_memory_max_bytes{{{about},area="heap"}}', lambda *_: size * GIB)
        # Between two collections it fills up.
        self.add(
            f'elasticsearch_jvm_memory_pool_used_bytes{{{about},pool="old"}}',
            lambda passed, _at: (left + (size - left) * (passed % 1800) / 1800) * GIB,
        )
        whole, first, growth = disk
        self.add(f"elasticsearch_indices_store_size_bytes{{{about}}}", lambda passed, _at: (store + growth * passed / SECONDS_A_DAY) * GIB)
        self.add(f"elasticsearch_filesystem_data_size_bytes{{{about}}}", lambda *_: whole * GIB)
        self.add(
            f"elasticsearch_filesystem_data_available_bytes{{{about}}}",
            lambda passed, _at: (whole - first - growth * passed / SECONDS_A_DAY) * GIB,
        )

    def write(self, path):
        with path.open("w") as file:
            for (name, kind), lines in self.families.items():
                family = name.removesuffix("_total") if kind == "counter" else name
                file.write("\n".join([f"# TYPE {family} {kind}", *lines]) + "\n")
            file.write("# EOF\n")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A folder as the authority's on the controller is, with one certificate that is everybody's."""
    folder = tmp_path_factory.mktemp("pki")
    key, pem = folder / "admin.key", folder / "admin.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, *names, "-keyout", str(key), "-out", str(pem)], check=True, capture_output=True)
    (folder / "ca.pem").write_text(pem.read_text())
    return folder


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory, certificate):
    """The port of Prometheus, which tests/stages/unit unpacks from Debian's package."""
    folder = tmp_path_factory.mktemp("prometheus")
    past = Past(int(time.time()))
    small = {"memory": 4, "used": 2, "disk": (40, 12, 0)}
    past.host("lb1", "loadbalancers", cores=2, busy=lambda _hour: 0.95, **small)
    past.host("lb2", "loadbalancers", cores=2, busy=lambda _hour: 0.95, **small, days=10 / 24)
    for name in ("app1", "app2", "app3"):
        past.host(name, "app", cores=2, busy=lambda hour: 0.03 if hour in NIGHT else 0.6, **small)
    past.host("redis1", "redis", cores=4, busy=lambda _hour: 0.05, memory=16, used=1, disk=(200, 10, 0))
    past.host("os1", "opensearch", cores=4, busy=lambda _hour: 0.4, memory=16, used=5, disk=(100, 50, 3))
    past.node("os1", heap=(4, 3.4), store=40, disk=(100, 50, 3))
    past.write(folder / "past.txt")
    blocks = ["promtool", "tsdb", "create-blocks-from", "--max-block-duration=720h", "openmetrics"]
    subprocess.run([*blocks, str(folder / "past.txt"), str(folder / "data")], check=True, capture_output=True, timeout=120)

    port = free_port()
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    tls = {"cert_file": str(certificate / "admin.pem"), "key_file": str(certificate / "admin.key")}
    (folder / "web.yml").write_text(yaml.safe_dump({"tls_server_config": tls, "basic_auth_users": {"monitoring": hashed}}))
    (folder / "prometheus.yml").write_text("{}\n")
    arguments = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", "--storage.tsdb.retention.time=30d"]
    arguments += [f"--web.config.file={folder}/web.yml", f"--web.listen-address=127.0.0.1:{port}"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(["prometheus", *arguments], stdout=log, stderr=log)
    login = urllib3.make_headers(basic_auth=f"monitoring:{PASSWORD}")
    with urllib3.PoolManager(ca_certs=str(certificate / "ca.pem"), retries=False) as pool:
        for _attempt in range(100):
            try:
                if pool.request("GET", f"https://127.0.0.1:{port}/-/ready", headers=login).status == 200:
                    break
            except urllib3.exceptions.HTTPError:
                pass
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(scope="session")
def night():
    """When app1 to app3 do nothing, as the report writes it."""
    return f"{NIGHT[0]:02d}:00-{(NIGHT[-1] + 1) % 24:02d}:00"


@pytest.fixture(scope="session")
def cluster(certificate):
    """The port of a stand-in for the cluster, which has two indices."""
    made = str(int((time.time() - 10 * SECONDS_A_DAY) * 1000))
    settings = {"index.uuid": UUID, "index.creation_date": made}
    shown = {name: {"settings": settings, "mappings": {}, "aliases": {}} for name in ("papers", "logs-<2025>", ".kept")}
    row = {"health": "green", "status": "open", "rep": "1", "uuid": UUID}
    rows = [
        {**row, "index": "papers", "docs.count": "1000", "store.size": str(30 * GIB)},
        {**row, "index": "logs-<2025>", "docs.count": "500", "store.size": str(10 * GIB)},
        {**row, "index": ".kept", "docs.count": "1", "store.size": "1"},
    ]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(rows if self.path.startswith("/_cat/indices") else shown).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "admin.pem", certificate / "admin.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def inventory(tmp_path_factory, prometheus, cluster, certificate):
    """Hosts of which only mon1 (Prometheus) and os1 (the cluster) are asked; both are on loopback."""
    names = {
        "loadbalancers": ["lb1", "lb2"],
        "app": ["app1", "app2", "app3"],
        "redis": ["redis1"],
        "opensearch": ["os1"],
        "monitoring": ["mon1"],
    }
    own = {
        "os1": {"ansible_host": "127.0.0.1", "opensearch_node_attributes": {"temp": "warm"}},
        "mon1": {"ansible_host": "127.0.0.1", "monitoring_port": prometheus},
    }
    variables = {
        "certificates_ca_dir": str(certificate),
        "monitoring_password": PASSWORD,
        "platform_monitoring": True,
        "opensearch_http_port": cluster,
        "platform_environment": "<b>tests</b>",
    }
    tiers = {tier: {"hosts": {host: own.get(host, {"ansible_host": "192.0.2.1"}) for host in hosts}} for tier, hosts in names.items()}
    path = tmp_path_factory.mktemp("inventory") / "hosts.yml"
    path.write_text(
        yaml.safe_dump(
            {"all": {"vars": variables, "children": {"platform": {"children": tiers}, "opensearch_clusters": {"hosts": {"main": {}}}}}}
        )
    )
    return path


@pytest.fixture(scope="session")
def play(inventory):
    """play(playbook, variables, *arguments): (exit status, what it said)."""

    def run(playbook, variables, *arguments):
        command = ["ansible-playbook", "-i", str(inventory), str(ROOT / "playbooks" / playbook), "-e", json.dumps(variables), *arguments]
        environment = os.environ | {
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        }
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout + done.stderr

    return run
