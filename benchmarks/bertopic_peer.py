"""Themes of voc beside the topics of BERTopic with its defaults: the same vectors, the same machine, one run.

    python3 -m venv peer && peer/bin/pip install bertopic
    python -m benchmarks.bertopic_peer PYTHON [rounds]

``PYTHON`` is a Python with BERTopic (UMAP to five numbers, HDBSCAN of ten and more, c-TF-IDF), which voc's own
environment never holds. The sets are those of ``voc eval themes``. UMAP begins at random in BERTopic's defaults, so
that it runs several times, and means are told; voc gives the same each time. Processor time is of the grouping once
it is compiled, over all threads, the least of the rounds; BERTopic's holds the words of its topics, a small part of it.

V-measure and ARI are of the rows that each put into a theme. Leaving out what is hard makes that easy, so a second
V-measure is of all rows, those left out as one group of their own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from voc.evaluation.themes import SEED, SETS, LabelledSet, ReadSet, agreement, read_set, v_measure
from voc.language.vectors import unit
from voc.themes.clustering import IntArray, cluster

PEER = Path(__file__).with_name("bertopic_clustering.py")
Grouped = Sequence[tuple[IntArray, float]]
"""Theme of each row, −1 in none, and seconds of processor time; of each round."""


def row(one: LabelledSet, read: ReadSet, who: str, rounds: Grouped) -> str:
    """A line of the table: means over the rounds."""
    figures = []
    for labels, seconds in rounds:
        inside = labels >= 0
        found: list[float] = [len(set(labels[inside].tolist())), 100 * float((~inside).mean()), seconds]
        if one.label:
            gold = np.unique(read.labels, return_inverse=True)[1]
            found += [*agreement(read.labels, labels), v_measure(gold, labels)]
        figures.append(found)
    themes, left_out, _, *agreed = np.mean(figures, axis=0).tolist()
    seconds = min(taken for _, taken in rounds)
    told = [f"{value:.3f}" for value in agreed] or ["–"] * 3
    told.insert(1, told.pop(2))  # both V-measures beside each other
    cells = (one.name, f"{len(read.rows):,}", who, f"{themes:.0f}", *told, f"{left_out:.1f} %", f"{seconds:.1f}")
    return f"| {' | '.join(cells)} |"


def clustered(read: ReadSet) -> tuple[IntArray, float]:
    """What voc makes of a set, and the processor time that took."""
    began = time.process_time()
    return cluster(read.vectors).fine, time.process_time() - began


def main(python: str, rounds: int = 3) -> None:
    """Print the table."""
    cluster(unit(np.random.default_rng(SEED).normal(size=(400, 384)).astype(np.float32)))  # compiles
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        read = [read_set(one) for one in SETS]
        for number, each in enumerate(read):
            np.savez(folder / f"{number}.npz", rows=np.array(each.rows), vectors=each.vectors)
        subprocess.run([python, str(PEER), str(folder), str(rounds)], check=True, stdout=subprocess.DEVNULL)
        print("| set | rows | grouped by | themes | V-measure | V-measure of all rows | ARI | left out | CPU s |")
        print("|---|--:|---|--:|--:|--:|--:|--:|--:|")
        for number, (one, each) in enumerate(zip(SETS, read, strict=True)):
            print(row(one, each, "voc", [clustered(each) for _ in range(rounds)]))
            theirs = [np.load(folder / f"{number}.{again}.npz") for again in range(rounds)]
            print(row(one, each, "BERTopic", [(found["topics"], float(found["seconds"])) for found in theirs]))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
