"""What a voice is like: the CAM++ speaker encoder over stretches of sound, as unit vectors.

Stretches of one speaker point the same way, of two speakers hardly (Wang et al. 2023, arXiv:2303.00332; 3D-Speaker).
The front end is the one the encoder was trained with, Kaldi's: log mel filter bank of 80 bands from 20 Hz, windows of
25 ms every 10 ms, the mean of each band taken off. See models/diarization.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.decode import SAMPLE_RATE
from voc.speech.onnx_session import Network

BANDS: Final = 80
SPECTRUM_STEP: Final = 160
"""Samples from one spectrum to the next: 10 ms."""

DIMENSION: Final = 192

SPECTRUM_WINDOW: Final = 400
"""Samples a spectrum is taken of: 25 ms."""

_FFT: Final = 512
_LOWEST_HZ: Final = 20.0
_EMPHASIS: Final = 0.97
_FLOOR: Final = float(np.finfo(np.float32).eps)
_LEAST: Final = 8
"""Spectra a vector needs at least: the network halves them and takes their deviation."""


def mel_spectra(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the log mel spectra of sound (float32 [n], −1…1), float32 [1 + (n − 400) // 160, 80].

    The numbers of Kaldi's ``fbank`` without dither: only whole windows, their mean taken off, high frequencies
    raised (0.97), Povey's window, power, mel scale 1127 ln(1 + f / 700).
    """
    if len(sound) < SPECTRUM_WINDOW:
        return np.zeros((0, BANDS), dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(sound, SPECTRUM_WINDOW)[::SPECTRUM_STEP].astype(np.float32)
    frames -= frames.mean(axis=1, keepdims=True)
    raised = frames - _EMPHASIS * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    spectra = np.fft.rfft(raised * _povey(), _FFT, axis=1)[:, : _FFT // 2]
    power = np.square(np.abs(spectra)).astype(np.float32)
    return np.asarray(np.log(np.maximum(power @ _filters(), _FLOOR)), dtype=np.float32)


@lru_cache(maxsize=1)
def _povey() -> NDArray[np.float32]:
    return np.power(np.hanning(SPECTRUM_WINDOW), 0.85).astype(np.float32)


@lru_cache(maxsize=1)
def _filters() -> NDArray[np.float32]:
    """Triangles between mel frequencies, float32 [256, 80]."""

    def mel(hertz: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.asarray(1127.0 * np.log1p(hertz / 700.0), dtype=np.float64)

    low, high = mel(np.array([_LOWEST_HZ, SAMPLE_RATE / 2]))
    edges = low + (high - low) / (BANDS + 1) * np.arange(BANDS + 2)
    bins = mel(SAMPLE_RATE / _FFT * np.arange(_FFT // 2))[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)), dtype=np.float32)


_BETWEEN_HZ: Final = (400.0, 3000.0)
_ABOVE_HZ: Final = (4500.0, 7500.0)


def height_db(spectra: NDArray[np.float32]) -> float:
    """Return how much more is heard above a telephone's band than in it, dB (mean of log mel bands; median frame)."""
    low, high = 1127.0 * np.log1p(np.array([_LOWEST_HZ, SAMPLE_RATE / 2]) / 700.0)
    hertz = 700.0 * np.expm1((low + (high - low) / (BANDS + 1) * np.arange(1, BANDS + 1)) / 1127.0)
    above, between = (
        spectra[:, (hertz > first) & (hertz < last)].mean(axis=1) for first, last in (_ABOVE_HZ, _BETWEEN_HZ)
    )
    return float(np.median(above - between)) * 10 / float(np.log(10))


class SpeakerEncoder(Network):
    """The encoder; made once a process."""

    FILE = "speakers.onnx"

    def vectors(self, spectra: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return the voice in each stretch of log mel spectra (float32 [frames, 80]), float32 [n, 192], length one.

        A stretch of less than 80 ms says nothing: its vector is zero.
        """
        out = np.zeros((len(spectra), DIMENSION), dtype=np.float32)
        for at, one in enumerate(spectra):
            if len(one) >= _LEAST:
                levelled = one - one.mean(axis=0)
                out[at] = self._session.run(None, {"mels": levelled[None]})[0][0]
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), dtype=np.float32)
