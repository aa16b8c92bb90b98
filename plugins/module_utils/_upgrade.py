# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What speaks against another version of a cluster. No way leads back from it but a snapshot, so that all is asked before."""

from __future__ import annotations

import time

from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._info import repositories, snapshots
from ansible_collections.searchstack.platform.plugins.module_utils._snapshot_age import hours_old, last_success

# Where the way to a major version begins.
FIRST_STEP = {3: (2, 19, 0)}
# An index remembers the version that made it: 2.19.4 is this and 2190499. What is less was made by OpenSearch's predecessor.
OPENSEARCH = 0x08000000
# Version 2 reads what versions 1 and 7 of the predecessor made.
READS_ALL = 2


def check(client, params: dict, now=time.time) -> dict:
    """{upgrade, versions, problems}: whether a node has another version, which there are, and what is to be mended before."""
    target = _version(params["version"])
    nodes = client.request("GET", "/_cat/nodes", query={"format": "json", "h": "name,version,disk.used_percent"})
    versions = {node["name"]: node["version"] for node in sorted(nodes, key=lambda node: node["name"])}
    old = {name: version for name, version in versions.items() if _version(version) != target}
    problems = [] if not old else [*_path(versions, target), *_cluster(client, nodes, params), *_indices(client, target)]
    if old and not problems and not params["accept_no_snapshot"]:
        problems = list(_snapshot(client, params["snapshot_max_age"], now()))
    return {"upgrade": bool(old), "versions": versions, "problems": problems}


def _version(text):
    try:
        return tuple(int(part) for part in text.split("-")[0].split("."))
    except ValueError:
        raise InvalidInput(f"version: {text!r} is no version such as 3.4.0.") from None


def _path(versions, target):
    for name, text in versions.items():
        version, wanted = _version(text), ".".join(map(str, target))
        first = FIRST_STEP.get(target[0], (target[0] - 1, 0, 0))
        if version > target:
            yield f"{name} has {text}: no way leads back to {wanted} but a restored snapshot."
        elif version[0] < target[0] and version < first:
            yield f"{name} has {text}: change to {'.'.join(map(str, first))} or later before {wanted}."


def _cluster(client, nodes, params):
    health = client.request("GET", "/_cluster/health")
    missing = sorted(set(params["nodes"]) - {node["name"] for node in nodes})
    mixed = len({node["version"] for node in nodes}) > 1
    if health["status"] == "red" or (health["status"] == "yellow" and not (missing or mixed)):
        yield (
            f"The cluster is {health['status']} ({health['unassigned_shards']} shards unassigned): it must be green, unless an interrupted "
            "upgrade goes on. GET /_cluster/allocation/explain tells why."
        )
    for node in nodes:
        # A node that holds no data tells nothing.
        if float(node["disk.used_percent"] or 0) > params["disk_limit"]:
            yield f"The disk of {node['name']} is {node['disk.used_percent']}% full, more than {params['disk_limit']}%."
    settings = client.request("GET", "/_cluster/settings", query={"flat_settings": True})
    archived = sorted(name for part in settings.values() for name in part if name.startswith("archived."))
    if archived:
        yield f"The cluster has settings that an earlier upgrade has put aside: remove {', '.join(archived)}."


def _indices(client, target):
    found = client.request(
        "GET", "/_all/_settings/index.version.created,archived.*", query={"flat_settings": True, "expand_wildcards": "all"}
    )
    for name, index in sorted(found.items()):
        settings = index["settings"]
        archived = sorted(key for key in settings if key.startswith("archived."))
        if archived:
            yield f"Index {name} has settings that an earlier upgrade has put aside: remove {', '.join(archived)}."
        created = int(settings["index.version.created"])
        if target[0] > READS_ALL and created - OPENSEARCH < (target[0] - 1) * 1_000_000:
            yield f"Index {name} was made by a version that {'.'.join(map(str, target))} does not read: reindex or delete it."


def _snapshot(client, max_age, now):
    own = repositories(client)
    last = last_success([snapshot for repository in own for snapshot in snapshots(client, repository, ["*"])])
    hours = hours_old(last, now) if last else None
    if not own:
        yield "There is no snapshot repository, and no way leads back but a snapshot: declare one, or accept that there is none."
    elif not last or hours > max_age:
        age = f"{hours:.0f} hours old" if last else "missing"
        where = ", ".join(own)
        yield f"The last successful snapshot ({where}) is {age}: take one of at most {max_age} hours, or accept that there is none."
