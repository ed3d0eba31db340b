"""What is kept of the encoder's states once a batch is transcribed: a few means of short blocks, not the states.

Whisper's encoder gives 512 numbers for each 20 ms. They are there anyway after a transcription and say how something
was spoken as well as what; who spoke when is known only later. A :class:`~voc.speech.tone.ToneHead` is linear in their
mean, so each state is projected to its two scales at once and only the mean of each 200 ms is kept: 40 bytes a second
of speech, half a megabyte for three hours. The mean of any stretch follows from them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.conversation_metrics import Interval
from voc.speech.decode import SAMPLE_RATE
from voc.speech.voice_activity import STATE_SAMPLES, Window

BLOCK_STATES: Final = 10
BLOCK_SAMPLES: Final = BLOCK_STATES * STATE_SAMPLES
"""200 ms: short against a turn, and ten times less to keep than the states."""


@dataclass(frozen=True)
class _Kept:
    """A piece of a window."""

    begin: int
    """First sample."""
    means: NDArray[np.float32]
    """[blocks, scales]"""


class VoiceStates:
    """Hears the transcription's batches (a ``listener`` of ``WindowReader.read``) and answers for stretches of them."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        """Set what is kept of a state ``s`` [width]: ``s @ weights``, weights [width, scales]."""
        self._weights = weights
        self._kept: dict[int, list[_Kept]] = {}

    def __call__(self, windows: Sequence[Window], encoded: Any) -> None:
        """Keep a batch: its windows and the encoder's output (CTranslate2 ``StorageView`` or float [n, states, width]).

        Raises:
            ValueError: the states are not as wide as the weights.
        """
        states = as_array(encoded)
        for window, each in zip(windows, states, strict=True):
            for begin, end in window.pieces:
                first = window.read_at(begin) // STATE_SAMPLES
                blocks = (min(len(each), first + (end - begin) // STATE_SAMPLES) - first) // BLOCK_STATES
                if blocks > 0:
                    kept = each[first : first + blocks * BLOCK_STATES] @ self._weights
                    means = kept.reshape(blocks, BLOCK_STATES, -1).mean(axis=1)
                    insort(self._kept.setdefault(window.channel, []), _Kept(begin, means), key=_begin)

    @property
    def nbytes(self) -> int:
        """Memory kept."""
        return sum(one.means.nbytes for each in self._kept.values() for one in each)

    def mean(self, channel: int, speech: Sequence[Interval]) -> tuple[NDArray[np.float32], float]:
        """Return the mean (float32 [scales]) over stretches of a channel, and the seconds it was taken of.

        Blocks whose middle lies in ``speech`` (samples) count. Without any, the mean is 0.
        """
        chosen = [found for one in self._over(channel, speech) if len(found := _inside(one, speech))]
        if not chosen:
            return np.zeros(self._weights.shape[1], dtype=np.float32), 0.0
        blocks = np.concatenate(chosen)
        return np.asarray(blocks.mean(axis=0), dtype=np.float32), len(blocks) * BLOCK_SAMPLES / SAMPLE_RATE

    def _over(self, channel: int, speech: Sequence[Interval]) -> list[_Kept]:
        """The pieces that may overlap with speech of a channel: those between its begin and its end."""
        kept = self._kept.get(channel, [])
        if not speech:
            return []
        first = max(0, bisect_right(kept, speech[0][0], key=_begin) - 1)
        return kept[first : bisect_left(kept, speech[-1][1], key=_begin)]


def _begin(one: _Kept) -> int:
    return one.begin


def _inside(one: _Kept, speech: Sequence[Interval]) -> NDArray[np.float32]:
    middles = one.begin + BLOCK_SAMPLES // 2 + BLOCK_SAMPLES * np.arange(len(one.means))
    inside = np.zeros(len(middles), dtype=bool)
    first, last = int(middles[0]), int(middles[-1])
    for begin, end in speech:
        if begin <= last and end > first:
            inside |= (middles >= begin) & (middles < end)
    return one.means[inside]


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
