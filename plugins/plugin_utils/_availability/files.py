# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made from files and made again when they change: certificates are rotated while a proof runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


class FollowsFiles:
    def __init__(self, make: Callable, paths: list):
        self._make = make
        self._paths = [path for path in paths if path]
        self._lock = threading.Lock()
        self._seen = self._look()
        self._object = make()

    def get(self):
        seen = self._look()
        if seen != self._seen:
            with self._lock:
                self._renew(seen)
        return self._object

    def _renew(self, seen):
        if seen == self._seen:
            # By another thread, while this one waited.
            return
        try:
            self._object = self._make()
        except Exception:
            # Half of the files are replaced: the next request looks again.
            return
        self._seen = seen

    def _look(self):
        try:
            return [os.stat(path).st_mtime_ns for path in self._paths]
        except OSError:
            return None
