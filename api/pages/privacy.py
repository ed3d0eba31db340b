"""People's rights on the pages: consent, export, and erasing somebody after asking twice."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Admin, Analyst
from api.dependencies import service_of
from api.pages.forms import posted
from api.pages.rendering import draw
from api.problems import Problem
from voc.service import customers, interactions, privacy
from voc.service.interactions import Filters
from voc.service.privacy import POLICIES, PURPOSES

router = APIRouter(include_in_schema=False)

ANSWERS: dict[str, bool | None] = {"yes": True, "no": False, "": None}


@router.get("/customers/{customer_id:path}/privacy", response_class=HTMLResponse)
def page(request: Request, actor: Analyst, customer_id: str) -> HTMLResponse:
    """What the person allows, their export, and for administrators the way to erase them."""
    service = service_of(request)
    customer = customers.find(service, actor, customer_id)
    return draw(
        request,
        "privacy.html",
        customer=customer,
        n=interactions.count(service, actor, Filters(customer=customer.id)),
        consents=privacy.consents_of(service, actor, customer.id),
        policy=service.settings.erase,
        policies=POLICIES,
    )


@router.post("/customers/{customer_id:path}/privacy/consent")
async def consent(request: Request, actor: Analyst, customer_id: str) -> Response:
    """Record what the person said about one purpose."""
    fields = await posted(request)
    purpose, answer = fields.get("purpose", ""), fields.get("granted", "")
    if purpose not in PURPOSES or answer not in ANSWERS:
        raise Problem(422, "purpose: choose one of calls, tone and marketing, and an answer.", code="purpose_missing")
    await run_in_threadpool(privacy.change_consent, service_of(request), actor, customer_id, purpose, ANSWERS[answer])
    return RedirectResponse(f"/customers/{quote(customer_id)}/privacy", status_code=303)


@router.post("/customers/{customer_id:path}/privacy/erase", response_class=HTMLResponse)
async def erase(request: Request, actor: Admin, customer_id: str) -> HTMLResponse:
    """Erase the person when the number was typed again, and say what went and what is left to do."""
    fields = await posted(request)
    if fields.get("again", "").strip() != customer_id:
        raise Problem(422, "The customer number typed does not match; nobody was erased.", code="number_differs")
    chosen = fields.get("policy", "")
    if chosen not in POLICIES:
        raise Problem(422, "policy: choose what becomes of the interactions.", code="policy_missing")

    def erased() -> HTMLResponse:
        report = privacy.erase(service_of(request), actor, [customer_id], policy=chosen)
        return draw(request, "erased.html", report=report)

    return await run_in_threadpool(erased)
