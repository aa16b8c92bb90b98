"""Takes snapshots of this node's OpenSearch cluster, follows another cluster's, and deletes old documents.

Every node has the timers. Only the elected cluster manager acts; the others end at once, with success.
"""

import argparse
import base64
import fnmatch
import http.client
import json
import os
import re
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

SETTINGS = "/etc/searchstack/snapshots.json"
SECURITY_INDEX = ".opendistro_security"
# Of a cluster that follows: which snapshot its indices are, and whether that was finished.
FOLLOW_INDEX = "searchstack-follow"
PAUSE = 2
# Names of a timer's snapshots, and of a policy's, which end with random letters.
TAKEN = r"-(\d{14})(-[a-z0-9]+)?"
DELETED_AT_ONCE = 50

# Python 3.10 of Ubuntu 22.04 has no datetime.UTC.
UTC = timezone.utc  # noqa: UP017

# Exit codes, as in sysexits.h.
NOT_YET = 0
DATA, UNAVAILABLE, EXISTS, REPOSITORY, LATER, REFUSED, CONFIG = 65, 69, 73, 74, 75, 77, 78


class Trouble(Exception):
    """What ends a run: a sentence for people, and an exit code."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class ApiError(Exception):
    """An answer of the server that is no success."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


# What the server's words mean, and what is to be done. The first that matches counts.
ADVICE = (
    (
        r"no permissions for|Unauthorized",
        REFUSED,
        "The user of snapshots is refused: run playbooks/snapshots.yml, which brings its password and rights.",
    ),
    (
        r"repository_missing_exception",
        REPOSITORY,
        "The repository is not registered: declare it in opensearch_objects_snapshot_repositories, and run "
        "playbooks/opensearch_objects.yml.",
    ),
    (
        r"InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|Access Denied|access key|[Ss]tatus ?[Cc]ode:? ?403",
        REPOSITORY,
        "S3 refuses the keys: correct platform_s3_access_key and platform_s3_secret_key, and run playbooks/opensearch.yml.",
    ),
    (r"NoSuchBucket|bucket does not exist", REPOSITORY, "The bucket does not exist: make it, or correct platform_s3_bucket."),
    (r"[Nn]o space left|usage exceeded|read-only-allow-delete|flood.?stage", REPOSITORY, "A disk is full: make room, or take nodes in."),
    (
        r"Unable to execute HTTP|Connect to |[Cc]onnection refused|UnknownHost|Read timed out|Connection reset",
        REPOSITORY,
        "The place of the repository does not answer: look for it (platform_s3_endpoint), and for the way from the nodes to it.",
    ),
    (r"read-?only", REPOSITORY, "The repository is registered for reading only: name one that this cluster may write to."),
    (
        r"orrupt|repository generation|concurrent modification|repository data|Failed to (load|parse)|parsing_exception",
        REPOSITORY,
        "The repository is damaged: nothing was changed. Keep it for reading, and register a new folder (base_path) for new snapshots.",
    ),
    # The security plugin hides what a restore failed of.
    (
        r"repository_(verification_)?exception|Unexpected exception",
        REPOSITORY,
        "The repository cannot be used: see the log of the cluster manager.",
    ),
)


def trouble_of(error, doing):
    """The trouble that an answer of the server is."""
    for pattern, code, advice in ADVICE:
        if re.search(pattern, str(error)):
            return Trouble(code, f"{doing}: {advice} ({reason_of(str(error))})")
    return Trouble(1, f"{doing}: {reason_of(str(error))}")


def reason_of(text):
    """The deepest cause in an error of the server, which tells most."""
    try:
        error = json.loads(text)["error"]
        while isinstance(error, dict) and error.get("caused_by"):
            error = error["caused_by"]
        return f"{error['type']}: {error['reason']}" if isinstance(error, dict) else str(error)
    except (ValueError, KeyError, TypeError):
        return text.strip()[:500]


