"""Speed and word error rate of voc's transcription beside ``openai-whisper`` with the same weights, in one run.

    python -m benchmarks.openai_whisper --python PYTHON [RECORDING …] [--rounds 3] [--threads 0]

``PYTHON`` is a Python with ``openai-whisper`` and torch, which voc's own environment never holds:

    python3 -m venv peer && peer/bin/pip install torch openai-whisper

Its weights are rebuilt from the file voc uses (CTranslate2's ``model.bin``, float16), so that both read with the same
numbers. It reads with the options of its command line (beam 5) and with word times, which ours come with. The two take
turns; both are loaded, and have read one recording, before the clock starts; decoding the file is left out for it and
counted for voc. Without recordings: those of the shared call script, which have a human reference. Gate: three times as
quick, and a word error rate that is not above its.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.call_pipeline import spread
from voc import models
from voc.evaluation.corpora import shared_data
from voc.evaluation.speech import edits, fold
from voc.speech.decode import SAMPLE_RATE, decode
from voc.speech.transcribe import Transcriber

GATE: Final = 3.0
FLOAT16: Final = 4
"""CTranslate2's number of the type."""

_PARTS: Final = {"self_attention": "attn", "attention": "cross_attn"}
_STACKED: Final = {3: ("query", "key", "value"), 2: ("key", "value"), 1: ("query",)}


