"""Words written where nobody speaks: silence, hold music, noise and the tones of a line, ten minutes of each.

The sounds are made here, the same ones on every run, in the telephone band and at the level of a call. Every word that
the transcription gives for them is one too many.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.evaluation.telephone import write_wav
from voc.records import Record
from voc.speech.decode import SAMPLE_RATE
from voc.speech.transcribe import Transcriber

MINUTES: Final = 10

_LEVEL: Final = 0.1
"""Root mean square of what is heard (−20 dBFS), as loud as a voice on the line."""

_DTMF: Final = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "#": (941, 1477), "0": (941, 1336)}
_SCALE: Final = (0, 2, 4, 5, 7, 9, 11, 12)
_CHORDS: Final = ((0, 4, 7), (-3, 0, 4), (5, 9, 12), (7, 11, 14))


class Invented(Record):
    """Words written for one sound."""

    sound: str
    seconds: float
    words: int
    text: str


Sound = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Takes the time of each sample (s), gives its value."""


def silence(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nothing at all, as a muted line sends it."""
    return np.zeros(len(at))


def chords(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Four chords in turn, struck twice a second and dying away."""
    sound = np.zeros(len(at))
    for index, chord in enumerate(_CHORDS):
        on = (at / 2).astype(int) % len(_CHORDS) == index
        sound[on] = sum(_note(at[on], degree) for degree in chord) * np.exp(-3 * (at[on] % 0.5))
    return _levelled(sound)


def melody(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """A voice-like melody over held chords: notes of a scale with vibrato and overtones, three a second."""
    beats = (at * 3).astype(int)
    # A fixed pseudo-random walk up and down the scale, new in every bar.
    steps = np.array([_SCALE[(7 * beat * beat + 3 * beat + beat // 12) % len(_SCALE)] for beat in range(beats[-1] + 1)])
    pitch = 262 * 2.0 ** (steps[beats] / 12)
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.01 * np.sin(2 * np.pi * 5.5 * at))) / SAMPLE_RATE
    lead = sum(np.sin(overtone * phase) / overtone for overtone in range(1, 7)) * np.exp(-1.5 * ((at * 3) % 1))
    return _levelled(lead + 0.5 * chords(at) / _LEVEL)


def white(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """White noise."""
    return _levelled(np.random.default_rng(1).normal(size=len(at)))


def pink(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Noise with equal power in every octave, swelling and fading every seven seconds (wind, a fan, traffic)."""
    spectrum = np.fft.rfft(np.random.default_rng(2).normal(size=len(at)))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    return _levelled(np.fft.irfft(spectrum, len(at)) * (1 + 0.8 * np.sin(2 * np.pi * at / 7)))


def hum(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mains: 50 Hz and its harmonics over faint noise."""
    tones = sum(np.sin(2 * np.pi * 50 * n * at) / n for n in (1, 2, 3, 5, 7))
    return _levelled(tones + 0.05 * np.random.default_rng(3).normal(size=len(at)))


def ringing(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ringing as in France: 440 Hz, 1.5 s on, 3.5 s off."""
    return _levelled(np.sin(2 * np.pi * 440 * at) * (at % 5 < 1.5))


def keys(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Somebody pressing keys: DTMF digits of 120 ms, five in a row, then a pause."""
    sound = np.zeros(len(at))
    for index, (low, high) in enumerate(_DTMF.values()):
        on = ((at % 4) // 0.25 == index) & (at % 0.25 < 0.12)
        sound[on] = np.sin(2 * np.pi * low * at[on]) + np.sin(2 * np.pi * high * at[on])
    return _levelled(sound)


SOUNDS: Final[dict[str, Sound]] = {
    "digital silence": silence,
    "music, chords": chords,
    "music, melody": melody,
    "white noise": white,
    "pink noise": pink,
    "mains hum": hum,
    "ringing": ringing,
    "keys (DTMF)": keys,
}
"""Every sound by its name."""


def sound(name: str, *, seconds: float) -> NDArray[np.int16]:
    """Return a sound as int16 [n] at 16 kHz."""
    made = SOUNDS[name](np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE)
    return np.asarray((made.clip(-1, 1) * 32767).round(), dtype=np.int16)


def evaluate(*, transcriber: Transcriber | None = None, minutes: float = MINUTES) -> list[Invented]:
    """Transcribe each sound; the language is detected, not given."""
    transcriber = transcriber or Transcriber()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name in SOUNDS:
            path = write_wav(Path(folder) / "sound.wav", sound(name, seconds=60 * minutes))
            transcript = transcriber.transcribe(path)
            text = " ".join(turn.text for turn in transcript.turns)
            found.append(
                Invented(sound=name, seconds=transcript.duration_ms / 1000, words=len(text.split()), text=text)
            )
    return found


def table(found: Sequence[Invented]) -> str:
    """Return the words written for each sound as a Markdown table."""
    lines = ["| nobody speaks | minutes | words invented | which |", "|---|--:|--:|---|"]
    lines += [f"| {one.sound} | {one.seconds / 60:.0f} | {one.words} | {one.text[:80]} |" for one in found]
    return "\n".join(lines)


def _note(at: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    pitch = 262 * 2.0 ** (degree / 12)
    return np.asarray(np.sin(2 * np.pi * pitch * at) + 0.4 * np.sin(4 * np.pi * pitch * at))


def _levelled(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(sound * (_LEVEL / max(float(np.sqrt(np.mean(np.square(sound)))), 1e-9)))
