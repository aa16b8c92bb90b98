#!/usr/bin/python
# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: port_probe
short_description: Find out which TCP ports of other hosts can be reached
description:
  - Tries to connect, from the host on which it runs and to all targets at the same time, and says what happened to each.
  - Sends nothing over a connection, and never changes anything.
author:
  - The searchstack developers (@searchstack)
version_added: 0.1.0
extends_documentation_fragment: searchstack.platform.attributes.looks
options:
  targets:
    description:
      - What to try. Each is a dictionary with V(host) (an address or a name) and V(port).
      - Other keys are returned with the result.
    type: list
    elements: dict
    required: true
  timeout:
    description: Seconds without an answer after which a port counts as filtered.
    type: float
    default: 2.0
  parallel:
    description: How many connections are tried at the same time.
    type: int
    default: 128
"""

EXAMPLES = r"""
- name: See from here which ports of the database are open
  searchstack.platform.port_probe:
    targets:
      - {host: 192.0.2.41, port: 9200}
      - {host: 192.0.2.41, port: 22}
  register: found

- name: SSH must not answer here
  ansible.builtin.assert:
    that: found.results | selectattr('port', 'equalto', 22) | map(attribute='state') | first == 'filtered'
"""

RETURN = r"""
results:
  description: One entry a target, in the order of O(targets), with the target's own keys.
  returned: always
  type: list
  elements: dict
  contains:
    host:
      description: The target's host.
      type: str
      returned: always
    port:
      description: The target's port.
      type: int
      returned: always
    state:
      description:
        - V(open) where something accepted the connection.
        - V(closed) where the host refused it. No firewall dropped it; nothing listens.
        - V(filtered) where no answer came in time, or a router or firewall on the way said no.
      type: str
      returned: always
    reason:
      description: Why the port is not open.
      type: str
      returned: when the port is not open
"""

import asyncio

from ansible.module_utils.basic import AnsibleModule


async def probe(target, timeout, slots):
    """The target with its state."""
    async with slots:
        try:
            dummy, writer = await asyncio.wait_for(asyncio.open_connection(target["host"], target["port"]), timeout)
        except TimeoutError:
            return {**target, "state": "filtered", "reason": f"no answer within {timeout:g} s"}
        except ConnectionRefusedError as error:
            return {**target, "state": "closed", "reason": error.strerror}
        except OSError as error:
            return {**target, "state": "filtered", "reason": str(error)}
        writer.close()
        return {**target, "state": "open"}


async def probe_all(targets, timeout, parallel):
    """All targets, in their order."""
    slots = asyncio.Semaphore(parallel)
    return list(await asyncio.gather(*(probe(target, timeout, slots) for target in targets)))


def checked(module):
    """The targets, with ports as numbers; fails for one that is incomplete."""
    for target in module.params["targets"]:
        if not isinstance(target.get("host"), str) or not str(target.get("port", "")).isdigit() or not 0 < int(target["port"]) < 65536:
            module.fail_json(msg=f"targets: {target!r} needs a host and a port between 1 and 65535.")
    return [{**target, "port": int(target["port"])} for target in module.params["targets"]]


def main():
    module = AnsibleModule(
        argument_spec={
            "targets": {"type": "list", "elements": "dict", "required": True},
            "timeout": {"type": "float", "default": 2.0},
            "parallel": {"type": "int", "default": 128},
        },
        supports_check_mode=True,
    )
    targets = checked(module)
    results = asyncio.run(probe_all(targets, module.params["timeout"], max(1, module.params["parallel"])))
    module.exit_json(changed=False, results=results)


if __name__ == "__main__":
    main()
