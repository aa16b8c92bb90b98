# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # The second connection of modules that read an index (other_index) beside that of their own connection (index).
    DOCUMENTATION = r"""
options:
  other_cluster:
    description:
      - The cluster of O(other_index). The same as that of O(index) if not given.
      - Takes the options of the connection, O(other_cluster.hosts) and so on, none of which comes from the environment.
    type: dict
    suboptions:
      hosts:
        description: As O(hosts).
        type: list
        elements: str
        required: true
        aliases: [urls]
      ca_path:
        description: As O(ca_path).
        type: path
      client_cert:
        description: As O(client_cert).
        type: path
      client_key:
        description: As O(client_key).
        type: path
      username:
        description: As O(username).
        type: str
      password:
        description: As O(password).
        type: str
      validate_certs:
        description: As O(validate_certs).
        type: bool
        default: true
      proxy:
        description: As O(proxy).
        type: str
      timeout:
        description: As O(timeout).
        type: int
        default: 40
      retries:
        description: As O(retries).
        type: int
        default: 3
"""
