"""Operations on the standing lab."""

from __future__ import annotations


def pytest_collection_modifyitems(items):
    """The upgrade needs the platform as it was installed, the others the one that it leaves."""
    items.sort(key=lambda item: item.path.name != "test_upgrade.py")
