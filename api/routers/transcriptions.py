"""Transcription for programs written for OpenAI's API: the same route, fields, formats and errors."""

from __future__ import annotations

import time
from typing import Any

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from api.access import Analyst
from api.dependencies import ServiceDep
from api.openai_compat import FORMATS, GRANULARITIES, PATH, text_of, verbose
from api.problems import Problem
from api.request_files import BINARY, UploadForm, form_of, received
from api.transcript_files import cues, subrip, webvtt
from voc.language.registry import heard
from voc.service import transcriptions as use_cases
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.transcriptions import NotTranscribed, Transcribed

router = APIRouter(tags=["transcription"])

WAITING_AT_MOST = 16
"""Requests that wait at a time, a process; the next is told to come back (clients of OpenAI's do so by themselves)."""
GIVE_UP_S = 1800.0
PROMPT_CHARS = 4000
"""More than a model takes; it reads the end."""
LOOK_EVERY_S = (0.1, 1.0)
"""Short files are answered at once, long ones are not asked about ten times a second."""

_FORM = form_of(
    {
        "file": BINARY,
        "model": {"type": "string", "description": "Any; the model of this server is used."},
        "language": {"type": "string", "enum": list(heard())},
        "response_format": {"type": "string", "enum": list(FORMATS), "default": "json"},
        "timestamp_granularities[]": {"type": "array", "items": {"type": "string", "enum": list(GRANULARITIES)}},
        "prompt": {
            "type": "string",
            "maxLength": PROMPT_CHARS,
            "description": "Words and names to expect, or what was said before.",
        },
        "temperature": {"type": "number", "description": "Accepted; not used."},
    },
    required=("file",),
)


@router.post(PATH, summary="Transcribe a file (OpenAI-compatible)", response_class=Response, openapi_extra=_FORM)
async def transcriptions(request: Request, service: ServiceDep, actor: Analyst) -> Response:
    """Nothing of the file or its words is kept. Errors have OpenAI's shape on this route.

    The channels of a stereo file are mixed and read as one voice; for a call with roles, upload it to ``/v1/uploads``.
    """
    async with received(request) as sent:
        wanted = _asked(sent)
        found = await _transcribed(request, service, actor, sent, language=wanted["language"], prompt=wanted["prompt"])
    kind = wanted["response_format"]
    if kind == "text":
        return PlainTextResponse(text_of(found) + "\n")
    segments = cues(found.turns)
    if kind == "srt":
        return PlainTextResponse(subrip(segments, lambda _: ""), media_type="application/x-subrip; charset=utf-8")
    if kind == "vtt":
        return PlainTextResponse(webvtt(segments, lambda _: ""), media_type="text/vtt; charset=utf-8")
    if kind == "verbose_json":
        return JSONResponse(verbose(found, segments, granularities=wanted["granularities"]))
    return JSONResponse({"text": text_of(found)})


def _asked(sent: UploadForm) -> dict[str, Any]:
    """The fields of the form, checked.

    Raises:
        Problem: 400 that names the field, as OpenAI's server answers.
    """
    if len(sent.files) != 1:
        raise _wrong("file", "send exactly one recording in the field `file`")
    kind = sent.one("response_format") or "json"
    if kind not in FORMATS:
        raise _wrong("response_format", f"'{kind[:40]}' is not known; use {', '.join(FORMATS)}")
    language = (sent.one("language") or "").lower() or None
    if language is not None and language not in heard():
        raise _wrong(
            "language", f"'{language[:10]}' is not read; use {' or '.join(heard())}, or leave it to be detected"
        )
    given = [*sent.fields.get("timestamp_granularities[]", []), *sent.fields.get("timestamp_granularities", [])]
    if any(one not in GRANULARITIES for one in given):
        raise _wrong("timestamp_granularities[]", f"use {' or '.join(GRANULARITIES)}")
    if given and kind != "verbose_json":
        raise _wrong("timestamp_granularities[]", "only response_format=verbose_json carries times")
    if (sent.one("stream") or "false").lower() not in {"false", "0"}:
        raise _wrong("stream", "answers are not streamed here; leave it out")
    prompt = (sent.one("prompt") or "").strip()
    if len(prompt) > PROMPT_CHARS:
        raise _wrong("prompt", f"at most {PROMPT_CHARS} characters are read; send its end")
    return {"response_format": kind, "language": language, "granularities": given, "prompt": prompt}


def _wrong(param: str, what: str) -> Problem:
    return Problem(400, f"{param}: {what}.", extra={"param": param, "code": "invalid_value"})


async def _transcribed(
    request: Request, service: Service, actor: Actor, sent: UploadForm, *, language: str | None, prompt: str
) -> Transcribed:
    """Queue the file and wait for its transcript without holding a thread."""
    waiting = _waiting(request)
    if waiting.statistics().borrowed_tokens >= WAITING_AT_MOST:
        raise Problem(429, "Too many transcriptions wait already; try again in a moment.", headers={"Retry-After": "5"})
    async with waiting:
        (file,) = sent.files
        asked = await run_in_threadpool(use_cases.ask, service, actor, file, language=language, prompt=prompt)
        try:
            begun, pause = time.monotonic(), LOOK_EVERY_S[0]
            while time.monotonic() - begun < GIVE_UP_S:
                found = await run_in_threadpool(use_cases.answer, service, actor, asked)
                if isinstance(found, NotTranscribed):
                    raise Problem(found.fault, found.reason)
                if found is not None:
                    return found
                if await request.is_disconnected():
                    raise Problem(400, "The connection was closed before the transcript was there.")
                await anyio.sleep(pause)
                pause = min(LOOK_EVERY_S[1], pause * 1.3)
            raise Problem(503, "The transcription takes too long; send a shorter file, or upload it to /v1/uploads.")
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(use_cases.forget, service, actor, asked)


def _waiting(request: Request) -> anyio.CapacityLimiter:
    state = request.app.state
    if not hasattr(state, "waiting_transcriptions"):
        state.waiting_transcriptions = anyio.CapacityLimiter(WAITING_AT_MOST)
    limiter: anyio.CapacityLimiter = state.waiting_transcriptions
    return limiter
