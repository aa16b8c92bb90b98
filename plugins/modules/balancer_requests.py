#!/usr/bin/python
# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: balancer_requests
short_description: What a balancer's log says of each application host
description:
  - Counts the requests that a balancer has given to each application host since a moment, and those that ended in a server error.
  - Tells how long the host took for each.
  - Reads the JSON log that the role C(searchstack.platform.loadbalancer) sets up. Never changes anything.
  - A request that went on to another host counts for each host that the log names. HAProxy's log names the last one only.
author:
  - The searchstack developers (@searchstack)
version_added: 0.1.0
extends_documentation_fragment: searchstack.platform.attributes.looks
options:
  implementation:
    description: Which balancer's log is read. nginx writes to O(path), HAProxy to the journal.
    type: str
    choices: [nginx, haproxy]
    required: true
  hosts:
    description: The application hosts, as name and C(address:port).
    type: dict
    required: true
  since:
    description: Seconds since the epoch by the clock of this host, as RV(now) of an earlier call said. Without it, nothing is counted.
    type: float
  ignore_paths:
    description: Requests for paths that begin like one of these are left out, such as streams, which take as long as they like.
    type: list
    elements: str
    default: []
  path:
    description: The access log of nginx.
    type: path
    default: /var/log/nginx/access.log
"""

EXAMPLES = r"""
- name: Note the time
  searchstack.platform.balancer_requests:
    implementation: nginx
    hosts: {app1: "192.0.2.21:7860", app2: "192.0.2.22:7860"}
  register: begin

- name: See what has been asked since
  searchstack.platform.balancer_requests:
    implementation: nginx
    hosts: {app1: "192.0.2.21:7860", app2: "192.0.2.22:7860"}
    since: "{{ begin.now }}"
  register: seen
"""

RETURN = r"""
hosts:
  description: For each host C(requests), C(errors) (answers from 500 to 599) and C(milliseconds) of the latest 5000 at most.
  returned: always
  type: dict
  sample: {app1: {requests: 2, errors: 0, milliseconds: [12.0, 15.0]}}
now:
  description: Seconds since the epoch by the clock of this host.
  returned: always
  type: float
"""

import json
import os
import time
from datetime import datetime

from ansible.module_utils.basic import AnsibleModule

BLOCK = 1 << 20
KEPT = 5000
SERVER_ERROR = 500


def newest_lines(path, block=BLOCK):
    """The lines of a file, the last one first, without reading more of it than is asked for."""
    with open(path, "rb") as log:
        position = log.seek(0, os.SEEK_END)
        rest = b""
        while position > 0:
            size = min(block, position)
            position -= size
            log.seek(position)
            first, *lines = (log.read(size) + rest).split(b"\n")
            yield from reversed(lines)
            rest = first
        yield rest


def parse(line):
    """A line as a dictionary, or None for one that is not ours."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "upstream" in found else None


def when(entry):
    return datetime.fromisoformat(entry["time"]).timestamp()


def nginx_attempts(entry):
    """(host, status, milliseconds) of each host that was asked; nginx separates them by commas."""
    fields = (entry[name].split(", ") for name in ("upstream", "upstream_status", "upstream_seconds"))
    for host, status, seconds in zip(*fields, strict=False):
        if host and status.isdigit():
            yield host, int(status), 1000 * float(seconds) if seconds != "-" else None


def haproxy_attempts(entry):
    """The same; -1 stands for a time that did not come."""
    if str(entry["status"]).isdigit():
        milliseconds = float(entry["upstream_milliseconds"])
        yield entry["upstream"], int(entry["status"]), milliseconds if milliseconds >= 0 else None


ATTEMPTS = {"nginx": nginx_attempts, "haproxy": haproxy_attempts}


def count(entries, hosts, attempts):
    """{name: {requests, errors, milliseconds}} of entries, the newest first. A log names hosts by their names or by their addresses."""
    names = {**{address: name for name, address in hosts.items()}, **{name: name for name in hosts}}
    found = {name: {"requests": 0, "errors": 0, "milliseconds": []} for name in hosts}
    for entry in entries:
        for host, status, milliseconds in attempts(entry):
            if host not in names:
                continue
            seen = found[names[host]]
            seen["requests"] += 1
            seen["errors"] += status >= SERVER_ERROR
            if milliseconds is not None and len(seen["milliseconds"]) < KEPT:
                seen["milliseconds"].append(milliseconds)
    return found


def entries_since(lines, since, ignored):
    """Entries that are younger than `since`. Lines are written when a request ends, a second's worth of them in any order."""
    for line in lines:
        entry = parse(line)
        if entry is None:
            continue
        if when(entry) < since - 1:
            return
        if when(entry) >= since and not entry.get("uri", "").startswith(tuple(ignored)):
            yield entry


def main():
    module = AnsibleModule(
        argument_spec={
            "implementation": {"type": "str", "choices": ["nginx", "haproxy"], "required": True},
            "hosts": {"type": "dict", "required": True},
            "since": {"type": "float"},
            "ignore_paths": {"type": "list", "elements": "str", "default": []},
            "path": {"type": "path", "default": "/var/log/nginx/access.log"},
        },
        supports_check_mode=True,
    )
    params = module.params
    now = time.time()
    lines = []
    if params["since"] is not None:
        if params["implementation"] == "nginx":
            try:
                lines = newest_lines(params["path"])
                lines = list(entries_since(lines, int(params["since"]), params["ignore_paths"]))
            except OSError as error:
                module.fail_json(msg=f"The access log of nginx cannot be read: {error}")
        else:
            argv = ["journalctl", "--unit", "haproxy", "--output", "cat", "--reverse", "--since", f"@{int(params['since'])}"]
            told = module.run_command(argv, check_rc=True)[1]
            lines = entries_since(told.splitlines(), int(params["since"]), params["ignore_paths"])
    module.exit_json(changed=False, now=now, hosts=count(lines, params["hosts"], ATTEMPTS[params["implementation"]]))


if __name__ == "__main__":
    main()
