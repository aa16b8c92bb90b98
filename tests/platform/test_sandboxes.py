"""Every service of every host is in the sandbox and under the limits of docs/sandboxes.md, by what systemd and the kernel say."""

from __future__ import annotations

import re

import pytest
from conftest import ADDRESSES

# How exposed each may be, as systemd-analyze security counts it: what the platform runs.
BARS = {
    "opensearch": 1.5,
    "papersearch-web": 1.5,
    "papersearch-worker": 1.5,
    "redis-server": 1.5,
    "redis-sentinel": 1.5,
    "prometheus": 1.5,
    "prometheus-alertmanager": 1.5,
    "prometheus-blackbox-exporter": 1.5,
    "prometheus-elasticsearch-exporter": 1.5,
    "prometheus-nginx-exporter": 1.5,
    "prometheus-node-exporter": 1.5,
    "prometheus-redis-exporter": 1.5,
    "grafana-server": 1.5,
    "nginx": 2.0,
    "haproxy": 2.0,
    "rsyslog": 2.0,
    "keepalived": 2.7,
    "searchstack-host-metrics": 1.5,
    "searchstack-log-retention": 1.5,
    "searchstack-snapshot-take@": 1.5,
    "searchstack-snapshot-follow@": 1.5,
    "searchstack-snapshot-retention": 1.5,
    "searchstack-snapshot-failure@": 3.0,
    "searchstack-backup@": 2.5,
    "searchstack-backup-failed@": 3.0,
    "certbot": 2.0,
}
# What else runs, and why it is left as the distribution has it.
DISTRIBUTION = {
    "cron": "starts whatever jobs a site has, as any user",
    "dbus": "starts other services for their callers",
    "ssh": "is how hosts are managed: sessions do anything (role hardening configures it)",
    "unattended-upgrades": "installs packages",
    "auditd": "role hardening",
    "fail2ban": "role hardening",
    "ufw": "loads the firewall's rules at boot, and after them what role hardening declares",
    "searchstack-ssh-revert": "role hardening: for a second, it writes the settings of sshd and reloads it",
    "chrony": "the distribution's unit has a sandbox",
    "polkit": "the distribution's unit has a sandbox",
}
# systemd's own units have sandboxes of their own; consoles and users' managers are sessions.
SYSTEMD = re.compile(r"systemd-[a-z-]+|user@\d+|(console-|container-|serial-)?getty(@.*)?|user-runtime-dir@\d+")

# The lines of a host: "unit exposure memory tasks", of what runs and of the units that roles have written.
MEASURE = """
default=$(systemctl show --property DefaultTasksMax --value)
running=$(systemctl list-units --type=service --state=running --plain --no-legend | cut -d' ' -f1)
written=$(find /etc/systemd/system -maxdepth 1 -name '*.service' -type f -printf '%f\\n')
added=$(find /etc/systemd/system -maxdepth 1 -name '*.service.d' -printf '%f\\n' | sed 's/[.]d$//')
for unit in $(printf '%s\\n' $running $written $added | sort -u); do
  shown=$(echo $unit | sed 's/@[.]service/@measured.service/')
  systemctl cat $shown >/dev/null 2>&1 || continue
  exposure=$(systemd-analyze security --no-pager $shown | sed -n 's/.*exposure level for .*: \\([0-9.]*\\) .*/\\1/p')
  memory=$(systemctl show --property MemoryMax --value $shown)
  tasks=$(systemctl show --property TasksMax --value $shown)
  echo ${unit%.service} ${exposure:-none} $memory $tasks $default
done
"""


@pytest.fixture(scope="module", params=ADDRESSES)
def measured(request, lab):
    """{unit: (exposure, memory limit, task limit, default of task limits)} of a host."""
    rows = [line.split() for line in lab.on(request.param, MEASURE).splitlines()]
    assert rows
    return {unit: values for unit, *values in rows}


@pytest.fixture
def ours(measured):
    """Of these, those that the platform runs."""
    found = {unit: values for unit, values in measured.items() if unit in BARS}
    assert {"rsyslog", "prometheus-node-exporter", "searchstack-host-metrics"} <= set(found)
    return found


def test_no_service_is_forgotten(measured):
    unknown = [unit for unit in measured if unit not in BARS and unit not in DISTRIBUTION and not SYSTEMD.fullmatch(unit)]
    assert unknown == []


def test_every_service_is_at_its_bar(ours):
    assert {unit: exposure for unit, (exposure, *_) in ours.items() if float(exposure) > BARS[unit]} == {}


def test_every_service_has_limits(ours):
    unlimited = [unit for unit, (_, memory, tasks, default) in ours.items() if memory == "infinity" or tasks in ("infinity", default)]
    assert unlimited == []


@pytest.mark.parametrize("host", ADDRESSES)
def test_processes_run_in_their_sandbox(lab, host):
    """One that was started before its unit was written would not. What comes and goes may be caught before it has entered."""
    units = " ".join(unit for unit in BARS if not unit.endswith("@"))
    look = f"""for unit in {units}; do
      systemctl is-active --quiet $unit || continue
      pid=$(systemctl show --property MainPID --value $unit)
      echo $unit $(sed -n 's/^NoNewPrivs:\\s*//p; s/^Seccomp:\\s*//p' /proc/$pid/status) $(stat --format %U /proc/$pid)
    done"""
    rows = [line.split() for line in lab.on(host, look).splitlines()]
    assert rows
    assert [row for row in rows if row[1:3] != ["1", "2"]] == []
    assert {unit for unit, *_, user in rows if user == "root"} <= {"keepalived", "rsyslog"}
