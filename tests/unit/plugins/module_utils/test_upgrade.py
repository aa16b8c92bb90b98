# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils import _upgrade
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput

NOW = 1_000_000.0
HOURS = 3_600_000


class Server:
    """A healthy cluster of 2.19.4 with a fresh snapshot, less what a test changes."""

    def __init__(self, **changes):
        self.versions = {"os1": "2.19.4", "os2": "2.19.4", "os3": "2.19.4"}
        self.disk = "50.1"
        self.health = "green"
        self.settings = {}
        self.indices = {"papers": {"index.version.created": "136408227"}}
        self.snapshots = {
            "backups": [{"state": "SUCCESS", "end_time_in_millis": NOW * 1000 - HOURS, "start_time_in_millis": 1, "snapshot": "a"}]
        }
        self.__dict__.update(changes)

    def request(self, _method, path, body=None, query=None):
        if path == "/_cat/nodes":
            return [{"name": name, "version": version, "disk.used_percent": self.disk} for name, version in self.versions.items()]
        if path == "/_cluster/health":
            return {"status": self.health, "unassigned_shards": 2}
        if path == "/_cluster/settings":
            return {"persistent": self.settings, "transient": {}}
        if path.startswith("/_all/_settings/"):
            return {name: {"settings": settings} for name, settings in self.indices.items()}
        if path == "/_snapshot":
            return {name: {} for name in self.snapshots}
        return {"snapshots": self.snapshots[path.split("/")[2]]}


def check(server, **params):
    defaults = {"version": "3.4.0", "nodes": ["os1", "os2", "os3"], "disk_limit": 85, "snapshot_max_age": 24, "accept_no_snapshot": False}
    return _upgrade.check(server, {**defaults, **params}, lambda: NOW)


def test_a_healthy_cluster_may_be_upgraded():
    assert check(Server()) == {"upgrade": True, "versions": Server().versions, "problems": []}


def test_a_cluster_of_that_version_is_asked_nothing_more():
    class Finished(Server):
        def request(self, method, path, body=None, query=None):
            assert path == "/_cat/nodes"
            return super().request(method, path, body, query)

    assert not check(Finished(versions={"os1": "3.4.0"}))["upgrade"]


OLD = {"os1": "2.18.0"}
STALE = [{"state": "SUCCESS", "end_time_in_millis": NOW * 1000 - 30 * HOURS, "start_time_in_millis": 1, "snapshot": "a"}]
PARTIAL = [{"state": "PARTIAL", "end_time_in_millis": NOW * 1000, "start_time_in_millis": 1, "snapshot": "a"}]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"versions": OLD}, "os1 has 2.18.0: change to 2.19.0 or later before 3.4.0."),
        ({"versions": {"os1": "1.3.20"}}, "os1 has 1.3.20"),
        ({"versions": {"os1": "3.5.0"}}, "os1 has 3.5.0: no way leads back to 3.4.0"),
        ({"health": "red"}, "The cluster is red"),
        ({"health": "yellow"}, "The cluster is yellow (2 shards unassigned)"),
        ({"disk": "85.01"}, "The disk of os1 is 85.01% full"),
        ({"settings": {"archived.indices.old": "1"}}, "remove archived.indices.old"),
        ({"indices": {"a": {"index.version.created": "136408227", "archived.index.x": "1"}}}, "Index a has settings"),
        ({"indices": {"a": {"index.version.created": "135238227"}}}, "Index a was made by a version that 3.4.0 does not read"),
        ({"indices": {"a": {"index.version.created": "7100299"}}}, "Index a was made by"),
        ({"snapshots": {}}, "There is no snapshot repository"),
        ({"snapshots": {"backups": []}}, "The last successful snapshot (backups) is missing"),
        ({"snapshots": {"backups": STALE}}, "is 30 hours old"),
        ({"snapshots": {"backups": PARTIAL}}, "is missing"),
    ],
)
def test_what_speaks_against_it_is_named(changes, problem):
    problems = check(Server(**changes))["problems"]
    assert any(problem in text for text in problems), problems


@pytest.mark.parametrize("versions", [{"os1": "2.19.4", "os2": "2.19.4"}, {"os1": "3.4.0", "os2": "2.19.4", "os3": "2.19.4"}])
def test_an_interrupted_upgrade_goes_on_while_the_cluster_is_yellow(versions):
    assert check(Server(versions=versions, health="yellow"))["problems"] == []


@pytest.mark.parametrize("changes", [{"snapshots": {}}, {"snapshots": {"backups": STALE}}])
def test_a_missing_snapshot_may_be_accepted(changes):
    assert check(Server(**changes), accept_no_snapshot=True)["problems"] == []


def test_a_server_that_does_not_answer_is_no_good_sign():
    class Broken(Server):
        def request(self, method, path, body=None, query=None):
            if path == "/_snapshot":
                raise ApiError("GET /_snapshot", 503, "", "busy")
            return super().request(method, path, body, query)

    with pytest.raises(ApiError):
        check(Broken())


def test_what_is_no_version_is_refused():
    with pytest.raises(InvalidInput, match="version: 'latest'"):
        check(Server(), version="latest")
