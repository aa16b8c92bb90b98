# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and folders of a host, brought to what is declared: all of them are looked at, then checked, and only then written."""

from __future__ import annotations

import base64
import grp
import itertools
import json
import os
import pwd
import shlex
import shutil
import tempfile
import zlib

# Larger ones are not shown, as Ansible does by default.
MOST_SHOWN = 104448


class Refusal(Exception):
    """What is declared of a path cannot be made; says why."""


def pack(contents):
    """The contents of all files (bytes, or None) as one string: a module's option that is no_log as a whole."""
    texts = [content if content is None else content.decode("utf-8", "surrogateescape") for content in contents]
    return base64.b64encode(zlib.compress(json.dumps(texts).encode())).decode()


def unpack(packed):
    texts = json.loads(zlib.decompress(base64.b64decode(packed)))
    return [text if text is None else text.encode("utf-8", "surrogateescape") for text in texts]


def kind(path):
    """What is there: file, directory (also behind a link), link, other or absent."""
    if os.path.isdir(path):
        return "directory"
    if os.path.islink(path):
        return "link"
    if os.path.isfile(path):
        return "file"
    return "other" if os.path.exists(path) else "absent"


def missing_folders(path):
    """The folder and those above it that are not there, outermost first."""
    missing = []
    while path and not os.path.exists(path):
        missing.insert(0, path)
        path = os.path.dirname(path)
    return missing


def is_known(look_up, name):
    """Whether the host has this user or group; None stands for no matter which."""
    if name is None or name.isdigit():
        return True
    try:
        return bool(look_up(name))
    except KeyError:
        return False


def side(name, content, header):
    """One side of a diff, as Ansible prints it."""
    place = {"before": "dst", "after": "src"}[name]
    if b"\0" in content:
        return {f"{place}_binary": 1}
    if len(content) > MOST_SHOWN:
        return {f"{place}_larger": MOST_SHOWN}
    return {name: content.decode("utf-8", "replace"), f"{name}_header": header}


class Item:
    """One path: what is declared of it, what is there, and the way from here to there."""

    def __init__(self, module, declared, content=None):
        self.module = module
        self.declared = declared
        self.path = declared["path"]
        self.state = declared["state"]
        self.content = content
        self.there = kind(self.path)
        self.before = None
        # In check mode, what an earlier task would bring may be missing: then a change is all that can be told.
        self.unknown = False
        self.temporary = None
        self.changed = False
        self.diffs = []

    def look(self, folders):
        """Reads what is there. Folders are those that the list makes."""
        if not os.path.isabs(self.path):
            raise Refusal("is no absolute path")
        if self.state == "absent":
            return
        if self.declared["mode"] is None:
            raise Refusal("has no mode; give it one, or all of them by the option mode")
        if self.there not in ("absent", self.state) and not (self.state == "file" and self.there == "link"):
            raise Refusal(f"shall be a {self.state}, and is a {self.there}")
        for option, look_up in (("owner", pwd.getpwnam), ("group", grp.getgrnam)):
            if not is_known(look_up, self.declared[option]):
                self.need(f"{option} {self.declared[option]} does not exist")
        if self.state == "file":
            self.look_at_file(folders)

    def look_at_file(self, folders):
        if self.there == "file":
            with open(self.path, "rb") as stream:
                self.before = stream.read()
        parent = os.path.dirname(self.path)
        if not os.path.isdir(parent) and parent not in folders:
            self.need(f"the folder {parent} does not exist; declare it too")
        source = self.declared["remote_source"]
        if source is not None:
            try:
                with open(source, "rb") as stream:
                    self.content = stream.read()
            except OSError as error:
                self.need(f"{source} cannot be read: {error.strerror}")

    def need(self, problem):
        """A problem that in check mode an earlier task may be about to solve."""
        if not self.module.check_mode:
            raise Refusal(problem)
        self.unknown = True

    @property
    def rewritten(self):
        return self.state == "file" and (self.unknown or self.there != "file" or self.before != self.content)

    def prepare(self):
        """Writes the new content beside, and lets the validating program look at it."""
        # The file's own name: some programs go by its ending.
        self.temporary = os.path.join(tempfile.mkdtemp(dir=self.module.tmpdir), os.path.basename(self.path))
        with open(self.temporary, "wb") as stream:
            stream.write(self.content)
        command = self.declared["validate"]
        if command is None:
            return
        if "%s" not in command:
            raise Refusal(f"validate has no %s in it: {command}")
        try:
            status, out, err = self.module.run_command(command.replace("%s", shlex.quote(self.temporary)), handle_exceptions=False)
        except OSError as error:
            raise Refusal(f"validate cannot run ({error.strerror}): {command}") from error
        if status:
            said = "what it says is not shown, because the content is secret" if self.declared["secret"] else (err + out).strip()
            raise Refusal(f"is refused (exit status {status}) by {command}: {said}")

    def apply(self):
        """Makes it so, or in check mode tells what would be."""
        self.changed = getattr(self, f"apply_{self.state}")()

    def apply_absent(self):
        if self.there == "absent":
            return False
        self.show_states(self.there, "absent")
        if not self.module.check_mode:
            if self.there == "directory" and not os.path.islink(self.path):
                shutil.rmtree(self.path)
            else:
                os.unlink(self.path)
        return True

    def apply_directory(self):
        changed = self.there == "absent"
        if changed:
            self.show_states("absent", "directory")
            for folder in [] if self.module.check_mode else missing_folders(self.path):
                os.mkdir(folder)
                self.set_attributes(folder)
        return self.set_attributes(os.path.realpath(self.path), show=not changed) or changed

    def apply_file(self):
        if not self.rewritten:
            return self.set_attributes(self.path, show=True)
        self.show_contents()
        if not self.module.check_mode:
            if self.there == "link":
                os.unlink(self.path)
            # Its attributes first: a new content must not be seen by who could read the old one only.
            self.set_attributes(self.path)
            self.module.atomic_move(self.temporary, self.path)
            self.set_attributes(self.path)
        elif self.there == "file":
            self.set_attributes(self.path, show=True)
        return True

    def set_attributes(self, path, show=False):
        """Whether owner, group or mode differed."""
        if self.unknown:
            return True
        if not os.path.exists(path):
            return False
        diff = {}
        arguments = self.module.load_file_common_arguments(self.declared, path=path)
        changed = self.module.set_fs_attributes_if_different(arguments, False, diff, expand=False)
        if show and diff:
            self.diffs.append({name: {"path": path, **diff[name]} for name in ("before", "after")})
        return changed

    def show_states(self, before, after):
        self.diffs.append({"before": {"path": self.path, "state": before}, "after": {"path": self.path, "state": after}})

    def show_contents(self):
        if self.declared["secret"]:
            self.diffs.append({"prepared": f"{self.path}: the content changes; it is secret\n"})
        elif self.content is not None:
            sources = [self.declared[way] for way in ("template", "source", "remote_source") if self.declared[way]]
            source = sources[0] if sources else "dynamically generated"
            self.diffs.append({**side("before", self.before or b"", self.path), **side("after", self.content, source)})


