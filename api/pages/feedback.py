"""The feedback form of a source: open to everybody, and to the sites that may show it inside their pages."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.dependencies import service_of
from api.localisation import words
from api.middleware import CONTENT_SECURITY_POLICY
from api.pages.rendering import bare
from api.problems import Problem
from api.pushes import pushed
from voc.errors import VocError
from voc.service import sources
from voc.service.sources import SourceState

router = APIRouter(include_in_schema=False)

LARGEST_BYTES = 64 * 1024


@router.get("/feedback/{source_id}", response_class=HTMLResponse)
def form(request: Request, source_id: str) -> HTMLResponse:
    """The form."""
    return _draw(request, _state(request, source_id))


@router.post("/feedback/{source_id}", response_class=HTMLResponse)
async def answer(request: Request, source_id: str) -> HTMLResponse:
    """Keep an answer and say thanks; what is wrong with it is said above the form."""
    body = await request.body()
    if len(body) > LARGEST_BYTES:
        raise Problem(413, "The answer is too long.", code="too_large", parameters={"mb": 1})

    def kept() -> HTMLResponse:
        state = _state(request, source_id)
        try:
            pushed(service_of(request), source_id, request, body)
        except (VocError, Problem) as error:
            said = words(state.options["language"]).error(error.code, error.parameters) or str(error)
            return _draw(request, state, status=getattr(error, "status", 422), problem=said)
        return _draw(request, state, done=True)

    return await run_in_threadpool(kept)


def _state(request: Request, source_id: str) -> SourceState:
    state = sources.open_source(service_of(request), source_id)
    if state.row.kind != "form":
        raise sources.no_such_form()
    return state


def _draw(
    request: Request, state: SourceState, *, status: int = 200, problem: str | None = None, done: bool = False
) -> HTMLResponse:
    context: dict[str, Any] = {
        "state": state,
        "options": state.options,
        "scale": sources.scale_of(state),
        "problem": problem,
        "done": done,
        "token": secrets.token_hex(16),
    }
    response = bare(request, "feedback.html", language=state.options["language"], status=status, **context)
    shown_in = " ".join(sources.sites_of(state)) or "'none'"
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {shown_in}")
    response.headers["content-security-policy"] = policy
    return response
