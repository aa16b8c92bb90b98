# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pass over one object: read, normalise both sides, align, compare, write the difference, read back."""

from __future__ import annotations

from dataclasses import dataclass, field

from ansible_collections.searchstack.platform.plugins.module_utils import _document
from ansible_collections.searchstack.platform.plugins.module_utils._errors import ApiError, InvalidInput

CONFLICT = 409


@dataclass(frozen=True)
class Change:
    """What is there and what will be there, in comparable form. None is "no such object"."""

    before: dict | None
    after: dict | None

    @property
    def changed(self) -> bool:
        return not _document.equal(self.before, self.after)


@dataclass(frozen=True)
class Result:
    """A change that was made (or, in check mode, predicted), and what somebody should know about it."""

    change: Change
    warnings: list = field(default_factory=list)


class Resource:
    """One object that is declared. A subclass is one kind of object; it knows the API and how that API renders things.

    `read` and `write` talk to the server; everything between them is pure and works on plain dicts.
    """

    kind = "object"
    # Argument specification of the module's own options, without `state` and the connection.
    options: dict = {}
    # What else AnsibleModule checks about them, such as required_if.
    constraints: dict = {}
    # The choices of the option `state`, the default first. An object that can be neither made nor removed has no such option.
    states: tuple = ("present", "absent")
    # How many objects of the kind one request may write (`write_together`).
    together = 1
    # How the server says that another object of the kind stands in the way; none where that cannot be.
    rivalry = ""

    def __init__(self, params: dict):
        self.params = params
        # What the module returns besides the change.
        self.facts: dict = {}
        self.validate()
        if not self.absent:
            # What cannot be brought into comparable form cannot be meant, either: said before anything is read.
            self.normalise(self.desired())

    @property
    def name(self) -> str:
        return self.params.get("name") or ""

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name}".strip()

    @property
    def absent(self) -> bool:
        return self.params.get("state") == "absent"

    def given(self, *names: str) -> dict:
        """The options that were given."""
        return {name: self.params[name] for name in names if self.params.get(name) is not None}

    # What a kind overrides ------------------------------------------------------------------------------------------

    def validate(self) -> None:
        """Refuse, before anything is read, what cannot be meant."""

    def read(self, client) -> dict | None:
        """The object as the server shows it."""
        raise NotImplementedError

    def desired(self) -> dict:
        """The object as it is declared."""
        raise NotImplementedError

    def normalise(self, document: dict) -> dict:
        """Either side in comparable form: defaults filled in, sets ordered, the server's own additions gone."""
        return document

    def scope(self, current: dict, desired: dict) -> dict:
        """The part of the current object that is compared: all of it, unless the declaration names only a part."""
        return current

    def align(self, desired: dict, current: dict) -> dict:
        """The desired object in the current one's spelling."""
        return _document.align(desired, current)

    def visible(self, document: dict) -> dict:
        """Either side as a diff may show it: without secrets."""
        return document

    def check(self, change: Change) -> list:
        """Refuse a change that cannot be made (in check mode, too); return warnings about one that can."""
        return []

    def write(self, client, change: Change) -> None:
        """Create or update the object."""
        raise NotImplementedError

    def delete(self, client) -> None:
        """Remove the object."""
        raise NotImplementedError

    @classmethod
    def write_together(cls, client, changes: list) -> None:
        """Create, update and remove objects of the kind, pairs of a resource and its change, in one request: all of them or none."""
        raise NotImplementedError


def reconcile(resource: Resource, current: dict | None) -> Change:
    """What has to change. Pure: knows neither a server nor Ansible."""
    before = None if current is None else resource.normalise(current)
    if resource.absent:
        return Change(before, None)
    after = resource.normalise(resource.desired())
    before = None if before is None else resource.scope(before, after)
    return Change(before, resource.align(after, before or {}))


def converge(resource: Resource, client, check_mode: bool = False) -> Result:
    """Make the object what is declared, and look whether it then is."""
    change, warnings = plan(resource, resource.read(client))
    if change.changed and not check_mode:
        change, more = apply(resource, client, change)
        warnings = [*warnings, *more, *leftover(resource, resource.read(client))]
    return Result(change, warnings)


def plan(resource: Resource, current: dict | None) -> tuple:
    """(what has to change, warnings about it)"""
    change = reconcile(resource, current)
    return change, resource.check(change)


def apply(resource: Resource, client, change: Change) -> tuple:
    """(the change that was made, warnings about it). Where somebody else was quicker, the change is planned once more from a fresh look."""
    try:
        _write(resource, client, change)
    except ApiError as error:
        if error.status != CONFLICT:
            raise
        change, warnings = plan(resource, resource.read(client))
        if change.changed:
            _write(resource, client, change)
        return change, warnings
    return change, []


def _write(resource: Resource, client, change: Change) -> None:
    if change.after is None:
        resource.delete(client)
    else:
        resource.write(client, change)


def leftover(resource: Resource, current: dict | None) -> list:
    """A write after which the object still differs would be written again by every run: somebody must hear of that."""
    rest = reconcile(resource, current)
    if not rest.changed:
        return []
    paths = ", ".join(_document.changed_paths(rest.before or {}, rest.after or {}))
    return [f"{resource.label} was written, but what the server shows still differs from what is declared: {paths}."]


def is_plain(name: str) -> bool:
    return bool(name) and name != "_all" and name[0] not in "_-+" and not any(character in ' "*,/\\<>?|#' for character in name)


def require_plain_name(resource: Resource) -> None:
    """A name that the server would take for a pattern or a list could reach other objects than the declared one."""
    name = resource.name
    if not is_plain(name):
        raise InvalidInput(f"{resource.kind} name {name!r}: not a plain name of one object.")
