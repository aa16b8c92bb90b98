"""Check mode on hosts that are as declared."""

from __future__ import annotations

from controller import changed_hosts


def test_nothing_is_predicted_where_all_is_as_declared(lab):
    assert changed_hosts(lab.play("site.yml", "--check", "--diff").stdout) == []
