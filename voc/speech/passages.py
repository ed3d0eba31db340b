"""Passages in the other language, found in what the encoder made of a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.activity import Window
from voc.speech.decode import SAMPLE_RATE
from voc.speech.languages import DISAGREES, FIRST_LOOK, SLICE_S, changes, evidence, other, slices

_STATES_PER_S: Final = 50
_STATE_SAMPLES: Final = SAMPLE_RATE // _STATES_PER_S
_SLICE: Final = int(SLICE_S * _STATES_PER_S)

_AT_ONCE: Final = 32
"""Slices asked about together."""


class Passages:
    """Cuts windows where their language plainly changes."""

    def __init__(self, model: Any) -> None:
        """Take a loaded ``faster_whisper.WhisperModel``."""
        self._model = model

    def of(self, windows: Sequence[Window], encoded: Any, language: str) -> list[list[tuple[Window, str]]]:
        """Return each window's parts with their language: the whole window in ``language`` where nothing is sure.

        Args:
            windows: of one batch, with their stretches of speech.
            encoded: what the encoder made of them, CTranslate2 float [windows, states, width].
            language: what the recording is in by all that is known.
        """
        from voc.speech.states import as_array

        found = [_slices(window, encoded.shape[1]) for window in windows]
        first = [(at, begin) for at, each in enumerate(found) for _, begin in each[FIRST_LOOK // 2 :: FIRST_LOOK]]
        if not first:
            return [[(window, language)] for window in windows]
        states = as_array(encoded)
        said = self._evidence(states, first, language)
        suspect = {at for (at, _), nats in zip(first, said, strict=True) if nats > DISAGREES}
        return [
            self._cut(window, at, found[at], states, language) if at in suspect else [(window, language)]
            for at, window in enumerate(windows)
        ]

    def _cut(
        self, window: Window, at: int, found: Sequence[tuple[int, int]], states: NDArray[np.float32], language: str
    ) -> list[tuple[Window, str]]:
        said: dict[int, float] = {}
        nats = self._evidence(states, [(at, begin) for _, begin in found], language)
        for (stretch, _), one in zip(found, nats, strict=True):
            said[stretch] = said.get(stretch, 0.0) + one
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


def _slices(window: Window, states: int) -> list[tuple[int, int]]:
    stretches = [
        ((begin - window.begin) // _STATE_SAMPLES, (end - window.begin) // _STATE_SAMPLES)
        for begin, end in window.speech
    ]
    return slices(stretches, length=states, size=_SLICE)


def _middle(end: int, begin: int) -> int:
    return (end + begin) // 2
