"""What time it is for a request: one clock of the application, so that tests can set it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import Request

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def now_of(request: Request) -> datetime:
    """The present moment by the clock of the application that answers ``request``."""
    clock: Clock = request.app.state.clock
    return clock()
