"""Who of up to three people speaks when in ten seconds of sound: pyannote segmentation-3.0.

The network (Bredin 2023; powerset classes: Plaquet & Bredin 2023) says for each 17 ms which of seven sets speaks:
nobody, one of three, two of them. Who the three are is known within a window only: :mod:`voc.speech.diarization` finds
the same voices in other windows. See models/diarization.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.decode import SAMPLE_RATE
from voc.speech.onnx_session import Network

WINDOW: Final = 10 * SAMPLE_RATE
"""Samples the network hears at once."""

FRAME: Final = 270
"""Samples from one frame to the next: 17 ms."""

FRAME_MIDDLE: Final = 495
"""Samples from the begin of what frame 0 is computed of to its middle."""

LOCAL: Final = 3
"""People told apart in a window."""

_SETS: Final = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1)], dtype=np.bool_)
_BATCH: Final = 8


class Segmenter(Network):
    """The network; made once a process."""

    FILE = "segmentation.onnx"

    def activity(self, sounds: Sequence[NDArray[np.float32]]) -> NDArray[np.bool_]:
        """Return who speaks in windows (float32 [m], at most 10 s, shorter ones are filled up): [n, frames, 3]."""
        found = []
        for begin in range(0, len(sounds), _BATCH):
            batch = sounds[begin : begin + _BATCH]
            stacked = np.zeros((len(batch), 1, WINDOW), dtype=np.float32)
            for at, sound in enumerate(batch):
                stacked[at, 0, : len(sound)] = sound
            [classes] = self._session.run(None, {"sound": stacked})
            found.append(_SETS[classes.argmax(axis=-1)])
        return np.concatenate(found)
