# Copyright (c) 2026, the searchstack developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether hosts with a new release do as well as the others, by what the balancers have logged."""

from __future__ import annotations

import math

# One error is bad luck.
FEWEST_ERRORS = 2


def _figures(seen):
    """{requests, errors, p95_ms} of what several balancers say of several hosts."""
    times = sorted(milliseconds for host in seen for milliseconds in host["milliseconds"])
    return {
        "requests": sum(host["requests"] for host in seen),
        "errors": sum(host["errors"] for host in seen),
        "p95_ms": round(times[math.ceil(0.95 * len(times)) - 1], 1) if times else None,
    }


def _rate(figures):
    return figures["errors"] / figures["requests"] if figures["requests"] else 0


def canary_verdict(seen, canaries, *, before=(), error_margin=1, latency_factor=2, latency_slack=250, requests=20, complete=True):
    """Figures and problems. `seen` are the results of balancer_requests, one for each balancer; `before` are earlier ones of the others."""
    figures = _figures([balancer["hosts"][host] for balancer in seen for host in canaries])
    others = _figures([found for balancer in before or seen for host, found in balancer["hosts"].items() if host not in canaries])
    problems = []
    if figures["errors"] >= FEWEST_ERRORS and 100 * (_rate(figures) - _rate(others)) > error_margin:
        problems.append(
            f"{figures['errors']} of {figures['requests']} requests ended in a server error ({100 * _rate(figures):.1f} %; "
            f"on the others {100 * _rate(others):.1f} %)."
        )
    if figures["requests"] >= requests and others["p95_ms"] is not None:
        limit = latency_factor * others["p95_ms"] + latency_slack
        if figures["p95_ms"] is not None and figures["p95_ms"] > limit:
            problems.append(
                f"95 of 100 requests took up to {figures['p95_ms']:.0f} ms, "
                f"on the others {others['p95_ms']:.0f} ms: more than {limit:.0f} ms."
            )
    if complete and figures["requests"] < requests:
        problems.append(f"Only {figures['requests']} requests reached it; {requests} are needed to judge it.")
    return {**figures, "others": others, "problems": problems}


class FilterModule:
    def filters(self):
        return {"canary_verdict": canary_verdict}