class Cluster:
    """The REST API of this node."""

    def __init__(self, settings, password, clock=time.monotonic, sleep=time.sleep):
        self.url, self.wait, self.clock, self.sleep = settings["url"], int(settings["wait"]), clock, sleep
        login = f"{settings['user']}:{password}".encode()
        self.headers = {"Authorization": "Basic " + base64.b64encode(login).decode(), "Content-Type": "application/json"}
        context = ssl.create_default_context(cafile=settings["ca"]) if settings["ca"] else None
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))

    def send(self, method, path, body=None, timeout=60):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, self.headers, method=method)  # noqa: S310
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                return json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, error.read().decode(errors="replace")) from error

    def get(self, path, timeout=60):
        """Asks until there is an answer: a node may be restarting, a cluster electing its manager."""
        end = self.clock() + self.wait
        while True:
            try:
                return self.send("GET", path, timeout=timeout)
            except (OSError, http.client.HTTPException) as error:
                refused = getattr(error, "reason", None)
                if isinstance(refused, ssl.SSLCertVerificationError):
                    raise Trouble(
                        UNAVAILABLE,
                        f"The certificate of {self.url} is refused ({refused}): run playbooks/site.yml, which renews it.",
                    ) from error
                problem = f"{type(error).__name__}: {error}"
            except ApiError as error:
                if error.status not in (429, 502, 503, 504):
                    raise
                problem = reason_of(str(error))
            if self.clock() >= end:
                raise Trouble(
                    UNAVAILABLE,
                    f"{self.url} has not answered for {self.wait} s ({problem}): look at this node, systemctl status opensearch.",
                )
            self.sleep(PAUSE)

    def is_mine_to_act(self):
        """Whether this node is the elected cluster manager."""
        elected = [row["node"] for row in self.get("/_cat/cluster_manager?format=json&h=node")]
        return self.get("/")["name"] in elected


# ---- Pure parts


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


def obstacles(present, record):
    """Why indices cannot be restored over those that are there: only what is a copy, and closed to writes, may go."""
    problems = []
    for name, index in sorted(present.items()):
        if name not in record.get("indices", []):
            problems.append(f"{name} is no copy")
        elif not index["write_block"]:
            problems.append(f"{name} is open to writes, as an index is that has taken over")
    return problems


def metrics_text(family, labels, values):
    """Metrics in the format of Prometheus; what has no value is left out."""
    named = ",".join(f'{name}="{value}"' for name, value in labels.items())
    braces = f"{{{named}}}" if named else ""
    return "".join(
        f"# TYPE {family}_{name} gauge\n{family}_{name}{braces} {value:.15g}\n" for name, value in values.items() if value is not None
    )


def metrics_values(text, family):
    """What metrics_text was made from."""
    return {name: float(value) for name, value in re.findall(rf"^{family}_(\w+?)(?:{{.*}})? (\S+)$", text, re.MULTILINE)}


class Metrics:
    """A file of metrics. What was known before is kept, and until it is told otherwise the attempt has failed: it may be killed."""

    def __init__(self, family, labels, name, settings, now):
        self.family, self.labels = family, labels
        self.before = Path(settings["metrics_directory"]) / f"{name}.prom"
        # systemd makes the folder, and publishes what is in it when the run has ended, in whichever way.
        folder = os.environ.get("RUNTIME_DIRECTORY")
        self.file = Path(folder) / "metrics" if folder else None
        self.values = self.known()
        self.tell(last_attempt_timestamp_seconds=now, last_attempt_success=0)

    def known(self):
        try:
            return metrics_values(self.before.read_text(), self.family)
        except OSError:
            return {}

    def tell(self, **values):
        self.values.update(values)
        if self.file:
            part = self.file.with_suffix(".part")
            part.write_text(metrics_text(self.family, self.labels, self.values))
            part.replace(self.file)

    def withdraw(self):
        """Another node tells."""
        if self.file:
            self.file.unlink()


def quoted(*parts):
    return "".join("/" + urllib.parse.quote(part, safe="*,") for part in parts)


# ---- take


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


# ---- follow


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


# ---- retention


def retention_query(rule):
    """As tasks/retention.yml of the role opensearch_objects asks."""
    unit = "h" if rule["keep"].endswith("h") else "d"
    return {"query": {"range": {rule["field"]: {"lt": f"now-{rule['keep']}/{unit}"}}}}


