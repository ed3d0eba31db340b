"""What routes and pages are given: the service behind this application."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from voc.service.context import Service


def service_of(request: Request) -> Service:
    """The service of the application that answers ``request``."""
    service: Service = request.app.state.service
    return service


async def _service(request: Request) -> Service:
    """:func:`service_of` as a dependency; a coroutine, so that no thread is spent on it."""
    return service_of(request)


ServiceDep = Annotated[Service, Depends(_service)]
