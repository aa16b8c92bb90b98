"""The lab's hosts behave like VMs, and a second lab/create leaves a standing lab alone."""

from __future__ import annotations

import glob
import pathlib
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

HOSTS = ["lb1", "lb2", "app1", "app2", "app3", "redis1", "os1", "os2", "os3", "mon1", "dr-os1"]


def containers(lab):
    return sorted(
        lab.run("docker", "ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}", "--filter", "label=searchstack.lab").stdout.splitlines()
    )


def test_second_create_is_quick_and_changes_nothing(lab):
    known_hosts = lab.root / ".lab/ssh/known_hosts"
    before = containers(lab), known_hosts.read_text()
    started = time.monotonic()
    lab.run("lab/create")
    assert time.monotonic() - started < 10
    assert (containers(lab), known_hosts.read_text()) == before


def test_private_key_is_private(lab):
    assert (lab.root / ".lab/ssh/id_ed25519").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("host", HOSTS)
def test_host_answers_ssh_under_its_plain_name(lab, host):
    # The reverse look-up comes last: it must not give a name that no certificate has.
    names = lab.on(host, f"hostname; getent hosts {host} | awk '{{print $2}}'; getent hosts {lab.address(host)} | awk '{{print $2}}'")
    assert set(names.split()) == {host}


def test_files_that_docker_mounts_can_be_replaced(lab):
    lab.on("mon1", "for f in hosts hostname resolv.conf; do cp -p /etc/$f /etc/$f.new && mv /etc/$f.new /etc/$f || exit 1; done")


def test_kernel_settings(lab):
    lab.on("mon1", "sysctl -w net.ipv4.ip_local_port_range='32768 60999'")
    assert int(lab.on("os1", "sysctl -n vm.max_map_count")) >= 262144


def test_packages_can_be_looked_up_and_installed(lab):
    lab.on("mon1", "apt-get update -qq && apt-get install -y -qq --reinstall netbase")


def test_archives_are_there_and_read_only(lab):
    assert "opensearch-3.4.0-linux-x64.tar.gz.sha512" in lab.on("os1", "ls /srv/archives")
    assert "Read-only" in lab.on("os1", "touch /srv/archives/x 2>&1 || true")


def test_nofile_helper_only_where_the_limit_is_low(lab):
    limit = lab.on("os1", "awk '/Max open files/ {print $5}' /proc/1/limits").strip()
    there = lab.on("os1", "ls /etc/systemd/system/opensearch.service.d/lab-nofile.conf 2>/dev/null || true").strip()
    assert bool(there) == (int(limit) < 65535)


def computed(stat):
    """What a process and its children have computed, in the kernel's ticks."""
    return sum(int(field) for field in stat.rsplit(")", 1)[1].split()[11:15])


@contextmanager
def busy_controller(count):
    """So many processes of the controller are busy meanwhile; what they have computed tells a function."""
    if not glob.glob("/sys/fs/cgroup/**/docker/cpu.*", recursive=True):
        pytest.skip("systemd keeps the engine, which has no group of its hosts")
    busy = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(count)]
    try:
        yield lambda: sum(computed(pathlib.Path(f"/proc/{process.pid}/stat").read_text()) for process in busy)
    finally:
        for process in busy:
            process.kill()
            process.wait()


LOOP = "timeout 6 sh -c 'while :; do :; done'"


def test_hosts_compute_while_the_controller_is_busy(lab):
    """While Ansible works, what the hosts serve must not wait for it: twelve of its processes are busy, and one on each of six hosts."""
    with busy_controller(12) as controller, ThreadPoolExecutor() as pool:
        hosts = sum(pool.map(lambda host: computed(lab.on(host, f"{LOOP}; cat /proc/$$/stat")), HOSTS[:6]))
        assert hosts > 2 * controller(), (hosts, controller())


def test_hosts_that_weigh_less_leave_the_controller_alone(lab, tmp_path):
    """What is set up beside those that serve takes nothing from their clients, which run here: all is busy there, and here."""
    inventory = tmp_path / "aside.yml"
    inventory.write_text("platform: {hosts: {aside1: {ansible_host: 198.18.77.99}}}\n")
    try:
        lab.run("env", "LAB_CPU_SHARES=100", "lab/create", "-i", str(inventory))
        lab.guests["aside1"] = "198.18.77.99"
        with busy_controller(2) as controller:
            aside = computed(lab.on("aside1", f"{LOOP} & {LOOP} & {LOOP} & {LOOP} & wait; cat /proc/$$/stat"))
            assert controller() > 2 * aside, (controller(), aside)
    finally:
        lab.guests.clear()
        lab.run("lab/destroy", "-i", str(inventory))


def test_host_of_another_checkout_is_refused(lab, tmp_path):
    other = tmp_path / "other"
    lab.run("git", "clone", "--quiet", str(lab.root), str(other))
    before = containers(lab)
    done = lab.run(str(other / "lab/create"), "-i", str(lab.root / "inventories/lab"), check=False)
    assert done.returncode == 1
    assert f"belongs to the checkout {lab.root}" in done.stderr
    assert "--replace" in done.stderr
    assert containers(lab) == before


def test_networks_of_a_killed_engine_are_forgotten(lab, tmp_path):
    namespace = tmp_path / "exec/netns/0123456789ab"
    namespace.parent.mkdir(parents=True)
    namespace.touch()
    lab.run("bash", "-ec", f". lab/lib/common.sh; as_root unshare --net={namespace} true")
    assert str(namespace) in pathlib.Path("/proc/self/mounts").read_text()
    lab.run("bash", "-ec", f". lab/lib/common.sh; . lab/lib/engine.sh; ENGINE_RUN={tmp_path}; forget_dead_networks")
    assert str(namespace) not in pathlib.Path("/proc/self/mounts").read_text()
    assert not namespace.exists()
