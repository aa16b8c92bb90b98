"""A cluster that is killed while a module is at work: one clear message, and the next run finishes."""

from __future__ import annotations

import json
import os
import subprocess
import time

from clusters import INVENTORY, ROOT

COUNT = 400
TEMPLATES = [{"name": f"dying-{at}", "index_patterns": [f"dying-{at}-*"]} for at in range(COUNT)]


def ansible(hosts, module, arguments, *options):
    command = [
        "ansible",
        "-i",
        INVENTORY,
        "--playbook-dir",
        "tests/integration",
        hosts,
        *options,
        "-m",
        module,
        "-a",
        json.dumps(arguments),
    ]
    env = {**os.environ, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process):
    output = process.communicate(timeout=300)[0]
    return process.returncode, output


def objects(connection, **declared):
    return ansible("localhost", "searchstack.platform.opensearch_objects", {**connection, **declared})


def kill(cluster):
    command = {"argv": ["systemctl", "kill", "--signal=SIGKILL", "opensearch"]}
    assert finish(ansible(f"{cluster}_nodes", "ansible.builtin.command", command, "-b"))[0] == 0


def until_written(client, count, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = client.get("/_index_template/dying-*", filter_path="index_templates.name") or {}
        if len(found.get("index_templates", [])) >= count:
            return
        time.sleep(0.2)
    raise AssertionError(f"not {count} templates within {seconds} s")


def test_a_cluster_that_is_killed_in_the_middle(cluster, connection, client):
    try:
        run = objects({**connection, "retries": 0}, index_templates=TEMPLATES)
        until_written(client, 1)
        kill(cluster)
        code, output = finish(run)
        assert code != 0
        assert "Traceback" not in output
        message = json.loads(output.partition("=>")[2])
        assert "no answer" in message["msg"] or "503" in message["msg"], message["msg"]
        assert 0 < len(message["changes"]) < COUNT
        healthy = {**connection, "wait_timeout": 180}
        assert finish(ansible("localhost", "searchstack.platform.opensearch_health", healthy))[0] == 0
        code, output = finish(objects(connection, index_templates=TEMPLATES))
        assert code == 0, output
        again = finish(objects(connection, index_templates=TEMPLATES))[1]
        assert '"changed": false' in again
    finally:
        finish(objects(connection, purge={"index_templates": ["dying-*"]}))
