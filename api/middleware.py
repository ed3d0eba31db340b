"""What surrounds every request: host check, size limit, security headers, access log, and no traceback outside."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import SAFE_METHODS, host_of, is_loopback
from api.dependencies import service_of
from api.openai_compat import PATH, refusal
from api.problems import Problem, answer, of
from voc.settings import Settings

access_log = logging.getLogger("voc.access")
log = logging.getLogger("voc.api")

Answer = Callable[[Request, Exception], Awaitable[Response]]

MEGABYTE = 1 << 20
SMALL_BODY_BYTES = MEGABYTE
"""Limit of every body that is not an upload."""
HOOK_BODY_BYTES = 10 * MEGABYTE
"""Limit of what is sent to a source: a ticket with all its comments, not a recording."""
UPLOAD_PATHS = (
    "/v1/uploads",
    "/v1/customers/import",
    "/v1/customers/events",
    "/upload",
    "/upload/columns",
    "/customers/import",
    PATH,
)
MULTIPART_OVERHEAD_BYTES = 64 * 1024

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No inline script, no inline style, nothing from elsewhere: what a customer wrote can never run."""

SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class SecurityMiddleware:
    """Pure ASGI middleware, so that streams pass through it as they come."""

    def __init__(self, app: ASGIApp, *, settings: Settings, answer_problem: Answer) -> None:
        self.app = app
        self.settings = settings
        self.answer_problem = answer_problem
        self.allowed = {one.strip().lower() for one in getattr(settings, "allowed_hosts", "").split(",") if one.strip()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if scope["method"] not in SAFE_METHODS and scope["path"].rstrip("/") not in UPLOAD_PATHS:
                    service_of(Request(scope)).store.facts.wake()  # a decision counts in the next figure
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        try:
            refused = self._refusal(scope)
            if refused is not None and refused.status == 413 and scope["path"] != PATH:
                response = await self._explained(Request(scope), refused)
                await response(scope, receive, dressed)
            elif refused is not None:
                await (refusal if scope["path"] == PATH else answer)(refused)(scope, receive, dressed)
            else:
                await self.app(scope, self._limited(scope, receive), dressed)
        except Exception as error:  # the last wall: whatever it was, the sender gets one line
            _log_unforeseen(error)
            if status == 0:
                response = await self._explained(Request(scope), error)
                await response(scope, receive, dressed)
        finally:
            _log_access(scope, status, begun)

    async def _explained(self, request: Request, error: Exception) -> Response:
        try:
            return await self.answer_problem(request, error)
        except Exception as second:  # the page that explains failed too: say it without a page
            _log_unforeseen(second)
            return answer(of(error))

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        host = host_of(headers.get("host"))
        if host is None:
            return Problem(400, "The Host header is missing or malformed.")
        if self.allowed and host not in self.allowed and not is_loopback(host):
            return Problem(421, "This server does not answer to that host name; see VOC_ALLOWED_HOSTS.")
        length = headers.get("content-length")
        if length is not None and (not length.isdigit() or int(length) > self._limit(scope)):
            return self._too_large(scope)
        return None

    def _limit(self, scope: Scope) -> int:
        if scope["path"].rstrip("/") in UPLOAD_PATHS or scope["path"].startswith("/v1/mappings/"):
            return self.settings.max_upload_mb * MEGABYTE + MULTIPART_OVERHEAD_BYTES
        if scope["path"].startswith("/v1/sources/") and scope["path"].endswith("/hook"):
            return HOOK_BODY_BYTES
        return SMALL_BODY_BYTES

    def _too_large(self, scope: Scope) -> Problem:
        limit = self._limit(scope) // MEGABYTE
        return Problem(
            413,
            f"The body is larger than {limit} MB; send it in parts, or raise VOC_MAX_UPLOAD_MB.",
            code="too_large",
            parameters={"mb": limit},
        )

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Count the body as it streams: a sender that lies about its length, or gives none, is cut off too."""
        limit, seen = self._limit(scope), 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    raise self._too_large(scope)
            return message

        return counted


def _log_access(scope: Scope, status: int, begun: float) -> None:
    """One line a request without personal data: the route's template, never the path or the query."""
    if scope["path"].startswith("/static/"):
        return
    template = getattr(scope.get("route"), "path", None) or "-"
    access_log.info("%s %s %s %.0fms", scope["method"], template, status, (time.perf_counter() - begun) * 1000)


def _log_unforeseen(error: Exception) -> None:
    """Where it happened, without the message: messages of libraries carry values, and values carry people."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("unforeseen %s at %s", type(error).__name__, where)
