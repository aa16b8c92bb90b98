# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest

ROLE = Path(__file__).resolve().parents[4] / "roles/snapshots"


@pytest.fixture
def command(settings, tmp_path):
    """command(*arguments): the program, installed as the role does it and run as a unit does."""
    package = tmp_path / "lib/searchstack_snapshots"
    shutil.copytree(ROLE / "files/searchstack_snapshots", package, ignore=shutil.ignore_patterns("__pycache__"))
    templates = jinja2.Environment()
    templates.filters["dirname"] = os.path.dirname
    template = templates.from_string((ROLE / "templates/program.j2").read_text())
    (tmp_path / "program").write_text(template.render(ansible_managed="by Ansible", __snapshots_package=str(package)))
    (tmp_path / "password").write_text("secret")
    (tmp_path / "run").mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"RUNTIME_DIRECTORY": str(tmp_path / "run"), "CREDENTIALS_DIRECTORY": str(tmp_path)}

    def run(*arguments, **changes):
        (tmp_path / "settings.json").write_text(json.dumps({**settings, **changes}))
        arguments = [sys.executable, tmp_path / "program", "--settings", str(tmp_path / "settings.json"), *arguments]
        done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=60, check=False)
        # The role removes from the folder what it has not brought: the next run would change something.
        assert not (package / "__pycache__").exists()
        return done

    return run


def metrics(tmp_path):
    return (tmp_path / "run/metrics").read_text()


def test_a_node_that_does_not_answer_is_told(command, settings, tmp_path):
    done = command("take", "daily", url="http://127.0.0.1:1", wait=0)
    assert done.returncode != 0
    assert "has not answered" in done.stderr
    assert 'searchstack_snapshot_last_attempt_success{name="daily",repository="s3"} 0' in metrics(tmp_path)


def test_only_the_elected_manager_acts(command, server, tmp_path):
    server.answers[r"GET /_cat/cluster_manager.*"] = [[{"node": "os2"}]]
    done = command("take", "daily")
    assert done.returncode == 0
    assert "Another node is the elected cluster manager" in done.stdout
    assert not (tmp_path / "run/metrics").exists()
    assert server.requested("PUT") == []


def test_a_node_that_does_not_come_back_is_a_failure(command):
    done = command("take", "daily", url="http://127.0.0.1:9", wait=0)
    assert done.returncode == 69
    assert "has not answered for 0 s" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("arguments", "variable"), [(["take", "weekly"], "snapshots_jobs"), (["follow", "weekly"], "snapshots_follow")])
def test_a_job_that_is_none(command, arguments, variable):
    done = command(*arguments)
    assert done.returncode == 78
    assert f"weekly is not declared in {variable}" in done.stderr


def test_a_failure_is_told_in_metrics_and_keeps_what_was_known(command, server, tmp_path, program):
    known = program.metrics.metrics_text(
        "searchstack_snapshot", {"name": "daily", "repository": "s3"}, {"last_success_timestamp_seconds": 1000, "kept": 5}
    )
    (tmp_path / "searchstack_snapshot_take_daily.prom").write_text(known)
    server.answers[r"GET /_snapshot/s3/_all.*"] = (404, {"error": {"type": "repository_missing_exception", "reason": "[s3] missing"}})
    done = command("take", "daily")
    assert done.returncode == 74
    values = program.metrics.metrics_values(metrics(tmp_path), "searchstack_snapshot")
    assert values["last_success_timestamp_seconds"] == 1000
    assert values["kept"] == 5
    assert values["last_attempt_success"] == 0
    assert values["last_attempt_timestamp_seconds"] > 1_700_000_000


def test_the_password_is_sent_and_never_shown(command, server, settings):
    server.answers[r"GET /_cat/cluster_manager.*"] = (401, "Unauthorized")
    done = command("take", "daily")
    assert done.returncode == 77
    assert "secret" not in done.stdout + done.stderr
    assert "c25hcHNob3RzOnNlY3JldA" not in done.stdout + done.stderr


def test_documents_go_by_age(command, server, tmp_path):
    server.answers[r"POST /papers\*/_delete_by_query.*"] = {"deleted": 3, "failures": []}
    done = command("retention")
    assert done.returncode == 0
    assert server.bodies("POST") == [{"query": {"range": {"indexed_date": {"lt": "now-90d/d"}}}}]
    assert "searchstack_retention_deleted_documents 3" in metrics(tmp_path)
    assert "searchstack_retention_last_attempt_success 1" in metrics(tmp_path)


def test_status_shows_jobs_and_copies(command, server):
    server.answers |= {
        r"GET /_snapshot/s3/_all.*": {"snapshots": [{"snapshot": "daily-20261126020000", "state": "SUCCESS", "indices": []}]},
        r"GET /searchstack-follow/_doc/ship": {"_source": {"snapshot": "ship-20261126020000", "state": "done", "indices": ["papers-v1"]}},
    }
    report = json.loads(command("status", "--json").stdout)
    assert report["jobs"][0]["newest"] == "daily-20261126020000"
    assert report["follow"][0]["snapshot"] == "ship-20261126020000"
    assert "1 kept" in command("status").stdout


def test_another_server_is_no_traceback(command, server):
    server.answers[r"GET /_cat/cluster_manager.*"] = {"hello": "world"}
    done = command("take", "daily")
    assert done.returncode == 69
    assert "is no node of OpenSearch" in done.stderr


def test_metrics_are_what_prometheus_reads(program):
    text = program.metrics.metrics_text("searchstack_follow", {"name": "ship", "repository": "s3"}, {"lag_seconds": 12.5, "indices": None})
    assert text == '# TYPE searchstack_follow_lag_seconds gauge\nsearchstack_follow_lag_seconds{name="ship",repository="s3"} 12.5\n'
    assert program.metrics.metrics_values(text, "searchstack_follow") == {"lag_seconds": 12.5}
