"""From the version that the platform was installed with to the next, while users ask."""

from __future__ import annotations

import json

import pytest
from controller import changed_hosts

OLD = "2.19.4"


def versions(lab):
    """The version that each node of the main cluster runs."""
    return {row["name"]: row["version"] for row in json.loads(lab.cluster("_cat/nodes?h=name,version&format=json"))}


@pytest.fixture
def old_platform(lab):
    """The platform with its first version, as molecule has made it."""
    assert set(versions(lab).values()) == {OLD}, f"this begins with {OLD}: molecule test --scenario-name day_two"


def test_nobody_notices_an_upgrade(lab, prove, old_platform):
    snapshot = ("-e", "upgrade_take_snapshot=backups")
    # The follower first. No user asks it.
    lab.play("upgrade.yml", *snapshot, "--limit", "localhost,dr,opensearch_dr")
    prove.unnoticed("upgrade", "upgrade.yml", *snapshot, "--limit", "localhost,main,opensearch_main")
    assert set(versions(lab).values()) == {"3.4.0"}
    assert changed_hosts(lab.play("upgrade.yml").stdout) == []
    assert changed_hosts(lab.play("site.yml").stdout) == []
    lab.play("verify.yml")
