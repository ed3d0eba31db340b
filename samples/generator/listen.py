"""Check that a recording can be understood: each channel through Whisper base, compared with what was written."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import recordings
from text_to_num import alpha2digit


def folded(text: str, language: str) -> str:
    """Lower case, no accents or punctuation, numbers in figures."""
    text = alpha2digit(text, language)
    text = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", text).split())


@cache
def _whisper() -> Any:
    from faster_whisper import WhisperModel

    from voc import models

    return WhisperModel(str(models.ensure("whisper-base")), device="cpu", compute_type="int8", cpu_threads=2)


def heard(path: Path, language: str) -> list[str]:
    """The transcript of each channel."""
    from faster_whisper import decode_audio

    stereo = path.stat().st_size and _channels(path) == 2
    audio = decode_audio(str(path), split_stereo=True) if stereo else (decode_audio(str(path)),)
    return [
        " ".join(
            segment.text.strip()
            for segment in _whisper().transcribe(
                np.asarray(channel), language=language, beam_size=5, vad_filter=True, condition_on_previous_text=False
            )[0]
        )
        for channel in audio
    ]


def _channels(path: Path) -> int:
    import av

    with av.open(str(path)) as container:
        return int(container.streams.audio[0].codec_context.channels)


def report(path: Path, call: recordings.Call) -> float:
    """Print the word error rate of one recording, per role where the channels tell them apart."""
    said = {role: " ".join(t.text for t in call.turns if t.role == role) for role in ("agent", "customer")}
    texts = heard(path, call.head["language"])
    pairs = (
        list(zip(said.values(), texts, strict=True))
        if call.stereo
        else [(" ".join(t.text for t in call.turns), texts[0])]
    )
    for reference, text in pairs:
        print(f"    said:  {reference}\n    heard: {text}")
    language = call.head["language"]
    rate = float(jiwer.wer([folded(r, language) for r, _ in pairs], [folded(t, language) for _, t in pairs]))
    print(f"{call.id}: WER {rate:.3f}")
    return rate
