#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_component_template
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a component template of OpenSearch
description:
  - Keeps one component template equal to what is declared. It is replaced as a whole, so that what is no longer declared goes.
  - Index templates are composed of component templates (C(composed_of)). Existing indices do not change.
options:
  name:
    description: Name of the template.
    type: str
    required: true
  template:
    description: What indices get. Required with O(state=present).
    type: dict
    suboptions:
      settings:
        description: Settings, nested, dotted or mixed, with or without the prefix C(index.).
        type: dict
      mappings:
        description: Mappings.
        type: dict
      aliases:
        description: Aliases, by name; the value holds the alias' properties or is V({}).
        type: dict
  version:
    description: A number for your own use.
    type: int
  meta:
    description: Anything you want to note (C(_meta)). It is compared as it is written.
    type: dict
  state:
    description: Whether the component template exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Define settings that several templates share
  searchstack.platform.opensearch_component_template:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: small
    template:
      settings: {number_of_shards: 1, auto_expand_replicas: 0-1}
"""

RETURN = r"""
diff:
  description: The component template before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: small, template: {settings: {index.number_of_shards: 1}}}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.component_template import ComponentTemplate


def main():
    run(ComponentTemplate)


if __name__ == "__main__":
    main()
