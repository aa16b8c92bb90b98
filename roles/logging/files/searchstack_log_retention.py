"""Bounds a data stream in size and age: begins a new index in time, and deletes the oldest ones.

Every node has the timer. Only the elected cluster manager acts; the others end at once, with success.
"""

import base64
import http.client
import json
import ssl
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

MIB = 1024 * 1024
DAY = 86400
# Answers after which it is asked again, for so many seconds.
LATER = (None, 429, 502, 503, 504)
WAIT = 300
PAUSE = 2


class Trouble(Exception):
    """A sentence for people."""


class Cluster:
    """The REST API, as this node serves it."""

    def __init__(self, settings, password, clock=time.monotonic, sleep=time.sleep):
        self.clock, self.sleep = clock, sleep
        self.url = settings["url"].rstrip("/")
        login = base64.b64encode(f"{settings['user']}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        self.context = ssl.create_default_context(cafile=settings["ca"])

    def send(self, method, path, body=None):
        """Asks until there is an answer: a node may be restarting, a cluster electing its manager."""
        end = self.clock() + WAIT
        while True:
            status, text = self.ask(method, path, None if body is None else json.dumps(body).encode())
            if status == http.client.OK:
                return json.loads(text)
            if status not in LATER or self.clock() >= end:
                raise Trouble(f"OpenSearch does not do {method} {path} ({status or 'no answer'}): {text[:400]}")
            self.sleep(PAUSE)

    def ask(self, method, path, data):
        request = urllib.request.Request(self.url + path, data, self.headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60, context=self.context) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return None, f"{type(error).__name__}: {error}"

    def is_mine_to_act(self):
        """Whether this node is the elected cluster manager."""
        elected = [row["node"] for row in self.send("GET", "/_cat/cluster_manager?format=json&h=node")]
        return self.send("GET", "/")["name"] in elected


def expired(indices, now, keep_days, keep_mib):
    """Names of what goes, of [{name, created, bytes}] from the oldest to the newest, which stays. One ends when the next begins."""
    ends = [following["created"] for following in indices[1:]]
    total = sum(index["bytes"] for index in indices)
    gone = []
    for index, end in zip(indices, ends):  # noqa: B905 the newest has no end
        if end >= now - keep_days * DAY and total <= keep_mib * MIB:
            break
        gone.append(index["name"])
        total -= index["bytes"]
    return gone


def of_stream(cluster, name):
    """The indices of a data stream, in their order."""
    names = [index["index_name"] for index in cluster.send("GET", f"/_data_stream/{name}")["data_streams"][0]["indices"]]
    stats = cluster.send("GET", f"/{name}/_stats/store?filter_path=indices.*.total.store.size_in_bytes")["indices"]
    settings = cluster.send("GET", f"/{name}/_settings/index.creation_date?flat_settings=true")
    return [
        {
            "name": index,
            "created": int(settings[index]["settings"]["index.creation_date"]) / 1000,
            "bytes": stats.get(index, {}).get("total", {}).get("store", {}).get("size_in_bytes", 0),
        }
        for index in names
    ]


def run(cluster, settings, now):
    """What was done, in sentences."""
    if not cluster.is_mine_to_act():
        return
    name = settings["data_stream"]
    conditions = {"max_age": f"{settings['rollover_hours']}h", "max_size": f"{settings['rollover_mib']}mb"}
    rolled = cluster.send("POST", f"/{name}/_rollover", {"conditions": conditions})
    if rolled["rolled_over"]:
        yield f"{rolled['new_index']} has begun after {rolled['old_index']}."
    for index in expired(of_stream(cluster, name), now, settings["keep_days"], settings["keep_mib"]):
        cluster.send("DELETE", f"/{index}")
        yield f"{index} is deleted."


def main():
    settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    password = Path(sys.argv[2]).read_text(encoding="utf-8").strip()
    try:
        for sentence in run(Cluster(settings, password), settings, time.time()):
            print(sentence)
    except Trouble as trouble:
        sys.exit(f"<3>{trouble}")


if __name__ == "__main__":
    main()
