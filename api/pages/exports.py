"""Exports: a file of what a page's filters leave, written by a worker, fetched here."""

from __future__ import annotations

from typing import Annotated, cast, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Reader
from api.dependencies import service_of
from api.pages.forms import posted
from api.pages.rendering import draw
from api.problems import Problem
from voc.records.exports import ExportForm, ExportTable
from voc.service import exports

router = APIRouter(include_in_schema=False)


@router.get("/exports", response_class=HTMLResponse)
def page(request: Request, actor: Reader, query: Annotated[str, Query(max_length=2000)] = "") -> HTMLResponse:
    """What was asked for, and a form; ``query`` are filters that a page was left with."""
    return draw(
        request,
        "exports.html",
        jobs=exports.asked(service_of(request), actor),
        tables=get_args(ExportTable),
        forms=get_args(ExportForm),
        query=query,
    )


@router.post("/exports")
async def ask(request: Request, actor: Reader) -> Response:
    """Ask for a file, and come back to wait for it."""
    fields = await posted(request)
    table, form = fields.get("table", ""), fields.get("form", "")
    if table not in get_args(ExportTable) or form not in get_args(ExportForm):
        raise Problem(422, "form: choose one.", code="invalid_field", parameters={"field": "form"})
    await run_in_threadpool(
        exports.ask,
        service_of(request),
        actor,
        table=cast(ExportTable, table),
        form=cast(ExportForm, form),
        query=fields.get("query", ""),
    )
    return RedirectResponse("/exports", status_code=303)
