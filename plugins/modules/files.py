#!/usr/bin/python
# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: files
short_description: Write a list of files and folders in one call
description:
  - Does for a list what M(ansible.builtin.template), M(ansible.builtin.copy) and M(ansible.builtin.file) do for one path each, in one round
    trip to the host. Templates are rendered on the controller by Ansible's own template action.
  - Everything is looked at and validated before anything is written; where something of the list is refused, nothing of it is touched.
  - Then folders are made, in the order of the list, and then files are replaced or removed. Each file is replaced at once, and its new
    content never has weaker permissions than the declared ones.
author:
  - The searchstack developers (@searchstack)
version_added: 0.1.0
extends_documentation_fragment: searchstack.platform.attributes.action
attributes:
  check_mode:
    support: full
    description:
      - Can run in check mode. Where a folder, a user, a group or a file to copy is missing, which an earlier task may be about to bring, it
        predicts a change. Validating programs are not run.
  diff_mode:
    support: full
    description: Shows what changes in each file; of secret ones only that it does.
  platform:
    support: full
    platforms: posix
    description: The platforms on which the module runs.
options:
  files:
    description: The files and folders.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: Its absolute path on the host.
        type: path
        required: true
      state:
        description: What is there. V(absent) removes also a folder with all that is in it.
        type: str
        choices: [file, directory, absent]
        default: file
      template:
        description:
          - A template on the controller, found as M(ansible.builtin.template) finds it. A file needs this or one of the next three options.
        type: str
      content:
        description: The content itself. Dictionaries and lists become JSON.
        type: raw
      source:
        description: A file on the controller, found as M(ansible.builtin.copy) finds it.
        type: str
      remote_source:
        description: A file on the host, which is copied.
        type: path
      vars:
        description: Variables of the template, on top of the task's.
        type: dict
      each:
        description:
          - Makes a file or folder for each of these values. The template knows the value as C(each).
          - In O(files[].path), O(files[].template), O(files[].content), O(files[].source) and O(files[].remote_source), C({each}) stands
            for the value, and C({each[name]}) for what a dictionary has under that key. There, all other braces are doubled.
        type: list
        elements: raw
      owner:
        description: Its user. O(owner) unless set.
        type: str
      group:
        description: Its group. O(group) unless set.
        type: str
      mode:
        description: Its permissions, such as V("0640"). O(mode) unless set; one of both is needed.
        type: raw
      validate:
        description:
          - A command that must succeed before the file is replaced. C(%s) in it is a file with the new content and the same name.
          - It is run without a shell.
        type: str
      secret:
        description: Whether the content is a secret. Neither it nor what the validating program says is shown.
        type: bool
        default: false
      exclusive:
        description: Of a folder, whether all that is in it and not declared is removed.
        type: bool
        default: false
  owner:
    description: The user of what names no other.
    type: str
  group:
    description: The group of what names no other.
    type: str
  mode:
    description: The permissions of what names no others.
    type: raw
  contents:
    description: The contents of all files, packed. Filled by the action plugin, and never by a playbook.
    type: str
"""

EXAMPLES = r"""
- name: A service's configuration, and nothing else in its folder
  searchstack.platform.files:
    owner: root
    group: example
    mode: "0640"
    files:
      - {path: /etc/example, state: directory, mode: "0750"}
      - {path: /etc/example/rules, state: directory, mode: "0750", exclusive: true}
      - {path: /etc/example/example.yml, template: example.yml.j2, validate: example --check %s}
      - {path: /etc/example/password, content: "{{ example_password }}", mode: "0600", secret: true}
      - {path: /etc/example/tls.key, remote_source: /etc/ssl/private/host.key, secret: true}
      - {path: "/etc/example/rules/{each}.yml", each: [disks, memory], template: "{each}.yml.j2"}
  register: example_files

- name: Restart it where something has changed
  ansible.builtin.systemd_service:
    name: example
    state: "{{ 'restarted' if example_files.changed_paths | length > 0 else 'started' }}"
"""

RETURN = r"""
changed_paths:
  description: What has changed, or would in check mode.
  returned: success
  type: list
  elements: str
  sample: [/etc/example/example.yml]
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.searchstack.platform.plugins.module_utils._files import Files

ATTRIBUTES = {"owner": {"type": "str"}, "group": {"type": "str"}, "mode": {"type": "raw"}}
ITEM = {
    "path": {"type": "path", "required": True},
    "state": {"type": "str", "choices": ["file", "directory", "absent"], "default": "file"},
    "template": {"type": "str"},
    # The action plugin sends the contents of all files in one option, which no log shows.
    "content": {"type": "raw"},
    "source": {"type": "str"},
    "remote_source": {"type": "path"},
    "vars": {"type": "dict"},
    "each": {"type": "list", "elements": "raw"},
    "validate": {"type": "str"},
    "secret": {"type": "bool", "default": False, "no_log": False},
    "exclusive": {"type": "bool", "default": False},
    **ATTRIBUTES,
}


def main():
    module = AnsibleModule(
        argument_spec={
            "files": {"type": "list", "elements": "dict", "required": True, "options": ITEM},
            "contents": {"type": "str", "no_log": True},
            **ATTRIBUTES,
        },
        supports_check_mode=True,
    )
    if module.params["contents"] is None:
        module.fail_json(msg="contents: only the action plugin knows them; call searchstack.platform.files by this name.")
    # What is new is nobody's until it has its owner and permissions.
    os.umask(0o077)
    changed, diff = Files(module).run()
    module.exit_json(changed=bool(changed), changed_paths=changed, diff=diff)


if __name__ == "__main__":
    main()
