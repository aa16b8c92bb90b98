"""Releases come and go while users ask: good ones everywhere, bad ones no further than the canary."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time

import pytest
from controller import changed_hosts

APPLICATION = ("app1", "app2", "app3")
# What the availability proof asks, and the check of a host before it gets requests does not.
ASKED_BY_USERS = "if any(letter.isdigit() for letter in query.q):\n        "
SEARCH = "    return service.search(query, client_of(request))"


def served(lab, host):
    return lab.on(host, "basename $(readlink /opt/papersearch/current)").strip()


@pytest.fixture
def release(lab, tmp_path):
    """release(file, old, new): arguments for the reference application with one change."""

    def make(name, old, new):
        source = tmp_path / "app"
        shutil.copytree(lab.root / "app", source, ignore=shutil.ignore_patterns("__pycache__", "tests"))
        file = source / "papersearch" / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
        return ("-e", f"app_source={source}", "-e", f"deploy_directory={tmp_path}/reports", "-e", "deploy_canary_seconds=30")

    make.report = lambda: json.loads(next((tmp_path / "reports/lab").iterdir()).read_text())
    return make


class Papers(threading.Thread):
    """A client that brings a paper every second."""

    def __init__(self, lab):
        super().__init__(daemon=True)
        self.lab, self.ids, self.ended = lab, [], threading.Event()
        self.login = f'header = "X-API-Key: {(lab.root / ".lab/secrets/ingest_key").read_text().strip()}"'

    def run(self):
        while not self.ended.wait(1):
            paper = {"id": f"deploy-{time.time_ns()}", "title": "A paper", "summary": "None", "authors": ["Nobody"], "year": 2026}
            command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", str(self.lab.ca), "--config", "-"]
            body = ["-H", "Content-Type: application/json", "-d", json.dumps(paper), f"https://{self.lab.vip}/api/papers"]
            if self.lab.run(*command, *body, stdin=self.login).stdout == "202":
                self.ids.append(paper["id"])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()

    def lost(self):
        """Those that are not in the index within a minute."""
        end = time.monotonic() + 60
        missing = self.ids
        while missing and time.monotonic() < end:
            time.sleep(1)
            found = json.loads(self.lab.cluster("papers/_mget", "-H", "Content-Type: application/json", "-d", json.dumps({"ids": missing})))
            missing = [paper["_id"] for paper in found["docs"] if not paper.get("found")]
        return missing


def test_a_good_release_comes_unnoticed(lab, prove, release):
    arguments = release("settings.py", "Paper search", "Paper search, mended")
    arguments = (*arguments, "-e", "deploy_snapshot=backups")
    before = {host: served(lab, host) for host in APPLICATION}
    with Papers(lab) as papers:
        run = prove.unnoticed("release", "deploy.yml", *arguments)
    assert "serves on app1, app2, app3 instead of" in run.stdout
    assert len({served(lab, host) for host in APPLICATION}) == 1
    assert served(lab, "app1") not in before.values()
    report = release.report()
    assert (report["result"], report["before"], report["order"][0]) == ("deployed", before["app1"], "app1")
    assert report["canary"]["errors"] == 0
    assert report["canary"]["requests"] >= 20
    # The cluster as it was before, should the release have spoilt it.
    name = f"deploy-{served(lab, 'app1').lower()}"
    (snapshot,) = json.loads(lab.cluster(f"_snapshot/backups/{name}"))["snapshots"]
    assert snapshot["state"] == "SUCCESS"
    lab.cluster(f"_snapshot/backups/{name}", "-X", "DELETE")
    assert len(papers.ids) > 20
    assert papers.lost() == []
    assert changed_hosts(lab.play("deploy.yml", *arguments).stdout) == []


BAD = {
    "does not start": ("asgi.py", "app = ", "raise RuntimeError('no')\napp = ", "papersearch-web"),
    "answers errors": ("api.py", SEARCH, f"    {ASKED_BY_USERS}raise RuntimeError('no')\n{SEARCH}", "server error"),
    "is slow": ("api.py", SEARCH, f"    import time\n\n    {ASKED_BY_USERS}time.sleep(1.5)\n{SEARCH}", "ms, on the others"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_release_is_taken_back(lab, prove, release, kind):
    *change, reason = BAD[kind]
    before = {host: served(lab, host) for host in APPLICATION}
    proof = prove(f"release that {kind}")
    said = lab.refused("deploy.yml", *release(*change), *proof.arguments)
    assert {host: served(lab, host) for host in APPLICATION} == before
    assert re.search(rf"was not deployed. app1: .*{reason}", said)
    report = release.report()
    assert report["result"] == "taken back"
    assert list(report["failures"]) == ["app1"]
    lab.on("lb1", "! grep -E ' (down|disabled)( |;|$)' /etc/nginx/nginx.conf /etc/haproxy/haproxy.cfg 2>/dev/null")
    if kind == "answers errors":
        failures = sum(told["failures"] for told in proof.reports())
        requests = sum(told["requests"] for told in proof.reports())
        assert 0 < failures <= report["canary"]["errors"]
        # A third of what is asked from the moment the canary serves until it is drained; next to nothing of the whole.
        assert failures < requests / 10
    else:
        proof.nobody_noticed(f"release that {kind}")
        assert report["canary"].get("errors", 0) == 0


def test_an_interrupted_release_goes_on(lab, prove, release):
    arguments = release("settings.py", "Paper search", "Paper search, again")
    proof = prove("release, killed")
    assert lab.kill_at("current | Make it the current one", 2, "deploy.yml", *arguments, *proof.arguments)
    assert lab.play("deploy.yml", *arguments, *proof.arguments).returncode == 0
    proof.nobody_noticed("release, killed")
    assert len({served(lab, host) for host in APPLICATION}) == 1
    assert changed_hosts(lab.play("deploy.yml", *arguments).stdout) == []


def test_all_users_go_to_a_release_at_once(lab, prove, release):
    arguments = (*release("settings.py", "Paper search", "Paper search, green"), "-e", "deploy_strategy=blue_green")
    prove.unnoticed("release, from blue to green", "deploy.yml", *arguments)
    assert len({served(lab, host) for host in APPLICATION}) == 1
    assert release.report()["result"] == "deployed"
    assert changed_hosts(lab.play("deploy.yml", *arguments).stdout) == []


def test_all_users_go_back_at_once(lab, prove, release):
    *change, reason = BAD["answers errors"]
    before = {host: served(lab, host) for host in APPLICATION}
    proof = prove("release, from blue to green and back")
    said = lab.refused("deploy.yml", *release(*change), *proof.arguments, "-e", "deploy_strategy=blue_green")
    assert re.search(rf"was not deployed. app1: .*{reason}", said)
    assert {host: served(lab, host) for host in APPLICATION} == before
    assert 0 < sum(told["failures"] for told in proof.reports()) <= release.report()["canary"]["errors"]


def test_a_release_must_have_been_elsewhere_first(lab, release):
    said = lab.refused("deploy.yml", *release("settings.py", "Paper search", "Paper search, new"), "-e", "deploy_requires=staging")
    assert "has not been deployed well in staging" in said


def test_an_earlier_release_comes_back_unnoticed(lab, prove):
    said = lab.refused("rollback.yml")
    kept = re.search(r"app1 keeps ([^;]+);", said).group(1).split(", ")
    assert served(lab, "app1") in kept
    assert "keeps" in lab.refused("rollback.yml", "-e", "rollback_release=0.1.0-0000000000")
    other = next(name for name in kept if name != served(lab, "app1"))
    arguments = ("-e", f"rollback_release={other}")
    prove.unnoticed("rollback", "rollback.yml", *arguments)
    assert {served(lab, host) for host in APPLICATION} == {other}
    assert changed_hosts(lab.play("rollback.yml", *arguments).stdout) == []


def test_the_platform_as_it_is_declared_comes_back(lab):
    lab.play("deploy.yml")
    assert changed_hosts(lab.play("site.yml", "--check").stdout) == []
