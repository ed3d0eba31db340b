"""Few figures at a time: what counts over the whole store may never take every thread of the server.

Answers are made in threads (AnyIO lends 40), and one figure over a large store takes seconds. Routes of figures, lists
and searches are therefore :class:`FigureRoute`: a few are made at once, some wait without holding a thread, and whoever
comes after them is told when to come back. Uploads, single contacts and probes are never behind them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import anyio
from anyio.lowlevel import RunVar
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.access import SAFE_METHODS
from api.dependencies import service_of
from api.problems import Problem

FIGURES_AT_ONCE = 4
"""Figures made at the same time: beyond the cores of a small machine, far below the 40 threads."""
FIGURES_WAITING = 96
"""Figures that wait for their turn; one more is refused."""
WAIT_SECONDS = 20.0
"""How long a figure waits before it is refused: below the 30 to 60 s after which proxies give up."""
RETRY_SECONDS = 10
LAG_SECONDS = 2.0
"""How far figures may be behind what comes in while others wait for their turn: those who wait then ask the same of the
same facts, and it is worked out once. What somebody decides (a correction, an erasure) is never waited for."""

_slots: RunVar[anyio.Semaphore] = RunVar("voc_figure_slots")


class FigureRoute(APIRoute):
    """A route whose answer is counted over many interactions; 503 with ``Retry-After`` when too many are asked for."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The usual handler, once there is a slot for it; the slot is free again before the answer is sent."""
        handler = super().get_route_handler()

        async def limited(request: Request) -> Response:
            facts = service_of(request).store.facts
            facts.lag = LAG_SECONDS if _of_this_loop().statistics().tasks_waiting else 0.0
            async with figure_slot():
                with facts.one_state() if request.method in SAFE_METHODS else nullcontext():
                    return await handler(request)

        return limited


@asynccontextmanager
async def figure_slot() -> AsyncIterator[None]:
    """Hold one of the slots for figures.

    Raises:
        Problem: 503 when too many wait already, or none became free in ``WAIT_SECONDS``.
    """
    slots = _of_this_loop()
    if slots.statistics().tasks_waiting >= FIGURES_WAITING:
        raise _busy()
    try:
        with anyio.fail_after(WAIT_SECONDS):
            await slots.acquire()
    except TimeoutError:
        raise _busy() from None
    try:
        yield
    finally:
        slots.release()


def _of_this_loop() -> anyio.Semaphore:
    try:
        return _slots.get()
    except LookupError:
        slots = anyio.Semaphore(FIGURES_AT_ONCE)
        _slots.set(slots)
        return slots


def _busy() -> Problem:
    return Problem(
        503,
        f"Too many figures are being worked out now; ask again in {RETRY_SECONDS} seconds.",
        code="busy",
        parameters={"seconds": RETRY_SECONDS},
        headers={"Retry-After": str(RETRY_SECONDS)},
    )
