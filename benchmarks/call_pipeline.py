"""Speed of everything voc does with a call beside bare faster-whisper with the same weights, in one run, as ratios.

    python -m benchmarks.call_pipeline [RECORDING …] [--rounds 5] [--seconds 60] [--threads 0] [--transcription]

Ours is the whole way: the bytes kept on disk, the row added and its work queued, every channel transcribed with word
times, who speaks, conversation measures, tone, language, sentiment, topics, aspects, identifiers, masking, linking,
full text and vectors saved; ``--transcription`` times the recording to its transcript alone.

Bare faster-whisper reads the recording as its documentation shows, which mixes a stereo call to one channel, int8, same
threads, beam 5, voice activity, word times: *batched* (``BatchedInferencePipeline``, eight windows at once) and one
window after the other. All take turns, so that a busy machine slows each; the median and the spread of the rounds are
printed, and ratios are taken round by round. Models are loaded, and each has read the recording once, before the clock
starts. The gate is on the ratio to *batched*: stereo 1.0, mono 1.15.

Without recordings: the shared stereo and mono call, cut to 60 s each.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from voc import models
from voc.evaluation.corpora import shared_data
from voc.evaluation.telephone import write_wav
from voc.pipeline import Intake, workflows
from voc.records import Channel
from voc.settings import Settings
from voc.speech.decode import SAMPLE_RATE, decode
from voc.speech.transcribe import Transcriber
from voc.store import Store, open_store

DEFAULT = (("calls", "Auto_Repairs_40_stereo.flac"), ("calls", "Auto_Repairs_40_mono.flac"))
GATES = {1: 1.15, 2: 1.0}
"""Highest ratio to batched faster-whisper by number of channels."""
BATCH = 8

OURS, BATCHED, UNBATCHED = "voc", "faster-whisper, batched", "faster-whisper, one by one"

Task = Callable[[Path], object]


@dataclass(frozen=True)
class Timing:
    """Seconds of each round by contender on one recording of ``length_s``."""

    recording: str
    length_s: float
    channels: int
    seconds: Mapping[str, list[float]]

    def ratios(self, peer: str) -> list[float]:
        """Ours ÷ the peer's, round by round."""
        return [ours / theirs for ours, theirs in zip(self.seconds[OURS], self.seconds[peer], strict=True)]

    @property
    def gate(self) -> float:
        """Highest median ratio allowed."""
        return GATES[min(self.channels, 2)]

    @property
    def passed(self) -> bool:
        """Whether the gate holds."""
        return statistics.median(self.ratios(BATCHED)) <= self.gate


def transcription(threads: int) -> Task:
    """Decoding, voice activity, words, who speaks, measures, tone."""
    transcriber = Transcriber(threads=threads)
    return transcriber.transcribe


def whole_pipeline(cleanup: ExitStack, threads: int, *, stores: int) -> Task:
    """Everything from the bytes to the searchable, linked analysis, each time into an empty store.

    ``stores`` are made before the clock starts: the same recording in the same store would be a duplicate.
    """
    folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory()))
    fresh: list[tuple[Store, Intake]] = []
    stage: workflows.WorkerContext | None = None
    for number in range(stores):
        settings = Settings(home=folder / str(number), threads=threads)
        store = open_store(settings)
        reception = Intake(store, settings)
        reception.queue.statuses(["warm"])  # connected before the clock starts
        cleanup.callback(store.close)
        cleanup.callback(reception.queue.close)
        fresh.append((store, reception))
        stage = stage or workflows.WorkerContext(store, settings)

    def run(path: Path) -> object:
        assert stage is not None
        store, reception = fresh.pop()
        stage.store = store
        workflows.set_worker_context(stage)
        received = reception.receive_path(path, channel=Channel.CALL)
        for interaction_id in received.interaction_ids:
            assert workflows.hear(interaction_id)
            assert workflows.understand([interaction_id]) == 1
        return received

    return run


def bare_faster_whisper(threads: int) -> dict[str, Task]:
    """The peer, as its documentation shows."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    folder = models.ensure("whisper-base")
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
    batching = BatchedInferencePipeline(model)

    def one_by_one(path: Path) -> object:
        segments, _ = model.transcribe(str(path), beam_size=5, word_timestamps=True, vad_filter=True)
        return list(segments)

    def batched(path: Path) -> object:
        segments, _ = batching.transcribe(
            str(path), beam_size=5, word_timestamps=True, vad_filter=True, batch_size=BATCH
        )
        return list(segments)

    return {BATCHED: batched, UNBATCHED: one_by_one}


def compare(recordings: Sequence[Path], tasks: Mapping[str, Task], *, rounds: int) -> list[Timing]:
    """Time all on every recording, in turns, after one round that does not count."""
    timings = []
    names = list(tasks)
    for path in recordings:
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for current in range(rounds + 1):
            for name in names if current % 2 else reversed(names):
                begin = time.perf_counter()
                tasks[name](path)
                if current:
                    seconds[name].append(time.perf_counter() - begin)
            print(f"{path.name}: round {current} of {rounds}", file=sys.stderr)
        audio = decode(path)
        timings.append(Timing(path.name, audio.frames / SAMPLE_RATE, audio.channels, seconds))
    return timings


def spread(values: Sequence[float], digits: int) -> str:
    """Median, fastest and slowest."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def report(timings: Sequence[Timing], *, name: str) -> str:
    """A Markdown table; medians with their spread (fastest–slowest)."""
    lines = [
        f"| recording | channels | length | {name} | {BATCHED} | ratio | gate | {UNBATCHED} | ratio "
        f"| {name} ÷ length |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for timing in timings:
        real_time = [seconds / timing.length_s for seconds in timing.seconds[OURS]]
        peers = [
            f"{spread(timing.seconds[peer], 2)} s | {spread(timing.ratios(peer), 2)}" for peer in (BATCHED, UNBATCHED)
        ]
        lines.append(
            f"| {timing.recording} | {timing.channels} | {timing.length_s:.0f} s | {spread(timing.seconds[OURS], 2)} s "
            f"| {peers[0]} | {timing.gate} | {peers[1]} | {spread(real_time, 3)} |"
        )
    return "\n".join(lines)


def cut(path: Path, *, seconds: float, folder: Path) -> Path:
    """The first ``seconds`` of a recording as WAV, channels kept; the recording itself when it is shorter."""
    audio = decode(path)
    frames = int(seconds * SAMPLE_RATE)
    return path if audio.frames <= frames else write_wav(folder / f"{path.stem}.wav", audio.pcm[:frames])


def main() -> int:
    """Run from the command line; 1 when a gate does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=0, help="0 = all cores")
    parser.add_argument("--transcription", action="store_true", help="time the transcription alone")
    options = parser.parse_args()
    threads = options.threads or os.cpu_count() or 1
    given = options.recordings or [shared_data("speech", *parts) for parts in DEFAULT]
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory()))
        recordings = [cut(path, seconds=options.seconds, folder=folder) for path in given]
        if options.transcription:
            ours, name = transcription(threads), "voc, transcription"
        else:
            ours = whole_pipeline(cleanup, threads, stores=len(recordings) * (options.rounds + 1))
            name = "voc, everything"
        timings = compare(recordings, {OURS: ours, **bare_faster_whisper(threads)}, rounds=options.rounds)
    print(report(timings, name=name))
    print(f"\n{threads} threads, median of {options.rounds} rounds (fastest–slowest).")
    return 0 if all(timing.passed for timing in timings) else 1


if __name__ == "__main__":
    sys.exit(main())
