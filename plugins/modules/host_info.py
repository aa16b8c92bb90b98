#!/usr/bin/python
# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_info
short_description: Look at services, versions, a certificate, disks and addresses of a host at once
description:
  - Answers, in one call, what a status page asks of a host.
  - What is asked for and not there is part of the answer, not a failure.
author:
  - The searchstack developers (@searchstack)
version_added: 0.1.0
attributes:
  check_mode:
    support: full
    description: Can run in check mode; it only looks.
  diff_mode:
    support: none
    description: There is nothing to compare.
  platform:
    support: full
    platforms: debian
    description: The platforms on which the module runs.
options:
  services:
    description: Units of systemd whose state is wanted.
    type: list
    elements: str
    default: []
  packages:
    description: Packages whose version is wanted.
    type: list
    elements: str
    default: []
  links:
    description: Symbolic links whose target is wanted, such as the one to an application's current release.
    type: list
    elements: path
    default: []
  certificate:
    description: A certificate whose remaining days are wanted.
    type: path
  filesystems:
    description: Paths for each of which the use of its file system is wanted.
    type: list
    elements: path
    default: []
  addresses:
    description: IP addresses that the host may have.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Look at a balancer
  searchstack.platform.host_info:
    services: [nginx, keepalived]
    packages: [nginx]
    certificate: /etc/searchstack/tls/node.pem
    filesystems: [/]
    addresses: [192.0.2.10]
  register: seen
"""

RETURN = r"""
host:
  description: What was found.
  returned: success
  type: dict
  contains:
    services:
      description: State of each unit, as C(systemctl is-active) says it.
      type: dict
      returned: success
      sample: {nginx: active, keepalived: failed}
    packages:
      description: Version of each package that is installed.
      type: dict
      returned: success
      sample: {nginx: 1.26.3-3+deb13u1}
    links:
      description: Last part of the target of each link that is there.
      type: dict
      returned: success
      sample: {/opt/papersearch/current: 0.1.0-0123456789}
    certificate_days:
      description: Days until the certificate expires, rounded down. Null where there is no certificate.
      type: int
      returned: success
      sample: 89
    filesystems:
      description: Per cent of each file system that users cannot write to. A path that is not there is left out.
      type: dict
      returned: success
      sample: {/: 41}
    addresses:
      description: Which of the addresses the host has.
      type: list
      elements: str
      returned: success
      sample: [192.0.2.10]
"""

import os
import ssl
import time

from ansible.module_utils.basic import AnsibleModule

SECONDS_A_DAY = 86400


def services(module, names):
    """systemctl answers line by line, in the order of the question."""
    if not names:
        return {}
    stdout = module.run_command(["systemctl", "is-active", *names])[1]
    return dict(zip(names, stdout.split(), strict=False))


def packages(module, names):
    """One that was removed and left its configuration has no version."""
    if not names:
        return {}
    stdout = module.run_command(["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status} ${Version}\n", *names])[1]
    rows = [line.split() for line in stdout.splitlines()]
    return {row[0]: row[2] for row in rows if row[1] == "installed"}


def certificate_days(module, path, now=time.time):
    if not path or not os.path.exists(path):
        return None
    code, stdout, stderr = module.run_command(["openssl", "x509", "-in", path, "-noout", "-enddate"])
    if code != 0:
        module.fail_json(msg=f"certificate: cannot read {path}: {stderr.strip()}")
    return int((ssl.cert_time_to_seconds(stdout.strip().partition("=")[2]) - now()) // SECONDS_A_DAY)


def used_percent(path):
    """What is reserved for root counts as used: OpenSearch's watermarks see it the same way."""
    found = os.statvfs(path)
    return round(100 - 100 * found.f_bavail / found.f_blocks) if found.f_blocks else 0


def held(module, addresses):
    if not addresses:
        return []
    found = module.from_json(module.run_command(["ip", "-json", "address"], check_rc=True)[1])
    there = {info.get("local") for interface in found for info in interface.get("addr_info", [])}
    return [address for address in addresses if address in there]


def main():
    names = {"type": "list", "elements": "str", "default": []}
    paths = {"type": "list", "elements": "path", "default": []}
    module = AnsibleModule(
        argument_spec={
            "services": names,
            "packages": names,
            "links": paths,
            "certificate": {"type": "path"},
            "filesystems": paths,
            "addresses": names,
        },
        supports_check_mode=True,
    )
    wanted = module.params
    host = {
        "services": services(module, wanted["services"]),
        "packages": packages(module, wanted["packages"]),
        "links": {link: os.path.basename(os.readlink(link)) for link in wanted["links"] if os.path.islink(link)},
        "certificate_days": certificate_days(module, wanted["certificate"]),
        "filesystems": {path: used_percent(path) for path in wanted["filesystems"] if os.path.exists(path)},
        "addresses": held(module, wanted["addresses"]),
    }
    module.exit_json(changed=False, host=host)


if __name__ == "__main__":
    main()
