"""Speed of voc on a call beside bare faster-whisper with the same weights, in one run, as a ratio.

    python benchmarks/call_pipeline.py [RECORDING …] [--rounds 5] [--seconds 60] [--threads 0]

Bare faster-whisper is what its documentation shows: ``WhisperModel(...).transcribe(path, beam_size=5,
word_timestamps=True, vad_filter=True)``, int8, same threads, which reads a stereo call as one mixed channel. voc reads
every channel. The two take turns, so that a busy machine slows both; the median and the spread of the rounds are
printed, and the ratio is taken round by round. Models are loaded, and each has read the recording once, before the
clock starts.

Without arguments: the shared stereo and mono call, cut to 60 s each.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voc import models
from voc.evaluation.corpora import shared_data
from voc.speech.decode import SAMPLE_RATE, decode
from voc.speech.transcribe import Transcriber

DEFAULT = (("calls", "Auto_Repairs_40_stereo.flac"), ("calls", "Auto_Repairs_40_mono.flac"))
GATE = 1.25
"""The ratio that the whole pipeline must stay under."""

Task = Callable[[Path], object]


@dataclass(frozen=True)
class Timing:
    """Seconds of each round of both contenders on one recording of ``length_s``."""

    recording: str
    length_s: float
    ours: list[float]
    bare: list[float]

    @property
    def ratios(self) -> list[float]:
        return [ours / bare for ours, bare in zip(self.ours, self.bare, strict=True)]


def transcription(threads: int) -> Task:
    """Decoding, voice activity, words, roles and measures."""
    transcriber = Transcriber(threads=threads)
    return transcriber.transcribe


def bare_faster_whisper(threads: int) -> Task:
    """The peer, as its documentation shows."""
    from faster_whisper import WhisperModel

    folder = models.ensure("whisper-base")
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)

    def run(path: Path) -> object:
        segments, _ = model.transcribe(str(path), beam_size=5, word_timestamps=True, vad_filter=True)
        return list(segments)

    return run


def compare(recordings: Sequence[Path], *, ours: Task, bare: Task, rounds: int) -> list[Timing]:
    """Time both on every recording, in turns, after one round that does not count."""
    timings = []
    for path in recordings:
        times: tuple[list[float], list[float]] = ([], [])
        for current in range(rounds + 1):
            order = ((0, ours), (1, bare)) if current % 2 else ((1, bare), (0, ours))
            for side, task in order:
                begin = time.perf_counter()
                task(path)
                if current:
                    times[side].append(time.perf_counter() - begin)
            print(f"{path.name}: round {current} of {rounds}", file=sys.stderr)
        timings.append(Timing(path.name, decode(path).frames / SAMPLE_RATE, *times))
    return timings


def report(timings: Sequence[Timing], *, name: str) -> str:
    """A Markdown table; medians with their spread (fastest–slowest)."""

    def spread(values: Sequence[float], digits: int) -> str:
        return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"

    lines = [
        f"| recording | length | {name} | bare faster-whisper | ratio | {name} ÷ length |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for timing in timings:
        real_time = [seconds / timing.length_s for seconds in timing.ours]
        lines.append(
            f"| {timing.recording} | {timing.length_s:.0f} s | {spread(timing.ours, 2)} s | {spread(timing.bare, 2)} s "
            f"| {spread(timing.ratios, 2)} | {spread(real_time, 3)} |"
        )
    return "\n".join(lines)


def cut(path: Path, *, seconds: float, folder: Path) -> Path:
    """The first ``seconds`` of a recording as WAV, channels kept; the recording itself when it is shorter."""
    audio = decode(path)
    frames = int(seconds * SAMPLE_RATE)
    if audio.frames <= frames:
        return path
    shorter = folder / f"{path.stem}.wav"
    with wave.open(str(shorter), "wb") as file:
        file.setparams((audio.channels, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(np.ascontiguousarray(audio.pcm[:frames]).tobytes())
    return shorter


def main(make_ours: Callable[[int], Task] = transcription, *, name: str = "voc transcription") -> int:
    """Run from the command line; ``make_ours`` builds the contender from a number of threads."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=0, help="0 = all cores")
    options = parser.parse_args()
    threads = options.threads or os.cpu_count() or 1
    given = options.recordings or [shared_data("speech", *parts) for parts in DEFAULT]
    with tempfile.TemporaryDirectory() as folder:
        recordings = [cut(path, seconds=options.seconds, folder=Path(folder)) for path in given]
        timings = compare(recordings, ours=make_ours(threads), bare=bare_faster_whisper(threads), rounds=options.rounds)
    print(report(timings, name=name))
    print(f"\n{threads} threads, median of {options.rounds} rounds (fastest–slowest); gate: ratio ≤ {GATE}.")
    return 0 if all(statistics.median(timing.ratios) <= GATE for timing in timings) else 1


if __name__ == "__main__":
    sys.exit(main())