def strangers(folder, paths):
    """What is in a folder and neither declared nor on the way to what is."""
    found = [os.path.join(folder, name) for name in sorted(os.listdir(folder))] if os.path.isdir(folder) else []
    return [path for path in found if not any(other == path or other.startswith(path + os.sep) for other in paths)]


class Files:
    """All that is declared."""

    def __init__(self, module):
        self.module = module
        defaults = {option: module.params[option] for option in ("owner", "group", "mode")}
        contents = unpack(module.params["contents"])
        declared = []
        for item in module.params["files"]:
            given = {option: value for option, value in item.items() if value is not None}
            declared.append({**item, **defaults, **given, "path": os.path.normpath(item["path"])})
        paths = [item["path"] for item in declared]
        self.items = list(map(Item, itertools.repeat(module), declared, contents))
        for item in declared:
            if paths.count(item["path"]) > 1:
                self.fail(item["path"], "is declared twice")
            for path in strangers(item["path"], paths) if item["exclusive"] and item["state"] == "directory" else []:
                self.items.append(Item(module, {**item, "path": path, "state": "absent"}))
        folders = [item["path"] for item in declared if item["state"] == "directory"]
        self.folders = {missing for folder in folders for missing in [folder, *missing_folders(folder)]}

    def fail(self, path, problem):
        self.module.fail_json(msg=f"files: {path}: {problem}.")

    def each(self, method, items, *arguments):
        """Calls a method of the items. The first one that cannot go on ends the module."""
        for item in items:
            try:
                getattr(item, method)(*arguments)
            except Refusal as refusal:
                self.fail(item.path, refusal)
            except Exception as error:
                self.fail(item.path, error)

    def run(self):
        """Paths that changed, and their diffs."""
        self.each("look", self.items, self.folders)
        if not self.module.check_mode:
            self.each("prepare", [item for item in self.items if item.rewritten])
        # Folders first: files are to go into them.
        ordered = sorted(self.items, key=lambda item: item.state != "directory")
        self.each("apply", ordered)
        changed = [item for item in ordered if item.changed]
        return [item.path for item in changed], [diff for item in changed for diff in item.diffs]
