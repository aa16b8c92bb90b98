# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts of an inventory are known to need from outside, and what is let out of them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
FILES = ("region", "runbook", "monitoring", "logging", "egress")
SITE = {
    "firewall_egress": "deny",
    "platform_egress": [{"name": "DNS", "proto": "udp", "port": 53, "from": ["platform"], "to": ["192.0.2.53"]}],
    "platform_monitoring": True,
    "platform_grafana": True,
    "platform_logging": True,
    "logging_forward": {"host": "192.0.2.99", "port": 5044},
    "platform_site_tls": "acme",
    "loadbalancer_ocsp_stapling": True,
    "platform_backup_repository": "sftp:backup@192.0.2.98:/srv",
    "shared_storage_mounts": [
        {"path": "/srv/up", "type": "nfs", "source": "files:/up"},
        {"path": "/srv/s3", "type": "s3", "source": "up:/"},
    ],
    "platform_s3_bucket": "papers",
    "platform_s3_region": "eu-central-1",
    "monitoring_receivers": [
        {"name": "a", "webhook": {"url": "https://hooks.example.com:8443/secret"}},
        {"name": "b", "slack": {"api_url": "https://hooks.slack.com/secret", "channel": "x"}},
        {"name": "c", "pagerduty": {"routing_key": "x"}},
        {"name": "d", "email": {"to": "ops@example.com"}},
    ],
    "monitoring_smtp": {"smarthost": "smtp.example.com:587"},
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """asked(variables): {host: {rules, problems}} of the example inventory."""

    def run(variables):
        folder = tmp_path_factory.mktemp("egress")
        (folder / "group_vars").symlink_to(ROOT / "group_vars")
        problems = "{{ platform_egress_needs | searchstack.platform.egress_problems(platform_egress_declared, inventory_hostname) }}"
        play = {
            "hosts": "platform",
            "gather_facts": False,
            "roles": ["searchstack.platform.wiring"],
            "vars_files": [str(ROOT / f"playbooks/vars/{name}.yml") for name in FILES],
            "tasks": [{"ansible.builtin.debug": {"msg": {"rules": "{{ firewall_egress_rules }}", "problems": problems}}}],
        }
        (folder / "play.yml").write_text(yaml.safe_dump([play]))
        done = subprocess.run(
            ["ansible-playbook", "--inventory=inventories/production", str(folder / "play.yml"), "-e", json.dumps(variables)],
            cwd=ROOT,
            env=os.environ | {"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json", "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.timer"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        answers = json.loads(done.stdout[done.stdout.index("{") : done.stdout.rindex("}") + 1])["plays"][0]["tasks"][0]["hosts"]
        return {host: answer["msg"] for host, answer in answers.items()}

    return run


def missing(answer):
    """What each problem says in parentheses."""
    return {problem.partition(" (")[2].partition(")")[0] for problem in answer["problems"]}


HOST = {"udp port 123", "tcp 192.0.2.98 port 22", "tcp 192.0.2.99 port 5044", "tcp port 2049", "tcp s3.eu-central-1.amazonaws.com port 443"}


def test_each_kind_of_host_needs_what_its_variables_name(asked):
    answers = asked(SITE)
    assert missing(answers["app1"]) == HOST
    assert missing(answers["edge1"]) == HOST | {"tcp acme-v02.api.letsencrypt.org port 443", "tcp port 80"}
    assert missing(answers["hot1"]) == HOST | {"tcp artifacts.opensearch.org port 443"}
    assert missing(answers["mon1"]) == HOST | {
        "tcp hooks.example.com port 8443",
        "tcp hooks.slack.com port 443",
        "tcp events.pagerduty.com port 443",
        "tcp smtp.example.com port 587",
        "tcp apt.grafana.com port 443",
    }
    assert "secret" not in str([answer["problems"] for answer in answers.values()])
    # The platform's own rows are let out in any case, and no row of it stands in for a need.
    assert {"DNS", "OpenSearch REST", "Redis"} <= {rule["comment"] for rule in answers["app1"]["rules"]}
    assert {"VRRP", "Application"} <= {rule["comment"] for rule in answers["edge1"]["rules"]}


def test_with_rows_for_all_of_it_nothing_is_missing(asked):
    rows = [{"name": str(port), "port": port, "from": ["platform"], "to": ["any"]} for port in (22, 80, 443, 587, 2049, 5044, 8443)]
    rows.append({"name": "time", "proto": "udp", "port": 123, "from": ["platform"], "to": ["any"]})
    answers = asked({**SITE, "platform_egress": SITE["platform_egress"] + rows})
    assert {host: answer["problems"] for host, answer in answers.items() if answer["problems"]} == {}


def test_a_site_that_lets_everything_out_has_no_rules_for_it(asked):
    assert {len(answer["rules"]) for answer in asked({**SITE, "firewall_egress": "allow"}).values()} == {0}
