"""Real-time factor and peak memory of the transcription against the length of the call.

    python -m benchmarks.call_length [--minutes 1 10 60 180] [--threads 0]

Each length is a recording of its own (FLAC, 16 kHz), made by repeating the speech of the sample calls with pauses
between, and read by a process of its own, whose peak is what the system counts (``ru_maxrss``), model and libraries
included. Gate: no length takes more than a fifth more memory than the shortest.
"""

from __future__ import annotations

import argparse
import json
import os
import resource as system
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import av
import numpy as np

from voc.resources import resource
from voc.speech.decode import SAMPLE_RATE, decode

GATE: Final = 1.2
PAUSE_S: Final = 2.0


def long_call(target: Path, *, minutes: float) -> Path:
    """Write a recording of that length: the customers of the sample calls, one after the other, over and over."""
    speech = [
        decode(resource("samples", "calls", f"call-{number:04d}.ogg")).pcm[:, -1].astype(np.int16)
        for number in range(1, 9)
    ]
    pause = np.random.default_rng(0).normal(0, 10, int(PAUSE_S * SAMPLE_RATE)).astype(np.int16)
    left = int(minutes * 60 * SAMPLE_RATE)
    with av.open(str(target), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono")
        resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE, frame_size=4096)
        number = 0
        while left > 0:
            piece = np.concatenate([speech[number % len(speech)], pause])[:left]
            frame = av.AudioFrame.from_ndarray(piece[None, :], format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            for out in resampler.resample(frame):
                container.mux(stream.encode(out))
            left -= len(piece)
            number += 1
        for out in resampler.resample(None):
            container.mux(stream.encode(out))
        container.mux(stream.encode(None))
    return target


def read(path: Path, *, threads: int) -> None:
    """Transcribe in this process and print what it took as JSON."""
    from voc.speech.transcribe import Transcriber

    begin = time.perf_counter()
    found = Transcriber(threads=threads).transcribe(path)
    peak = system.getrusage(system.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    words = sum(len(turn.words) for turn in found.turns)
    print(json.dumps({"seconds": time.perf_counter() - begin, "bytes": peak, "words": words}))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 when memory grows with the length."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, nargs="+", default=[1, 10, 60, 180])
    parser.add_argument("--threads", type=int, default=0, help="0 = all cores")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    threads = options.threads or os.cpu_count() or 1
    if options.read:
        read(options.read, threads=threads)
        return 0
    print("| length | time | ÷ length | words | peak memory | ÷ the shortest |\n|--:|--:|--:|--:|--:|--:|")
    peaks: list[int] = []
    for minutes in options.minutes:
        with tempfile.TemporaryDirectory() as folder:
            path = long_call(Path(folder) / "call.flac", minutes=minutes)
            command = [sys.executable, "-m", "benchmarks.call_length", "--read", str(path), "--threads", str(threads)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        peaks.append(found["bytes"])
        print(
            f"| {minutes:g} min | {found['seconds']:.1f} s | {found['seconds'] / minutes / 60:.3f} | {found['words']} "
            f"| {found['bytes'] / 1e6:.0f} MB | {found['bytes'] / peaks[0]:.2f} |",
            flush=True,
        )
    return int(max(peaks) > GATE * peaks[0])


if __name__ == "__main__":
    sys.exit(main())
