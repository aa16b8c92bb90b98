"""Which snapshots are a job's, and which indices are meant."""

import fnmatch
import re
from datetime import UTC, datetime

SECURITY_INDEX = ".opendistro_security"
# Of a cluster that follows: which snapshot its indices are, and whether that was finished.
FOLLOW_INDEX = "searchstack-follow"
# Names of a timer's snapshots, and of a policy's, which end with random letters.
TAKEN = r"-(\d{14})(-[a-z0-9]+)?"


def stamp(moment):
    return moment.strftime("%Y%m%d%H%M%S")


def taken_at(name, job):
    """When a snapshot of the job was begun, seconds since 1970; None for one that is not the job's."""
    match = re.fullmatch(re.escape(job) + TAKEN, name)
    if not match:
        return None
    try:
        return datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def of_job(snapshots, job):
    """The snapshots of a job, the newest first."""
    mine = [snapshot for snapshot in snapshots if taken_at(snapshot["snapshot"], job) is not None]
    return sorted(mine, key=lambda snapshot: taken_at(snapshot["snapshot"], job), reverse=True)


def in_state(snapshots, *states):
    return [snapshot for snapshot in snapshots if snapshot["state"] in states]


def expired(snapshots, job, now):
    """Names of the job's snapshots that go. Only a success counts as kept, and the newest success never goes."""
    mine = of_job(snapshots, job["name"])
    limit = now - job["keep_days"] * 86400
    successes = in_state(mine, "SUCCESS")
    kept = {snapshot["snapshot"] for snapshot in successes[: max(job["keep_minimum"], 1)]}
    # A failed one may be all there is.
    ended = successes + in_state(mine, "PARTIAL", "FAILED", "INCOMPATIBLE") if successes else []
    return [
        snapshot["snapshot"]
        for snapshot in ended
        if snapshot["snapshot"] not in kept and taken_at(snapshot["snapshot"], job["name"]) < limit
    ]


def wanted(names, patterns):
    """The names that patterns mean, the later ones counting more; - in front leaves out."""
    found = set()
    for pattern in patterns:
        matching = set(fnmatch.filter(names, pattern.lstrip("-")))
        found = found - matching if pattern.startswith("-") else found | matching
    return sorted(found - {SECURITY_INDEX, FOLLOW_INDEX})


def without_security(patterns):
    """No pattern reaches the security index. After plain names only, the server would take the exclusion for a name."""
    if any("*" in pattern and not pattern.startswith("-") for pattern in patterns):
        return [*patterns, f"-{SECURITY_INDEX}"]
    return patterns
