"""What is sent to a source by whoever has no key: a hook's request, a form's answer."""

from __future__ import annotations

from fastapi import Request

from api.problems import Problem
from voc.service import sources
from voc.service.context import Service
from voc.service.pushes import TooManyError
from voc.sources import Push


def pushed(service: Service, source_id: str, request: Request, body: bytes) -> int:
    """Give a request to its source; how many things in it were new.

    Raises:
        Problem: 429 where more came within a minute than the source takes.
    """
    row = sources.open_source(service, source_id).row
    headers = {name.lower(): value for name, value in request.headers.items()}
    sender = request.client.host if request.client else ""
    push = Push(body=body, headers=headers, url=str(request.url), sender=sender, at=service.now())
    try:
        return sources.receive(service, sources.pushing(row), row, push)
    except TooManyError as error:
        raise Problem(429, str(error), headers={"Retry-After": str(error.seconds)}) from error
