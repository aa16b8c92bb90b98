# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of it belongs to the controller: templates and files there. The documentation is in plugins/modules/files.py."""

from __future__ import annotations

import json
from pathlib import Path

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.action.template import ActionModule as TemplateAction
from ansible_collections.searchstack.platform.plugins.module_utils._files import pack

WAYS = ("template", "content", "source", "remote_source")
# Theirs are the host's; the others stay here, or are packed.
KEPT_HERE = ("content", "each", "vars")


class Rendered:
    """Stands where Ansible's template action looks for its copy action, and keeps what would be copied."""

    def __init__(self):
        self.action_loader = self
        self.content = None

    def get(self, name, task, **more):
        self.content = Path(task.args["src"]).read_bytes()
        return self

    def run(self, task_vars):
        return {}


class Renderer(TemplateAction):
    """Ansible's own template action. Here it makes no folder on the host, and hands over what it would copy."""

    TRANSFERS_FILES = False

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.rendered = self._shared_loader_obj = Rendered()


def spread(item):
    """An item for each value of `each`, or the item alone."""
    if item.get("each") is None:
        return [item]
    if not isinstance(item["each"], list):
        raise AnsibleActionFail(f"files: {item.get('path')}: each is no list.")
    items = []
    for value in item["each"]:
        try:
            filled = {option: item[option].format(each=value) for option in ("path", *WAYS) if isinstance(item.get(option), str)}
        except (AttributeError, LookupError, ValueError) as error:
            raise AnsibleActionFail(f"files: {item['path']}: a value of each does not fit into it: {error!r}.") from error
        items.append({**item, **filled, "vars": {**(item.get("vars") or {}), "each": value}})
    return items


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        declared = self._task.args.get("files")
        if not isinstance(declared, list) or not all(isinstance(item, dict) and item.get("path") for item in declared):
            raise AnsibleActionFail("files: write a list of dictionaries, each with a path.")
        if "contents" in self._task.args:
            raise AnsibleActionFail("contents: not for playbooks; write content into an entry of files.")
        items = [item for one in declared for item in spread(one)]
        contents = [self._content(item, task_vars) for item in items]
        sent = [{option: value for option, value in item.items() if option not in KEPT_HERE} for item in items]
        return self._execute_module(module_args={**self._task.args, "files": sent, "contents": pack(contents)}, task_vars=task_vars)

    def _content(self, item, task_vars):
        """What the controller knows of a file's content: bytes, or None."""
        if item.get("state", "file") == "absent":
            return None
        given = [way for way in WAYS if item.get(way) is not None]
        if len(given) != (item.get("state", "file") == "file"):
            raise AnsibleActionFail(f"files: {item['path']}: a file needs one of {', '.join(WAYS)}, and a folder none.")
        if given in ([], ["remote_source"]):
            return None
        try:
            return getattr(self, f"_of_{given[0]}")(item, task_vars)
        except AnsibleError as error:
            raise AnsibleActionFail(f"files: {item['path']}: {error}") from error

    def _of_content(self, item, task_vars):
        content = item["content"]
        # As ansible.builtin.copy does.
        return (json.dumps(content) if isinstance(content, (dict, list)) else str(content)).encode()

    def _of_source(self, item, task_vars):
        real = self._loader.get_real_file(self._find_needle("files", item["source"]))
        try:
            return Path(real).read_bytes()
        finally:
            self._loader.cleanup_tmp_file(real)

    def _of_template(self, item, task_vars):
        task = self._task.copy()
        task.args = {"src": item["template"], "dest": item["path"]}
        renderer = Renderer(task, self._connection, self._play_context, self._loader, self._templar, self._shared_loader_obj)
        # The template action adds to the search path.
        path = list(task_vars.get("ansible_search_path", []))
        renderer.run(task_vars={**task_vars, **(item.get("vars") or {}), "ansible_search_path": path})
        return renderer.rendered.content
