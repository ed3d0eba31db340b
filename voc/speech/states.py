"""What is kept of the encoder's states once a batch is transcribed: sums over short blocks, not the states.

Whisper's encoder gives 512 numbers for each 20 ms. They are there anyway after a transcription and say how something
was spoken as well as what; who spoke when is known only later. So each state is projected to the few directions a
:class:`~voc.speech.tone.ToneHead` reads, and of each 200 ms the mean and the mean square are kept in half precision:
1.3 KB a second of speech, 14 MB for three hours. Mean and standard deviation of any stretch follow from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.activity import Window
from voc.speech.measures import Interval

STATE_SAMPLES: Final = 320
"""Samples (16 kHz) between two states: 50 states a second."""

BLOCK_STATES: Final = 10
BLOCK_SAMPLES: Final = BLOCK_STATES * STATE_SAMPLES
"""200 ms: short against a turn, and ten times less to keep than the states."""


@dataclass(frozen=True)
class _Kept:
    begin: int
    """First sample."""
    sums: NDArray[np.float16]
    """[blocks, 2, directions]: mean and mean square."""


class VoiceStates:
    """Hears the transcription's batches (a ``listener`` of ``WindowReader.read``) and answers for stretches of them."""

    def __init__(self, origin: NDArray[np.float32], directions: NDArray[np.float32]) -> None:
        """Set what is kept of a state ``s`` [width]: ``(s - origin) @ directions``, directions [width, kept]."""
        self._origin, self._directions = origin, directions
        self._kept: dict[int, list[_Kept]] = {}

    def __call__(self, windows: Sequence[Window], encoded: Any) -> None:
        """Keep a batch: its windows and the encoder's output (CTranslate2 ``StorageView`` or float [n, states, width]).

        Raises:
            ValueError: the states are not as wide as the directions.
        """
        states = as_array(encoded)
        for window, each in zip(windows, states, strict=True):
            blocks = min(len(each), (window.end - window.begin) // STATE_SAMPLES) // BLOCK_STATES
            if not blocks:
                continue
            kept = (each[: blocks * BLOCK_STATES] - self._origin) @ self._directions
            kept = kept.reshape(blocks, BLOCK_STATES, -1)
            sums = np.stack([kept.mean(axis=1), np.square(kept).mean(axis=1)], axis=1)
            self._kept.setdefault(window.channel, []).append(_Kept(window.begin, sums.astype(np.float16)))

    @property
    def nbytes(self) -> int:
        """Memory kept."""
        return sum(one.sums.nbytes for each in self._kept.values() for one in each)

    def statistics(self, channel: int, speech: Sequence[Interval]) -> tuple[NDArray[np.float32], float]:
        """Return mean and standard deviation (float32 [2 x kept]) over stretches of a channel, and the seconds read.

        Blocks whose middle lies in ``speech`` (samples) count. Without any, the statistics are zeros.
        """
        chosen = [found for one in self._kept.get(channel, ()) if len(found := _inside(one, speech))]
        if not chosen:
            return np.zeros(2 * self._directions.shape[1], dtype=np.float32), 0.0
        sums = np.concatenate(chosen).astype(np.float32)
        mean, square = sums.mean(axis=0)
        deviation = np.sqrt(np.maximum(square - np.square(mean), 0.0))
        return np.concatenate([mean, deviation]), len(sums) * BLOCK_SAMPLES / 16_000


def _inside(one: _Kept, speech: Sequence[Interval]) -> NDArray[np.float16]:
    middles = one.begin + BLOCK_SAMPLES // 2 + BLOCK_SAMPLES * np.arange(len(one.sums))
    inside = np.zeros(len(middles), dtype=bool)
    first, last = int(middles[0]), int(middles[-1])
    for begin, end in speech:
        if begin <= last and end > first:
            inside |= (middles >= begin) & (middles < end)
    return one.sums[inside]


def as_array(encoded: Any) -> NDArray[np.float32]:
    """Return an encoder's output as float32 [windows, states, width] on the CPU."""
    if isinstance(encoded, np.ndarray):
        return np.asarray(encoded, dtype=np.float32)
    from ctranslate2 import DataType, Device

    if encoded.device != "cpu":
        encoded = encoded.to_device(Device.cpu)
    if encoded.dtype != DataType.float32:
        encoded = encoded.to(DataType.float32)
    return np.asarray(encoded)
