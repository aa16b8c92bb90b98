# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What every module has that brings one object to its declared state.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the changed status prediction without modifying anything.
    support: full
  diff_mode:
    description: Returns what has changed (or would change in C(check_mode)) when in diff mode.
    support: full
  idempotent:
    description: When run twice in a row with the same arguments, the second invocation indicates that nothing was changed.
    support: full
  action_group:
    description: Use C(group/searchstack.platform.opensearch) in C(module_defaults) to set the connection's options once.
    support: full
    membership: [searchstack.platform.opensearch]
"""

    # What every module has that only looks, on any host.
    LOOKS = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in check mode; it only looks.
  diff_mode:
    support: none
    description: There is nothing to compare.
  platform:
    support: full
    platforms: posix
    description: The platforms on which the module runs.
"""

    # Of modules whose work begins on the controller.
    ACTION = r"""
options: {}
attributes:
  action:
    support: full
    description: Has an action plugin, which runs on the controller.
"""
