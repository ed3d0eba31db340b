"""What a discovery over many clauses takes, beside the encoding: clock, processor time and memory.

    python -m benchmarks.theme_scale [CLAUSES …]

Clauses of Spotify's support requests are encoded; of their vectors as many are drawn as are asked for (100,000 and
1,000,000), each moved at random by half of what the vectors vary by, so that none is there twice. Real clauses differ
more and gather more; the time depends on how many there are, far less on what they say. Each size is clustered in a
process of its own, compiled before the clock starts; memory is the most it held, vectors and all.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from voc.evaluation.themes import SEED, SETS, read_set
from voc.language.vectors import unit
from voc.themes.clustering import cluster
from voc.themes.space import FloatArray

SIZES = (100_000, 1_000_000)
PART = 50_000


def drawn(vectors: FloatArray, n: int) -> FloatArray:
    """``n`` vectors like these, float32 [n, d], L2-normalised."""
    rng = np.random.default_rng(SEED)
    spread = 0.5 * vectors.std(axis=0)
    found = np.empty((n, vectors.shape[1]), dtype=np.float32)
    for begin in range(0, n, PART):
        end = min(n, begin + PART)
        noise = rng.standard_normal((end - begin, vectors.shape[1]), dtype=np.float32)
        found[begin:end] = unit(vectors[rng.integers(0, len(vectors), end - begin)] + spread * noise)
    return found


def measured(path: Path, n: int) -> None:
    """Cluster ``n`` vectors and print a line of the table."""
    cluster(unit(np.random.default_rng(SEED).normal(size=(400, 384)).astype(np.float32)))  # compiles
    vectors = drawn(np.load(path), n)
    clock, processor = time.perf_counter(), time.process_time()
    layers = cluster(vectors)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = f"{clock:,.0f} s | {processor:,.0f} s | {memory:,.0f} MB"
    print(f"| {n:,} | {len(layers.centres)} | {100 * layers.left_out:.1f} % | {told} |", flush=True)


def main(sizes: list[int]) -> None:
    """Print the table."""
    print(
        "| clauses | themes | left out | by the clock | processor time | memory |\n|--:|--:|--:|--:|--:|--:|",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.npy"
        np.save(path, read_set(SETS[-1]).vectors)
        for n in sizes or SIZES:
            subprocess.run([sys.executable, "-m", "benchmarks.theme_scale", str(path), str(n)], check=True)


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].endswith(".npy"):
        measured(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main([int(one) for one in sys.argv[1:]])
