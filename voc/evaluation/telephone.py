"""A recording as a telephone exchange passes it on: 8 kHz, G.711."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Final, Literal

import numpy as np

from voc.speech.decode import SAMPLE_RATE, decode

LINE_HZ: Final = 8_000

Law = Literal["mulaw", "alaw"]
"""µ-law (North America, Japan) or A-law (the rest of the world), ITU-T G.711."""


def over_telephone(path: Path, target: Path, *, law: Law = "mulaw") -> Path:
    """Write ``path`` to ``target`` (WAV) at 8 kHz in G.711, every channel; returns ``target``.

    Raises:
        InputError: the recording cannot be decoded.
    """
    import av

    audio = decode(path)
    layout = {1: "mono", 2: "stereo"}.get(audio.channels, f"{audio.channels}c")
    with av.open(str(target), "w", format="wav") as container:
        stream = container.add_stream(f"pcm_{law}", rate=LINE_HZ, layout=layout)
        resampler = av.AudioResampler(format="s16", layout=layout, rate=LINE_HZ)
        for begin in range(0, audio.frames, SAMPLE_RATE * 10):
            block = np.ascontiguousarray(audio.pcm[begin : begin + SAMPLE_RATE * 10]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout=layout)
            frame.sample_rate = SAMPLE_RATE
            for out in resampler.resample(frame):
                container.mux(stream.encode(out))
        for out in resampler.resample(None):
            container.mux(stream.encode(out))
        container.mux(stream.encode(None))
    return target


def write_wav(target: Path, pcm: np.ndarray[tuple[int, ...], np.dtype[np.int16]], *, rate: int = SAMPLE_RATE) -> Path:
    """Write int16 [n] or [n, channels] as WAV; returns ``target``."""
    samples = pcm.reshape(len(pcm), -1)
    with wave.open(str(target), "wb") as file:
        file.setparams((samples.shape[1], 2, rate, 0, "NONE", ""))
        file.writeframes(np.ascontiguousarray(samples, dtype="<i2").tobytes())
    return target
