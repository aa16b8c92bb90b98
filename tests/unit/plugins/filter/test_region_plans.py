# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import calendar
import re

import pytest
from ansible_collections.searchstack.platform.plugins.filter import region

REGIONS = ["main", "dr"]
PAPERS = {"name": "papers-v1", "health": "green", "status": "open", "documents": 10, "write_block": False, "complete": [9]}
COPY = {**PAPERS, "documents": 8, "write_block": True}
NOW = calendar.timegm((2026, 11, 26, 20, 1, 30))
SHIPPED = {"snapshot": "ship-20261126200000", "state": "done", "repository": "s3-main"}


def record(cluster, epoch):
    return {"cluster": cluster, "epoch": epoch, "since": "2026-11-26T19:00:00Z"}


def answer(name, active=None, **more):
    return {"region_asking": name, "active": active or {}, "follow": {}, "indices": [PAPERS], "plugins": [], **more}


def down(name):
    return {"region_asking": name, "failed": True, "msg": "no answer\nat all"}


def looks(*answers):
    return region.region_looks(answers)


BOTH = looks(answer("main", record("main", 1)), answer("dr", record("main", 1), indices=[COPY], follow=SHIPPED))
LOST = looks(down("main"), answer("dr", record("main", 1), indices=[COPY], follow=SHIPPED))
# The first region is back after the second one has taken over without it.
BACK = looks(answer("main", record("main", 1)), answer("dr", record("dr", 2)))


@pytest.mark.parametrize(
    ("found", "cluster"),
    [(BOTH, "main"), (LOST, "main"), (BACK, "dr"), (looks(down("main"), down("dr")), None), (looks(answer("main")), None)],
)
def test_the_highest_epoch_is_the_active_one(found, cluster):
    assert region.region_active(found).get("cluster") == cluster


@pytest.mark.parametrize(
    ("found", "declared", "says"),
    [
        (BOTH, "main", None),
        (BOTH, "dr", "platform_search_group is that of dr, but main is active"),
        (BACK, "main", "dr is active since 2026-11-26T19:00:00Z .epoch 2.*dr_failback.yml"),
        (BACK, "dr", None),
        (LOST, "dr", "main is active"),
        (looks(down("main"), down("dr")), "dr", None),
        (looks(answer("main"), answer("dr")), "main", None),
        (
            looks(answer("main", record("main", 2)), answer("dr", record("dr", 2))),
            "main",
            "dr and main are both recorded as active in epoch 2",
        ),
    ],
)
def test_the_application_is_pointed_at_the_active_one_only(found, declared, says, matches):
    matches(region.region_guard(found, declared), says)


@pytest.fixture
def matches():
    def check(problems, says):
        assert bool(problems) == bool(says), problems
        if says:
            assert re.search(says, "\n".join(problems)), problems

    return check


@pytest.mark.parametrize(
    ("found", "to", "kind_and_epoch", "says"),
    [
        (BOTH, "dr", ("planned", 2), None),
        (LOST, "dr", ("emergency", 2), None),
        (BOTH, "main", ("settled", 1), None),
        (BACK, "dr", ("settled", 2), None),
        (BACK, "main", ("planned", 3), "main says that main is active .epoch 1.*dr_failback.yml"),
        (LOST, "main", ("refused", 1), "main cannot be reached: no answer at all"),
        (looks(answer("main"), answer("dr")), "dr", ("refused", 0), "Nobody is recorded as active: run playbooks/region.yml"),
        (looks(answer("main", record("main", 1)), answer("dr", indices=[COPY])), "dr", ("planned", 2), "dr has no record of it"),
        (looks(answer("main", record("main", 1)), answer("dr", record("main", 1), indices=[])), "dr", ("refused", 1), "dr holds none"),
        (
            looks(down("main"), answer("dr", record("main", 1), indices=[{**COPY, "health": "red"}])),
            "dr",
            ("refused", 1),
            "shards of papers-v1 are lost",
        ),
        (BOTH, "elsewhere", ("refused", 1), "none of platform_regions"),
    ],
)
def test_a_takeover_is_planned_an_emergency_or_refused(found, to, kind_and_epoch, says, matches):
    plan = region.region_plan(found, REGIONS, to)
    assert (plan["kind"], plan["epoch"]) == kind_and_epoch
    matches(plan["problems"], says)


