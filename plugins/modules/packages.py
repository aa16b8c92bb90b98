#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: packages
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Install or remove packages of Debian, and cost next to nothing where nothing changes
description:
  - Asks C(dpkg-query) whether all packages are installed, or gone. Only where one is not as declared, M(ansible.builtin.apt) is run.
  - M(ansible.builtin.apt) reads the lists of all packages that there are, each time, which takes seconds of processor time. Most runs of a
    playbook find nothing to do.
  - Packages are never upgraded.
options:
  name:
    description: Names of packages. Names with a version (C(name=1.0)), an architecture or a pattern are given to M(ansible.builtin.apt).
    type: list
    elements: str
    required: true
  state:
    description: Whether the packages are installed. V(absent) removes their configuration too.
    type: str
    choices: [present, absent]
    default: present
  start:
    description:
      - Whether the package may start its services while it is installed.
      - Set it to V(false) where a configuration of its own comes before the first start.
    type: bool
    default: true
  install_recommends:
    description: Whether recommended packages are installed too.
    type: bool
    default: false
  update_cache:
    description: Whether the lists of packages are fetched before something is installed, if they are older than O(cache_valid_time).
    type: bool
    default: true
  cache_valid_time:
    description: Age of the lists of packages, in seconds, up to which they are good enough.
    type: int
    default: 86400
extends_documentation_fragment: searchstack.platform.attributes.action
attributes:
  check_mode:
    support: full
    description: Can run in check mode.
  diff_mode:
    support: full
    description: Shows what C(apt-get) would do.
  platform:
    support: full
    platforms: debian
    description: The platforms on which the module runs.
notes:
  - Errors are those of M(ansible.builtin.apt).
seealso:
  - module: ansible.builtin.apt
"""

EXAMPLES = r"""
- name: Install rsyslog, which starts when it has its configuration
  searchstack.platform.packages:
    name: [rsyslog, logrotate]
    start: false
"""

RETURN = r"""
stdout:
  description: What C(apt-get) said.
  returned: when something is installed
  type: str
  sample: "Setting up rsyslog (8.2504.0-1) ..."
"""
