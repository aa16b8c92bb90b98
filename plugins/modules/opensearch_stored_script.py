#!/usr/bin/python

# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: opensearch_stored_script
author: The searchstack developers (@searchstack)
version_added: 0.1.0
short_description: Manage a stored script or search template of OpenSearch
description:
  - Keeps one stored script equal to what is declared.
options:
  name:
    description: Name of the script.
    type: str
    required: true
  lang:
    description: Language of the script, such as V(painless), V(mustache) (a search template) or V(expression).
    type: str
    default: painless
  source:
    description:
      - The script. Required with O(state=present).
      - A search template may be written as text or as a mapping; key order and blanks do not matter.
    type: raw
  script_options:
    description: Options that the script's language knows. The server's own C(content_type) is not compared.
    type: dict
  state:
    description: Whether the script exists.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - searchstack.platform.connection
  - searchstack.platform.attributes
"""

EXAMPLES = r"""
- name: Store a search template
  searchstack.platform.opensearch_stored_script:
    hosts: https://os1.example.com:9200
    ca_path: /etc/searchstack/pki/ca.pem
    client_cert: /etc/searchstack/pki/admin.pem
    client_key: /etc/searchstack/pki/admin.key
    name: by_title
    lang: mustache
    source:
      query:
        match: {title: "{% raw %}{{title}}{% endraw %}"}
"""

RETURN = r"""
diff:
  description: The script before and after, the way they were compared.
  returned: always
  type: dict
  sample:
    before: {}
    after: {name: score, lang: painless, source: "doc['cited'].value"}
"""

from ansible_collections.searchstack.platform.plugins.module_utils._module import run
from ansible_collections.searchstack.platform.plugins.module_utils._resources.stored_script import StoredScript


def main():
    run(StoredScript)


if __name__ == "__main__":
    main()