def test_a_run_that_was_killed_after_the_record_is_settled():
    # The old side is told first.
    half = looks(
        answer("main", record("dr", 2), indices=[{**PAPERS, "write_block": True}]), answer("dr", record("main", 1), indices=[COPY])
    )
    assert region.region_plan(half, REGIONS, "dr")["kind"] == "settled"
    assert region.region_guard(half, "main")


@pytest.mark.parametrize("regions", [[], ["main"], ["main", "dr", "third"]])
def test_there_are_two_regions(regions, matches):
    matches(region.region_plan(BOTH, regions, "dr")["problems"], "platform_regions .*name the two clusters")


@pytest.mark.parametrize(
    ("found", "cluster", "follows"),
    [
        (BOTH, "dr", True),
        (BOTH, "main", False),
        (BACK, "main", False),
        (looks(answer("main"), answer("dr")), "dr", False),
        (LOST, "main", False),
    ],
)
def test_only_what_knows_whose_copy_it_is_may_be_written_over(found, cluster, follows):
    assert region.region_follows(found, cluster) is follows


@pytest.mark.parametrize(
    ("way", "counts", "seconds", "documents"),
    [
        ("snapshots", None, 90, None),
        ("snapshots", [{"identical": 10}], 0, 0),
        ("snapshots", [{"only_left": 2}, {"differs": 1, "only_right": 1}], 90, 4),
        ("ccr", None, None, None),
    ],
)
def test_the_gap_is_the_age_of_the_copy_or_what_was_compared(way, counts, seconds, documents):
    gap = region.region_gap(BOTH["dr"], way, NOW, counts)
    assert (gap["seconds"], gap["documents"]) == (seconds, documents)


def test_a_copy_that_was_never_made_has_no_age():
    assert region.region_gap(BOTH["main"], "snapshots", NOW)["seconds"] is None


def test_the_way_is_what_both_can():
    able = [answer(name, plugins=[region.CCR]) for name in REGIONS]
    assert region.region_way(looks(*able), "auto") == "ccr"
    assert region.region_way(looks(able[0], answer("dr")), "auto") == "snapshots"
    # What is down was able before.
    assert region.region_way(looks(down("main"), able[1]), "auto") == "ccr"
    assert region.region_way(looks(*able), "snapshots") == "snapshots"
    assert region.region_way({}, "auto") == "snapshots"


def test_what_was_under_way_is_looked_at_again():
    copies = {"papers-v1": [2000, 10]}
    assert region.region_after(copies, "papers-v1", 1000) == [1000, -1]
    assert region.region_after(copies, "papers-v2", 1000) == []


def test_the_report_tells_the_lag():
    report = region.region_report(BOTH, REGIONS, "snapshots", NOW)
    main, dr = report["regions"]
    assert (main["active"], main["lag_seconds"], dr["active"], dr["lag_seconds"], dr["lag_documents"]) == (True, None, False, 90, 2)
    assert report["problems"] == []
    assert "Last rehearsal: never" in region.region_table(report)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (LOST, "main cannot be reached: no answer at all"),
        (BACK, "main is no copy of dr: run playbooks/dr_failback.yml"),
        (looks(answer("main"), answer("dr")), "nobody is recorded as active"),
        (looks(answer("main", record("main", 1)), answer("dr", record("main", 1))), "dr is a copy, but papers-v1 can be written to"),
        (looks(down("main"), down("dr")), "main cannot be reached: no answer at all\ndr cannot be reached: no answer at all\nnobody"),
        (
            looks(answer("main", record("main", 1), indices=[COPY]), answer("dr", record("main", 1), indices=[COPY], follow=SHIPPED)),
            "main is active, but papers-v1 cannot be written to",
        ),
    ],
)
def test_the_report_tells_what_is_wrong(found, says, matches):
    report = region.region_report(found, REGIONS, "snapshots", NOW, rehearsal={"at": "2026-11-26", "rto_seconds": 12})
    matches(report["problems"], says)
    text = region.region_table(report)
    assert f"! {says.splitlines()[0]}" in text
    assert "Last rehearsal: 2026-11-26, RTO 12 s" in text
