"""A stretch of a call over lines as they are: quiet, clipped, noisy, badly packed. No word is lost or invented."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sounds import RATE, Sound, write

from voc.evaluation.speech import fold
from voc.evaluation.tone_sets import telephone
from voc.resources import resource
from voc.settings import Settings
from voc.speech.decode import decode
from voc.speech.transcribe import Transcriber
from voc.speech.transcript import Transcript

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def words(found: Transcript) -> Counter[str]:
    return Counter(word for turn in found.turns for word in fold(turn.text, "fr"))


@pytest.fixture(scope="module")
def said() -> Sound:
    """What the customer of a sample call says first, at a usual level."""
    sound = decode(resource("samples", "calls", "call-0001.ogg")).samples(1, 0, 22 * RATE).astype(np.float64)
    return sound / np.abs(sound).max() * 0.5


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber(threads=2)


@pytest.fixture(scope="module")
def clean(transcriber: Transcriber, said: Sound, tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    found = words(transcriber.transcribe(write(tmp_path_factory.mktemp("clean") / "call.wav", said)))
    assert found.total() >= 15
    return found


def noisy(said: Sound, decibels: float) -> Sound:
    noise = np.random.default_rng(3).normal(0, 1, len(said))
    return said + noise * np.sqrt(np.mean(said[said != 0] ** 2)) * 10 ** (-decibels / 20)


def echoing(said: Sound, seconds: float, decibels: float) -> Sound:
    late = np.zeros_like(said)
    late[int(seconds * RATE) :] = said[: -int(seconds * RATE)]
    return said + late * 10 ** (decibels / 20)


LINES: dict[str, Callable[[Sound], tuple[Sound, ...]]] = {
    "30 dB quieter": lambda said: (said * 10 ** (-30 / 20),),
    "clipped": lambda said: (np.clip(said * 8, -0.9, 0.9),),
    "noise at 20 dB": lambda said: (noisy(said, 20),),
    "an echo": lambda said: (echoing(said, 0.18, -12),),
    "a telephone": lambda said: (telephone(said.astype(np.float32)).astype(np.float64),),
    "hum": lambda said: (said + 0.02 * np.sin(2 * np.pi * 50 * np.arange(len(said)) / RATE),),
    "a direct current": lambda said: (said * 0.5 + 0.3,),
    "the other channel silent": lambda said: (said, np.zeros_like(said)),
    "the same on both channels": lambda said: (said, said),
    "bleed at -20 dB": lambda said: (said * 0.1, said),
    "a minute of silence before": lambda said: (np.concatenate([np.zeros(60 * RATE), said]),),
}


@pytest.mark.parametrize("line", LINES)
def test_no_words_are_lost_or_invented(
    settings: Settings, transcriber: Transcriber, said: Sound, clean: Counter[str], tmp_path: Path, line: str
) -> None:
    found = words(transcriber.transcribe(write(tmp_path / "call.wav", *LINES[line](said)), language="fr"))
    assert (clean & found).total() >= 0.7 * clean.total(), found
    assert found.total() <= 1.2 * clean.total(), found


@pytest.mark.parametrize("length", [0, 2**32 - 1, 1000])
def test_a_header_that_lies_about_its_length_loses_nothing(
    settings: Settings, transcriber: Transcriber, said: Sound, clean: Counter[str], tmp_path: Path, length: int
) -> None:
    path = write(tmp_path / "call.wav", said)
    data = bytearray(path.read_bytes())
    data[40:44] = struct.pack("<I", length)
    path.write_bytes(bytes(data))
    found = words(transcriber.transcribe(path, language="fr"))
    assert (clean & found).total() >= 0.9 * clean.total(), found
