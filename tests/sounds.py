"""Sound for tests: what recordings are made of, and what lines, codecs and rooms do to it."""

from __future__ import annotations

import wave
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfilt

from voc.resources import resource
from voc.speech.decode import decode

RATE = 16_000
"""Hz of every sound here."""

Sound = NDArray[np.float64]
"""Samples [n], −1…1."""


@lru_cache(maxsize=64)
def _decoded(path: Path) -> tuple[Sound, ...]:
    audio = decode(path)
    return tuple(audio.samples(channel).astype(np.float64) for channel in range(audio.channels))


def recorded(path: Path, begin_s: float = 0.0, end_s: float | None = None, *, channel: int = 0) -> Sound:
    """A stretch of a recording."""
    end = None if end_s is None else int(end_s * RATE)
    return _decoded(path)[channel][int(begin_s * RATE) : end]


def sample_call(number: int, begin_s: float = 0.0, end_s: float | None = None) -> tuple[Sound, Sound]:
    """A stretch of a call of the samples: agent and customer."""
    path = resource("samples", "calls", f"call-{number:04}.ogg")
    agent, customer = (recorded(path, begin_s, end_s, channel=channel) for channel in (0, 1))
    return agent, customer


def power(sound: Sound) -> float:
    """Mean square where anything is heard."""
    return float(np.mean(np.square(sound[np.abs(sound) > 1e-4])))


def level(sound: Sound, dbfs: float) -> Sound:
    """A sound brought to a level where it is heard, dBFS."""
    return sound * np.sqrt(10 ** (dbfs / 10) / power(sound))


def gain(sound: Sound, decibels: float) -> Sound:
    """A sound made louder, or with less than zero fainter."""
    return sound * 10 ** (decibels / 20)


def silence(seconds: float) -> Sound:
    """Digital silence."""
    return np.zeros(int(seconds * RATE))


def line_noise(seconds: float, dbfs: float = -66.0, *, seed: int = 7) -> Sound:
    """White noise, as an open line has it."""
    return np.random.default_rng(seed).normal(0, 10 ** (dbfs / 20), int(seconds * RATE))


def pink(seconds: float, dbfs: float, *, seed: int = 5) -> Sound:
    """Noise of a street or a fan: the same power in every octave."""
    spectrum = np.fft.rfft(line_noise(seconds, 0, seed=seed))
    spectrum /= np.sqrt(np.arange(1, len(spectrum) + 1))
    return level(np.fft.irfft(spectrum, int(seconds * RATE)), dbfs)