def arrays(path: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The float16 arrays of a CTranslate2 model (binary version 6) as float32, by name."""
    with path.open("rb") as file:

        def take(form: str) -> tuple[Any, ...]:
            return struct.unpack(form, file.read(struct.calcsize(form)))

        def name() -> str:
            return file.read(take("<H")[0]).rstrip(b"\0").decode()

        (version,) = take("<I")
        if version != 6:
            raise SystemExit(f"{path}: binary version {version} is not known here.")
        name()
        _, count = take("<II")
        for _ in range(count):
            called = name()
            shape = take(f"<{take('<B')[0]}I")
            kind, size = take("<BI")
            content = file.read(size)
            if kind == FLOAT16:
                yield called, np.frombuffer(content, dtype="<f2").astype(np.float32).reshape(shape)


def state_dict(path: Path) -> dict[str, NDArray[np.float32]]:
    """The weights under the names of ``openai-whisper``."""
    found: dict[str, NDArray[np.float32]] = {}
    for name, array in arrays(path):
        half, *rest = name.split("/")
        if rest[0] in ("conv1", "conv2"):
            found[name.replace("/", ".")] = array
        elif rest == ["embeddings", "weight"]:
            found["decoder.token_embedding.weight"] = array
        elif rest == ["position_encodings", "encodings"]:
            found[f"{half}.positional_embedding"] = array
        elif rest[0] == "layer_norm":
            found[f"{half}.{'ln_post' if half == 'encoder' else 'ln'}.{_side(rest[1])}"] = array
        elif match := re.fullmatch(r"layer_(\d+)", rest[0]):
            found.update(_of_block(f"{half}.blocks.{match[1]}", rest[1], rest[2], rest[3], array))
    return found


def _of_block(
    block: str, part: str, layer: str, side: str, array: NDArray[np.float32]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    if part == "ffn":
        called = {"layer_norm": "mlp_ln", "linear_0": "mlp.0", "linear_1": "mlp.2"}[layer]
        yield f"{block}.{called}.{_side(side)}", array
        return
    attention = f"{block}.{_PARTS[part]}"
    if layer == "layer_norm":
        yield f"{attention}_ln.{_side(side)}", array
        return
    last = "linear_1" if part == "self_attention" else "linear_2"
    if layer == last:
        yield f"{attention}.out.{side}", array
        return
    pieces = {("self_attention", "linear_0"): 3, ("attention", "linear_0"): 1, ("attention", "linear_1"): 2}
    count = pieces[part, layer]
    for called, piece in zip(_STACKED[count], np.split(array, count), strict=True):
        if (called, side) != ("key", "bias"):  # keys have none
            yield f"{attention}.{called}.{side}", piece


def _side(name: str) -> str:
    return {"gamma": "weight", "beta": "bias"}.get(name, name)


class Peer:
    """``openai-whisper`` in a process of its own."""

    def __init__(self, python: str, *, threads: int, folder: Path) -> None:
        weights = folder / "weights.npz"
        np.savez(weights, **state_dict(models.ensure("whisper-base") / "model.bin"))
        script = Path(__file__).with_name("openai_peer.py")
        self._folder = folder
        self._process = subprocess.Popen(
            [python, "-W", "ignore", str(script), str(weights), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.version = self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("openai-whisper stopped; see what it wrote above.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def read(self, path: Path) -> tuple[float, str]:
        """Seconds and words."""
        sound = self._folder / "sound.npy"
        np.save(sound, decode(path).mixed_down().samples(0))
        assert self._process.stdin is not None
        print(json.dumps({"sound": str(sound)}), file=self._process.stdin, flush=True)
        answer = self._answer()
        return float(answer["seconds"]), str(answer["text"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def references(folder: Path) -> dict[Path, tuple[str, str]]:
    """Words a person wrote down and their language, by recording."""
    with (folder / "transcripts.csv").open(encoding="utf-8", newline="") as file:
        return {
            folder / row["path"]: (row["reference"], row["language"])
            for row in csv.DictReader(file)
            if row["reference_origin"] == "human"
        }


def rate(texts: dict[Path, str], known: dict[Path, tuple[str, str]]) -> str:
    """Word error rate over the recordings that have a reference."""
    errors = words = 0
    for path, text in texts.items():
        if path in known:
            reference = fold(*known[path])
            errors += sum(edits(reference, fold(text, known[path][1])))
            words += len(reference)
    return f"{100 * errors / words:.1f} %" if words else "–"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 when the gate does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--python", required=True, help="a Python that has openai-whisper")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="0 = all cores")
    options = parser.parse_args(arguments)
    threads = options.threads or os.cpu_count() or 1
    known = references(shared_data("speech"))
    paths = options.recordings or sorted(path for path in known if path.parent.name == "call_script_en")
    ours, theirs = Transcriber(threads=threads), {}
    mine: dict[Path, str] = {}
    times: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(options.python, threads=threads, folder=Path(folder))
        for current in range(options.rounds + 1):
            sums = [0.0, 0.0]
            for path in paths if current else paths[:1]:
                seconds, theirs[path] = peer.read(path)
                begin = time.perf_counter()
                mine[path] = " ".join(turn.text for turn in ours.transcribe(path).turns)
                sums[0] += time.perf_counter() - begin
                sums[1] += seconds
            if current:
                for kept, one in zip(times, sums, strict=True):
                    kept.append(one)
            print(f"round {current} of {options.rounds}", file=sys.stderr)
        peer.close()
    length = sum(decode(path).frames for path in paths) / SAMPLE_RATE
    ratios = [b / a for a, b in zip(*times, strict=True)]
    rates = rate(mine, known), rate(theirs, known)
    print(f"| transcription | {length:.0f} s of recordings | ÷ length | WER | voc is quicker by |")
    print("|---|--:|--:|--:|--:|")
    for name, seconds, wer, ratio in (
        ("voc", times[0], rates[0], "1.0 ×"),
        (f"openai-whisper {peer.version['version']}", times[1], rates[1], spread(ratios, 1) + " ×"),
    ):
        print(f"| {name} | {spread(seconds, 1)} s | {statistics.median(seconds) / length:.3f} | {wer} | {ratio} |")
    print(f"\nWhisper base, {threads} threads, torch {peer.version['torch']}, median of {options.rounds} rounds.")
    above = rates[0] != "–" and float(rates[0].split()[0]) > float(rates[1].split()[0])
    return int(statistics.median(ratios) < GATE or above)


if __name__ == "__main__":
    sys.exit(main())
