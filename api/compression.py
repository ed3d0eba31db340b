"""Answers made smaller for the way: text is compressed where the browser takes it, files that never change are kept.

The size of a compressed page tells whether what was asked stands in it too (BREACH): a name of random length in the
gzip header hides it, as *Heal the BREACH* has it (Palacios et al. 2022) and Django does.
"""

from __future__ import annotations

import gzip
import io
import secrets
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 1_000
"""Bytes below which there is nothing to gain."""
LARGE = 256_000
"""Bytes from which others are answered while it is compressed: a table of fifty thousand rows takes a while."""
LEVEL = 4
"""Half of zlib's effort for nearly all of what it saves: a page is answered once."""
KINDS = ("text/", "application/json", "application/javascript", "application/problem+json", "image/svg+xml")
MOST_NOISE = 100
"""Bytes of the random name at most."""
FOREVER = "public, max-age=31536000, immutable"


class Compressed:
    """Middleware that compresses whole answers of text; what is streamed, or a part of a file, goes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            await self.app(scope, receive, send)
            return
        start: Message | None = None

        async def answer(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                whole = message["type"] == "http.response.body" and not message.get("more_body", False)
                if whole and _gains(start, message.get("body", b"")):
                    body = message["body"]
                    large = len(body) >= LARGE
                    packed = await run_in_threadpool(_smaller, start, body) if large else _smaller(start, body)
                    message = {**message, "body": packed}
                await send(start)
                start = None
            await send(message)

        await self.app(scope, receive, answer)


def _gains(start: Message, body: bytes) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        len(body) >= SMALLEST
        and start["status"] == 200
        and "content-encoding" not in headers
        and headers.get("content-type", "").startswith(KINDS)
    )


def _smaller(start: Message, body: bytes) -> bytes:
    """The compressed body, with the headers told so."""
    file = io.BytesIO()
    with gzip.GzipFile("x" * secrets.randbelow(MOST_NOISE + 1), "wb", LEVEL, file, mtime=0) as packing:
        packing.write(body)
    packed = file.getvalue()
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(packed))
    headers.add_vary_header("accept-encoding")
    start["headers"] = headers.raw
    return packed


class Assets(StaticFiles):
    """The files of the pages; one asked for by its hash (``?v=``) may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or that there is none."""
        found = await super().get_response(path, scope)
        if found.status_code == 200 and parse_qs(scope["query_string"]).get(b"v"):
            found.headers["cache-control"] = FOREVER
        return found
