# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.searchstack.platform.plugins.module_utils._errors import InvalidInput
from ansible_collections.searchstack.platform.plugins.module_utils._module import diff
from ansible_collections.searchstack.platform.plugins.module_utils._objects import resource_of
from ansible_collections.searchstack.platform.plugins.module_utils._resource import converge, reconcile
from ansible_collections.searchstack.platform.plugins.module_utils._resources.role import Role
from ansible_collections.searchstack.platform.plugins.module_utils._resources.role_mapping import RoleMapping
from ansible_collections.searchstack.platform.plugins.module_utils._resources.security_config import SecurityConfig
from ansible_collections.searchstack.platform.plugins.module_utils._resources.user import AS_DECLARED, OTHER, User

OWN = {"reserved": False, "hidden": False, "static": False}


def declared(kind, **options):
    defaults = {name: spec.get("default") for name, spec in kind.options.items()}
    return kind({**defaults, "name": "x", "state": "present", **options})


READ_A = {"index_patterns": ["a*"], "allowed_actions": ["read"]}
READ_B = {"index_patterns": ["b*"], "allowed_actions": ["read"]}


@pytest.mark.parametrize(
    ("kind", "options", "there"),
    [
        (Role, {}, {"cluster_permissions": [], "index_permissions": [], "tenant_permissions": []}),
        (Role, {"description": ""}, {}),
        (Role, {"cluster_permissions": ["a", "b"]}, {"cluster_permissions": ["b", "a"]}),
        (
            Role,
            {"index_permissions": [READ_A, READ_B]},
            {"index_permissions": [{**READ_B, "dls": None, "fls": [], "masked_fields": []}, {**READ_A, "dls": "", "fls": []}]},
        ),
        (
            Role,
            {"index_permissions": [{**READ_A, "dls": '{"term": {"a": 1}}'}]},
            {"index_permissions": [{**READ_A, "dls": '{"term":{"a":1}}', "fls": [], "masked_fields": []}]},
        ),
        (
            Role,
            {"tenant_permissions": [{"tenant_patterns": ["a", "b"], "allowed_actions": ["x"]}]},
            {"tenant_permissions": [{"tenant_patterns": ["b", "a"], "allowed_actions": ["x"]}]},
        ),
        (RoleMapping, {}, {"users": [], "backend_roles": [], "and_backend_roles": [], "hosts": []}),
        (RoleMapping, {"users": ["a", "b"], "mapped_hosts": ["h"]}, {"users": ["b", "a"], "hosts": ["h"]}),
        (User, {}, {"hash": "", "attributes": {}, "backend_roles": [], "opendistro_security_roles": []}),
        (User, {"roles": ["r"], "backend_roles": ["a", "b"]}, {"backend_roles": ["b", "a"], "opendistro_security_roles": ["r"]}),
        (User, {"attributes": {"n": 1}}, {"attributes": {"n": "1"}}),
    ],
)
def test_reworded_is_the_same(kind, options, there):
    change = reconcile(declared(kind, **options), {**OWN, **there})
    assert not change.changed, change


@pytest.mark.parametrize(
    ("kind", "options", "there"),
    [
        # What is no longer declared goes.
        (Role, {}, {"description": "old"}),
        (Role, {}, {"cluster_permissions": ["a"]}),
        (Role, {"index_permissions": [READ_A]}, {"index_permissions": [READ_A, READ_B]}),
        (Role, {"index_permissions": [READ_A]}, {"index_permissions": [{**READ_A, "dls": '{"term": {"a": 1}}'}]}),
        (Role, {"index_permissions": [READ_A]}, {"index_permissions": [{**READ_A, "fls": ["~secret"]}]}),
        (RoleMapping, {}, {"hosts": ["h"]}),
        (User, {}, {"attributes": {"a": "1"}}),
        (User, {"roles": []}, {"opendistro_security_roles": ["all_access"]}),
    ],
)
def test_differences(kind, options, there):
    assert reconcile(declared(kind, **options), {**OWN, **there}).changed


class Server:
    """Knows one user (its password is "theirs") or none."""

    def __init__(self, current=None, static=False):
        self.current = None if current is None else {**OWN, **current, "static": static}
        self.password = "theirs" if current is not None else None
        self.probes = 0
        self.sent = []

    def get(self, path, **query):
        return None if self.current is None else {"x": dict(self.current)}

    def put(self, path, body):
        self.sent.append(dict(body))
        self.password = body.pop("password", self.password)
        self.current = {**OWN, **body}

    def accepts(self, username, password):
        self.probes += 1
        return password == self.password