def chords(seconds: float, dbfs: float = -25.0) -> Sound:
    """Hold music: held chords with overtones, another one every two seconds."""
    at = np.arange(int(seconds * RATE)) / RATE
    roots = np.array([220.0, 174.6, 261.6, 196.0])[(at // 2).astype(int) % 4]
    phases = np.cumsum(2 * np.pi * roots / RATE)
    tones = [np.sin(ratio * part * phases) / part for ratio in (1.0, 1.26, 1.5) for part in (1, 2, 3)]
    return level(np.sum(tones, axis=0), dbfs)


def keys(pressed: str, dbfs: float = -20.0) -> Sound:
    """Keys of a telephone (DTMF, ITU-T Q.23), 120 ms each."""
    rows, columns = (697, 770, 852, 941), (1209, 1336, 1477)
    at = np.arange(int(0.12 * RATE)) / RATE
    made = []
    for key in pressed:
        row, column = divmod("123456789*0#".index(key), 3)
        made += [np.sin(2 * np.pi * rows[row] * at) + np.sin(2 * np.pi * columns[column] * at), silence(0.1)]
    return level(np.concatenate(made), dbfs)


def ringing(times: int, dbfs: float = -22.0) -> Sound:
    """The ringing tone of a French exchange: 440 Hz, 1.5 s, then 3.5 s of nothing."""
    tone = level(np.sin(2 * np.pi * 440 * np.arange(int(1.5 * RATE)) / RATE), dbfs)
    return np.concatenate([tone, silence(3.5)] * times)


def joined(*parts: Sound, pause_s: float = 0.6) -> Sound:
    """Sounds one after the other, with the noise of an open line between them."""
    pause = line_noise(pause_s)
    return np.concatenate([pause, *(piece for part in parts for piece in (part, pause))])


def over(sound: Sound, other: Sound, decibels: float) -> Sound:
    """``sound`` with ``other`` under it, so many decibels fainter, begun again where it is shorter."""
    return sound + gain(np.resize(level(other, 10 * np.log10(power(sound))), len(sound)), -decibels)


def late(sound: Sound, seconds: float) -> Sound:
    """The same, later, of the same length."""
    return np.concatenate([silence(seconds), sound])[: len(sound)]


def muffled(sound: Sound, hertz: float = 1800.0) -> Sound:
    """As heard through a headset: without what lies above."""
    return np.asarray(sosfilt(butter(4, hertz, fs=RATE, output="sos"), sound))


def with_losses(sound: Sound, *, every_s: float = 0.5, lost_s: float = 0.06) -> Sound:
    """Packets that do not come: silence in their place."""
    at = np.arange(len(sound)) / RATE
    return np.where(at % every_s < lost_s, 0.0, sound)


def sung(words: Sound, melody: tuple[float, ...], *, note_s: float = 0.6, order: int = 18) -> Sound:
    """Words sung to a melody: the resonances of a voice (linear prediction) over a pulse at the notes' pitch."""
    from scipy.linalg import solve_toeplitz

    size = int(0.03 * RATE)
    at = np.arange(2 * len(words)) / RATE
    pitch = np.resize(np.array(melody), int(at[-1] // note_s) + 1)[(at // note_s).astype(int)]
    phase = np.cumsum((pitch * (1 + 0.01 * np.sin(2 * np.pi * 5.5 * at))) / RATE)
    pulses = np.diff(np.floor(phase), prepend=0.0)
    out = np.zeros(len(at) + size)
    window = np.hanning(size)
    # Each frame is held twice as long as it was said, as singers do.
    for begin in range(0, len(at) - size, size // 2):
        frame = words[begin // 2 : begin // 2 + size]
        if len(frame) < size:
            break
        frame = frame * window
        products = np.correlate(frame, frame, "full")[size - 1 : size + order]
        if products[0] < 1e-4:
            continue
        products[0] *= 1.0001
        filtered = solve_toeplitz(products[:-1], products[1:])
        error = max(products[0] - filtered @ products[1:], 1e-9)
        piece = lfilter([np.sqrt(error)], np.concatenate([[1.0], -filtered]), pulses[begin : begin + size])
        out[begin : begin + size] += piece * window
    return level(out, -22.0)


def write(path: Path, *channels: Sound, rate: int = RATE) -> Path:
    """A WAV file of 16-bit samples, a channel each."""
    pcm = (np.stack(channels, axis=1).clip(-1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((len(channels), 2, rate, 0, "NONE", ""))
        file.writeframes(pcm.tobytes())
    return path


def packed(path: Path, codec: str, *tracks: Sound, rate: int = RATE, bit_rate: int | None = None) -> Path:
    """A file of any container by its name, a track each, in a codec of FFmpeg."""
    with av.open(str(path), "w") as file:
        streams = []
        for _ in tracks:
            stream = file.add_stream(codec, rate=rate, layout="mono")
            if bit_rate:
                stream.codec_context.bit_rate = bit_rate
            stream.codec_context.open()
            streams.append(stream)
        for track, stream in zip(tracks, streams, strict=True):
            frame = av.AudioFrame.from_ndarray((track.clip(-1, 1) * 32767).astype(np.int16)[None], "s16", "mono")
            frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
            wanted = stream.codec_context
            resampler = av.AudioResampler(
                format=wanted.format, layout=wanted.layout, rate=wanted.sample_rate, frame_size=wanted.frame_size or 0
            )
            for piece in [*resampler.resample(frame), *resampler.resample(None)]:
                file.mux(stream.encode(piece))
            file.mux(stream.encode(None))
    return path
