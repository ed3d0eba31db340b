"""Settings → keys and the audit trail, for administrators."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Admin
from api.dependencies import service_of
from api.pages.forms import posted
from api.pages.rendering import begin_session, draw, set_session
from api.problems import Problem
from voc.service import audit, keys, sessions
from voc.service.actor import ROLES, Actor

router = APIRouter(include_in_schema=False)

AUDIT_LINES = 100
NAME_CHARS = 100


@router.get("/settings/keys", response_class=HTMLResponse)
def page(request: Request, actor: Admin) -> HTMLResponse:
    """Every key and the latest audit lines."""
    return _page(request, actor)


@router.post("/settings/keys", response_class=HTMLResponse)
async def create(request: Request, actor: Admin) -> HTMLResponse:
    """Make a key and show its secret this once; whoever makes the first one is signed in with it."""
    fields = await posted(request)
    name, role = fields.get("name", "").strip()[:NAME_CHARS], fields.get("role", "")
    if not name or role not in ROLES:
        raise Problem(422, "name: say who or what will use the key, and choose a role.", code="name_and_role_missing")

    def made() -> HTMLResponse:
        key, secret = keys.create(service_of(request), actor, name=name, role=role)
        if actor.via != "local":
            return _page(request, actor, secret=secret, made=key.name)
        # From here on a key is asked for: the page that shows it is already that of whoever is signed in with it.
        session = begin_session(request, holder := sessions.actor_of_new_key(key))
        response = _page(request, holder, secret=secret, made=key.name)
        set_session(request, response, session)
        return response

    return await run_in_threadpool(made)


@router.post("/settings/keys/{key_id}/revoke")
async def revoke(request: Request, actor: Admin, key_id: str) -> Response:
    """Revoke a key; it stops opening anything at once."""
    await posted(request)
    await run_in_threadpool(keys.revoke, service_of(request), actor, key_id)
    return RedirectResponse("/settings/keys", status_code=303)


def _page(request: Request, actor: Actor, **more: Any) -> HTMLResponse:
    service = service_of(request)
    context: dict[str, Any] = {"secret": None, "made": None} | more
    return draw(
        request,
        "keys.html",
        keys=keys.listing(service, actor),
        roles=ROLES,
        trail=audit.trail(service, actor, limit=AUDIT_LINES),
        **context,
    )