def retain(cluster, rules, settings):
    """Deletes the documents that are older than declared."""
    deleted = 0
    for rule in rules:
        path = quoted(",".join(rule["indices"]), "_delete_by_query") + "?conflicts=proceed&ignore_unavailable=true&wait_for_completion=true"
        doing = f"{', '.join(rule['indices'])}: old documents were not all deleted"
        try:
            answer = cluster.send("POST", path, retention_query(rule), timeout=int(settings["time_limit"]))
        except ApiError as error:
            raise trouble_of(error, doing) from error
        except (OSError, http.client.HTTPException) as error:
            raise Trouble(LATER, f"{doing} ({error}); the next run goes on.") from error
        if answer.get("failures"):
            raise Trouble(DATA, f"{doing}: {json.dumps(answer['failures'][:3])}")
        deleted += answer["deleted"]
        print(f"{', '.join(rule['indices'])}: {answer['deleted']} documents older than {rule['keep']} deleted.")
    return {"deleted_documents": deleted, "last_success_timestamp_seconds": time.time()}


# ---- status


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


# ---- The command line


def arguments(argv=None):
    parser = argparse.ArgumentParser(
        prog="searchstack-snapshots", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--settings", default=SETTINGS, type=Path, help="default: %(default)s")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("take", help="take a snapshot of a job, and delete its old ones").add_argument("job")
    follow = commands.add_parser("follow", help="restore the newest snapshot of another cluster's job over the copy")
    follow.add_argument("job")
    follow.add_argument("--overwrite", action="store_true", help="also over indices that are no copies: what they hold is lost")
    commands.add_parser("retention", help="delete documents that are older than declared")
    commands.add_parser("status", help="show what there is").add_argument("--json", action="store_true", help="for programs")
    return parser.parse_args(argv)


def declared(entries, key, name, variable):
    """The entry of that name."""
    for entry in entries:
        if entry[key] == name:
            return entry
    raise Trouble(CONFIG, f"{name} is not declared in {variable} of this cluster.")


def password(settings):
    """From systemd's credentials, or by hand from the file that they come from."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    file = Path(folder) / "password" if folder else Path(settings["password_file"])
    try:
        return file.read_text().strip()
    except OSError as error:
        raise Trouble(CONFIG, f"{file}: {error.strerror}. Run this as root, or by systemctl start.") from error


def work_of(options, settings, cluster):
    """(metrics, what is to be done)."""
    now = time.time()
    if options.command == "take":
        job = declared(settings["jobs"], "name", options.job, "snapshots_jobs")
        labels = {"name": job["name"], "repository": job["repository"]}
        return Metrics("searchstack_snapshot", labels, f"searchstack_snapshot_take_{job['name']}", settings, now), Taker(
            cluster, job, settings
        ).run
    if options.command == "follow":
        entry = declared(settings["follow"], "job", options.job, "snapshots_follow")
        labels = {"name": entry["job"], "repository": entry["repository"]}
        work = Follower(cluster, entry, settings, options.overwrite).run
        return Metrics("searchstack_follow", labels, f"searchstack_snapshot_follow_{entry['job']}", settings, now), work
    return Metrics("searchstack_retention", {}, "searchstack_snapshot_retention", settings, now), lambda: retain(
        cluster, settings["retention"], settings
    )


def run(options):
    try:
        settings = json.loads(options.settings.read_text())
    except OSError as error:
        raise Trouble(CONFIG, f"{options.settings}: {error.strerror}.") from error
    cluster = Cluster(settings, password(settings))
    if options.command == "status":
        report = status_of(cluster, settings, time.time())
        print(json.dumps(report, indent=2)) if options.json else show(report)
        return
    # Before anybody is asked: a node that cannot find out whether it has to act tells that it failed.
    metrics, work = work_of(options, settings, cluster)
    if not cluster.is_mine_to_act():
        metrics.withdraw()
        print("Another node is the elected cluster manager, and acts.")
        return
    metrics.tell(**work(), last_attempt_success=1)


def main():
    # A line at a time, also to the journal.
    sys.stdout.reconfigure(line_buffering=True)
    try:
        run(arguments())
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return trouble.code
    except ApiError as error:
        found = trouble_of(error, "The cluster refuses")
        print(found, file=sys.stderr)
        return found.code
    except (LookupError, TypeError, ValueError) as error:
        print(f"What answers is no node of OpenSearch, or of another version: {type(error).__name__}: {error}", file=sys.stderr)
        return UNAVAILABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
