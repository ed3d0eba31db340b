"""Passages in another language: suspected in what the encoder made of a window, settled stretch by stretch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.conversation_metrics import Interval
from voc.speech.decode import SAMPLE_RATE
from voc.speech.encoder_pooling import as_array
from voc.speech.foreign import LEAST_S, Probabilities, suspect
from voc.speech.languages import (
    DISAGREES,
    SLICE_S,
    combine_log_odds,
    course,
    evidence_for,
    language_log_odds,
    other_language,
    slices,
)
from voc.speech.voice_activity import STATE_SAMPLES, Window

_SLICE: Final = int(SLICE_S * SAMPLE_RATE) // STATE_SAMPLES
"""States."""

_AT_ONCE: Final = 32
"""Slices asked about together."""
_TOGETHER: Final = 4
"""Stretches encoded together."""
_LEAST_S: Final = 0.5
"""A shorter stretch goes with its neighbours."""


class Passages:
    """Cuts windows where their language plainly changes."""

    def __init__(self, model: Any, encode: Callable[[Sequence[Window]], Any]) -> None:
        """Take a loaded ``faster_whisper.WhisperModel`` and what encodes windows of the recording with it."""
        self._model, self._encode = model, encode

    def of(self, windows: Sequence[Window], encoded: Any, language: str) -> list[list[tuple[Window, str]]]:
        """Return each window's parts with their language: the whole window in ``language`` where nothing is sure.

        A part may be in a language that is not read here; how it reads must settle that (:mod:`voc.speech.foreign`).

        Args:
            windows: of one batch, with their stretches of speech.
            encoded: what the encoder made of them, CTranslate2 float [windows, states, width].
            language: what the recording is in by all that is known.
        """
        first = [(at, begin) for at, one in enumerate(windows) for begin in _slices(one, encoded.shape[1])]
        if not first:
            return [[(window, language)] for window in windows]
        states = as_array(encoded)
        asked: list[dict[int, Probabilities]] = [{} for _ in windows]
        for (at, begin), probabilities in zip(first, self._asked(states, first), strict=True):
            asked[at][begin + _SLICE // 2] = probabilities
        return [
            self._parts(window, language, own) if own else [(window, language)]
            for window, own in zip(windows, asked, strict=True)
        ]

    def _parts(self, window: Window, language: str, own: Mapping[int, Probabilities]) -> list[tuple[Window, str]]:
        beside = {middle: language_log_odds(probabilities, against=language) for middle, probabilities in own.items()}
        third = suspect(own.values())
        if third is None and max(beside.values()) <= DISAGREES:
            return [(window, language)]
        return self._cut(window, language, beside, third)

    def _cut(
        self, window: Window, language: str, beside: Mapping[int, float], third: str | None
    ) -> list[tuple[Window, str]]:
        """Cut a window by what each stretch says alone and among its neighbours (``beside``: nats by middle, states).

        Alone it is not mistaken for them, among them it is not too short to be heard. A third language is asked of each
        stretch alone.
        """
        said: dict[int, float] = {}
        foreign: dict[int, float] = {}
        alone = [
            (index, Window(window.channel, begin, end))
            for index, (begin, end) in enumerate(window.speech)
            if end - begin >= _LEAST_S * SAMPLE_RATE
        ]
        alone.sort(key=lambda one: -one[1].seconds)
        for first in range(0, len(alone), _TOGETHER):
            some = alone[first : first + _TOGETHER]
            asked = self._model.model.detect_language(self._encode([stretch for _, stretch in some]))
            for (index, stretch), probabilities in zip(some, asked, strict=True):
                first_state, last_state = (window.read_at(at) // STATE_SAMPLES for at in (stretch.begin, stretch.end))
                among = [nats for middle, nats in beside.items() if first_state <= middle <= last_state]
                alone_nats = language_log_odds(probabilities, against=language)
                nats = (alone_nats + sum(among) / len(among)) / 2 if among else alone_nats
                said[index] = combine_log_odds(nats, stretch.seconds)
                if third:
                    # Less than a second says little of a third language: its tail came out as "It ain't jump out."
                    weight = min(1.0, stretch.seconds / LEAST_S)
                    foreign[index] = weight * combine_log_odds(evidence_for(third, probabilities), stretch.seconds)
        spoken = (language, other_language(language), third or language)
        runs = at_pauses(course(len(window.speech), [said, foreign] if third else [said]), window.speech, said)
        parts = []
        for first, end, state in runs:
            begin = _middle(window.speech[first - 1][1], window.speech[first][0]) if first else window.begin
            stop = _middle(window.speech[end - 1][1], window.speech[end][0]) if end < len(window.speech) else window.end
            part = Window(window.channel, begin, stop, speech=window.speech[first:end], sung=window.sung)
            parts.append((part, spoken[state]))
        return parts

    def _asked(self, states: NDArray[np.float32], places: Sequence[tuple[int, int]]) -> list[Probabilities]:
        from ctranslate2 import StorageView

        found: list[Probabilities] = []
        for begin in range(0, len(places), _AT_ONCE):
            cut = np.stack([states[at, first : first + _SLICE] for at, first in places[begin : begin + _AT_ONCE]])
            view = StorageView.from_array(np.ascontiguousarray(cut))
            found += self._model.model.detect_language(view)
        return found


def at_pauses(
    runs: Sequence[tuple[int, int, int]], speech: Sequence[Interval], said: Mapping[int, float]
) -> list[tuple[int, int, int]]:
    """Move each border between runs to the longest pause beside it: a stretch too short to tell (not in ``said``) goes
    with the speech it is nearer to."""
    borders = [first for first, _, _ in runs[1:]]
    for at, border in enumerate(borders):
        low = high = border
        while low - 1 > (borders[at - 1] if at else 0) and low - 1 not in said:
            low -= 1
        while high + 1 < (borders[at + 1] if at + 1 < len(borders) else len(speech)) and high not in said:
            high += 1
        borders[at] = max(range(low, high + 1), key=lambda one: speech[one][0] - speech[one - 1][1])
    edges = [0, *borders, len(speech)]
    return [(edges[at], edges[at + 1], state) for at, (_, _, state) in enumerate(runs)]


def _slices(window: Window, states: int) -> list[int]:
    stretches = [
        (window.read_at(begin) // STATE_SAMPLES, window.read_at(end) // STATE_SAMPLES) for begin, end in window.speech
    ]
    return slices(stretches, length=states, size=_SLICE)


def _middle(end: int, begin: int) -> int:
    return (end + begin) // 2
