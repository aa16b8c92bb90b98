"""The page. It loads nothing from other hosts and keeps no state in the server: each click is one POST that any process can answer."""

from __future__ import annotations

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before the import: Gradio reads it there
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import html
from importlib.resources import files
from typing import Any

import gradio as gr
from fastapi import FastAPI
from pydantic import ValidationError

from papersearch import metrics
from papersearch.models import FIRST_YEAR, Query, SearchResults
from papersearch.service import Service
from papersearch.settings import Settings
from papersearch.store import StoreUnavailable

PAGE_SIZE = 10
EXAMPLES = ["attention is all you need", "distributed consensus", "ranking of documents", "CRISPR", "black holes"]
# A link /?q=... opens with its search done, as if somebody had typed it and pressed the button.
FROM_LINK = "q => new URLSearchParams(location.search).get('q') ?? q"
PRESS = "() => { if (new URLSearchParams(location.search).get('q')) document.getElementById('search').click(); }"
TO_LINK = "(q, a, b) => { history.replaceState(null, '', q ? '?q=' + encodeURIComponent(q) : location.pathname); return [q, a, b]; }"


def mount(app: FastAPI) -> FastAPI:
    settings: Settings = app.state.service.settings
    blocks = build(app.state.service)
    blocks.queue(max_size=settings.ui_queue_size, default_concurrency_limit=settings.ui_concurrency, api_open=False)
    # Gradio looks into its queue every millisecond, which costs each idle worker 3 % of a core. On Windows it does so at this interval.
    blocks._queue.sleep_when_free = 0.05
    system = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif"]
    return gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=gr.themes.Soft(primary_hue="blue", neutral_hue="slate", font=system, font_mono=["ui-monospace", "monospace"]),
        css=files("papersearch").joinpath("ui.css").read_text(encoding="utf-8"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="1kb",
    )


def build(service: Service) -> gr.Blocks:
    settings = service.settings

    def search(q: str, year_from: float | None, year_to: float | None, page: float, request: gr.Request) -> tuple[Any, ...]:
        if not q.strip():
            return _only("Type what you are looking for.")
        try:
            query = Query(q=q, year_from=year_from or None, year_to=year_to or None, page=int(page), size=PAGE_SIZE)
            answer = service.search(query, _client(request))
        except ValidationError as error:
            return _only("; ".join(_explain(problem) for problem in error.errors()), "error")
        except StoreUnavailable:
            metrics.ERRORS.labels("ui").inc()
            return _only("The search index does not answer. Try again in a moment.", "error")
        more = answer.page * PAGE_SIZE < answer.total
        turns = gr.update(interactive=answer.page > 1), gr.update(interactive=more)
        return answer.page, results(answer), gr.update(visible=answer.total > PAGE_SIZE), *turns

    def first(q: str, year_from: float | None, year_to: float | None, request: gr.Request) -> tuple[Any, ...]:
        return search(q, year_from, year_to, 1, request)

    def previous(q: str, year_from: float | None, year_to: float | None, page: float, request: gr.Request) -> tuple[Any, ...]:
        return search(q, year_from, year_to, page - 1, request)

    def following(q: str, year_from: float | None, year_to: float | None, page: float, request: gr.Request) -> tuple[Any, ...]:
        return search(q, year_from, year_to, page + 1, request)

    with gr.Blocks(title=settings.ui_title, analytics_enabled=False) as page:
        gr.HTML(f"<header><h1>{html.escape(settings.ui_title)}</h1><p>Landmark papers of science, by title, author or idea.</p></header>")
        with gr.Row(equal_height=True):
            q = gr.Textbox(
                placeholder="Search papers", show_label=False, container=False, max_length=500, scale=8, autofocus=True, elem_id="query"
            )
            go = gr.Button("Search", variant="primary", scale=1, min_width=110, elem_id="search")
        with gr.Accordion("Limit by year", open=False), gr.Row():
            year_from = gr.Number(label="From", precision=0, minimum=FIRST_YEAR, value=None)
            year_to = gr.Number(label="To", precision=0, minimum=FIRST_YEAR, value=None)
        shown = gr.HTML(_note("Type what you are looking for."), elem_id="results")
        with gr.Row(visible=False, elem_id="pages") as pages:
            back = gr.Button("Previous", size="sm", elem_id="back")
            number = gr.Number(1, show_label=False, container=False, precision=0, interactive=False, min_width=60, elem_id="page")
            forward = gr.Button("Next", size="sm", elem_id="forward")
        gr.Examples(EXAMPLES, q, label="For example")

        inputs, outputs = [q, year_from, year_to], [number, shown, pages, back, forward]
        common = {"queue": settings.ui_queue, "api_visibility": "private", "show_progress": "minimal"}
        page.load(None, q, q, js=FROM_LINK).then(None, js=PRESS)
        # One after the other, so that the answer of the last search is the one that stays.
        gr.on([go.click, q.submit], first, inputs, outputs, js=TO_LINK, trigger_mode="always_last", **common)
        back.click(previous, [*inputs, number], outputs, **common)
        forward.click(following, [*inputs, number], outputs, **common)
    return page


def _client(request: gr.Request) -> str:
    return f"{request.client.host if request.client else ''} {request.headers.get('user-agent', '')}"


def _note(text: str, kind: str = "info") -> str:
    return f'<p class="note {kind}">{html.escape(text)}</p>'


def _only(text: str, kind: str = "info") -> tuple[Any, ...]:
    """Just a note: no pages to turn."""
    return 1, _note(text, kind), gr.update(visible=False), gr.update(), gr.update()


def _explain(problem: Any) -> str:
    where = ".".join(map(str, problem["loc"]))
    return f"{where + ': ' if where else ''}{problem['msg'].removeprefix('Value error, ')}"


def results(answer: SearchResults) -> str:
    if not answer.total:
        return _note(f"Nothing found for “{answer.query}”.")
    start = (answer.page - 1) * answer.size + 1
    took = "from the cache" if answer.cached else f"in {answer.took_ms} ms"
    head = f"{answer.total} papers, {start} to {start + len(answer.results) - 1}, {took}" if answer.total > 1 else f"1 paper, {took}"
    cards = "".join(
        f"<li><h2>{html.escape(hit.title)}</h2>"
        f'<p class="by">{html.escape(", ".join(hit.authors))}</p>'
        f'<p class="where"><b>{hit.year}</b> {html.escape(hit.venue)}</p>'
        f"<p>{html.escape(hit.summary)}</p></li>"
        for hit in answer.results
    )
    return f'<p class="note">{head}</p><ol class="papers" start="{start}">{cards}</ol>'
