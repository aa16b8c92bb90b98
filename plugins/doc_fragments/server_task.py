# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What modules have whose work is a task of the server.
    DOCUMENTATION = r"""
options:
  conflicts:
    description: What to do about a document that somebody else has changed meanwhile; V(proceed) counts and skips it.
    type: str
    choices: [proceed, abort]
    default: proceed
  slices:
    description: Number of parts that are worked on at the same time, or V(auto).
    type: str
  requests_per_second:
    description: The most requests per second; no limit if not given.
    type: int
  wait_timeout:
    description: Seconds to wait. The work goes on afterwards, and the next run waits for it instead of beginning anew.
    type: int
    default: 3600
"""
