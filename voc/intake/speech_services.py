"""What the speech-to-text services answer, brought to one form of utterance; one function a service.

An utterance is a dict of ``text``, ``speaker`` (the service's label), ``channel_tag`` (from 1), ``begin_ms``,
``end_ms`` and ``words``. The shapes are those of the services' public API references. What is told by its own names
needs no service here: lists of turns with words, a speaker and times are read by :mod:`voc.intake.transcripts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from voc.intake import timing

Utterance = dict[str, Any]

_NO_SPACE_BEFORE = frozenset(".,!?;:…%)]}»'’”")


def utterances_of(document: Mapping[str, Any]) -> list[Utterance] | None:
    """The utterances in the answer of a known service, in the order they were said; ``None`` for anything else."""
    for service in _SERVICES:
        found = service(document)
        if found:
            if len({one.get("channel_tag") for one in found}) > 1:
                found.sort(key=lambda one: one.get("begin_ms") or 0)
            return found
    return None


def _list(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; empty for anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _ms(value: Any, factor: float = timing.SECONDS) -> int | None:
    """A time as the service writes it, in ms; ``factor`` is that of a bare number."""
    found = timing.number_of(value)
    if found is None:
        return None
    return max(0, round(found[0] * (found[1] if found[1] is not None else factor)))


def _word(text: Any, begin: int | None, end: int | None, confidence: Any = None) -> dict[str, Any] | None:
    if not isinstance(text, str) or begin is None or end is None:
        return None
    return {"text": text, "begin_ms": begin, "end_ms": max(begin, end), "confidence": confidence}


def _best(item: Mapping[str, Any], key: str = "alternatives") -> dict[str, Any]:
    """The first, likeliest alternative."""
    return next(iter(_list(item.get(key))), {})


def _tag(value: Any, *, first: int = 0) -> int | None:
    """A channel's number counted from 1, where the service counts from ``first``."""
    if isinstance(value, str) and value.rpartition("_")[2].isdigit():  # ch_0
        value = int(value.rpartition("_")[2])
    return value - first + 1 if isinstance(value, int) and not isinstance(value, bool) else None


def _span(words: Sequence[dict[str, Any]]) -> dict[str, int | None]:
    return {
        "begin_ms": words[0]["begin_ms"] if words else None,
        "end_ms": words[-1]["end_ms"] if words else None,
    }


def _by_speaker(tokens: Sequence[dict[str, Any]], *, spaced: bool = True) -> list[Utterance]:
    """Tokens with ``text``, ``speaker`` and times, joined while one speaker goes on; punctuation has no times."""
    found: list[Utterance] = []
    for (speaker, tag), group in groupby(tokens, key=lambda one: (one.get("speaker"), one.get("channel_tag"))):
        text = ""
        words = []
        for token in group:
            glue = " " if spaced and text and token["text"][:1] not in _NO_SPACE_BEFORE else ""
            text += glue + token["text"]
            if word := _word(
                token["text"].strip(), token.get("begin_ms"), token.get("end_ms"), token.get("confidence")
            ):
                words.append(word)
        if text.strip():
            found.append({"text": text.strip(), "speaker": speaker, "channel_tag": tag, "words": words, **_span(words)})
    return found


# --- Deepgram ----------------------------------------------------------------------------------------------------


