"""Liveness, readiness, and figures for Prometheus."""

from __future__ import annotations

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import ServiceDep
from api.problems import Problem
from voc.errors import VocError
from voc.service import health

router = APIRouter(tags=["health"])

READY_SECONDS = 5.0
"""A database that takes longer to say whether there is a key does not answer."""
PROBES_AT_ONCE = 2

_limiter: RunVar[anyio.CapacityLimiter] = RunVar("voc_probe_threads")


class Health(BaseModel):
    """Answer of a probe."""

    status: str


@router.get("/healthz", summary="The process is up")
async def healthz() -> Health:
    """Public; touches nothing, and no thread: it answers however busy the threads are."""
    return Health(status="ok")


@router.get("/readyz", summary="The store answers")
async def readyz(service: ServiceDep) -> Health:
    """Public; 503 while the database cannot be read. It has threads of its own."""
    try:
        with anyio.fail_after(READY_SECONDS):
            await anyio.to_thread.run_sync(health.check_store, service, limiter=_probes(), abandon_on_cancel=True)
    except (VocError, OSError, TimeoutError):
        raise Problem(503, "The database does not answer.", code="database_silent") from None
    return Health(status="ok")


def _probes() -> anyio.CapacityLimiter:
    """The threads of the probes in this event loop, beside those that answer everybody else."""
    try:
        return _limiter.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(PROBES_AT_ONCE)
        _limiter.set(limiter)
        return limiter


@router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
def metrics(service: ServiceDep, actor: Reader) -> PlainTextResponse:
    """Text exposition format 0.0.4."""
    found = health.counts(service, actor)
    statuses = {name: getattr(found.work, name) for name in ("queued", "done", "failed")}
    lines = [
        "# HELP voc_interactions Interactions by status.",
        "# TYPE voc_interactions gauge",
        *(f'voc_interactions{{status="{name}"}} {n}' for name, n in statuses.items()),
        "# HELP voc_uploads The latest 1000 uploads by status.",
        "# TYPE voc_uploads gauge",
        *(f'voc_uploads{{status="{name}"}} {n}' for name, n in sorted(found.uploads.items())),
        "# HELP voc_customers Customer records.",
        "# TYPE voc_customers gauge",
        f"voc_customers {found.customers}",
        "# HELP voc_workers Worker processes that are alive.",
        "# TYPE voc_workers gauge",
        f"voc_workers {found.work.workers}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4; charset=utf-8")
