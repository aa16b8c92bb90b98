"""What /health looks at. Each check answers with its detail; what went wrong is named without internals."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import redis

from papersearch.service import Service
from papersearch.settings import Settings
from papersearch.store import StoreUnavailable


class Unhealthy(Exception):
    """A check's limit is exceeded."""


def disk(settings: Settings) -> dict[str, Any]:
    usage = shutil.disk_usage(settings.health_disk_path)
    return _limit(100 * usage.used / usage.total, settings.health_disk_max_percent)


def memory(settings: Settings, meminfo: Path = Path("/proc/meminfo")) -> dict[str, Any]:
    values = {line.split(":")[0]: int(line.split()[1]) for line in meminfo.read_text().splitlines() if ":" in line}
    return _limit(100 - 100 * values["MemAvailable"] / values["MemTotal"], settings.health_memory_max_percent)


def _limit(used: float, limit: float) -> dict[str, Any]:
    if used > limit:
        raise Unhealthy(f"{used:.1f} % used, the limit is {limit:g} %")
    return {"used_percent": round(used, 1)}


def _run(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"status": "ok"} | check()
    except (StoreUnavailable, Unhealthy) as error:
        return {"status": "failed", "reason": str(error)}
    except redis.AuthenticationError:
        return {"status": "failed", "reason": "credentials refused"}
    except redis.RedisError:
        return {"status": "failed", "reason": "does not answer"}
    except OSError as error:
        return {"status": "failed", "reason": error.strerror or type(error).__name__}


def report(service: Service) -> dict[str, Any]:
    settings = service.settings
    checks: dict[str, Callable[[], dict[str, Any]]] = {
        "opensearch": service.store.check,
        "redis": service.cache.check,
        "disk": lambda: disk(settings),
        "memory": lambda: memory(settings),
    }
    with ThreadPoolExecutor(len(checks)) as pool:
        results = dict(zip(checks, pool.map(_run, checks.values()), strict=True))
    healthy = all(result["status"] == "ok" for result in results.values())
    return {"status": "healthy" if healthy else "unhealthy", "instance": settings.instance, "checks": results}
