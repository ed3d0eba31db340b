"""A model that phrases the sentences of a week, behind an address that speaks OpenAI's chat completions.

Off unless an address is set. It gets figures and names of subjects alone (:mod:`voc.insights.week_phrasing`); where it
cannot be reached, takes too long or answers something else, the digest is as it would be without it.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from urllib.parse import urlsplit

import httpx

from voc.insights.week_phrasing import INSTRUCTIONS, asked, believed
from voc.insights.week_summary import sentences
from voc.locales import interface_languages
from voc.records import Digest
from voc.settings import Settings

log = logging.getLogger("voc.writer")

TIMEOUT_S = 60.0
"""For a whole answer: a small model on a processor takes half a minute."""
ANSWER_BYTES = 1 << 18


def phrase(digest: Digest, settings: Settings, *, transport: httpx.BaseTransport | None = None) -> Digest:
    """The digest with its sentences phrased in every language of the readers, as far as what came back is believed."""
    if not settings.writer_url:
        return digest
    phrased: dict[str, dict[str, str]] = {}
    for language in interface_languages():
        told = sentences(digest, language)
        if not told:
            continue
        answer = _answer(json.dumps(asked(told, language), ensure_ascii=False), settings, transport)
        if answer is None:
            continue
        kept, dropped = believed(told, answer, language)
        if kept:
            phrased[language] = kept
        if dropped:
            why = ", ".join(f"{n} × {code}" for code, n in sorted(Counter(dropped).items()))
            log.warning("writer: %s of %s: %d of %d sentences not used: %s",
                        language, digest.week, len(told) - len(kept), len(told), why)  # fmt: skip
    return digest.model_copy(update={"phrased": phrased})


def _answer(given: str, settings: Settings, transport: httpx.BaseTransport | None) -> object | None:
    """The JSON in the model's answer, or ``None`` after one line in the log."""
    host = urlsplit(settings.writer_url).hostname or ""
    body = {
        "model": settings.writer_model,
        "messages": [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": given}],
        "temperature": 0,
        "response_format": {"type": "json_object"},
    }
    headers = {"Authorization": f"Bearer {settings.writer_key}"} if settings.writer_key else {}
    url = f"{settings.writer_url.rstrip('/')}/chat/completions"
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, transport=transport) as client,
            client.stream("POST", url, json=body, headers=headers) as answer,
        ):
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > ANSWER_BYTES:
                    raise ValueError("too long")
            answer.raise_for_status()
        said = json.loads(content)["choices"][0]["message"]["content"]
        found: object = json.loads(said)
    except httpx.HTTPStatusError as error:
        log.warning("writer: %s answered %d; the digest keeps its own sentences", host, error.response.status_code)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("writer: %s cannot be reached (%s); the digest keeps its own sentences", host, type(error).__name__)
    except (ValueError, LookupError, TypeError, RecursionError):
        log.warning("writer: %s gave no JSON that was asked for; the digest keeps its own sentences", host)
    else:
        return found
    return None
