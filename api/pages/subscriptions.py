"""Who gets the digest: subscriptions and what was sent; and the page a mail's last link leads to."""

from __future__ import annotations

from typing import cast, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Analyst
from api.dependencies import service_of
from api.pages.forms import number_of, posted
from api.pages.rendering import draw
from api.parameters import RowNumber
from api.problems import Problem
from voc.language.registry import FIRST
from voc.locales import interface_languages
from voc.records.subscriptions import SubscriptionKind
from voc.service import subscriptions, views
from voc.service.actor import Actor
from voc.service.subscriptions import SubscriptionWish

router = APIRouter(include_in_schema=False)

SENT_SHOWN = 30


@router.get("/subscriptions", response_class=HTMLResponse)
def page(request: Request, actor: Analyst) -> HTMLResponse:
    """Every subscription, a form for a new one, and the latest sendings."""
    service = service_of(request)
    return draw(
        request,
        "subscriptions.html",
        subscriptions=subscriptions.listing(service, actor),
        kinds=get_args(SubscriptionKind),
        views=views.listing(service, actor),
        sent=subscriptions.sent(service, actor, limit=SENT_SHOWN),
        mails=bool(service.settings.smtp_url and service.settings.mail_from),
    )


@router.post("/subscriptions")
async def create(request: Request, actor: Analyst) -> Response:
    """Subscribe somebody."""
    fields = await posted(request)
    await run_in_threadpool(subscriptions.create, service_of(request), actor, _wish(fields))
    return RedirectResponse("/subscriptions", status_code=303)


@router.post("/subscriptions/{number}/{action}")
async def act(request: Request, actor: Analyst, number: RowNumber, action: str) -> Response:
    """Pause, resume, remove, or send now."""
    await posted(request)
    await run_in_threadpool(_act, request, actor, number, action)
    return RedirectResponse("/subscriptions", status_code=303)


@router.post("/deliveries/{number}/again")
async def again(request: Request, actor: Analyst, number: RowNumber) -> Response:
    """Send once more what failed."""
    await posted(request)
    await run_in_threadpool(subscriptions.send_again, service_of(request), actor, number)
    return RedirectResponse("/subscriptions", status_code=303)


@router.get("/unsubscribe/{token}", response_class=HTMLResponse)
def leave(request: Request, token: str) -> HTMLResponse:
    """Ask whether they mean it: programs that look at every link of a mail must not end anything."""
    wish = subscriptions.of_link(service_of(request), token)
    if wish is None:
        raise Problem(404, "This link is not one of ours, or is incomplete.", code="broken_link")
    return draw(request, "unsubscribe.html", wish=wish, token=token, done=wish.unsubscribed_at is not None)


@router.post("/unsubscribe/{token}", response_class=HTMLResponse)
def left(request: Request, token: str) -> HTMLResponse:
    """End it: by the button of the page, or by the one a mail program shows (RFC 8058). The link is the proof."""
    service = service_of(request)
    if not subscriptions.end_by_link(service, token):
        raise Problem(404, "This link is not one of ours, or is incomplete.", code="broken_link")
    return draw(request, "unsubscribe.html", wish=subscriptions.of_link(service, token), token=token, done=True)


def _act(request: Request, actor: Actor, number: int, action: str) -> None:
    service = service_of(request)
    if action in {"pause", "resume"}:
        subscriptions.alter(service, actor, number, {"paused": action == "pause"})
    elif action == "remove":
        subscriptions.remove(service, actor, number)
    elif action == "test":
        subscriptions.try_out(service, actor, number)
    else:
        raise Problem(404, "There is no such action.", code="not_found")


def _wish(fields: dict[str, str]) -> SubscriptionWish:
    kind = fields.get("kind", "")
    if kind not in get_args(SubscriptionKind):
        raise Problem(422, "kind: choose how it is sent.", code="invalid_field", parameters={"field": "kind"})
    language = fields.get("language", FIRST)
    return SubscriptionWish(
        name=fields.get("name", ""),
        kind=cast(SubscriptionKind, kind),
        target=fields.get("target", ""),
        language=language if language in interface_languages() else FIRST,
        day=number_of(fields.get("day")) or 1,
        topics=[one for one in [fields.get("topic", "")] if one],
        segments=[one for one in fields.get("segments", "").split(",") if one.strip()],
        view=number_of(fields.get("view")),
        only_with_findings=bool(fields.get("only_with_findings")),
    )