def _deepgram(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = _dict(document.get("results"))
    channels = _list(results.get("channels"))
    if not channels:
        return None
    several = len(channels) > 1
    if utterances := _list(results.get("utterances")):
        return [
            {
                "text": one.get("transcript"),
                "speaker": _label(one.get("speaker")) if not several else None,
                "channel_tag": _tag(one.get("channel")) if several else None,
                "begin_ms": _ms(one.get("start")),
                "end_ms": _ms(one.get("end")),
                "words": _deepgram_words(one),
            }
            for one in utterances
        ]
    found: list[Utterance] = []
    for number, channel in enumerate(channels, start=1):
        best = _best(channel)
        tag = number if several else None
        paragraphs = _list(_dict(best.get("paragraphs")).get("paragraphs"))
        words = _deepgram_words(best)
        if paragraphs:
            found += [
                {
                    "text": " ".join(str(said.get("text", "")) for said in _list(one.get("sentences"))),
                    "speaker": _label(one.get("speaker")),
                    "channel_tag": tag,
                    "begin_ms": _ms(one.get("start")),
                    "end_ms": _ms(one.get("end")),
                }
                for one in paragraphs
            ]
        elif any("speaker" in word for word in _list(best.get("words"))):
            tokens = [
                {**(made or {"text": ""}), "speaker": _label(raw.get("speaker")), "channel_tag": tag}
                for raw, made in zip(_list(best.get("words")), words, strict=False)
            ]
            found += _by_speaker(tokens)
        elif best.get("transcript"):
            found.append({"text": best["transcript"], "channel_tag": tag, "words": words, **_span(words)})
    return found


def _deepgram_words(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    made = (
        _word(
            raw.get("punctuated_word") or raw.get("word"),
            _ms(raw.get("start")),
            _ms(raw.get("end")),
            raw.get("confidence"),
        )
        for raw in _list(item.get("words"))
    )
    return [word for word in made if word]


def _label(value: Any) -> str | None:
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) and value != "" else None


# --- Google Cloud ------------------------------------------------------------------------------------------------


def _google(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = _list(_dict(document.get("response")).get("results") or document.get("results"))
    if not any(_list(one.get("alternatives")) and isinstance(_best(one).get("transcript"), str) for one in results):
        return None
    if any(_best(one).get("timestamps") is not None for one in results):
        return None  # IBM's
    last = _list(_best(results[-1]).get("words"))
    told = any(_speaker_tag(word) is not None for word in last)
    if told and not any("channelTag" in one or "channel_tag" in one for one in results):
        spoken = sum(len(str(_best(one).get("transcript", "")).split()) for one in results[:-1])
        if len(last) >= spoken:  # with speakers told apart, the last result holds every word once more
            tokens = [{**(_google_word(word) or {"text": ""}), "speaker": _speaker_tag(word)} for word in last]
            return _by_speaker([token for token in tokens if token["text"]])
    found: list[Utterance] = []
    for one in results:
        best = _best(one)
        raws = _list(best.get("words"))
        words = [word for raw in raws if (word := _google_word(raw))]
        text = str(best.get("transcript") or "").strip()
        if text:
            end = one.get("resultEndTime") or one.get("resultEndOffset") or one.get("result_end_time")
            speakers = {_speaker_tag(raw) for raw in raws}
            span = _span(words)
            found.append(
                {
                    "text": text,
                    "speaker": speakers.pop() if len(speakers) == 1 else None,
                    "channel_tag": _tag(one.get("channelTag", one.get("channel_tag")), first=1),
                    "words": words,
                    **span,
                    "end_ms": span["end_ms"] or _ms(end),
                }
            )
    return found


def _google_word(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    begin = next((raw[key] for key in ("startTime", "startOffset", "start_time") if key in raw), "0s")
    end = next((raw[key] for key in ("endTime", "endOffset", "end_time") if key in raw), None)
    return _word(raw.get("word"), _ms(begin), _ms(end), raw.get("confidence"))


def _speaker_tag(word: Mapping[str, Any]) -> str | None:
    return _label(word.get("speakerTag") or word.get("speaker_tag") or word.get("speakerLabel"))


# --- Amazon Transcribe -------------------------------------------------------------------------------------------


def _amazon(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = _dict(document.get("results"))
    if not isinstance(results.get("items"), list):
        return None
    channels = _list(_dict(results.get("channel_labels")).get("channels"))
    if channels:
        found: list[Utterance] = []
        for channel in channels:
            tag = _tag(channel.get("channel_label"))
            found += _sentences(
                [{**one, "channel_tag": tag} for one in _amazon_tokens(_list(channel.get("items")), {})]
            )
        return found
    speaker_at = {
        item.get("start_time"): segment.get("speaker_label")
        for segment in _list(_dict(results.get("speaker_labels")).get("segments"))
        for item in _list(segment.get("items"))
    }
    return _by_speaker(_amazon_tokens(_list(results["items"]), speaker_at))


def _amazon_tokens(items: Sequence[dict[str, Any]], speaker_at: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Words are items with a time, punctuation has none and belongs to whoever spoke before."""
    tokens: list[dict[str, Any]] = []
    for item in items:
        best = _best(item)
        speaker = item.get("speaker_label") or speaker_at.get(item.get("start_time"))
        if item.get("type") == "punctuation" and tokens:
            speaker = tokens[-1]["speaker"]
        tokens.append(
            {
                "text": str(best.get("content", "")),
                "speaker": speaker,
                "begin_ms": _ms(item.get("start_time")),
                "end_ms": _ms(item.get("end_time")),
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
            found += _by_speaker(held)
            held = []
        held.append(token)
        last = token.get("end_ms") if token.get("end_ms") is not None else last
    return found + _by_speaker(held)


# --- Rev, Speechmatics, ElevenLabs, IBM, Vosk, Soniox, AssemblyAI, whisper.cpp ------------------------------------


def _rev(document: Mapping[str, Any]) -> list[Utterance] | None:
    names = {one.get("id"): one.get("name") for one in _list(document.get("speakers"))}
    found: list[Utterance] = []
    for monologue in _list(document.get("monologues")):
        elements = _list(monologue.get("elements"))
        words = [
            word
            for one in elements
            if one.get("type") == "text"
            and (
                word := _word(
                    one.get("value"),
                    _ms(one.get("ts", one.get("timestamp"))),
                    _ms(one.get("end_ts", one.get("end_timestamp"))),
                    one.get("confidence"),
                )
            )
        ]
        speaker = monologue.get("speaker")
        found.append(
            {
                "text": "".join(str(one.get("value", "")) for one in elements).strip(),
                "speaker": monologue.get("speaker_name") or names.get(speaker) or _label(speaker),
                "words": words,
                **_span(words),
            }
        )
    return found or None


def _speechmatics(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = _list(document.get("results"))
    if not results or not all("type" in one and "start_time" in one for one in results[:20]):
        return None
    tokens: list[dict[str, Any]] = []
    for one in results:
        best = _best(one)
        punctuation = one.get("type") == "punctuation"
        tokens.append(
            {
                "text": str(best.get("content", "")),
                "speaker": tokens[-1]["speaker"] if punctuation and tokens else _label(best.get("speaker")),
                "channel_tag": None,
                "begin_ms": None if punctuation else _ms(one.get("start_time")),
                "end_ms": None if punctuation else _ms(one.get("end_time")),
                "confidence": best.get("confidence"),
            }
        )
        if channel := one.get("channel"):
            tokens[-1]["speaker"] = str(channel)
    return _by_speaker(tokens)


def _elevenlabs(document: Mapping[str, Any]) -> list[Utterance] | None:
    words = _list(document.get("words"))
    if not words or not any(one.get("type") == "spacing" or "speaker_id" in one for one in words):
        return None
    tokens = [
        {
            "text": str(one.get("text", "")),
            "speaker": one.get("speaker_id"),
            "begin_ms": _ms(one.get("start")) if one.get("type") == "word" else None,
            "end_ms": _ms(one.get("end")) if one.get("type") == "word" else None,
        }
        for one in words
        if one.get("type") != "audio_event"
    ]
    return _by_speaker(tokens, spaced=False)


def _ibm(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = _list(document.get("results"))
    if not any(isinstance(_best(one).get("timestamps"), list) for one in results):
        return None
    speaker_at = {one.get("from"): _label(one.get("speaker")) for one in _list(document.get("speaker_labels"))}
    tokens = [
        {"text": str(entry[0]), "speaker": speaker_at.get(entry[1]), "begin_ms": _ms(entry[1]), "end_ms": _ms(entry[2])}
        for one in results
        for entry in _best(one).get("timestamps") or ()
        if isinstance(entry, list) and len(entry) >= 3
    ]
    return _by_speaker(tokens)


def _vosk(document: Mapping[str, Any]) -> list[Utterance] | None:
    words = [
        word
        for one in _list(document.get("result"))
        if (word := _word(one.get("word"), _ms(one.get("start")), _ms(one.get("end")), one.get("conf")))
    ]
    text = document.get("text")
    if not words or not isinstance(text, str):
        return None
    return [{"text": text, "words": words, **_span(words)}]


def _soniox(document: Mapping[str, Any]) -> list[Utterance] | None:
    tokens = _list(document.get("tokens"))
    if not any("start_ms" in one and isinstance(one.get("text"), str) for one in tokens[:5]):
        return None
    return _by_speaker(
        [
            {
                "text": str(one.get("text", "")),
                "speaker": _label(one.get("speaker")),
                "begin_ms": _ms(one.get("start_ms"), timing.MILLISECONDS),
                "end_ms": _ms(one.get("end_ms"), timing.MILLISECONDS),
            }
            for one in tokens
        ],
        spaced=False,
    )


def _assemblyai(document: Mapping[str, Any]) -> list[Utterance] | None:
    if "audio_url" not in document and "acoustic_model" not in document and "speech_model" not in document:
        return None
    spoken = _list(document.get("utterances"))
    text = document.get("text")
    if not spoken and isinstance(text, str) and text.strip():
        spoken = [{"text": text, "words": document.get("words")}]
    found: list[Utterance] = []
    for one in spoken:
        words = [
            word
            for raw in _list(one.get("words"))
            if (
                word := _word(
                    raw.get("text"),
                    _ms(raw.get("start"), timing.MILLISECONDS),
                    _ms(raw.get("end"), timing.MILLISECONDS),
                    raw.get("confidence"),
                )
            )
        ]
        span = _span(words)
        begin, end = (_ms(one.get(key), timing.MILLISECONDS) for key in ("start", "end"))
        found.append(
            {
                "text": one.get("text"),
                "speaker": _label(one.get("speaker")),
                "channel_tag": _tag(one.get("channel"), first=1) if str(one.get("channel", "")).isdigit() else None,
                "begin_ms": begin if begin is not None else span["begin_ms"],
                "end_ms": end if end is not None else span["end_ms"],
                "words": words,
            }
        )
    return found


def _whisper_cpp(document: Mapping[str, Any]) -> list[Utterance] | None:
    found = [
        {
            "text": one.get("text"),
            "speaker": _label(one.get("speaker")),
            "begin_ms": _ms(_dict(one.get("offsets")).get("from"), timing.MILLISECONDS),
            "end_ms": _ms(_dict(one.get("offsets")).get("to"), timing.MILLISECONDS),
        }
        for one in _list(document.get("transcription"))
        if isinstance(one.get("offsets"), dict)
    ]
    return found or None


_SERVICES: tuple[Callable[[Mapping[str, Any]], list[Utterance] | None], ...] = (
    *(_deepgram, _amazon, _speechmatics, _ibm, _google, _rev, _elevenlabs, _vosk, _soniox, _assemblyai, _whisper_cpp),
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
