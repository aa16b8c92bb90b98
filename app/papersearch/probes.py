"""For the balancer, systemd and Prometheus.

/live   this process answers.
/ready  it can search: what a balancer asks. Redis is not needed for that, so that its restart empties no pool.
/health everything is as it should be: what an operator asks.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from papersearch import health, metrics
from papersearch.store import StoreUnavailable

router = APIRouter()


@router.get("/live")
async def live() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/ready")
def ready(request: Request) -> JSONResponse:
    try:
        request.app.state.service.store.check()
    except StoreUnavailable as error:
        return JSONResponse({"status": "not ready", "reason": f"opensearch: {error}"}, 503)
    return JSONResponse({"status": "ready"})


@router.get("/health")
def healthy(request: Request) -> JSONResponse:
    report = health.report(request.app.state.service)
    return JSONResponse(report, 200 if report["status"] == "healthy" else 503)


@router.get("/metrics")
def prometheus(request: Request) -> Response:
    return Response(metrics.render(request.app.state.service.cache.active_users), media_type=CONTENT_TYPE_LATEST)
