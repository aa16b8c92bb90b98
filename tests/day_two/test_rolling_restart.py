"""Every node of the cluster is restarted while the availability proof asks for pages and documents."""

from __future__ import annotations

import json
import re


def test_nobody_notices_a_restart_of_every_node(lab, tmp_path, capsys):
    proof = ("-e", "availability_proof=true", "-e", f"availability_proof_directory={tmp_path}")
    lab.play("rolling_restart.yml", "-e", "rolling_restart_all=true", "--limit", "localhost,main,opensearch_main", *proof)
    report = json.loads(next(tmp_path.glob("*/report.json")).read_text())
    with capsys.disabled():
        documents = report["documents"]["acknowledged"]
        print(f"[{report['seconds']:.0f} s, {report['requests']} requests, {report['failures']} failed, {documents} documents] ", end="")
    assert report["failures"] == 0
    assert (report["documents"]["lost"], report["documents"]["duplicated"]) == (0, 0)
    assert not re.search("changed=[1-9]", lab.play("rolling_restart.yml").stdout)
