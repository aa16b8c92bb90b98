# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ssl
import urllib.error

import pytest

NOW = 1795725113.0  # 2026-11-26 20:31:53
NAME = "daily-20261126203153"
STATS = {"snapshots": [{"stats": {"total": {"size_in_bytes": 900}, "incremental": {"size_in_bytes": 100}}}]}


def snapshot(name=NAME, state="SUCCESS", **more):
    return {"snapshot": name, "state": state, "indices": ["papers-v1"], "duration_in_millis": 1500, "shards": {"total": 4}, **more}


def listed(*snapshots):
    return {"snapshots": list(snapshots)}


@pytest.fixture
def taker(program, cluster, settings):
    return program.take.Taker(cluster, settings["jobs"][0], settings, now=lambda: NOW)


@pytest.fixture
def repository(server):
    """A repository where all goes well."""
    server.answers |= {
        r"GET /_snapshot/s3/_all.*": [listed(), listed(snapshot())],
        rf"PUT /_snapshot/s3/{NAME}.*": {"snapshot": snapshot()},
        rf"GET /_snapshot/s3/{NAME}": listed(snapshot()),
        rf"GET /_snapshot/s3/{NAME}/_status": STATS,
    }
    return server.answers


@pytest.mark.usefixtures("repository")
def test_a_snapshot_is_taken_and_measured(taker, server):
    assert taker.run() == {
        "last_success_timestamp_seconds": NOW,
        "duration_seconds": 1.5,
        "size_bytes": 900,
        "added_bytes": 100,
        "kept": 1,
        "oldest_timestamp_seconds": NOW,
    }
    (body,) = server.bodies("PUT")
    assert body["indices"] == ["*", "-.opendistro_security"]
    assert body["partial"] is False
    assert server.requested("DELETE") == []


def test_one_that_runs_already_is_waited_for(taker, server, repository):
    old = "daily-20261126200000"
    repository |= {
        r"GET /_snapshot/s3/_all.*": listed(snapshot(old, "IN_PROGRESS")),
        rf"GET /_snapshot/s3/{old}": [listed(snapshot(old, "IN_PROGRESS")), listed(snapshot(old, "IN_PROGRESS")), listed(snapshot(old))],
        rf"GET /_snapshot/s3/{old}/_status": STATS,
    }
    taker.run()
    assert server.requested("PUT") == []


def test_a_node_that_goes_away_is_waited_for(taker, repository):
    repository |= {rf"PUT /_snapshot/s3/{NAME}.*": (0, None), rf"GET /_snapshot/s3/{NAME}": [(503, {}), listed(snapshot())]}
    assert taker.run()["last_success_timestamp_seconds"] == NOW


def test_a_refused_certificate_is_not_waited_for(program, cluster, monkeypatch):
    def refuse(*_arguments, **_more):
        raise urllib.error.URLError(ssl.SSLCertVerificationError(1, "certificate has expired"))

    monkeypatch.setattr(cluster.opener, "open", refuse)
    with pytest.raises(program.trouble.Trouble, match="is refused .*certificate has expired"):
        cluster.get("/")
    assert cluster.clock() == 0


def test_what_is_not_ready_in_time_goes_on(program, taker, repository):
    repository[rf"GET /_snapshot/s3/{NAME}"] = listed(snapshot(state="IN_PROGRESS"))
    with pytest.raises(program.trouble.Trouble, match="the next run waits for it") as caught:
        taker.run()
    assert caught.value.code == program.trouble.LATER


FAILURES = {
    "PARTIAL": ([{"index": "papers-v1", "reason": "node left"}], "papers-v1: node left", 65),
    "FAILED": ([{"index": "papers-v1", "reason": "java.io.IOException: No space left on device"}], "A disk is full", 74),
}


@pytest.mark.parametrize("state", FAILURES)
def test_what_lacks_shards_is_no_backup(program, taker, server, repository, state):
    failures, says, code = FAILURES[state]
    repository[rf"GET /_snapshot/s3/{NAME}"] = listed(snapshot(state=state, failures=failures))
    with pytest.raises(program.trouble.Trouble, match="does not count as a backup") as caught:
        taker.run()
    assert says in str(caught.value)
    assert caught.value.code == code
    assert server.requested("DELETE") == []


def test_one_that_vanishes_is_a_failure(program, taker, repository):
    repository[rf"GET /_snapshot/s3/{NAME}"] = (404, {"error": {"type": "snapshot_missing_exception", "reason": "is missing"}})
    with pytest.raises(program.trouble.Trouble, match="has vanished"):
        taker.run()


def test_a_red_cluster_is_told_by_its_indices(program, taker, server, repository):
    repository[r"GET /_cluster/health\?level=indices.*"] = {
        "status": "red",
        "indices": {"papers-v1": {"status": "red"}, "b": {"status": "green"}},
    }
    with pytest.raises(program.trouble.Trouble, match="shards of papers-v1 are lost"):
        taker.run()
    assert server.requested("PUT") == []


