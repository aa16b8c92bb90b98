# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One declaration of a schedule, for timers of systemd and for policies of snapshot management (SM)."""

from __future__ import annotations

import re

from ansible.errors import AnsibleFilterError

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
# Name, least, most, names.
FIELDS = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(MONTHS, 1)}),
    ("day of the week", 0, 7, {name: number for number, name in enumerate(DAYS)}),
)
PART = re.compile(r"(?P<first>\*|\w+)(-(?P<last>\w+))?(/(?P<step>\d+))?")


def _number(text, field, expression):
    name, least, most, names = field
    number = names.get(text.lower(), int(text) if text.isdigit() else -1)
    if not least <= number <= most:
        raise AnsibleFilterError(f"schedule {expression!r}: {text!r} is no {name} ({least} to {most}).")
    return number


def _values(text, field, expression):
    """The numbers that a field of cron means, None for all of them."""
    name, least, most, _names = field
    if text == "*":
        return None
    found = set()
    for part in text.split(","):
        match = PART.fullmatch(part)
        if not match:
            raise AnsibleFilterError(
                f"schedule {expression!r}: {part!r} is no {name} that systemd knows too; write numbers, a-b, */n and commas."
            )
        step = int(match["step"] or 1)
        if step == 0:
            raise AnsibleFilterError(f"schedule {expression!r}: the step of {part!r} is 0.")
        if match["first"] == "*":
            if match["last"]:
                raise AnsibleFilterError(f"schedule {expression!r}: {part!r} is no {name}.")
            # Sunday is day 0 and day 7.
            first, last = least, min(most, 6) if name == "day of the week" else most
        else:
            first = _number(match["first"], field, expression)
            last = _number(match["last"], field, expression) if match["last"] else most if match["step"] else first
        if first > last:
            raise AnsibleFilterError(f"schedule {expression!r}: {part!r} runs backwards; write two ranges with a comma.")
        found.update(range(first, last + 1, step))
    return sorted(found)


def _listed(numbers, width=2):
    return "*" if numbers is None else ",".join(f"{number:0{width}d}" for number in numbers)


def on_calendar(expression):
    """OnCalendar of systemd for a cron expression of five fields, in UTC."""
    texts = str(expression).split()
    if len(texts) != len(FIELDS):
        raise AnsibleFilterError(
            f"schedule {expression!r} must have 5 fields: minute, hour, day of the month, month, day of the week, such as '0 2 * * *'."
        )
    minutes, hours, days, months, weekdays = (_values(text, field, expression) for text, field in zip(texts, FIELDS, strict=True))
    if days is not None and weekdays is not None:
        # Cron means either, systemd both.
        raise AnsibleFilterError(
            f"schedule {expression!r}: a day of the month and a day of the week cannot be told together; use two jobs."
        )
    named = "" if weekdays is None else ",".join(DAYS[day].capitalize() for day in sorted({day % 7 for day in weekdays})) + " "
    return f"{named}*-{_listed(months)}-{_listed(days)} {_listed(hours)}:{_listed(minutes)}:00 UTC"


def snapshot_policies(jobs):
    """The same jobs as entries of opensearch_objects_snapshot_policies."""
    return [
        {
            "name": job["name"],
            "creation": {"schedule": {"cron": {"expression": job["schedule"], "timezone": "UTC"}}},
            "deletion": {"condition": {"max_age": f"{job.get('keep_days', 30)}d", "min_count": job.get("keep_minimum", 7)}},
            "snapshot_config": {
                "repository": job["repository"],
                "indices": without_security(job.get("indices", ["*"])),
                "include_global_state": job.get("include_global_state", False),
                "partial": False,
                # The names of its snapshots begin as those of the timer do.
                "date_format": "yyyyMMddHHmmss",
                "date_format_timezone": "UTC",
            },
        }
        for job in jobs
    ]


def without_security(indices):
    """The security index is backed up apart: no pattern shall reach it."""
    patterns = any("*" in name for name in indices if not name.startswith("-"))
    return [*indices, "-.opendistro_security"] if patterns and "-.opendistro_security" not in indices else list(indices)


class FilterModule:
    def filters(self):
        return {"on_calendar": on_calendar, "snapshot_policies": snapshot_policies}
