# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.searchstack.platform.plugins.filter.snapshot_schedules import on_calendar, snapshot_policies
from ansible_collections.searchstack.platform.plugins.module_utils._resources.snapshot_policy import SnapshotPolicy

SCHEDULES = {
    "0 2 * * *": "*-*-* 02:00:00 UTC",
    "*/5 * * * *": "*-*-* *:00,05,10,15,20,25,30,35,40,45,50,55:00 UTC",
    "* * * * *": "*-*-* *:*:00 UTC",
    "30 0-6/3 * * *": "*-*-* 00,03,06:30:00 UTC",
    "15 4 1,15 * *": "*-*-01,15 04:15:00 UTC",
    "0 0 1 jan,JUL *": "*-01,07-01 00:00:00 UTC",
    "0 3 * * 0": "Sun *-*-* 03:00:00 UTC",
    "0 3 * * 7": "Sun *-*-* 03:00:00 UTC",
    "0 3 * * 5-7": "Sun,Fri,Sat *-*-* 03:00:00 UTC",
    "0 3 * * mon-fri": "Mon,Tue,Wed,Thu,Fri *-*-* 03:00:00 UTC",
    "10/20 * * * *": "*-*-* *:10,30,50:00 UTC",
    "0 3 * * */2": "Sun,Tue,Thu,Sat *-*-* 03:00:00 UTC",
    "59 23 31 12 *": "*-12-31 23:59:00 UTC",
}


@pytest.mark.parametrize(("cron", "calendar"), SCHEDULES.items())
def test_cron_becomes_a_calendar(cron, calendar):
    assert on_calendar(cron) == calendar


def field_matches(text, value, least, names):
    """Whether a value is meant by a field of cron, worked out in another way than the filter does: by trying."""
    for name, number in names.items():
        text = re.sub(name, str(number), text, flags=re.IGNORECASE)
    for part in text.split(","):
        bounds, unused, step = part.partition("/")
        first, unused, last = bounds.partition("-")
        low = least if first == "*" else int(first)
        high = 99 if first == "*" or (step and not last) else int(last or first)
        if low <= value <= high and (value - low) % int(step or 1) == 0:
            return True
    return False


def cron_means(cron, moment):
    months = {"jan": 1, "jul": 7}
    days = {"sun": 0, "mon": 1, "fri": 5}
    minute, hour, day, month, weekday = cron.split()
    today = moment.isoweekday() % 7
    return (
        field_matches(minute, moment.minute, 0, {})
        and field_matches(hour, moment.hour, 0, {})
        and field_matches(day, moment.day, 1, {})
        and field_matches(month, moment.month, 1, months)
        and any(field_matches(weekday, number, 0, days) for number in ({0, 7} if today == 0 else {today}))
    )


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("cron", SCHEDULES)
def test_systemd_means_the_same(cron):
    """The next times that systemd works out are those that cron means, and none between is left out."""
    said = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=5", on_calendar(cron)], capture_output=True, text=True, env={"TZ": "UTC"}, check=True
    ).stdout
    found = re.findall(r"(\d{4}-\S+ [\d:]+) UTC", said)
    times = [datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) for text in found]
    assert len(times) >= 5
    assert all(cron_means(cron, moment) for moment in times)
    for before, after in zip(times, times[1:], strict=False):
        between = range(1, min(int((after - before).total_seconds() // 60), 3000))
        assert not any(cron_means(cron, before + timedelta(minutes=minutes)) for minutes in between)


@pytest.mark.parametrize(
    ("cron", "says"),
    [
        ("0 2 * *", "must have 5 fields"),
        ("0 2 * * * *", "must have 5 fields"),
        ("@daily", "must have 5 fields"),
        ("60 2 * * *", "'60' is no minute (0 to 59)"),
        ("0 24 * * *", "'24' is no hour"),
        ("0 2 0 * *", "'0' is no day of the month"),
        ("0 2 * foo *", "'foo' is no month"),
        ("0 2 * * 8", "'8' is no day of the week"),
        ("0 2 L * *", "'L' is no day of the month"),
        ("0 2 1 * 1", "cannot be told together"),
        ("0 2 * * 5#3", "is no day of the week that systemd knows"),
        ("*/0 * * * *", "is 0"),
        ("0 6-2 * * *", "runs backwards"),
        ("*-5 * * * *", "is no minute"),
        (", * * * *", "is no minute"),
    ],
)
def test_what_cannot_be_said_is_refused(cron, says):
    with pytest.raises(AnsibleFilterError, match=re.escape(says)):
        on_calendar(cron)


def test_policies_hold_what_the_timer_does():
    job = {"name": "daily", "repository": "s3", "schedule": "0 2 * * *", "indices": ["papers*"], "keep_days": 30, "keep_minimum": 7}
    (policy,) = snapshot_policies([job])
    declared = SnapshotPolicy(policy)
    declared.validate()
    assert policy["deletion"]["condition"] == {"max_age": "30d", "min_count": 7}
    assert policy["snapshot_config"]["indices"] == ["papers*", "-.opendistro_security"]
    assert policy["creation"]["schedule"]["cron"] == {"expression": "0 2 * * *", "timezone": "UTC"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["*"], ["*", "-.opendistro_security"]),
        (["*", "-.opendistro_security"], ["*", "-.opendistro_security"]),
        # Without a pattern before it, the server takes an exclusion for the name of an index.
        (["papers-v1"], ["papers-v1"]),
    ],
)
def test_no_pattern_reaches_the_security_index(given, kept):
    (policy,) = snapshot_policies([{"name": "a", "repository": "b", "schedule": "0 2 * * *", "indices": given}])
    assert policy["snapshot_config"]["indices"] == kept
