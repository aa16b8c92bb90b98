# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for get-pip.py: the pip that comes with Python installs the one that ansible-test asks for."""

from __future__ import annotations

import subprocess
import sys

# As a process of its own: ensurepip switches off pip's configuration, where the package index may be named.
for command in (
    ["ensurepip"],
    ["pip", "install", "--upgrade", *[argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]],
):
    subprocess.run([sys.executable, "-m", *command], check=True)  # noqa: S603
