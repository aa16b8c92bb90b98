"""Snapshots of the main cluster of the standing lab, in a folder of their own."""

from __future__ import annotations

import json
import time

import pytest

FOLDER = "/srv/shared/restore-test"
INDEX = "restore-test"
JSON = ("-H", "content-type: application/json")


class Snapshots:
    """The index restore-test, the repository restore-test, and a slow way to read it."""

    repository = "restore-test"
    slow = "restore-test-slow"
    job = "restore-test"

    def __init__(self, lab, folder):
        self._lab = lab
        self._folder = folder

    def ask(self, method, path, body=None):
        """The cluster's answer."""
        sent = ["-d", json.dumps(body)] if body is not None else []
        return json.loads(self._lab.cluster(path, "-X", method, *JSON, *sent) or "{}")

    def register(self):
        """The cluster knows the repository."""
        self.ask("PUT", f"_snapshot/{self.repository}", {"type": "fs", "settings": {"location": FOLDER}})

    def write(self, first, count):
        """Documents with the numbers from `first` on."""
        lines = "".join(
            f'{{"index": {{"_id": "{number}"}}}}\n{json.dumps({"number": number, "text": f"words of {number} " * 40})}\n'
            for number in range(first, first + count)
        )
        (self._folder / "bulk").write_text(lines)
        path = f"{INDEX}/_bulk?refresh=true&filter_path=errors"
        sent = ("-H", "content-type: application/x-ndjson", "--data-binary", f"@{self._folder / 'bulk'}")
        assert json.loads(self._lab.cluster(path, "-X", "POST", *sent)) == {"errors": False}

    def take(self):
        """Take a snapshot as the job would, and return its name."""
        name = f"{self.job}-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}"
        body = {"indices": INDEX, "include_global_state": False}
        taken = self.ask("PUT", f"_snapshot/{self.repository}/{name}?wait_for_completion=true", body)
        assert taken["snapshot"]["state"] == "SUCCESS"
        return name

    def delete(self, repository, name):
        """Delete a snapshot, which a run that was cut off may have left or not."""
        if name in {taken["snapshot"] for taken in self.ask("GET", f"_snapshot/{repository}/_all")["snapshots"]}:
            self.ask("DELETE", f"_snapshot/{repository}/{name}")

    def documents(self, index):
        """All documents by id."""
        self.ask("POST", f"{index}/_refresh")
        hits = self.ask("GET", f"{index}/_search?size=10000")["hits"]
        assert hits["total"]["value"] <= 10000
        return {hit["_id"]: hit["_source"] for hit in hits["hits"]}

    def indices(self, pattern):
        """The names of the indices that match."""
        return sorted(row["index"] for row in self.ask("GET", f"_cat/indices/{pattern}?format=json&h=index"))

    def tidy(self):
        """Remove all of it."""
        for name in self.indices(f"*{INDEX}*"):
            self.ask("DELETE", name)
        registered = self.ask("GET", "_snapshot")
        for name in {self.repository, self.slow} & set(registered):
            self.ask("DELETE", f"_snapshot/{name}")
        self._lab.on("os1", f"rm -rf {FOLDER}")


@pytest.fixture
def snapshots(lab, tmp_path):
    """An index of a thousand documents and its snapshot."""
    made = Snapshots(lab, tmp_path)
    made.tidy()
    lab.on("os1", f"install -d -o opensearch -g opensearch {FOLDER}")
    made.register()
    throttled = {"location": FOLDER, "readonly": True, "max_restore_bytes_per_sec": "20kb"}
    made.ask("PUT", f"_snapshot/{made.slow}", {"type": "fs", "settings": throttled})
    made.ask("PUT", INDEX, {"settings": {"number_of_shards": 2, "number_of_replicas": 0}})
    made.write(0, 1000)
    made.take()
    yield made
    made.tidy()
