"""The application: routers, pages and what surrounds them, put together by one factory."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

import voc
from api import openai_compat as openai_shapes
from api import pages, problems
from api.compression import Assets, Compressed
from api.middleware import SecurityMiddleware
from api.pages.rendering import FOLDER, Pages
from api.parameters import known_parameters
from api.routers import (
    alerts,
    audio,
    audit,
    contact,
    contexts,
    corrections,
    customers,
    digests,
    emergence,
    events,
    exports,
    findings,
    handover,
    health,
    insights,
    interactions,
    keys,
    links,
    lookalikes,
    mappings,
    metrics,
    one_topic,
    privacy,
    search,
    sources,
    subscriptions,
    themes,
    topic_packs,
    topics,
    transcriptions,
    uploads,
    views,
)
from api.sessions import Sessions
from voc.errors import VocError
from voc.language.small_products import undivided
from voc.service.context import Clock, Service, wall_clock
from voc.service.pipeline import Pipeline, QueuedPipeline
from voc.settings import Settings
from voc.signing import signing_secret
from voc.store import Store

ROUTERS: tuple[APIRouter, ...] = (
    uploads.router,
    mappings.router,
    sources.router,
    interactions.lists,
    interactions.router,
    audio.router,
    transcriptions.router,
    corrections.router,
    corrections.queue_router,
    lookalikes.router,
    events.router,  # before the customers: their ids may hold any character, so their paths match anything
    privacy.router,
    customers.router,
    search.router,
    topic_packs.router,
    topics.router,
    one_topic.router,  # after what is fixed below /v1/topics
    themes.router,
    emergence.router,
    insights.router,
    metrics.router,
    contexts.router,
    contact.router,
    digests.router,
    handover.tickets,  # before the findings, whose keys may hold any character
    findings.router,
    handover.rules,
    handover.trackers,
    handover.shares,
    subscriptions.router,
    subscriptions.deliveries,
    alerts.router,
    exports.router,
    views.router,
    views.notes,
    links.router,
    keys.router,
    audit.router,
    health.router,
    *pages.ROUTERS,
)
"""Every router; the access tests walk this list, so that a new route cannot be forgotten."""


def create_app(
    store: Store, settings: Settings, *, pipeline: Pipeline | None = None, clock: Clock = wall_clock
) -> FastAPI:
    """The API and the pages over one store.

    Args:
        pipeline: stand-in for the pipeline; the real one by default, opened at first use.
        clock: what time it is; tests set their own.

    Raises:
        SettingsError: the secret that signs sessions can be neither read nor made.
    """
    real = QueuedPipeline(store, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Figures multiply small matrices, in threads of their own: BLAS's threads beside them only wait for each other.
        with undivided(), _start_kept():
            yield
        real.close()

    app = FastAPI(
        title="voc",
        summary="Voice of the customer: every figure open to the words it came from.",
        version=voc.__version__,
        docs_url=None,  # drawn by api.pages.api_docs: the stock page loads scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(known_parameters)],
    )
    service = Service(store, settings, pipeline or real, clock)
    _ = service.categories  # a file that cannot be used stops the start, not the first reader
    app.state.service = service
    app.state.sessions = Sessions(signing_secret(settings))
    app.state.pages = Pages(settings, service.topics)

    app.mount("/static", Assets(directory=FOLDER / "static"), name="static")
    # What a browser asks for where a page names no icon: a shared digest, a feedback form, a part of a page.
    app.add_route("/favicon.ico", lambda _: FileResponse(FOLDER / "static" / "icon.svg"), include_in_schema=False)
    for router in ROUTERS:
        app.include_router(router)
    for kind in (problems.Problem, StarletteHTTPException, RequestValidationError, VocError):
        app.add_exception_handler(kind, _answer_problem)
    app.add_middleware(SecurityMiddleware, settings=settings, answer_problem=_answer_problem)
    app.add_middleware(Compressed)
    return app


@contextmanager
def _start_kept() -> Iterator[None]:
    """Tell the collector that what the start made stays: looking through it took half of a large answer's time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def _answer_problem(request: Request, error: Exception) -> Response:
    """Problem details to programs, a page to browsers."""
    problem = problems.of(error)
    if request.url.path == openai_shapes.PATH:
        return openai_shapes.refusal(problem)
    if pages.wants_page(request):
        from starlette.concurrency import run_in_threadpool

        page = await run_in_threadpool(pages.problem_page, request, problem)
        if "retry-after" in (headers := {name.lower(): value for name, value in problem.headers.items()}):
            page.headers["retry-after"] = headers["retry-after"]
        return page
    return problems.answer(problem, pages.asked_words(request))


def openapi() -> dict[str, Any]:
    """The OpenAPI document without a store, for the docs and their tests."""
    app = FastAPI(title="voc", version=voc.__version__)
    for router in ROUTERS:
        app.include_router(router)
    return app.openapi()
