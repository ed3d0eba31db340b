"""Signing in with a key, signing out, choosing the language."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import authenticate, session_of
from api.dependencies import service_of
from api.localisation import LANGUAGES
from api.pages.forms import local_path, posted
from api.pages.rendering import LANGUAGE_COOKIE, YEAR_S, begin_session, draw, set_session
from api.problems import not_found
from api.sessions import COOKIE
from voc.service import sessions

router = APIRouter(include_in_schema=False)


@router.get("/login", response_class=HTMLResponse)
def page(request: Request, next: str = "/") -> Response:
    """The sign-in form; whoever is let in already goes on."""
    if authenticate(request) is not None:
        return RedirectResponse(local_path(next), status_code=303)
    return draw(request, "login.html", next=local_path(next), refused=False)


@router.post("/login", response_class=HTMLResponse)
async def sign_in(request: Request) -> Response:
    """Check the key; a new session is begun, so that one planted before is worth nothing."""
    fields = await posted(request)
    target = local_path(fields.get("next"))

    def checked() -> Response:
        actor = sessions.actor_of_key(service_of(request), fields.get("key", "").strip())
        if actor is None:
            return draw(request, "login.html", status=401, next=target, refused=True)
        response = RedirectResponse(target, status_code=303)
        set_session(request, response, begin_session(request, actor))
        return response

    return await run_in_threadpool(checked)


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """End the session: a copy of its cookie opens nothing any more either, in no process of the server."""
    await posted(request)

    def ended() -> None:
        session = session_of(request)
        if session is not None and session.key_id is not None:
            sessions.end(service_of(request), session.nonce, key_id=session.key_id)

    await run_in_threadpool(ended)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/language/{language}")
def language(request: Request, language: str, next: str = "/") -> Response:
    """Remember the reader's language; changes nothing else, so a link may do it."""
    if language not in LANGUAGES:
        raise not_found("language")
    response = RedirectResponse(local_path(next), status_code=303)
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=YEAR_S, samesite="lax", httponly=True, secure=request.url.scheme == "https"
    )
    return response
