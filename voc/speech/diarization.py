"""Who speaks when on one channel: people of each ten seconds, the same voices found again, and the speech of each.

Every 2.5 s a window of 10 s is cut into who of up to three people speaks (:mod:`voc.speech.speaker_segmentation`); what
each of them says alone there becomes a vector of their voice (:mod:`voc.speech.speaker_embedding`); the vectors are
grouped into voices (:mod:`voc.speech.speaker_clustering`). Then every 17 ms of speech belongs to the voice that most
windows over it say, and to a second one where most of them hear two. Of each window 1.8 kB and a vector a person are
kept: four megabytes an hour.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from voc import models
from voc.errors import ModelError
from voc.language.vectors import unit
from voc.speech.conversation_metrics import Interval
from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.speaker_clustering import Spoken, Voices, cluster_voices
from voc.speech.speaker_embedding import (
    DIMENSION,
    SPECTRUM_STEP,
    SPECTRUM_WINDOW,
    SpeakerEncoder,
    height_db,
    mel_spectra,
)
from voc.speech.speaker_segmentation import FRAME, FRAME_MIDDLE, LOCAL, WINDOW, Segmenter

MODEL: Final = "diarization"
VOICES_NAME: Final = "pyannote-segmentation@3.0+cam++@zh-en"

STEP_FRAMES: Final = 148
STEP: Final = STEP_FRAMES * FRAME
"""Samples from one window to the next: 2.5 s, a whole number of frames."""

_PIECE_LEAST_S: Final = 0.4
"""Shorter speech has no vector of its own: it is that of the person of its window."""

_PIECE_MOST_S: Final = 2.0
"""Longer speech has several: over a telephone two people may be taken for one within a window."""

_WIDE_DB: Final = -5.0
"""Height (:func:`voc.speech.speaker_embedding.height_db`) from which a line is wide: EmoDB as recorded is at 10 to 15,
over a telephone at −18 to −16, real calls at −45."""

_BATCH: Final = 16

Times = NDArray[np.float32]


@dataclass(frozen=True)
class Stretch:
    """Speech of one speaker (0-based, in the order of their first words), in samples."""

    begin: int
    end: int
    speaker: int


@dataclass(frozen=True)
class Diarization:
    """Who speaks when: stretches in order without overlap; what second speakers say at the same time; how many speakers
    there are, and how surely so many (0.5 a toss-up … 1)."""

    stretches: tuple[Stretch, ...]
    speakers: int
    confidence: float
    beside: tuple[Stretch, ...] = ()


@dataclass(frozen=True)
class SpeakerModels:
    """The two networks, and what is taken off their vectors."""

    segmenter: Segmenter
    encoder: SpeakerEncoder
    means: Mapping[str, NDArray[np.float32]]
    """The mean voice on a line as wide as the recording (``wide``) and on a telephone's (``telephone``): float32 [192].
    A line makes all voices alike."""


@dataclass(frozen=True)
class Windows:
    """What the networks made of a recording."""

    begins: tuple[int, ...]
    """First frame of each window."""
    activity: NDArray[np.bool_]
    """Who speaks: [windows, frames, 3]."""
    pieces: NDArray[np.intp]
    """What somebody says alone: window, person of the window, first frame and end in it, [n, 4]."""
    vectors: NDArray[np.float16]
    """The voice in each piece: [n, 192]."""

    @property
    def seconds(self) -> Times:
        """Length of each piece."""
        return np.asarray((self.pieces[:, 3] - self.pieces[:, 2]) * FRAME / SAMPLE_RATE, dtype=np.float32)

    def spoken(self) -> Spoken:
        """The vectors with their times, in order of time."""
        begins = np.array(self.begins, dtype=np.intp)[self.pieces[:, 0]] + self.pieces[:, 2]
        order = np.argsort(begins, kind="stable")
        times = (begins * FRAME / SAMPLE_RATE).astype(np.float32)
        return Spoken(self.vectors.astype(np.float32), times, self.seconds).of(order)


@lru_cache(maxsize=1)
def load_speaker_models(*, threads: int = 0) -> SpeakerModels:
    """The networks, loaded once a process; ``threads`` computing at once, 0 = all cores.

    Raises:
        ModelError: their weights are missing or damaged.
    """
    folder, threads = models.path(MODEL), threads or os.cpu_count() or 1
    file = folder / "means.npz"
    try:
        with file.open("rb") as handle, np.load(handle, allow_pickle=False) as saved:
            means = {band: saved[band].astype(np.float32) for band in ("wide", "telephone")}
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        raise ModelError(f"{file}: cannot be loaded ({error}); run `voc models verify`.") from error
    return SpeakerModels(Segmenter(folder, threads=threads), SpeakerEncoder(folder, threads=threads), means)


def diarize(
    audio: Audio, spoken: Sequence[Interval], *, using: SpeakerModels, speakers: int | None = None
) -> Diarization:
    """Tell the speakers of the first channel apart.

    Args:
        audio: one channel, or the first of several.
        spoken: its speech in samples, in order, without overlaps.
        using: by :func:`load_speaker_models`.
        speakers: how many there are; default as many as are heard, 1 to 6.

    Returns:
        A partition of ``spoken``, and who speaks beside.
    """
    if not spoken:
        return Diarization((), 0, 1.0)
    heard = listened(audio, spoken, using=using)
    return assigned(spoken, heard, cluster_voices(heard.spoken(), exactly=speakers))


def listened(audio: Audio, spoken: Sequence[Interval], *, using: SpeakerModels) -> Windows:
    """Let the networks hear every window in which somebody speaks."""
    begins = window_begins(spoken, frames=audio.frames)
    activity = []
    owners: list[tuple[int, int, int, int]] = []
    vectors = []
    heights = []
    for first in range(0, len(begins), _BATCH):
        batch = begins[first : first + _BATCH]
        sounds = [audio.samples(0, begin * FRAME, begin * FRAME + WINDOW) for begin in batch]
        said = using.segmenter.activity(sounds)
        activity.append(said)
        for number, (begin, sound) in enumerate(zip(batch, sounds, strict=True)):
            inside = _inside(spoken, begin, said.shape[1])
            alone = said[number] & (said[number].sum(axis=1, keepdims=True) == 1) & inside[:, None]
            if not alone.any():
                continue
            spectra = mel_spectra(sound)
            for who in range(LOCAL):
                for piece in pieces(alone[:, who]):
                    if not _counts(piece, first=begin == begins[0], last=begin == begins[-1]):
                        continue
                    own = spectra[_spectrum(piece[0]) : _spectrum(piece[1])]
                    owners.append((first + number, who, *piece))
                    vectors.append(using.encoder.vectors([own])[0].astype(np.float16))
                    heights.append(height_db(own))
    return Windows(
        begins=tuple(begins),
        activity=np.concatenate(activity),
        pieces=np.array(owners, dtype=np.intp).reshape(-1, 4),
        vectors=_centred(vectors, using.means["wide" if _is_wide(heights) else "telephone"]),
    )


def _is_wide(heights: Sequence[float]) -> bool:
    return bool(heights) and float(np.median(heights)) >= _WIDE_DB


def _centred(vectors: Sequence[NDArray[np.float16]], mean: NDArray[np.float32]) -> NDArray[np.float16]:
    heard = np.array(vectors, dtype=np.float16).reshape(-1, DIMENSION)
    for begin in range(0, len(heard), 4096):
        heard[begin : begin + 4096] = unit(heard[begin : begin + 4096].astype(np.float32) - mean)
    return heard


def pieces(alone: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the runs of frames in which somebody speaks alone, long ones in equal parts, short ones left out."""
    found: list[tuple[int, int]] = []
    for begin, end in runs(alone.astype(np.intp)):
        if alone[begin] and (end - begin) * FRAME >= _PIECE_LEAST_S * SAMPLE_RATE:
            parts = -(-(end - begin) * FRAME // int(_PIECE_MOST_S * SAMPLE_RATE))
            edges = np.linspace(begin, end, parts + 1).round().astype(int).tolist()
            found += list(pairwise(edges))
    return found


def _counts(piece: tuple[int, int], *, first: bool, last: bool) -> bool:
    """Whether a piece lies in the middle half of its window: the others are pieces of the windows beside it."""
    middle = sum(piece) // 2
    return (first or middle >= STEP_FRAMES) and (last or middle < 3 * STEP_FRAMES)


def _spectrum(frame: int) -> int:
    """The spectrum (10 ms) whose middle is about that of a frame's begin."""
    return max(0, (_sample(frame) - SPECTRUM_WINDOW // 2) // SPECTRUM_STEP)


def window_begins(spoken: Sequence[Interval], *, frames: int) -> list[int]:
    """Return the first frames of the windows that hold speech; none ends after the recording but the only one."""
    last = max(0, -(-(frames - WINDOW) // FRAME))
    starts = sorted({*range(0, last + 1, STEP_FRAMES), last})
    kept, at = [], 0
    for start in starts:
        while at < len(spoken) and spoken[at][1] <= start * FRAME:
            at += 1
        if at < len(spoken) and spoken[at][0] < start * FRAME + WINDOW:
            kept.append(start)
    return kept


def _inside(spoken: Sequence[Interval], begin: int, count: int) -> NDArray[np.bool_]:
    """Whether the middle of each frame from ``begin`` on lies in speech."""
    out = np.zeros(count, dtype=np.bool_)
    for first, last in spoken:
        out[max(0, _frame(first) - begin) : max(0, _frame(last) - begin)] = True
    return out


def _frame(sample: int) -> int:
    """The first frame whose middle lies at or after a sample."""
    return max(0, -(-(sample - FRAME_MIDDLE) // FRAME))


def assigned(spoken: Sequence[Interval], heard: Windows, voices: Voices) -> Diarization:
    """Give every frame of ``spoken`` to one of the voices, and to a second one where two speak at once."""
    count = len(voices.centres)
    length = heard.begins[-1] + heard.activity.shape[1]
    scores = np.zeros((length, count), dtype=np.float32)
    at_once = np.zeros(length, dtype=np.float32)
    weights = np.zeros(length, dtype=np.float32)
    whose, nearest = heard_as(heard, voices)
    shape = np.bartlett(heard.activity.shape[1] + 2)[1:-1].astype(np.float32) + 0.05
    for window, begin in enumerate(heard.begins):
        own = heard.activity[window]
        place = slice(begin, begin + len(own))
        weights[place] += shape
        at_once[place] += shape * own.sum(axis=1)
        for who in range(LOCAL):
            if (voice := whose.get((window, who))) is not None:
                scores[place, voice] += shape * own[:, who]
    for (window, who, first, last), voice in zip(heard.pieces.tolist(), nearest, strict=True):
        usual = whose[window, who]
        if voice != usual:
            begin = heard.begins[window]
            scores[begin + first : begin + last, usual] -= shape[first:last]
            scores[begin + first : begin + last, voice] += shape[first:last]
    scores /= np.maximum(weights, 1e-9)[:, None]
    at_once /= np.maximum(weights, 1e-9)
    names: dict[int, int] = {}
    stretches: list[Stretch] = []
    beside: list[Stretch] = []
    last = 0
    for begin, end in spoken:
        first, stop = _frame(begin), max(_frame(begin) + 1, _frame(end))
        part = scores[first:stop] if first < length else np.zeros((0, count), dtype=np.float32)
        main = held(part, last, stop - first)
        last = int(main[-1])
        for run_begin, run_end in runs(main):
            speaker = names.setdefault(int(main[run_begin]), len(names))
            edges = (
                begin if run_begin == 0 else _sample(first + run_begin),
                end if run_end == len(main) else _sample(first + run_end),
            )
            if edges[1] > edges[0]:
                stretches.append(Stretch(*edges, speaker))
        if count > 1 and len(part):
            rest = part.copy()
            rest[np.arange(len(part)), main[: len(part)]] = 0
            second = np.where(
                (at_once[first : first + len(part)] >= 1.5) & (rest.max(axis=1) > 0), rest.argmax(axis=1), -1
            )
            for run_begin, run_end in runs(second):
                if second[run_begin] >= 0:
                    speaker = names.setdefault(int(second[run_begin]), len(names))
                    low, high = max(begin, _sample(first + run_begin)), min(end, _sample(first + run_end))
                    if high > low:
                        beside.append(Stretch(low, high, speaker))
    return Diarization(tuple(stretches), len(names), voices.confidence, tuple(beside))


def heard_as(heard: Windows, voices: Voices) -> tuple[dict[tuple[int, int], int], list[int]]:
    """Return the voice of each person of each window, by all they say alone there, and that of each piece."""
    likeness = heard.vectors.astype(np.float32) @ voices.centres.T
    sums: dict[tuple[int, int], NDArray[np.float32]] = {}
    for (window, who, _, _), one, seconds in zip(heard.pieces.tolist(), likeness, heard.seconds, strict=True):
        sums[window, who] = sums.get((window, who), np.zeros(likeness.shape[1], dtype=np.float32)) + seconds * one
    return {key: int(one.argmax()) for key, one in sums.items()}, likeness.argmax(axis=1).tolist()


def held(part: NDArray[np.float32], before: int, count: int) -> NDArray[np.intp]:
    """Return the voice of each of ``count`` frames; where none is heard, that of the nearest frame with one."""
    main = np.full(count, before, dtype=np.intp)
    known = np.flatnonzero(part.max(axis=1) > 0) if len(part) else np.zeros(0, dtype=np.intp)
    if not len(known):
        return main
    after = np.minimum(np.searchsorted(known, np.arange(count)), len(known) - 1)
    earlier = np.maximum(after - 1, 0)
    places = np.arange(count)
    nearer = np.where(abs(known[after] - places) <= abs(known[earlier] - places), known[after], known[earlier])
    return np.asarray(part[nearer].argmax(axis=1), dtype=np.intp)


def runs(values: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Return begin and end of each run of equal values."""
    edges = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
    return list(pairwise(edges)) if len(values) else []


def _sample(frame: int) -> int:
    return frame * FRAME + FRAME_MIDDLE - FRAME // 2
