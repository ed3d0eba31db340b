"""What the readers of speech-to-text answers share: times, words, and words joined to utterances by who speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from voc.intake import timing

Utterance = dict[str, Any]
"""``text``, ``speaker`` (the service's label), ``channel_tag`` (from 1), ``begin_ms``, ``end_ms``, ``words``."""

_NO_SPACE_BEFORE = frozenset(".,!?;:…%)]}»'’”")


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; empty for anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def ms(value: Any, factor: float = timing.SECONDS) -> int | None:
    """A time as the service writes it, in ms; ``factor`` is that of a bare number."""
    found = timing.number_of(value)
    if found is None:
        return None
    return max(0, round(found[0] * (found[1] if found[1] is not None else factor)))


def word_of(text: Any, begin: int | None, end: int | None, confidence: Any = None) -> dict[str, Any] | None:
    if not isinstance(text, str) or begin is None or end is None:
        return None
    return {"text": text, "begin_ms": begin, "end_ms": max(begin, end), "confidence": confidence}


def likeliest(item: Mapping[str, Any], key: str = "alternatives") -> dict[str, Any]:
    """The first, likeliest alternative."""
    return next(iter(objects(item.get(key))), {})


def tag_of(value: Any, *, first: int = 0) -> int | None:
    """A channel's number counted from 1, where the service counts from ``first``."""
    if isinstance(value, str) and value.rpartition("_")[2].isdigit():  # ch_0
        value = int(value.rpartition("_")[2])
    return value - first + 1 if isinstance(value, int) and not isinstance(value, bool) else None


def span_of(words: Sequence[dict[str, Any]]) -> dict[str, int | None]:
    return {
        "begin_ms": words[0]["begin_ms"] if words else None,
        "end_ms": words[-1]["end_ms"] if words else None,
    }


def by_speaker(tokens: Sequence[dict[str, Any]], *, spaced: bool = True) -> list[Utterance]:
    """Tokens with ``text``, ``speaker`` and times, joined while one speaker goes on; punctuation has no times."""
    found: list[Utterance] = []
    for (speaker, tag), group in groupby(tokens, key=lambda one: (one.get("speaker"), one.get("channel_tag"))):
        text = ""
        words = []
        for token in group:
            glue = " " if spaced and text and token["text"][:1] not in _NO_SPACE_BEFORE else ""
            text += glue + token["text"]
            if word := word_of(
                token["text"].strip(), token.get("begin_ms"), token.get("end_ms"), token.get("confidence")
            ):
                words.append(word)
        if text.strip():
            found.append(
                {"text": text.strip(), "speaker": speaker, "channel_tag": tag, "words": words, **span_of(words)}
            )
    return found


def label_of(value: Any) -> str | None:
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) and value != "" else None
