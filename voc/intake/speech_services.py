"""What the speech-to-text services answer, brought to one form of utterance; one function a service.

An utterance is a dict of ``text``, ``speaker`` (the service's label), ``channel_tag`` (from 1), ``begin_ms``,
``end_ms`` and ``words``. The shapes are those of the services' public API references. What is told by its own names
needs no service here: lists of turns with words, a speaker and times are read by :mod:`voc.intake.transcripts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from voc.intake import timing
from voc.intake.speech_tokens import assemblyai, elevenlabs, ibm, rev, soniox, speechmatics, vosk, whisper_cpp
from voc.intake.utterances import (
    Utterance,
    by_speaker,
    label_of,
    likeliest,
    mapping,
    ms,
    objects,
    span_of,
    tag_of,
    word_of,
)


def utterances_of(document: Mapping[str, Any]) -> list[Utterance] | None:
    """The utterances in the answer of a known service, in the order they were said; ``None`` for anything else."""
    for service in _SERVICES:
        found = service(document)
        if found:
            if len({one.get("channel_tag") for one in found}) > 1:
                found.sort(key=lambda one: one.get("begin_ms") or 0)
            return found
    return None


# --- Deepgram ----------------------------------------------------------------------------------------------------


def _deepgram(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = mapping(document.get("results"))
    channels = objects(results.get("channels"))
    if not channels:
        return None
    several = len(channels) > 1
    if utterances := objects(results.get("utterances")):
        return [
            {
                "text": one.get("transcript"),
                "speaker": label_of(one.get("speaker")) if not several else None,
                "channel_tag": tag_of(one.get("channel")) if several else None,
                "begin_ms": ms(one.get("start")),
                "end_ms": ms(one.get("end")),
                "words": _deepgram_words(one),
            }
            for one in utterances
        ]
    found: list[Utterance] = []
    for number, channel in enumerate(channels, start=1):
        best = likeliest(channel)
        tag = number if several else None
        paragraphs = objects(mapping(best.get("paragraphs")).get("paragraphs"))
        words = _deepgram_words(best)
        if paragraphs:
            found += [
                {
                    "text": " ".join(str(said.get("text", "")) for said in objects(one.get("sentences"))),
                    "speaker": label_of(one.get("speaker")),
                    "channel_tag": tag,
                    "begin_ms": ms(one.get("start")),
                    "end_ms": ms(one.get("end")),
                }
                for one in paragraphs
            ]
        elif any("speaker" in word for word in objects(best.get("words"))):
            tokens = [
                {**(made or {"text": ""}), "speaker": label_of(raw.get("speaker")), "channel_tag": tag}
                for raw, made in zip(objects(best.get("words")), words, strict=False)
            ]
            found += by_speaker(tokens)
        elif best.get("transcript"):
            found.append({"text": best["transcript"], "channel_tag": tag, "words": words, **span_of(words)})
    return found


def _deepgram_words(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    made = (
        word_of(
            raw.get("punctuated_word") or raw.get("word"),
            ms(raw.get("start")),
            ms(raw.get("end")),
            raw.get("confidence"),
        )
        for raw in objects(item.get("words"))
    )
    return [word for word in made if word]


# --- Google Cloud ------------------------------------------------------------------------------------------------


def _google(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = objects(mapping(document.get("response")).get("results") or document.get("results"))
    if not any(
        objects(one.get("alternatives")) and isinstance(likeliest(one).get("transcript"), str) for one in results
    ):
        return None
    if any(likeliest(one).get("timestamps") is not None for one in results):
        return None  # IBM's
    last = objects(likeliest(results[-1]).get("words"))
    told = any(_speaker_tag(word) is not None for word in last)
    if told and not any("channelTag" in one or "channel_tag" in one for one in results):
        spoken = sum(len(str(likeliest(one).get("transcript", "")).split()) for one in results[:-1])
        if len(last) >= spoken:  # with speakers told apart, the last result holds every word once more
            tokens = [{**(_google_word(word) or {"text": ""}), "speaker": _speaker_tag(word)} for word in last]
            return by_speaker([token for token in tokens if token["text"]])
    found: list[Utterance] = []
    unit = _google_unit([raw for one in results for raw in objects(likeliest(one).get("words"))])
    for one in results:
        best = likeliest(one)
        raws = objects(best.get("words"))
        words = [word for raw in raws if (word := _google_word(raw, unit))]
        text = str(best.get("transcript") or "").strip()
        if text:
            end = one.get("resultEndTime") or one.get("resultEndOffset") or one.get("result_end_time")
            speakers = {_speaker_tag(raw) for raw in raws}
            span = span_of(words)
            found.append(
                {
                    "text": text,
                    "speaker": speakers.pop() if len(speakers) == 1 else None,
                    "channel_tag": tag_of(one.get("channelTag", one.get("channel_tag")), first=1),
                    "words": words,
                    "languagecode": one.get("languageCode") or one.get("language_code"),
                    **span,
                    "end_ms": span["end_ms"] or ms(end),
                }
            )
    return found


def _google_unit(words: Sequence[Mapping[str, Any]]) -> float:
    """The unit of bare numbers: Google writes ``1.5s``, NVIDIA Riva milliseconds in the same shape."""
    ends = [(word.get("start_time"), word.get("end_time"), len(str(word.get("word", "")))) for word in words]
    spans = [(float(end - begin), said) for begin, end, said in ends if isinstance(begin, int) and isinstance(end, int)]
    return timing.unit_of(spans) or timing.SECONDS


def _google_word(raw: Mapping[str, Any], unit: float = timing.SECONDS) -> dict[str, Any] | None:
    begin = next((raw[key] for key in ("startTime", "startOffset", "start_time") if key in raw), "0s")
    end = next((raw[key] for key in ("endTime", "endOffset", "end_time") if key in raw), None)
    return word_of(raw.get("word"), ms(begin, unit), ms(end, unit), raw.get("confidence"))


def _speaker_tag(word: Mapping[str, Any]) -> str | None:
    return label_of(next((word[key] for key in ("speakerTag", "speaker_tag", "speakerLabel") if key in word), None))


# --- Amazon Transcribe -------------------------------------------------------------------------------------------


def _amazon(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = mapping(document.get("results"))
    if not isinstance(results.get("items"), list):
        return None
    channels = objects(mapping(results.get("channel_labels")).get("channels"))
    if channels:
        found: list[Utterance] = []
        for channel in channels:
            tag = tag_of(channel.get("channel_label"))
            found += _sentences(
                [{**one, "channel_tag": tag} for one in _amazon_tokens(objects(channel.get("items")), {})]
            )
        return found
    speaker_at = {
        item.get("start_time"): segment.get("speaker_label")
        for segment in objects(mapping(results.get("speaker_labels")).get("segments"))
        for item in objects(segment.get("items"))
    }
    return by_speaker(_amazon_tokens(objects(results["items"]), speaker_at))


def _amazon_tokens(items: Sequence[dict[str, Any]], speaker_at: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Words are items with a time, punctuation has none and belongs to whoever spoke before."""
    tokens: list[dict[str, Any]] = []
    for item in items:
        best = likeliest(item)
        speaker = item.get("speaker_label") or speaker_at.get(item.get("start_time"))
        if item.get("type") == "punctuation" and tokens:
            speaker = tokens[-1]["speaker"]
        tokens.append(
            {
                "text": str(best.get("content", "")),
                "speaker": speaker,
                "begin_ms": ms(item.get("start_time")),
                "end_ms": ms(item.get("end_time")),
                "confidence": best.get("confidence"),
            }
        )
    return tokens


