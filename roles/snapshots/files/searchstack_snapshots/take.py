"""Takes a snapshot of a job, and deletes its old ones."""

import http.client
import time
from datetime import UTC, datetime

from .cluster import PAUSE, quoted
from .names import expired, in_state, of_job, stamp, taken_at, wanted, without_security
from .trouble import DATA, LATER, UNAVAILABLE, ApiError, Trouble, reason_of, trouble_of

DELETED_AT_ONCE = 50


class Taker:
    """One job: takes a snapshot, and deletes the old ones."""

    def __init__(self, cluster, job, settings, now=time.time):
        self.cluster, self.job, self.limit, self.now = cluster, job, int(settings["time_limit"]), now
        self.name, self.repository = job["name"], job["repository"]

    def path(self, *parts):
        return quoted("_snapshot", self.repository, *parts)

    def run(self):
        """What was taken, as metrics."""
        try:
            snapshot = self.finished(self.running() or self.begin())
        except ApiError as error:
            raise trouble_of(error, f"{self.name}: no snapshot was taken into {self.repository}") from error
        self.judge(snapshot)
        print(
            f"{self.name}: {snapshot['snapshot']} is complete ({snapshot['shards']['total']} shards, {len(snapshot['indices'])} indices)."
        )
        return {**self.measured(snapshot), **self.clean()}

    def listed(self):
        return self.cluster.get(self.path("_all") + "?verbose=false")["snapshots"]

    def running(self):
        """The name of the one that an earlier run, which was ended, has left running."""
        running = in_state(of_job(self.listed(), self.name), "IN_PROGRESS")
        if running:
            print(f"{self.name}: {running[0]['snapshot']} is running already; waiting for it.")
        return running[0]["snapshot"] if running else None

    def begin(self):
        self.refuse_red()
        name = f"{self.name}-{stamp(datetime.fromtimestamp(self.now(), UTC))}"
        body = {
            "indices": without_security(self.job["indices"]),
            "include_global_state": self.job["include_global_state"],
            "partial": False,
            "metadata": {"taken_by": "searchstack", "job": self.name},
        }
        try:
            # With the answer at its end: that tells more than a question does afterwards.
            self.cluster.send("PUT", self.path(name) + "?wait_for_completion=true", body, timeout=self.limit)
        except TimeoutError as error:
            raise self.late(name) from error
        except (OSError, http.client.HTTPException):
            # The node is gone, the snapshot goes on.
            pass
        return name

    def refuse_red(self):
        """A snapshot without shards is none, and it would fail on the server with less to say."""
        health = self.cluster.get("/_cluster/health?level=indices&filter_path=status,indices.*.status")
        lost = [name for name, index in health.get("indices", {}).items() if index["status"] == "red"]
        lost = wanted(lost, self.job["indices"])
        if lost:
            raise Trouble(
                UNAVAILABLE,
                f"{self.name}: shards of {', '.join(lost)} are lost or not yet found (the cluster is red): bring back their nodes, or "
                "restore the indices. No snapshot was taken.",
            )

    def finished(self, name):
        """The snapshot, once it has ended."""
        end = self.cluster.clock() + self.limit
        while True:
            try:
                snapshot = self.cluster.get(self.path(name))["snapshots"][0]
            except ApiError as error:
                if error.status == 404 and "snapshot_missing" in str(error):
                    raise Trouble(
                        DATA, f"{self.name}: {name} has vanished while it was taken: see the log of the cluster manager."
                    ) from error
                raise
            if snapshot["state"] not in ("IN_PROGRESS", "STARTED"):
                return snapshot
            if self.cluster.clock() >= end:
                raise self.late(name)
            self.cluster.sleep(PAUSE)

    def late(self, name):
        return Trouble(
            LATER,
            f"{self.name}: {name} is not complete after {self.limit} s. It goes on, and the next run waits for it "
            "(snapshots_time_limit, max_snapshot_bytes_per_sec).",
        )

    def judge(self, snapshot):
        if snapshot["state"] == "SUCCESS":
            return
        reasons = sorted({f"{failure.get('index')}: {failure.get('reason')}" for failure in snapshot.get("failures", [])})
        told = "; ".join(reasons[:3]) or snapshot.get("reason") or "no reason is told"
        found = trouble_of(ApiError(0, told), f"{self.name}: {snapshot['snapshot']} is {snapshot['state']} and does not count as a backup")
        raise found if found.code != 1 else Trouble(DATA, str(found))

    def measured(self, snapshot):
        values = {
            "last_success_timestamp_seconds": taken_at(snapshot["snapshot"], self.name),
            "duration_seconds": snapshot["duration_in_millis"] / 1000,
        }
        try:
            stats = self.cluster.get(self.path(snapshot["snapshot"], "_status"), timeout=600)["snapshots"][0]["stats"]
        except ApiError as error:
            print(f"{self.name}: its size is not known ({reason_of(str(error))}).")
            return values
        return {**values, "size_bytes": stats["total"]["size_in_bytes"], "added_bytes": stats["incremental"]["size_in_bytes"]}

    def clean(self):
        """Deletes the old ones. What cannot be deleted now, the next run deletes."""
        names = expired(self.listed(), self.job, self.now())
        for begin in range(0, len(names), DELETED_AT_ONCE):
            some = names[begin : begin + DELETED_AT_ONCE]
            try:
                self.cluster.send("DELETE", self.path(",".join(some)), timeout=self.limit)
            except ApiError as error:
                if "concurrent_snapshot" not in str(error):
                    raise trouble_of(error, f"{self.name}: old snapshots were not deleted") from error
                print(f"{self.name}: {len(some)} old snapshots are left for the next run ({reason_of(str(error))}).")
            else:
                print(f"{self.name}: deleted {', '.join(some)}.")
        kept = in_state(of_job(self.listed(), self.name), "SUCCESS")
        return {"kept": len(kept), "oldest_timestamp_seconds": taken_at(kept[-1]["snapshot"], self.name) if kept else None}
