"""The modules against real servers."""

from __future__ import annotations

import re
import subprocess

import pytest
from clusters import CLUSTERS, INVENTORY, ROOT


@pytest.fixture(scope="module")
def outcome():
    """What one run against all clusters at the same time said."""
    command = ["ansible-playbook", "-i", INVENTORY, "tests/integration/modules.yml", "--limit", ",".join(CLUSTERS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=2400, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_every_module_keeps_its_promises(outcome, cluster):
    recap = re.search(rf"^{cluster}\s*: ok=(\d+) .*unreachable=0 +failed=0 ", outcome, re.MULTILINE)
    assert recap, _failures(outcome, cluster)
    assert int(recap[1]) > 280, "the play ended early"
    # The last one.
    assert f"targets/opensearch_export/tasks/main.yml for {cluster}" in outcome


@pytest.mark.parametrize("target", ["opensearch_ism_policy", "opensearch_snapshot_policy", "opensearch_replication"])
@pytest.mark.parametrize("cluster", CLUSTERS)
def test_modules_of_plugins_keep_theirs(outcome, cluster, target):
    left_out = re.search(rf"LEFT OUT ({cluster} {target}: [^\"]*)", outcome)
    if left_out:
        pytest.skip(left_out[1])
    assert re.search(rf"targets/{target}/tasks/main.yml for {cluster}", outcome)
    assert re.search(rf"^{cluster}\s*: ok=.* failed=0 ", outcome, re.MULTILINE), _failures(outcome, cluster)


def _failures(output, cluster):
    """The tasks that failed: the whole output is long, and its end is another cluster's."""
    tasks = re.split(r"^(?=TASK |PLAY )", output, flags=re.MULTILINE)
    return "\n".join(task for task in tasks if f"[{cluster}]: FAILED" in task) or output[-6000:]
