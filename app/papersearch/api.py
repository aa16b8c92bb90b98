"""The JSON API."""

from __future__ import annotations

import logging
import secrets
from typing import Annotated, Any

from celery import Celery
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, status

from papersearch import logs, models, tasks
from papersearch.service import Service

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api")


def service(request: Request) -> Service:
    return request.app.state.service


def client_of(request: Request) -> str:
    """Who asks, as well as that can be known: only a hash of it is kept, for some minutes."""
    return f"{request.client.host if request.client else ''} {request.headers.get('user-agent', '')}"


def queue(request: Request) -> Celery:
    return request.app.state.queue


ServiceOf = Annotated[Service, Depends(service)]
Queue = Annotated[Celery, Depends(queue)]


@router.get("/search")
def search(request: Request, query: Annotated[models.Query, Query()], service: ServiceOf) -> models.SearchResults:
    return service.search(query, client_of(request))


@router.get("/papers")
def list_papers(page: Annotated[models.Page, Query()], service: ServiceOf) -> models.Results:
    return service.store.list(page)


@router.get("/papers/{paper_id}")
def get_paper(paper_id: str, service: ServiceOf) -> models.Paper:
    paper = service.store.get(paper_id) if len(paper_id) <= 128 else None  # noqa: PLR2004
    if paper is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no paper with this id.")
    return paper


def may_ingest(service: ServiceOf, x_api_key: Annotated[str, Header()] = "") -> None:
    settings = service.settings
    if not settings.api_key.get_secret_value():
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Ingestion is off: the service has no API key.")
    keys = [key for key in (settings.api_key.get_secret_value(), settings.api_key_previous.get_secret_value()) if key]
    if not any(secrets.compare_digest(x_api_key.encode(), key.encode()) for key in keys):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "The X-API-Key header is missing or wrong.")


@router.post("/papers", status_code=status.HTTP_202_ACCEPTED, dependencies=[Depends(may_ingest)])
def add_paper(paper: models.Paper, queue: Queue) -> dict[str, str]:
    try:
        task = queue.send_task(tasks.INGEST, (paper.model_dump(), logs.request_id.get()), retry=False)
    except tasks.UNAVAILABLE as error:
        raise _queue_away(error) from error
    return {"task_id": task.id, "id": paper.id}


@router.get("/tasks/{task_id}", dependencies=[Depends(may_ingest)])
def get_task(task_id: str, queue: Queue) -> dict[str, Any]:
    """PENDING is also the answer for a task that never was: Celery does not tell them apart."""
    try:
        state = queue.AsyncResult(task_id)._get_task_meta()  # one read; the public properties read once each
    except tasks.UNAVAILABLE as error:
        raise _queue_away(error) from error
    return {"task_id": task_id, "state": state["status"], "result": state["result"] if state["status"] == "SUCCESS" else None}


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
def nothing_here(path: str) -> None:
    raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no /api/{path[:100]}.")


def _queue_away(error: Exception) -> HTTPException:
    log.warning("The task queue is not usable", extra={"error": type(error).__name__})
    return HTTPException(status.HTTP_503_SERVICE_UNAVAILABLE, "The task queue does not answer. Try again later.", {"Retry-After": "5"})
