"""BERTopic with its defaults over texts and vectors that are given: the peer's half of ``benchmarks.bertopic_peer``.

Run by a Python that has ``bertopic``; nothing of voc is imported here. ``python bertopic_clustering.py FOLDER`` reads
``NAME.npz`` (``vectors`` float32 [n, d], ``rows`` the texts) and writes ``NAME.ROUND.npz`` (``topics`` int [n], −1 in
none, ``seconds`` of processor time) for each ROUND.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np


def main(folder: Path, rounds: int) -> None:
    """Cluster every set of ``folder``, ``rounds`` times: UMAP begins at random, as BERTopic leaves it."""
    from bertopic import BERTopic

    drawn = np.random.default_rng(1).normal(size=(400, 384)).astype(np.float32)
    BERTopic().fit_transform([f"word{n % 17} word{n % 5}" for n in range(400)], drawn)  # compiles
    for path in sorted(folder.glob("*.npz")):
        read = np.load(path)
        rows, vectors = read["rows"].tolist(), read["vectors"]
        for number in range(rounds):
            began = time.process_time()
            topics, _ = BERTopic().fit_transform(rows, vectors)
            seconds = time.process_time() - began
            np.savez(path.with_suffix(f".{number}.npz"), topics=np.array(topics), seconds=seconds)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
