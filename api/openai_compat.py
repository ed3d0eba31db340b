"""The shapes of the OpenAI transcription API: what clients written for it expect, errors included.

Reference: https://platform.openai.com/docs/api-reference/audio/createTranscription
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import Any

from fastapi.responses import JSONResponse

from api.problems import Problem
from api.transcript_files import Cue
from voc.language.registry import FALLBACK, languages
from voc.service.asked_of_pipeline import Transcribed

PATH = "/v1/audio/transcriptions"
FORMATS = ("json", "text", "srt", "vtt", "verbose_json")
GRANULARITIES = ("segment", "word")
LANGUAGE_NAMES = {one.code: one.names[FALLBACK].lower() for one in languages()}

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def refusal(problem: Problem) -> JSONResponse:
    """A problem as OpenAI's clients read it."""
    kind = _TYPES.get(problem.status, "invalid_request_error" if problem.status < 500 else "server_error")
    error = {
        "message": problem.detail,
        "type": kind,
        "param": problem.extra.get("param"),
        "code": "invalid_api_key" if problem.status == 401 else problem.extra.get("code"),
    }
    return JSONResponse({"error": error}, status_code=problem.status, headers=problem.headers)


def text_of(found: Transcribed) -> str:
    """Everything that was said, as one text."""
    return " ".join(turn.text.strip() for turn in found.turns if turn.text.strip())


def verbose(found: Transcribed, segments: Sequence[Cue], *, granularities: Sequence[str]) -> dict[str, Any]:
    """``verbose_json``: times in seconds, segments unless only words were asked for, words when they were.

    ``avg_logprob`` is the mean logarithm of the words' confidences; ``no_speech_prob`` is 0 for what is returned at
    all, since voice activity was found there.
    """
    answer: dict[str, Any] = {
        "task": "transcribe",
        "language": LANGUAGE_NAMES.get(found.language or "", found.language or ""),
        "duration": found.duration_ms / 1000,
        "text": text_of(found),
    }
    if not granularities or "segment" in granularities:
        answer["segments"] = [_segment(number, one) for number, one in enumerate(segments)]
    if "word" in granularities:
        answer["words"] = [
            {"word": word.text.strip(), "start": word.begin_ms / 1000, "end": word.end_ms / 1000}
            for one in segments
            for word in one.words
        ]
    return answer


def _segment(number: int, one: Cue) -> dict[str, Any]:
    known = [word.confidence for word in one.words if word.confidence]
    raw = one.text.encode()
    return {
        "id": number,
        "seek": 0,
        "start": one.begin_ms / 1000,
        "end": one.end_ms / 1000,
        "text": one.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": sum(math.log(max(one, 1e-6)) for one in known) / len(known) if known else 0.0,
        "compression_ratio": round(len(raw) / len(zlib.compress(raw)), 4) if raw else 0.0,
        "no_speech_prob": 0.0,
    }
