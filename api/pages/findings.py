"""The board of findings: who takes what until when, whether it moved, and the customers behind it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, cast, get_args
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.pages.forms import local_path, posted
from api.pages.rendering import draw
from api.problems import Problem
from voc.records import FindingAction
from voc.service import closed_loop, digests, findings, handover, keys

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

DONE_SHOWN = 30
"""Findings that are done, the latest, which the board lists."""


@router.get("/findings", response_class=HTMLResponse)
def board(request: Request, actor: Reader) -> HTMLResponse:
    """What is to be decided, what is under way, what is done."""
    service = service_of(request)
    found = findings.board(service, actor)
    week = digests.latest(service, actor)
    digest = digests.digest(service, actor, week) if week is not None else None
    known = {one.key for one in found}
    undecided = [one for one in (*digest.rises, *digest.falls) if one.key not in known] if digest else []
    return draw(
        request,
        "findings.html",
        week=week,
        undecided=undecided,
        open=[one for one in found if one.review.status in findings.OPEN],
        done=[one for one in found if one.review.status not in findings.OPEN][:DONE_SHOWN],
        titles={one.key: one.labels for one in undecided} | {one.key: one.labels for one in found},
        owners=findings.owners(service, actor),
        actors=keys.names(service, actor),
        today=service.now().date(),
    )


@router.get("/findings/{finding:path}/customers", response_class=HTMLResponse)
def customers(
    request: Request, actor: Analyst, finding: str, week: Annotated[str, Query(max_length=20)]
) -> HTMLResponse:
    """The customers behind a finding: who may be told what became of it, and who is left alone and why."""
    found = closed_loop.customers_behind(service_of(request), actor, finding, week=week)
    return draw(
        request,
        "finding_customers.html",
        finding=finding,
        week=week,
        free=[one for one in found if one.held_back is None],
        held=[one for one in found if one.held_back is not None],
    )


@router.get("/findings/{finding:path}", response_class=HTMLResponse)
def one(request: Request, actor: Reader, finding: str) -> HTMLResponse:
    """One finding: its figure before and after, and every decision about it."""
    service = service_of(request)
    detail = findings.detail(service, actor, finding)
    others = findings.board(service, actor)
    return draw(
        request,
        "finding.html",
        one=detail.finding,
        history=detail.history,
        tickets=handover.tickets(service, actor, finding),
        trackers=handover.trackers(service, actor) if actor.allows("analyst") else [],
        week=digests.latest(service, actor) or detail.finding.first_week,
        titles={one.key: one.labels for one in others},
        owners=findings.owners(service, actor),
        actors=keys.names(service, actor),
        today=service.now().date(),
    )


@router.post("/findings")
async def decide(request: Request, actor: Analyst) -> Response:
    """Keep what was decided, or take it back, and come back to where it was asked."""
    fields = await posted(request)
    service, key, action = service_of(request), fields.get("finding", ""), fields.get("action", "")
    if action == "undo":
        number = fields.get("decision", "")
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise Problem(422, "decision: say which one to take back.", code="event_missing")
        await run_in_threadpool(findings.undo, service, actor, int(number), of=key)
    else:
        wish = _wish(action, fields)
        await run_in_threadpool(digests.review, service, actor, fields.get("week", ""), key, wish)
    back = local_path(fields.get("back"), default=f"/findings/{quote(key, safe='')}")
    return RedirectResponse(back, status_code=303)


def _wish(action: str, fields: dict[str, str]) -> findings.Wish:
    if action not in get_args(FindingAction):
        raise Problem(422, "action: choose what is decided.", code="finding_action_missing")
    due = fields.get("due", "").strip()
    try:
        day = date.fromisoformat(due) if due else None
    except ValueError as error:
        raise Problem(
            422, "due: write the day like 2026-11-30.", code="invalid_field", parameters={"field": "due"}
        ) from error
    return findings.Wish(
        cast(FindingAction, action),
        owner=fields.get("owner"),
        due=day,
        text=fields.get("text"),
        into=fields.get("into") or None,
    )
