"""Who gets which finding by itself, trackers, and shared links; and the page a shared link opens."""

from __future__ import annotations

from typing import Any, cast, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Admin, Analyst
from api.dependencies import service_of
from api.pages.forms import local_path, number_of, posted
from api.pages.rendering import draw, speech
from api.parameters import RowNumber
from api.problems import Problem
from voc.records.handover import TrackerKind
from voc.service import digests, handover, keys
from voc.service.actor import Actor
from voc.service.handover import RuleWish, TrackerWish

router = APIRouter(include_in_schema=False)

STANDS_ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""A shared digest carries its style in itself; it may do nothing else."""


@router.get("/handover", response_class=HTMLResponse)
def page(request: Request, actor: Analyst) -> HTMLResponse:
    """Rules, trackers and links, each with a form for another."""
    return _page(request, actor)


@router.post("/handover/rules")
async def add_rule(request: Request, actor: Analyst) -> Response:
    """Assign what fits from now on."""
    fields = await posted(request)
    wish = RuleWish(
        owner=fields.get("owner", ""),
        topic=fields.get("topic"),
        segment=fields.get("segment"),
        city=fields.get("city"),
        due_days=number_of(fields.get("due_days")),
        tracker=number_of(fields.get("tracker")),
    )
    await run_in_threadpool(handover.add_rule, service_of(request), actor, wish)
    return RedirectResponse("/handover", status_code=303)


@router.post("/handover/trackers", response_class=HTMLResponse)
async def add_tracker(request: Request, actor: Admin) -> Response:
    """Know a tracker; the secret of a webhook is shown this once."""
    fields = await posted(request)
    if fields.get("kind") not in get_args(TrackerKind):
        raise Problem(422, "kind: choose one.", code="invalid_field", parameters={"field": "kind"})
    wish = TrackerWish(
        name=fields.get("name", ""),
        kind=cast(TrackerKind, fields["kind"]),
        url=fields.get("url", ""),
        secret=fields.get("secret", ""),
        project=fields.get("project", ""),
        issue_type=fields.get("issue_type", "") or "Task",
        language=speech(request).language,
    )

    def made() -> Response:
        tracker, secret = handover.add_tracker(service_of(request), actor, wish)
        if secret is None:
            return RedirectResponse("/handover", status_code=303)
        return _page(request, actor, secret=secret, made=tracker.name)

    return await run_in_threadpool(made)


@router.post("/handover/shares", response_class=HTMLResponse)
async def share(request: Request, actor: Analyst) -> Response:
    """Make a link and show it."""
    fields = await posted(request)

    def made() -> Response:
        _, url = handover.share(
            service_of(request),
            actor,
            fields.get("week", ""),
            finding=fields.get("finding") or None,
            days=number_of(fields.get("days")) or 14,
            language=speech(request).language,
        )
        return _page(request, actor, link=url)

    return await run_in_threadpool(made)


@router.post("/handover/tickets")
async def hand_over(request: Request, actor: Analyst) -> Response:
    """Hand a finding over to a tracker, and come back."""
    fields = await posted(request)
    tracker = number_of(fields.get("tracker")) or 0
    await run_in_threadpool(handover.hand_over, service_of(request), actor, fields.get("finding", ""), tracker)
    return RedirectResponse(local_path(fields.get("back"), default="/findings"), status_code=303)


@router.post("/handover/{what}/{number}/remove")
async def remove(request: Request, actor: Analyst, what: str, number: RowNumber) -> Response:
    """Remove a rule, a tracker or a link."""
    await posted(request)
    act = {"rules": handover.remove_rule, "trackers": handover.remove_tracker, "shares": handover.end_share}.get(what)
    if act is None:
        raise Problem(404, "There is no such thing.", code="not_found")
    await run_in_threadpool(act, service_of(request), actor, number)
    return RedirectResponse("/handover", status_code=303)


@router.get("/shared/{token}", response_class=HTMLResponse)
def shared(request: Request, token: str) -> HTMLResponse:
    """What a link shows to whoever has it: the link is the proof."""
    html = handover.shared_page(service_of(request), token)
    headers = {"content-security-policy": STANDS_ALONE, "x-robots-tag": "noindex", "referrer-policy": "no-referrer"}
    return HTMLResponse(html, headers=headers)


def _page(request: Request, actor: Actor, **more: Any) -> HTMLResponse:
    service = service_of(request)
    context: dict[str, Any] = {"secret": None, "made": None, "link": None} | more
    return draw(
        request,
        "handover.html",
        rules=handover.rules(service, actor),
        trackers=handover.trackers(service, actor),
        tickets=handover.tickets(service, actor),
        shares=[(one, handover.address_of(service, one)) for one in handover.shares(service, actor)],
        weeks=list(digests.weeks(service, actor))[:12],
        actors=keys.names(service, actor),
        kinds=get_args(TrackerKind),
        **context,
    )
