"""The availability proof on the lab's platform: it passes while nothing happens, and does not where a user would see a failure."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def prove(lab, tmp_path):
    """prove(arguments...): runs it for a while, and gives the run and its report."""

    def run(*arguments):
        done = lab.play("availability_proof.yml", "-e", f"availability_proof_directory={tmp_path}", *arguments, check=False)
        (path,) = tmp_path.glob("*/report.json")
        return done, json.loads(path.read_text())

    return run


def indices(lab):
    return lab.cluster("_cat/indices/searchstack-availability-*?h=index")


def test_nobody_notices_when_nothing_happens(lab, prove):
    run, report = prove("-e", "availability_proof_duration=20")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "changed=0" in run.stdout
    assert report["failures"] == 0
    assert report["requests"] >= 250
    assert {stream["name"] for stream in report["streams"]} == {"site_new", "site_kept", "cluster_write", "cluster_read"}
    assert report["documents"]["acknowledged"] >= 90
    assert (report["documents"]["lost"], report["documents"]["duplicated"]) == (0, 0)
    assert indices(lab) == ""


def test_an_answer_that_is_not_good_is_noticed(lab, prove):
    paths = json.dumps({"availability_proof_paths": ["/health", "/no-such-page"]})
    run, report = prove("-e", "availability_proof_duration=5", "-e", paths)
    assert run.returncode != 0
    assert "requests failed" in run.stdout
    assert report["failures"] > 0
    assert {failure["message"] for failure in report["first_failures"]} == {"404 Not Found"}
    # Every other read, and nothing in the cluster.
    assert [stream["failures"] for stream in report["streams"][2:]] == [0, 0]
    assert indices(lab) == ""
