"""Passages in the other language: suspected in what the encoder made of a window, settled stretch by stretch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.activity import STATE_SAMPLES, Window
from voc.speech.decode import SAMPLE_RATE
from voc.speech.languages import DISAGREES, SLICE_S, changes, evidence, other, slices, weighed
from voc.speech.states import as_array

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

        Args:
            windows: of one batch, with their stretches of speech.
            encoded: what the encoder made of them, CTranslate2 float [windows, states, width].
            language: what the recording is in by all that is known.
        """
        first = [(at, begin) for at, one in enumerate(windows) for begin in _slices(one, encoded.shape[1])]
        if not first:
            return [[(window, language)] for window in windows]
        states = as_array(encoded)
        said = self._evidence(states, first, language)
        beside: list[dict[int, float]] = [{} for _ in windows]
        for (at, begin), nats in zip(first, said, strict=True):
            beside[at][begin + _SLICE // 2] = nats
        return [
            self._cut(window, language, own) if max(own.values(), default=0.0) > DISAGREES else [(window, language)]
            for window, own in zip(windows, beside, strict=True)
        ]

    def _cut(self, window: Window, language: str, beside: Mapping[int, float]) -> list[tuple[Window, str]]:
        """Cut a window by what each stretch says alone and among its neighbours (``beside``: nats by middle, states).

        Alone it is not mistaken for them, among them it is not too short to be heard.
        """
        said: dict[int, float] = {}
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
                alone_nats = evidence(probabilities, against=language)
                nats = (alone_nats + sum(among) / len(among)) / 2 if among else alone_nats
                said[index] = weighed(nats, stretch.seconds)
        runs = changes(len(window.speech), said)
        parts = []
        for first, end, changed in runs:
            begin = _middle(window.speech[first - 1][1], window.speech[first][0]) if first else window.begin
            stop = _middle(window.speech[end - 1][1], window.speech[end][0]) if end < len(window.speech) else window.end
            part = Window(window.channel, begin, stop, speech=window.speech[first:end])
            parts.append((part, other(language) if changed else language))
        return parts

    def _evidence(self, states: NDArray[np.float32], places: Sequence[tuple[int, int]], language: str) -> list[float]:
        from ctranslate2 import StorageView

        found: list[float] = []
        for begin in range(0, len(places), _AT_ONCE):
            cut = np.stack([states[at, first : first + _SLICE] for at, first in places[begin : begin + _AT_ONCE]])
            view = StorageView.from_array(np.ascontiguousarray(cut))
            found += [evidence(each, against=language) for each in self._model.model.detect_language(view)]
        return found


def _slices(window: Window, states: int) -> list[int]:
    stretches = [
        (window.read_at(begin) // STATE_SAMPLES, window.read_at(end) // STATE_SAMPLES) for begin, end in window.speech
    ]
    return slices(stretches, length=states, size=_SLICE)


def _middle(end: int, begin: int) -> int:
    return (end + begin) // 2
