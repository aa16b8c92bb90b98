"""Around every request: its id, one log line, and no internals in what a client sees when something breaks."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from typing import Any

from papersearch import logs, metrics

log = logging.getLogger("papersearch.access")
VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
PROBES = ("/health", "/ready", "/live", "/metrics")
SERVER_ERROR = 500


class RequestContext:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = wanted if VALID_ID.fullmatch(wanted) else uuid.uuid4().hex
        logs.request_id.set(request_id)
        started, status = time.perf_counter(), 0

        async def send_with_id(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            log.exception("Request failed")
            if status:
                raise  # The answer is under way: all that is left is to cut it off.
            await _answer_500(send_with_id, request_id)
        finally:
            _note(scope, status, time.perf_counter() - started)


async def _answer_500(send: Any, request_id: str) -> None:
    body = json.dumps(error_body("internal", "Something went wrong here. The log has it under this request_id.", request_id)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": SERVER_ERROR, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def error_body(code: str, message: str, request_id: str, **more: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **more}, "request_id": request_id}


def _note(scope: dict[str, Any], status: int, seconds: float) -> None:
    path = scope["path"]
    if status >= SERVER_ERROR and path not in PROBES:
        metrics.ERRORS.labels(endpoint_of(path)).inc()
    level = logging.DEBUG if path in PROBES else logging.INFO
    client = (scope.get("client") or ("",))[0]
    details = {"method": scope["method"], "path": path, "status": status, "ms": round(seconds * 1000, 1), "client": client}
    log.log(level, "request", extra=details)


def endpoint_of(path: str) -> str:
    """A few fixed names: a metric's labels must not grow with what clients ask for."""
    for prefix, name in (("/api/search", "search"), ("/api/papers", "papers"), ("/api/tasks", "tasks"), ("/api/", "api")):
        if path.startswith(prefix):
            return name
    return "ui"