def test_a_red_index_of_others_is_no_obstacle(program, cluster, settings, repository):
    repository[r"GET /_cluster/health\?level=indices.*"] = {"status": "red", "indices": {"other": {"status": "red"}}}
    job = {**settings["jobs"][0], "indices": ["papers*"]}
    assert program.take.Taker(cluster, job, settings, now=lambda: NOW).run()["kept"] == 1


def server_error(kind, reason, cause=None):
    caused = {"caused_by": {"type": "s3_exception", "reason": cause}} if cause else {}
    return 500, {"error": {"type": kind, "reason": reason, **caused}, "status": 500}


TROUBLES = {
    "missing": (server_error("repository_missing_exception", "[s3] missing"), "declare it in opensearch_objects_snapshot_repositories", 74),
    "wrong key": (
        server_error("repository_exception", "[s3] x", "The AWS Access Key Id you provided does not exist (Status Code: 403)"),
        "correct platform_s3_access_key",
        74,
    ),
    "no bucket": (server_error("repository_exception", "[s3] x", "The specified bucket does not exist"), "correct platform_s3_bucket", 74),
    "gone": (server_error("repository_exception", "[s3] x", "Connection refused"), "does not answer", 74),
    "full": (server_error("snapshot_exception", "x", "No space left on device"), "A disk is full", 74),
    "corrupt": (
        server_error("repository_exception", "[s3] Could not read repository data, corrupted"),
        "is damaged: nothing was changed",
        74,
    ),
    "for reading": (server_error("repository_exception", "[s3] cannot create snapshot in a readonly repository"), "reading only", 74),
    "rights": ((403, {"error": {"type": "security_exception", "reason": "no permissions for [x]"}}), "playbooks/snapshots.yml", 77),
    "password": ((401, "Unauthorized"), "playbooks/snapshots.yml", 77),
    "unknown": ((400, {"error": {"type": "strange_exception", "reason": "never seen"}}), "strange_exception: never seen", 1),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_says_what_to_do(program, taker, server, repository, trouble):
    answer, says, code = TROUBLES[trouble]
    for request in (r"GET /_snapshot/s3/_all.*", rf"PUT /_snapshot/s3/{NAME}.*"):
        kept = repository[request]
        repository[request] = answer
        with pytest.raises(program.trouble.Trouble) as caught:
            taker.run()
        assert says in str(caught.value)
        assert caught.value.code == code
        repository[request] = kept
    assert server.requested("DELETE") == []


def old(day, state="SUCCESS", prefix="daily-"):
    return {"snapshot": f"{prefix}202610{day:02}020000", "state": state}


@pytest.mark.parametrize(
    ("there", "minimum", "goes"),
    [
        ([old(1), old(2), old(3)], 1, [2, 1]),
        ([old(1), old(2), old(3)], 2, [1]),
        ([old(1), old(2), old(3)], 7, []),
        # The newest success stays, whatever is declared.
        ([old(1)], 0, []),
        # What failed does not count, and goes with the old ones.
        ([old(1), old(2), old(3, "PARTIAL"), old(4, "FAILED")], 1, [1, 4, 3]),
        ([old(1), old(2), old(3, "PARTIAL"), old(4, "FAILED")], 2, [4, 3]),
        # It may be all there is.
        ([old(3, "PARTIAL"), old(4, "FAILED")], 1, []),
        ([old(1), old(2), old(3, "IN_PROGRESS")], 1, [1]),
    ],
)
def test_old_ones_go(program, there, minimum, goes):
    job = {"name": "daily", "keep_days": 30, "keep_minimum": minimum}
    assert program.names.expired(there, job, NOW) == [old(day)["snapshot"] for day in goes]


def test_young_ones_stay(program):
    there = [{"snapshot": f"daily-202611{day:02}020000", "state": "SUCCESS"} for day in range(1, 27)]
    assert program.names.expired(there, {"name": "daily", "keep_days": 30, "keep_minimum": 1}, NOW) == []
    assert len(program.names.expired(there, {"name": "daily", "keep_days": 7, "keep_minimum": 1}, NOW)) == 19


@pytest.mark.parametrize(
    "name", ["daily", "daily-2", "dailys-20261001020000", "x-daily-20261001020000", "daily-20261001", "daily-99999999999999"]
)
def test_names_of_others_are_left_alone(program, name):
    assert program.names.taken_at(name, "daily") is None
    there = [{"snapshot": name, "state": "SUCCESS"}, {"snapshot": NAME, "state": "SUCCESS"}]
    assert program.names.expired(there, {"name": "daily", "keep_days": 1, "keep_minimum": 1}, NOW) == []


def test_a_policy_names_its_snapshots_alike(program):
    assert program.names.taken_at(f"{NAME}-abcdefgh", "daily") == NOW


def test_what_cannot_be_deleted_now_is_left_for_later(taker, repository):
    all_of_them = listed(snapshot(), old(1), old(2), old(3))
    repository |= {
        r"GET /_snapshot/s3/_all.*": all_of_them,
        r"DELETE .*": (503, {"error": {"type": "concurrent_snapshot_execution_exception", "reason": "cannot delete now"}}),
    }
    assert taker.run()["kept"] == 4
