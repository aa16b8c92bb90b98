# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os

from ansible_collections.searchstack.platform.plugins.plugin_utils._availability.files import FollowsFiles


def test_it_is_made_again_when_a_file_changes(tmp_path):
    certificate = tmp_path / "ca.pem"
    certificate.write_text("one")
    made = FollowsFiles(lambda: [certificate.read_text()], [str(certificate), None])
    first = made.get()
    assert first == ["one"]
    assert made.get() is first
    certificate.write_text("two")
    os.utime(certificate, (1, 1))
    assert made.get() == ["two"]


def test_half_a_change_is_waited_for(tmp_path):
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    key.write_text("one")
    certificate.write_text("one")

    def make():
        if key.read_text() != certificate.read_text():
            raise ValueError("the key does not belong to the certificate")
        return key.read_text()

    made = FollowsFiles(make, [str(key), str(certificate)])
    key.write_text("two")
    os.utime(key, (1, 1))
    assert made.get() == "one"
    certificate.unlink()
    assert made.get() == "one"
    certificate.write_text("two")
    assert made.get() == "two"
