"""The copy of another cluster's snapshots."""

import http.client
import time

from .cluster import PAUSE, quoted
from .names import FOLLOW_INDEX, in_state, of_job, taken_at, wanted
from .trouble import CONFIG, DATA, EXISTS, LATER, NOT_YET, ApiError, Trouble, trouble_of


def obstacles(present, record):
    """Why indices cannot be restored over those that are there: only what is a copy, and closed to writes, may go."""
    problems = []
    for name, index in sorted(present.items()):
        if name not in record.get("indices", []):
            problems.append(f"{name} is no copy")
        elif not index["write_block"]:
            problems.append(f"{name} is open to writes, as an index is that has taken over")
    return problems


class Follower:
    """Makes indices of this cluster the copy of another one's, as its newest successful snapshot has them."""

    def __init__(self, cluster, entry, settings, overwrite=False, now=time.time):
        self.cluster, self.entry, self.limit, self.overwrite, self.now = cluster, entry, int(settings["time_limit"]), overwrite, now
        self.job, self.repository = entry["job"], entry["repository"]

    def run(self):
        started = self.cluster.clock()
        try:
            name, indices = self.newest()
            record = self.record()
            if self.is_current(record, name, indices):
                print(f"{self.job}: the copy is {name} already.")
                return self.measured(name, indices, None)
            self.restore(name, indices, record)
        except ApiError as error:
            raise trouble_of(error, f"{self.job}: the copy was not brought up to date from {self.repository}") from error
        print(f"{self.job}: the copy is {name} now ({', '.join(indices)}).")
        return self.measured(name, indices, self.cluster.clock() - started)

    def newest(self):
        listed = self.cluster.get(quoted("_snapshot", self.repository, "_all") + "?verbose=false")["snapshots"]
        successes = in_state(of_job(listed, self.job), "SUCCESS")
        if not successes:
            raise Trouble(
                # A second region is made before the first one has taken a snapshot. The metrics tell that there is no copy yet.
                DATA if self.record() else NOT_YET,
                f"{self.job}: {self.repository} holds no successful snapshot of this job: look at the cluster that takes them "
                f"(searchstack-snapshots status there), and at the repository's base_path.",
            )
        indices = wanted(successes[0]["indices"], self.entry["indices"])
        if not indices:
            raise Trouble(
                # A new platform has no documents yet.
                CONFIG if self.record() else NOT_YET,
                f"{self.job}: {successes[0]['snapshot']} holds nothing that matches {self.entry['indices']} (snapshots_follow).",
            )
        return successes[0]["snapshot"], indices

    def record(self):
        try:
            return self.cluster.get(quoted(FOLLOW_INDEX, "_doc", self.job))["_source"]
        except ApiError as error:
            if error.status != 404:
                raise
            return {}

    def write_record(self, **values):
        document = {"repository": self.repository, "job": self.job, "at": int(self.now()), **values}
        try:
            # Its documents are read by their names alone.
            self.cluster.send(
                "PUT",
                quoted(FOLLOW_INDEX),
                {"settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "hidden": True}, "mappings": {"enabled": False}},
            )
        except ApiError as error:
            if "resource_already_exists" not in str(error):
                raise
        self.cluster.send("PUT", quoted(FOLLOW_INDEX, "_doc", self.job), document)

    def present(self, names):
        """{name: {open, write_block}} of the indices that there are."""
        path = f"/_cluster/state/metadata{quoted(','.join(names))}?expand_wildcards=all&ignore_unavailable=true&filter_path="
        state = self.cluster.get(path + "metadata.indices.*.state,metadata.indices.*.settings.index.blocks")
        found = state.get("metadata", {}).get("indices", {})
        return {
            name: {"open": index["state"] == "open", "write_block": _write_block(index.get("settings", {}))}
            for name, index in found.items()
            if name in names
        }

    def red(self, names):
        """Those of the open indices whose shards are not all there."""
        if not names:
            return []
        health = self.cluster.get(f"/_cluster/health{quoted(','.join(names))}?level=indices&filter_path=indices.*.status")
        return [name for name, index in health.get("indices", {}).items() if index["status"] == "red"]

    def is_current(self, record, name, indices):
        if (record.get("repository"), record.get("snapshot"), record.get("state")) != (self.repository, name, "done"):
            return False
        present = self.present(indices)
        self.refuse(present, record)
        return sorted(present) == indices and all(index["open"] for index in present.values()) and not self.red(indices)

    def refuse(self, present, record):
        problems = [] if self.overwrite else obstacles(present, record)
        if problems:
            raise Trouble(
                EXISTS,
                f"{self.job}: {'; '.join(problems)}. Nothing was changed. If this cluster shall be no copy any more, take the entry out of "
                "snapshots_follow; if what it holds may be lost, delete these indices, or run searchstack-snapshots follow "
                f"{self.job} --overwrite.",
            )

    def restore(self, name, indices, record):
        present = self.present(indices)
        self.refuse(present, record)
        self.settle(sorted(present))
        # Read from the repository itself, so that one that cannot be read is known before anything is closed, and for its own reason.
        self.cluster.get(quoted("_snapshot", self.repository, name))
        left = [index for index in record.get("indices", []) if index not in indices]
        # Before the first change, so that the next run knows what a half restored copy is.
        self.write_record(snapshot=name, state="restoring", indices=sorted({*indices, *record.get("indices", [])}))
        self.remove_left(left)
        self.make_way(present)
        body = {"indices": indices, "include_global_state": False, "include_aliases": True, "index_settings": {"index.blocks.write": True}}
        try:
            self.post_restore(name, body)
        except ApiError as error:
            if "shards from a snapshot" not in str(error):
                raise
            # Made anew with another number of shards: it cannot be restored over the present one.
            print(f"{self.job}: an index has another number of shards now; its copy is made anew.")
            self.cluster.send("DELETE", quoted(",".join(present)))
            self.post_restore(name, body)
        self.write_record(snapshot=name, state="done", indices=indices)

    def settle(self, names):
        """Waits for what an earlier run, which was ended, has left restoring."""
        end = self.cluster.clock() + self.limit
        while names:
            health = self.cluster.get(f"/_cluster/health{quoted(','.join(names))}?filter_path=initializing_shards,status")
            if not health["initializing_shards"]:
                return
            if self.cluster.clock() >= end:
                raise Trouble(LATER, f"{self.job}: an earlier restore is not complete after {self.limit} s; the next run waits for it.")
            self.cluster.sleep(PAUSE)

    def make_way(self, present):
        """A healthy copy is closed: what it shares with the snapshot is not fetched again. A broken one goes."""
        broken = self.red([name for name, index in present.items() if index["open"]])
        if broken:
            self.cluster.send("DELETE", quoted(",".join(broken)))
        healthy = [name for name, index in present.items() if index["open"] and name not in broken]
        if healthy:
            self.cluster.send("POST", quoted(",".join(healthy), "_close"), timeout=300)

    def remove_left(self, names):
        """Copies of what the other cluster does not have any more."""
        gone = [name for name, index in self.present(names).items() if index["write_block"]] if names else []
        if gone:
            self.cluster.send("DELETE", quoted(",".join(gone)))
            print(f"{self.job}: removed the copies of what the snapshot has no more: {', '.join(gone)}.")

    def post_restore(self, name, body):
        path = quoted("_snapshot", self.repository, name, "_restore") + "?wait_for_completion=true"
        try:
            shards = self.cluster.send("POST", path, body, timeout=self.limit)["snapshot"]["shards"]
        except TimeoutError as error:
            raise Trouble(LATER, f"{self.job}: {name} is not restored after {self.limit} s; the next run goes on.") from error
        except (OSError, http.client.HTTPException) as error:
            raise Trouble(
                LATER, f"{self.job}: the node went away while {name} was restored ({error}); the next run restores it again."
            ) from error
        if shards["failed"]:
            raise Trouble(
                DATA,
                f"{self.job}: {shards['failed']} of {shards['total']} shards of {name} could not be restored: see the nodes' logs. "
                "The next run restores it again.",
            )

    def measured(self, name, indices, seconds):
        begun = taken_at(name, self.job)
        now = self.now()
        values = {
            "snapshot_timestamp_seconds": begun,
            "lag_seconds": now - begun,
            "indices": len(indices),
            "last_success_timestamp_seconds": now,
        }
        return values if seconds is None else {**values, "duration_seconds": seconds}


def _write_block(settings):
    return str(settings.get("index", {}).get("blocks", {}).get("write", "")).lower() == "true"
