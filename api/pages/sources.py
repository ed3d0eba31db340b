"""Sources: what flows in by itself, how often, what came, what was refused and why; pause, run now, add."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Admin, Analyst
from api.dependencies import service_of
from api.pages.forms import number_of, posted
from api.pages.rendering import draw, speech
from api.request_files import channel_of
from voc.errors import InputError
from voc.service import sources
from voc.service.actor import Actor
from voc.service.sources import NewSource

router = APIRouter(include_in_schema=False)

RUNS_SHOWN = 30
OPTION, SECRET = "option.", "secret."


@router.get("/sources", response_class=HTMLResponse)
def page(request: Request, actor: Analyst) -> HTMLResponse:
    """Every source with its last run, and the kinds there are to add."""
    return _listing(request, actor)


@router.get("/sources/add/{kind}", response_class=HTMLResponse)
def form(request: Request, actor: Admin, kind: str) -> Response:
    """The form for a source of one kind."""
    return _form(request, actor, kind)


@router.post("/sources/add/{kind}", response_class=HTMLResponse)
async def add(request: Request, actor: Admin, kind: str) -> Response:
    """Set it up; what is wrong is said above the form, which keeps what was written."""
    fields = await posted(request)

    def made() -> Response:
        try:
            row = sources.add(service_of(request), actor, _wanted(kind, fields))
        except InputError as problem:
            return _form(request, actor, kind, fields=fields, problem=problem)
        return RedirectResponse(f"/sources/{row.id}", status_code=303)

    return await run_in_threadpool(made)


@router.get("/sources/{source_id}", response_class=HTMLResponse)
def one(request: Request, actor: Analyst, source_id: str) -> HTMLResponse:
    """One source: its settings, its runs, its quarantine."""
    service = service_of(request)
    state = sources.state(service, actor, source_id)
    return draw(
        request,
        "source.html",
        state=state,
        runs=sources.runs(service, actor, state.row.id, limit=RUNS_SHOWN),
        items=sources.quarantine(service, actor, state.row.id),
    )


@router.post("/sources/{source_id}/{act}")
async def do(request: Request, actor: Analyst, source_id: str, act: str) -> Response:
    """Run, pause, resume, try what was refused again, or remove; then the page again."""
    fields = await posted(request)
    service = service_of(request)

    def done() -> str:
        if act == "remove":
            sources.remove(service, actor, source_id)
            return "/sources"
        if act == "retry":
            sources.retry(service, actor, source_id, number_of(fields.get("item")))
        elif act in _ACTS:
            _ACTS[act](service, actor, source_id)
        else:
            sources.find(service, actor, source_id)
        return "/sources" if fields.get("from") == "list" else f"/sources/{source_id}"

    return RedirectResponse(await run_in_threadpool(done), status_code=303)


_ACTS = {"run": sources.run, "pause": sources.pause, "resume": sources.resume}


def _wanted(kind: str, fields: dict[str, str]) -> NewSource:
    minutes = fields.get("every", "").replace(",", ".").strip()
    try:
        every = round(float(minutes) * 60) if minutes else None
        rate = int(fields["per_minute"]) if fields.get("per_minute", "").strip() else None
    except ValueError as error:
        raise InputError("every: is no number.", code="source_field_wrong", field="every") from error
    return NewSource(
        kind=kind,
        name=fields.get("name", ""),
        options={name.removeprefix(OPTION): value for name, value in fields.items() if name.startswith(OPTION)},
        secrets={name.removeprefix(SECRET): value for name, value in fields.items() if name.startswith(SECRET)},
        channel=channel_of(fields.get("channel")),
        every_seconds=every,
        per_minute=rate,
    )


def _listing(request: Request, actor: Actor) -> HTMLResponse:
    service = service_of(request)
    return draw(request, "sources.html", sources=sources.listing(service, actor), kinds=sources.kinds(service, actor))


def _form(
    request: Request,
    actor: Actor,
    kind: str,
    *,
    fields: dict[str, str] | None = None,
    problem: InputError | None = None,
) -> HTMLResponse:
    found = {one.name: one for one in sources.kinds(service_of(request), actor)}.get(kind)
    if found is None:
        raise sources.no_such_kind(kind)
    allowed = service_of(request).settings.source_folders
    context: dict[str, Any] = {"kind": found, "fields": fields or {}, "problem": None, "allowed_folders": allowed}
    if problem is not None:
        words = speech(request)
        context["problem"] = words.error(problem.code, problem.parameters) or str(problem)
    return draw(request, "source_form.html", status=422 if problem else 200, **context)
