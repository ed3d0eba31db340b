"""Acted clips as a call would hold them: one side of a line, cut into the transcription's own windows.

At run time a turn is a slice of a window of up to 27 s, or all that a short recording holds. So clips are heard both
ways: in a *call* those of one speaker follow each other in random order with pauses between, at one level and band for
the whole side; a clip *alone* has a line and a level of its own. The encoder reads the windows that voice activity
gives, padded as in a transcription.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voc.evaluation.corpora import shared_data
from voc.records import Record
from voc.speech.conversation_metrics import Interval
from voc.speech.decode import SAMPLE_RATE, Audio, decode
from voc.speech.encoder_pooling import VoiceStates, as_array
from voc.speech.voice_activity import Window, speech_in, windows_over
from voc.speech.whisper import WindowReader

Band = Literal["wide", "telephone"]

Setting = Literal["call", "alone"]
"""Whether a clip lies among others of its speaker, or is a recording by itself."""

STIRRED: Final = frozenset(("angry", "fear", "happy", "surprise"))
"""High arousal; low are neutral, sad, boredom and disgust: the mapping of Schuller et al. 2009 (ASRU), table 2."""

ANGRY: Final = "angry"
CALM: Final = "neutral"

_EMODB: Final = "emodb"
_EMODB_MEN: Final = frozenset(("03", "10", "11", "12", "15"))
"""The other five actors are women; characters 3 to 5 of a file's name say the sentence (Burkhardt et al. 2005)."""

_PAUSES_S: Final = (0.3, 1.5)
_BREAK_S: Final = 6.5
_BREAKS: Final = 0.25
"""A quarter of the pauses are long enough for a window to end, so that windows of all lengths occur."""

CUT_MIN_S: Final = 0.6
"""Seconds of a stretch cut from a clip; as long a turn has a tone."""

_TOGETHER: Final = 4
"""Windows a batch, as in a transcription."""

_LEVELS_DBFS: Final = (-34.0, -16.0)
"""Levels of speech on recorded lines."""

_LINE_NOISE_DBFS: Final = (-75.0, -55.0)

_BAND_HZ: Final = (150.0, 300.0, 3400.0, 3700.0)
"""A telephone line: nothing below 150 Hz, everything from 300 to 3400, nothing above 3700 (ITU-T G.712)."""


class Line(NamedTuple):
    """A way in which clips are heard."""

    band: Band
    """Their own, or that of a telephone line."""
    setting: Setting
    seed: int
    """Of order, pauses, levels and line noise."""


class Clip(Record):
    """One acted utterance."""

    path: str
    speaker: str
    emotion: str
    voice: str = ""
    """Whose voices it is like, where known: those of women, of men."""
    sentence: str = ""
    """What is said, where actors say the same."""

    @property
    def stirred(self) -> bool:
        """Whether its emotion is one of high arousal."""
        return self.emotion in STIRRED

    @property
    def angry(self) -> bool:
        """Whether its emotion is anger."""
        return self.emotion == ANGRY


@dataclass(frozen=True)
class Sounds:
    """Clips of a corpus with their samples (float32, 16 kHz) and the voice activity in them (samples)."""

    clips: tuple[Clip, ...]
    waves: tuple[NDArray[np.float32], ...]
    speech: tuple[tuple[Interval, ...], ...]


