"""What there is, for people and programs."""

from .cluster import quoted
from .follow import Follower
from .names import in_state, of_job, taken_at


def status_of(cluster, settings, now):
    """What there is, for people and programs."""
    report = {"jobs": [], "follow": []}
    for job in settings["jobs"]:
        mine = of_job(cluster.get(quoted("_snapshot", job["repository"], "_all") + "?verbose=false")["snapshots"], job["name"])
        successes = in_state(mine, "SUCCESS")
        newest = successes[0]["snapshot"] if successes else None
        report["jobs"].append(
            {
                "name": job["name"],
                "repository": job["repository"],
                "newest": newest,
                "kept": len(successes),
                "others": len(mine) - len(successes),
                "age_seconds": int(now - taken_at(newest, job["name"])) if newest else None,
            }
        )
    for entry in settings["follow"]:
        record = Follower(cluster, entry, settings).record()
        applied = record.get("snapshot")
        report["follow"].append(
            {
                "job": entry["job"],
                "repository": entry["repository"],
                "snapshot": applied,
                "state": record.get("state"),
                "indices": record.get("indices", []),
                "lag_seconds": int(now - taken_at(applied, entry["job"])) if applied else None,
            }
        )
    return report


def show(report):
    for job in report["jobs"]:
        age = "none is successful" if job["newest"] is None else f"{job['newest']} is {job['age_seconds']} s old, {job['kept']} kept"
        print(f"{job['name']} in {job['repository']}: {age}" + (f", {job['others']} failed or running" if job["others"] else ""))
    for entry in report["follow"]:
        lag = (
            "nothing restored yet"
            if entry["snapshot"] is None
            else f"{entry['snapshot']} ({entry['state']}), {entry['lag_seconds']} s behind"
        )
        print(f"copy of {entry['job']} in {entry['repository']}: {lag}")
