"""What a voice is like: the GE2E speaker encoder over stretches of sound, as unit vectors.

Two stretches of one speaker point the same way (cosine about 0.8 from 1.6 s each), of two speakers less so (about
0.55). The front end is the one the encoder was trained with (Wan et al. 2018, arXiv:1710.10467; Resemblyzer): power
mel spectrogram of 40 bands, 25 ms windows every 10 ms, level brought to −30 dBFS; no logarithm. See models/voices.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voc import models
from voc.errors import ModelError
from voc.speech.decode import SAMPLE_RATE

MODEL: Final = "voices"
VOICES_NAME: Final = "ge2e@0.1.4"
"""Resemblyzer 0.1.4's weights."""

BANDS: Final = 40
FRAME: Final = 400
"""Samples a spectrum is taken of: 25 ms."""

STEP: Final = 160
"""Samples from one spectrum to the next: 10 ms."""

DIMENSION: Final = 256

_LEVEL: Final = 10 ** (-30 / 10)
"""Mean power a stretch is brought to before it is encoded: −30 dBFS, as in training."""

_QUIET: Final = 1e-12
_BATCH: Final = 64
_BLOCK: Final = 6000
"""Spectra computed at once: a minute."""


def mel_filters() -> NDArray[np.float32]:
    """Return the mel filter bank, float32 [40, 201]: Slaney's scale (linear to 1 kHz), triangles of equal area.

    The same numbers as ``librosa.filters.mel(sr=16000, n_fft=400, n_mels=40)``.
    """
    linear_hz, steps = 200 / 3, 27 / np.log(6.4)
    bend = 1000 / linear_hz

    def hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(mel < bend, mel * linear_hz, 1000 * np.exp((mel - bend) / steps))

    top = bend + np.log(SAMPLE_RATE / 2 / 1000) * steps
    edges = hertz(np.linspace(0.0, top, BANDS + 2))
    bins = np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE)
    slopes = edges[:, None] - bins
    widths = np.diff(edges)[:, None]
    triangles = np.maximum(0, np.minimum(-slopes[:-2] / widths[:-1], slopes[2:] / widths[1:]))
    return np.asarray(triangles * (2 / (edges[2:] - edges[:-2]))[:, None], dtype=np.float32)


def mel_spectrogram(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the power mel spectrogram of ``sound`` (float32 [n], −1…1), float32 [1 + n // 160, 40].

    Spectrum ``k`` is centred on sample ``160 k``; beyond both ends there is silence.
    """
    padded = np.pad(sound, FRAME // 2)
    count = 1 + len(sound) // STEP
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)
    filters = _filters()
    out = np.empty((count, BANDS), dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::STEP]
    for begin in range(0, count, _BLOCK):
        spectra = np.fft.rfft(frames[begin : begin + _BLOCK] * window, axis=1)
        out[begin : begin + _BLOCK] = np.square(np.abs(spectra)).astype(np.float32) @ filters
    return out


@lru_cache(maxsize=1)
def _filters() -> NDArray[np.float32]:
    return np.ascontiguousarray(mel_filters().T)


class VoiceEncoder:
    """The encoder; made once a process by :func:`load_voices`."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        """Load the weights.

        Args:
            folder: holds ``voices.onnx``.
            threads: computing at once; 0 = all cores.

        Raises:
            ModelError: they cannot be loaded.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        file = folder / "voices.onnx"
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(file), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises classes of its own that share no base
            raise ModelError(f"{file}: cannot be loaded ({error}); run `voc models verify`.") from error

    def vectors(self, sounds: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return the voice in each stretch of sound, float32 [n, 256], L2-normalised and not negative.

        ``sounds`` are float32 [m] at 16 kHz, each of at least 25 ms (shorter ones are filled up with silence). A
        stretch in which nothing is heard has a vector too; it says nothing.
        """
        out = np.zeros((len(sounds), DIMENSION), dtype=np.float32)
        order = sorted(range(len(sounds)), key=lambda at: len(sounds[at]))
        for begin in range(0, len(order), _BATCH):
            batch = order[begin : begin + _BATCH]
            mels = [self._levelled(sounds[at]) for at in batch]
            out[batch] = self.encode(mels)
        return out

    def encode(self, mels: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return the voice in each mel spectrogram (float32 [frames, 40]) as float32 [n, 256], L2-normalised."""
        lengths = np.array([len(one) for one in mels], dtype=np.int32)
        stacked = np.zeros((int(lengths.max()), len(mels), BANDS), dtype=np.float32)
        for at, one in enumerate(mels):
            stacked[: len(one), at] = one
        return np.asarray(self._session.run(None, {"mels": stacked, "frames": lengths})[0], dtype=np.float32)

    @staticmethod
    def _levelled(sound: NDArray[np.float32]) -> NDArray[np.float32]:
        power = float(np.mean(np.square(sound))) if len(sound) else 0.0
        gain = np.float32(_LEVEL / max(power, _QUIET))
        return mel_spectrogram(sound) * gain


@lru_cache(maxsize=1)
def load_voices(*, threads: int = 0) -> VoiceEncoder:
    """The speaker encoder, loaded once a process.

    Raises:
        ModelError: its weights are missing or damaged.
    """
    return VoiceEncoder(models.path(MODEL), threads=threads or os.cpu_count() or 1)