@dataclass(frozen=True)
class EncodedClips:
    """The encoder's states (float16) of the windows of all sides, and where each clip's speech is in them."""

    batches: tuple[tuple[tuple[Window, ...], NDArray[np.float16]], ...]
    places: tuple[tuple[int, tuple[Interval, ...]], ...]

    def means(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the mean projected state of each clip, float32 [clips, columns], as the run time computes it."""
        states = VoiceStates(weights)
        for windows, encoded in self.batches:
            states(windows, encoded.astype(np.float32))
        return np.stack([states.mean(channel, speech)[0] for channel, speech in self.places])

    def cut(self, shares: tuple[float, float], *, seed: int) -> EncodedClips:
        """Return the clips with a random stretch of each alone: ``shares`` of its length, at least :data:`CUT_MIN_S`.

        What somebody says is as often a part of a sentence as a whole one, and a sentence's beginning is livelier than
        its end.
        """
        rng = np.random.default_rng(seed)
        return replace(self, places=tuple((channel, _cut(speech, shares, rng)) for channel, speech in self.places))


def load(corpus: str) -> Sounds:
    """Read the clips that ``index.csv`` of a corpus of the shared data names.

    Raises:
        InputError: the corpus is not there.
    """
    folder = shared_data("speech", corpus)
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clips = tuple(_clip(row, known=corpus == _EMODB) for row in rows)
    waves, speech = [], []
    for clip in clips:
        audio = decode(folder.parent / clip.path).mixed_down()
        waves.append(audio.samples(0))
        speech.append(tuple(speech_in(audio, 0)) or ((0, audio.frames),))
    return Sounds(clips, tuple(waves), tuple(speech))


def _clip(row: Mapping[str, str], *, known: bool) -> Clip:
    clip = Clip(path=row["path"], speaker=row["speaker"], emotion=row["emotion"])
    if not known:
        return clip
    voice = "man" if clip.speaker in _EMODB_MEN else "woman"
    return clip.model_copy(update={"voice": voice, "sentence": Path(clip.path).stem[2:5]})


def hear(
    sounds: Sounds,
    reader: WindowReader,
    line: Line,
    *,
    progress: Callable[[float], None] | None = None,
) -> EncodedClips:
    """Put the clips on lines and encode them.

    Args:
        sounds: the clips.
        reader: of the weights whose states are wanted.
        line: how they are heard.
        progress: called with the share done.
    """
    rng = np.random.default_rng(line.seed)
    usual = _levels(sounds)
    levels = rng.uniform(*_LEVELS_DBFS, len(usual) if line.setting == "call" else len(sounds.clips))
    everybody = rng.permutation(len(sounds.clips))
    together = (
        [_of(sounds, everybody, speaker) for speaker in sorted(usual)]
        if line.setting == "call"
        else [np.array([index]) for index in range(len(sounds.clips))]
    )
    places: dict[int, tuple[int, tuple[Interval, ...]]] = {}
    sides: list[NDArray[np.int16]] = []
    for channel, order in enumerate(together):
        side: list[NDArray[np.float32]] = []
        at = 0
        for index in order:
            clip = sounds.clips[index]
            pause = int((_BREAK_S if rng.random() < _BREAKS else rng.uniform(*_PAUSES_S)) * SAMPLE_RATE)
            wave = sounds.waves[index] * 10 ** ((levels[channel] - usual[clip.speaker]) / 20)
            side += [np.zeros(pause, dtype=np.float32), telephone(wave) if line.band == "telephone" else wave]
            at += pause
            places[int(index)] = (channel, tuple((begin + at, end + at) for begin, end in sounds.speech[index]))
            at += len(wave)
        heard = np.concatenate(side)
        heard += rng.normal(0, 10 ** (rng.uniform(*_LINE_NOISE_DBFS) / 20), len(heard)).astype(np.float32)
        sides.append((np.clip(heard, -1, 1) * 32767).round().astype(np.int16))
    ordered = tuple(places[index] for index in range(len(sounds.clips)))
    return EncodedClips(tuple(_encode(sides, ordered, reader, progress)), ordered)


def _encode(
    sides: Sequence[NDArray[np.int16]],
    places: Sequence[tuple[int, tuple[Interval, ...]]],
    reader: WindowReader,
    progress: Callable[[float], None] | None,
) -> list[tuple[tuple[Window, ...], NDArray[np.float16]]]:
    batches: list[tuple[tuple[Window, ...], NDArray[np.float16]]] = []
    for channel, side in enumerate(sides):
        audio = Audio(side[:, None])
        spoken = sorted(pair for tag, speech in places if tag == channel for pair in speech)
        windows = sorted(windows_over(spoken, channel=0, frames=audio.frames), key=lambda one: -one.seconds)
        for begin in range(0, len(windows), _TOGETHER):
            batch = windows[begin : begin + _TOGETHER]
            states = as_array(reader._encode(audio, batch)).astype(np.float16)
            batches.append((tuple(replace(one, channel=channel) for one in batch), states))
        if progress:
            progress((channel + 1) / len(sides))
    return batches


def _cut(speech: Sequence[Interval], shares: tuple[float, float], rng: np.random.Generator) -> tuple[Interval, ...]:
    first, last = speech[0][0], speech[-1][1]
    length = min(last - first, max(int((last - first) * rng.uniform(*shares)), int(CUT_MIN_S * SAMPLE_RATE)))
    begin = first + int(rng.integers(0, last - first - length + 1))
    kept = [(max(a, begin), min(b, begin + length)) for a, b in speech]
    return tuple((a, b) for a, b in kept if b > a)


def telephone(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a wave as a telephone line carries it: its band, and G.711's eight bits (mu-law)."""
    size = len(wave) + SAMPLE_RATE
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    low, first, last, high = _BAND_HZ
    gain = np.clip((hertz - low) / (first - low), 0, 1) * np.clip((high - hertz) / (high - last), 0, 1)
    clean = np.clip(np.fft.irfft(np.fft.rfft(wave, size) * gain, size)[: len(wave)], -1, 1)
    coded = np.round(np.sign(clean) * np.log1p(255 * np.abs(clean)) / np.log(256) * 127) / 127
    return np.asarray(np.sign(coded) * (256 ** np.abs(coded) - 1) / 255, dtype=np.float32)


def _levels(sounds: Sounds) -> Mapping[str, float]:
    """The median level of each speaker's speech, dBFS."""
    found: dict[str, list[float]] = {}
    for clip, wave, speech in zip(sounds.clips, sounds.waves, sounds.speech, strict=True):
        voice = np.concatenate([wave[begin:end] for begin, end in speech])
        found.setdefault(clip.speaker, []).append(10 * float(np.log10(max(float(np.mean(voice**2)), 1e-10))))
    return {speaker: float(np.median(levels)) for speaker, levels in found.items()}


def _of(sounds: Sounds, order: NDArray[Any], speaker: str) -> NDArray[Any]:
    return np.asarray([index for index in order if sounds.clips[index].speaker == speaker])
