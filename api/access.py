"""Who may do what: API keys, sessions, and the laptop that needs neither.

Three ways in, checked in this order:

1. ``Authorization: Bearer voc_…`` — an API key of role reader, analyst or admin.
2. The session cookie of the pages — set by signing in with a key, worth nothing from the moment one signs out, the
   session idles too long, or the key is revoked.
3. Nothing, while no key exists, the server is bound to loopback, and the request comes from this machine under a
   loopback name: the laptop of whoever installed it. The ``Host`` check is what keeps a web page that resolves its
   own name to 127.0.0.1 (DNS rebinding) out.

Requests that change something and did not come with a bearer key must come from one of our own pages (``Origin`` /
``Sec-Fetch-Site``), and with a session they carry its token too.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.dependencies import service_of
from api.problems import Problem
from api.sessions import COOKIE, CSRF_HEADER, Session, Sessions
from voc.service import sessions
from voc.service.actor import LOCAL, Actor, Role
from voc.service.context import Service

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PROXY_HEADERS = frozenset({"forwarded", "via", "x-real-ip", "x-original-host", "cf-connecting-ip", "true-client-ip"})
"""What proxies and tunnels add: the request then comes from who knows where, although its address is this machine's."""
LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain"})

_bearer = HTTPBearer(auto_error=False, description="An API key made by `voc keys create` or under Settings → Keys.")


def is_loopback(name: str | None) -> bool:
    """Whether a host name or address can only be this machine."""
    if not name:
        return False
    bare = name.strip("[]").rstrip(".").lower()
    if bare in LOCAL_NAMES or bare.endswith(".localhost"):
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def host_of(header: str | None) -> str | None:
    """Host name in a ``Host`` header, without port; ``None`` when the header is missing or malformed."""
    if not header or any(c in header for c in "/\\@?# \t"):
        return None
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port  # raises on a port that is no number
    except ValueError:
        return None
    return parts.hostname


def open_to(request: Request, service: Service) -> bool:
    """Whether this request needs no key: none exists yet and it cannot come from elsewhere."""
    client = request.client.host if request.client else None
    forwarded = any(name in PROXY_HEADERS or name.startswith("x-forwarded-") for name in request.headers)
    return (
        is_loopback(service.settings.host)
        and is_loopback(client)
        and not forwarded
        and is_loopback(host_of(request.headers.get("host")))
        and not sessions.needs_key(service)
    )


def authenticate(request: Request) -> Actor | None:
    """Whoever sends a request, or ``None`` when it shows nothing that opens.

    Raises:
        Problem: 401 when a bearer key was shown and is not in force.
    """
    service = service_of(request)
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        holder = sessions.actor_of_key(service, secret.strip()) if scheme.lower() == "bearer" else None
        if holder is None:
            raise unauthorised("The key is unknown or revoked.")
        return holder
    session = session_of(request)
    if session is not None and session.key_id is not None:
        # A page left open asks how the work stands every few seconds: that is nobody using it.
        used = "hx-request" not in request.headers
        if (known := sessions.actor_of_session(service, session.nonce, key_id=session.key_id, used=used)) is not None:
            return known
    return LOCAL if open_to(request, service) else None


def session_of(request: Request) -> Session | None:
    """The session of the cookie, if it is one of ours."""
    signed: Sessions = request.app.state.sessions
    return signed.load(request.cookies.get(COOKIE))


def check_same_origin(request: Request) -> None:
    """Refuse a change asked for by another site's page.

    Browsers always send ``Origin`` with a cross-site POST; tools that send neither header are not browsers and carry
    no cookie of ours unless somebody put it there on purpose.

    Raises:
        Problem: 403.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in {"same-origin", "none"}:
        raise Problem(403, "The request came from another site.", code="other_site")
    if origin is not None:
        parts = urlsplit(origin)
        if parts.netloc.lower() != request.headers.get("host", "").lower():
            raise Problem(403, "The request came from another site.", code="other_site")


def check_token(request: Request, token: str | None) -> None:
    """Refuse a form that carries no token of this session.

    Raises:
        Problem: 403.
    """
    signed: Sessions = request.app.state.sessions
    session = session_of(request)
    if session is None or not signed.token_matches(session, token):
        raise Problem(403, "This form is too old or came from elsewhere; load the page again.", code="form_too_old")


def unauthorised(detail: str) -> Problem:
    """401 with the challenge RFC 6750 asks for."""
    return Problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="voc"'})


class Requires:
    """Dependency of every route that is not public: at least this role."""

    def __init__(self, role: Role) -> None:
        self.role = role

    def __call__(
        self, request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None
    ) -> Actor:
        """Authenticate, authorise, and keep other sites' pages from acting in this browser's name."""
        actor = authenticate(request)
        if actor is None:
            raise unauthorised("A key is needed: send it as `Authorization: Bearer voc_…`, or sign in.")
        actor.require(self.role)
        if request.method not in SAFE_METHODS and actor.via != "key":
            check_same_origin(request)
            # Forms of the pages carry the token in their body and check it there (api.pages.forms).
            if actor.via == "session" and request.url.path.startswith("/v1/"):
                check_token(request, request.headers.get(CSRF_HEADER))
        request.state.actor = actor
        return actor


READER = Requires("reader")
ANALYST = Requires("analyst")
ADMIN = Requires("admin")

Reader = Annotated[Actor, Depends(READER)]
Analyst = Annotated[Actor, Depends(ANALYST)]
Admin = Annotated[Actor, Depends(ADMIN)]
