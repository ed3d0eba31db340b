"""The web pages: server-rendered, one module a page, over the same stores and figures as the API."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import service_of
from api.localisation import Words, chosen_language, words
from api.pages import (
    alerts,
    categories,
    contact,
    contexts,
    corrections,
    corroboration,
    customers,
    digest,
    drivers,
    expectations,
    explore,
    exports,
    feedback,
    findings,
    handover,
    interaction,
    interactions,
    keys,
    links,
    login,
    lookalikes,
    overview,
    privacy,
    sources,
    subscriptions,
    themes,
    topic_packs,
    topics,
    upload,
)
from api.pages import api_docs as reference
from api.pages.rendering import LANGUAGE_COOKIE, draw
from api.problems import Problem

ROUTERS: tuple[APIRouter, ...] = (
    overview.router,
    upload.router,
    sources.router,
    feedback.router,
    interactions.router,
    interaction.router,
    corrections.router,
    privacy.router,
    lookalikes.router,  # before the customers, whose paths match anything
    customers.router,
    links.router,
    contact.router,
    topic_packs.router,
    topics.router,
    themes.router,
    corroboration.router,
    categories.router,
    contexts.router,
    drivers.router,
    expectations.router,
    digest.router,
    findings.router,
    exports.router,
    explore.figures,
    explore.router,
    subscriptions.router,
    alerts.router,
    handover.router,
    keys.router,
    login.router,
    reference.router,
)

_NOT_PAGES = ("/v1/", "/static/", "/metrics", "/healthz", "/readyz", "/openapi.json")


def wants_page(request: Request) -> bool:
    """Whether a person in a browser asked, so that an error is a page rather than JSON."""
    path = request.url.path
    if path == "/v1" or path.startswith(_NOT_PAGES):
        return False
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


def asked_words(request: Request) -> Words | None:
    """The language a program, or a script of our pages, asked for; ``None`` where it did not: then it is English."""
    setting = service_of(request).settings.ui_language if "x-csrf-token" in request.headers else "auto"
    accepted = request.headers.get("accept-language")
    cookie = request.cookies.get(LANGUAGE_COOKIE)
    if accepted is None and cookie is None and setting == "auto":
        return None
    return words(chosen_language(cookie=cookie, setting=setting, accepted=accepted))


def problem_page(request: Request, problem: Problem) -> Response:
    """An error as a page; a page that needs signing in leads to the sign-in page and back."""
    if problem.status == 401:
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        target = f"/login?next={quote(back if request.method == 'GET' else '/', safe='')}"
        if "hx-request" in request.headers:
            return Response(status_code=401, headers={"hx-redirect": target})
        return RedirectResponse(target, status_code=303)
    return draw(request, "problem.html", status=problem.status, problem=problem)