@pytest.mark.parametrize(
    ("password", "update", "current", "sent", "probed"),
    [
        # on_create never looks at the password of a user that is there
        ("mine", "on_create", {}, [], False),
        ("mine", "on_create", None, ["mine"], False),
        ("mine", "always", None, ["mine"], False),
        ("mine", "always", {}, ["mine"], True),
        ("theirs", "always", {}, [], True),
        (None, "always", {}, [], False),
        # A change elsewhere leaves a right password alone.
        ("theirs", "always", {"backend_roles": ["old"]}, [None], True),
        ("mine", "on_create", {"backend_roles": ["old"]}, [None], False),
    ],
)
def test_when_a_password_is_sent(password, update, current, sent, probed):
    user = declared(User, user_password=password, update_password=update)
    server = Server(current)
    prediction = converge(user, server, check_mode=True)
    assert (server.probes > 0) is probed
    result = converge(user, server)
    assert prediction.change == result.change
    assert result.warnings == []
    assert [body.get("password") for body in server.sent] == sent
    assert str(password) not in str(result.change) or password is None
    assert not converge(user, server).change.changed


def test_the_diff_says_that_the_password_changes_and_nothing_else_about_it():
    change = converge(declared(User, user_password="mine", update_password="always"), Server({}), check_mode=True).change  # noqa: S106
    assert change.before["password"] == OTHER
    assert change.after["password"] == AS_DECLARED


def test_a_new_user_needs_a_password():
    with pytest.raises(InvalidInput, match="user_password"):
        converge(declared(User), Server(), check_mode=True)


def test_removing_a_user_needs_no_password():
    assert not converge(declared(User, state="absent", update_password="always"), Server()).change.changed


def test_a_built_in_role_is_left_alone():
    server = Server({"cluster_permissions": ["*"]}, static=True)
    with pytest.raises(InvalidInput, match="built in"):
        converge(declared(Role), server, check_mode=True)
    assert not converge(declared(Role, cluster_permissions=["*"]), server).change.changed


class Config:
    """A security configuration of two login domains."""

    def __init__(self, **domains):
        self.domains = domains
        self.patches = []

    def request(self, method, path, body=None):
        if method == "PATCH":
            self.patches += body
            return {}
        return {"config": {"dynamic": {"authc": self.domains}}}


def config(dynamic, **options):
    return resource_of(SecurityConfig, "test", {"dynamic": dynamic, **options})


def test_a_secret_alone_touches_no_other_domain():
    with pytest.raises(InvalidInput, match="authc.directory, which dynamic does not declare"):
        config({"do_not_fail_on_forbidden": True}, secrets={"authc.directory.config.password": "new"})


def test_keys_that_the_server_shows_are_no_part_of_a_diff():
    domain = {"http_authenticator": {"type": "jwt", "config": {"signing_key": "OLD-KEY"}}}
    server = Config(jwt=domain)
    resource = config(
        {"authc": {"jwt": {"http_authenticator": {"type": "jwt"}}}},
        secrets={"authc.jwt.http_authenticator.config.signing_key": "NEW-KEY"},
    )
    change = converge(resource, server, check_mode=True).change
    assert change.changed
    shown = str(diff(resource, change))
    assert "KEY" not in shown
    assert "other than declared" in shown
    assert "OLD-KEY" not in str(SecurityConfig.declare_current(server))


def test_a_reserved_object_stays_reserved():
    sent = {}

    class Client:
        def put(self, path, body):
            sent.update(body)

    resource = declared(Role, cluster_permissions=["a"])
    resource.look(None, {**OWN, "reserved": True})
    resource.write(Client(), reconcile(resource, {**OWN, "reserved": True}))
    assert sent["reserved"] is True


def test_what_nobody_declared_of_a_domain_stays_in_it():
    directory = {"authentication_backend": {"type": "ldap", "config": {"hosts": ["a:636"], "bind_dn": "cn=search"}}}
    server = Config(directory=directory, other={"order": 1})
    resource = config(
        {"authc": {"directory": {"http_enabled": True}}}, secrets={"authc.directory.authentication_backend.config.password": "Granite"}
    )
    resource.write(server, converge(resource, server, check_mode=True).change)
    assert server.patches == [
        {"op": "add", "path": "/config/dynamic/authc/directory/authentication_backend/config/password", "value": "Granite"},
        {"op": "add", "path": "/config/dynamic/authc/directory/http_enabled", "value": True},
        {"op": "remove", "path": "/config/dynamic/authc/other"},
    ]
