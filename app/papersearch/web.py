"""Puts the parts together: probes and API first, the page at / for everything else."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from papersearch import __version__, api, guard, logs, probes, ui
from papersearch.middleware import RequestContext, error_body
from papersearch.service import Service
from papersearch.settings import Settings
from papersearch.store import StoreUnavailable
from papersearch.tasks import make_celery

CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 429: "too_many_requests", 503: "unavailable"}


def create_app(settings: Settings) -> FastAPI:
    logs.configure(settings.log_level)
    # The interactive documentation page loads its scripts from a CDN: off. The schema itself stays.
    app = FastAPI(title="papersearch", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.service = Service(settings)
    app.state.queue = make_celery(settings)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.include_router(probes.router)
    app.include_router(api.router, dependencies=guard.guards(settings, app.state.service.cache))
    app = ui.mount(app)
    app.add_middleware(RequestContext)
    return app


async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
    fields = [{"field": _field(item["loc"]), "message": item["msg"].removeprefix("Value error, ")} for item in error.errors()]
    message = "; ".join(f"{item['field']}: {item['message']}" if item["field"] else item["message"] for item in fields)
    return JSONResponse(error_body("invalid", message, logs.request_id.get(), fields=fields), 422)


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location[1:])


async def _refused(_: Request, error: HTTPException) -> JSONResponse:
    body = error_body(CODES.get(error.status_code, "refused"), str(error.detail), logs.request_id.get())
    return JSONResponse(body, error.status_code, error.headers)


async def _unavailable(_: Request, error: StoreUnavailable) -> JSONResponse:
    body = error_body("unavailable", "The search index does not answer. Try again later.", logs.request_id.get())
    return JSONResponse(body, 503, {"Retry-After": "5"})
