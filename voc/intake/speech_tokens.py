"""Speech-to-text services that answer in words: Rev, Speechmatics, ElevenLabs, IBM, Vosk, Soniox; and two more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voc.intake import timing
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


def rev(document: Mapping[str, Any]) -> list[Utterance] | None:
    names = {one.get("id"): one.get("name") for one in objects(document.get("speakers"))}
    found: list[Utterance] = []
    for monologue in objects(document.get("monologues")):
        elements = objects(monologue.get("elements"))
        words = [
            word
            for one in elements
            if one.get("type") == "text"
            and (
                word := word_of(
                    one.get("value"),
                    ms(one.get("ts", one.get("timestamp"))),
                    ms(one.get("end_ts", one.get("end_timestamp"))),
                    one.get("confidence"),
                )
            )
        ]
        speaker = monologue.get("speaker")
        found.append(
            {
                "text": "".join(str(one.get("value", "")) for one in elements).strip(),
                "speaker": monologue.get("speaker_name") or names.get(speaker) or label_of(speaker),
                "words": words,
                **span_of(words),
            }
        )
    return found or None


def speechmatics(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = objects(document.get("results"))
    if not results or not all("type" in one and "start_time" in one for one in results[:20]):
        return None
    tokens: list[dict[str, Any]] = []
    for one in results:
        best = likeliest(one)
        punctuation = one.get("type") == "punctuation"
        tokens.append(
            {
                "text": str(best.get("content", "")),
                "speaker": tokens[-1]["speaker"] if punctuation and tokens else label_of(best.get("speaker")),
                "channel_tag": None,
                "begin_ms": None if punctuation else ms(one.get("start_time")),
                "end_ms": None if punctuation else ms(one.get("end_time")),
                "confidence": best.get("confidence"),
            }
        )
        if channel := one.get("channel"):
            tokens[-1]["speaker"] = str(channel)
    return by_speaker(tokens)


def elevenlabs(document: Mapping[str, Any]) -> list[Utterance] | None:
    words = objects(document.get("words"))
    if not words or not any(one.get("type") == "spacing" or "speaker_id" in one for one in words):
        return None
    tokens = [
        {
            "text": str(one.get("text", "")),
            "speaker": one.get("speaker_id"),
            "begin_ms": ms(one.get("start")) if one.get("type") == "word" else None,
            "end_ms": ms(one.get("end")) if one.get("type") == "word" else None,
        }
        for one in words
        if one.get("type") != "audio_event"
    ]
    return by_speaker(tokens, spaced=False)


def ibm(document: Mapping[str, Any]) -> list[Utterance] | None:
    results = objects(document.get("results"))
    if not any(isinstance(likeliest(one).get("timestamps"), list) for one in results):
        return None
    speaker_at = {one.get("from"): label_of(one.get("speaker")) for one in objects(document.get("speaker_labels"))}
    tokens = [
        {"text": str(entry[0]), "speaker": speaker_at.get(entry[1]), "begin_ms": ms(entry[1]), "end_ms": ms(entry[2])}
        for one in results
        for entry in likeliest(one).get("timestamps") or ()
        if isinstance(entry, list) and len(entry) >= 3
    ]
    return by_speaker(tokens)


def vosk(document: Mapping[str, Any]) -> list[Utterance] | None:
    words = [
        word
        for one in objects(document.get("result"))
        if (word := word_of(one.get("word"), ms(one.get("start")), ms(one.get("end")), one.get("conf")))
    ]
    text = document.get("text")
    if not words or not isinstance(text, str):
        return None
    return [{"text": text, "words": words, **span_of(words)}]


def soniox(document: Mapping[str, Any]) -> list[Utterance] | None:
    tokens = objects(document.get("tokens"))
    if not any("start_ms" in one and isinstance(one.get("text"), str) for one in tokens[:5]):
        return None
    return by_speaker(
        [
            {
                "text": str(one.get("text", "")),
                "speaker": label_of(one.get("speaker")),
                "begin_ms": ms(one.get("start_ms"), timing.MILLISECONDS),
                "end_ms": ms(one.get("end_ms"), timing.MILLISECONDS),
            }
            for one in tokens
        ],
        spaced=False,
    )


def assemblyai(document: Mapping[str, Any]) -> list[Utterance] | None:
    if "audio_url" not in document and "acoustic_model" not in document and "speech_model" not in document:
        return None
    spoken = objects(document.get("utterances"))
    text = document.get("text")
    if not spoken and isinstance(text, str) and text.strip():
        spoken = [{"text": text, "words": document.get("words")}]
    found: list[Utterance] = []
    for one in spoken:
        words = [
            word
            for raw in objects(one.get("words"))
            if (
                word := word_of(
                    raw.get("text"),
                    ms(raw.get("start"), timing.MILLISECONDS),
                    ms(raw.get("end"), timing.MILLISECONDS),
                    raw.get("confidence"),
                )
            )
        ]
        span = span_of(words)
        begin, end = (ms(one.get(key), timing.MILLISECONDS) for key in ("start", "end"))
        found.append(
            {
                "text": one.get("text"),
                "speaker": label_of(one.get("speaker")),
                "channel_tag": tag_of(one.get("channel"), first=1) if str(one.get("channel", "")).isdigit() else None,
                "begin_ms": begin if begin is not None else span["begin_ms"],
                "end_ms": end if end is not None else span["end_ms"],
                "words": words,
            }
        )
    return found


def whisper_cpp(document: Mapping[str, Any]) -> list[Utterance] | None:
    found = [
        {
            "text": one.get("text"),
            "speaker": label_of(one.get("speaker")),
            "begin_ms": ms(mapping(one.get("offsets")).get("from"), timing.MILLISECONDS),
            "end_ms": ms(mapping(one.get("offsets")).get("to"), timing.MILLISECONDS),
        }
        for one in objects(document.get("transcription"))
        if isinstance(one.get("offsets"), dict)
    ]
    return found or None