_PAUSE_MS = 1500
"""A silence within one channel after which another utterance begins: the other channel may have spoken in it."""


def _sentences(tokens: Sequence[dict[str, Any]]) -> list[Utterance]:
    """The tokens of one channel, cut where it was silent."""
    found: list[Utterance] = []
    held: list[dict[str, Any]] = []
    last = None
    for token in tokens:
        begin = token.get("begin_ms")
        if held and begin is not None and last is not None and begin - last > _PAUSE_MS:
            found += by_speaker(held)
            held = []
        held.append(token)
        last = token.get("end_ms") if token.get("end_ms") is not None else last
    return found + by_speaker(held)


_SERVICES: tuple[Callable[[Mapping[str, Any]], list[Utterance] | None], ...] = (
    *(_deepgram, _amazon, speechmatics, ibm, _google, rev, elevenlabs, vosk, soniox, assemblyai, whisper_cpp),
)


def wrapped(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The document, and what services and their clients wrap an answer in."""
    yield document
    for key in ("response", "result", "results", "data", "transcript", "transcription", "output", "content"):
        inner = document.get(key)
        if isinstance(inner, dict):
            yield inner
            for further in ("transcript", "transcription", "content", "inlineResult", "inline_result"):
                if isinstance(deeper := inner.get(further), dict):
                    yield deeper
