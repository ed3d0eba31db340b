"""From a file to counted rows: `voc ingest --wait` on real rows, into an empty store and into a large one.

    python -m benchmarks.ingestion [--rows 100000] [--batches 10] [HOME …]

Makes a table of real rows (reviews, tweets and requests of ``../shared/data/text``, or the folder of
``VOC_SHARED_DATA``; none twice, dated over a year) in as many files as there are batches, and takes in one after the
other: read, stored, analysed by one worker with all that ships, linked, indexed for the search. Prints rows a second by
the clock and of processor time, and the most memory of any process, by batch: the last must not be slower or larger
than the first. With homes of other stores (``benchmarks.grown_store``), one batch is taken into each of them as well.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from voc.evaluation.corpora import shared_data

SETS = (
    ("insurance_reviews_fr/unlabelled.csv", "avis", "review"),
    ("trustpilot_certideal_fr/reviews.csv", "Commentaire", "review"),
    ("trustpilot_hellofresh_fr/reviews_repaired.csv", "text", "review"),
    ("tripadvisor_lyon_restaurants_fr/reviews.csv", "contenu_avis", "review"),
    ("playstore_reviews_fr/reviews.csv", "content", "review"),
    ("free_tweets_fr/raw_tweets.csv", "full_text", "social"),
    ("twcs_spotify_en/support_requests.csv", "text", "chat"),
    ("airline_tweets_en/tweets.csv", "text", "social"),
    ("complaint_tweets_en/complaints.csv", "text", "social"),
    ("nhs_fft_phase1_en/text_data.csv", "feedback", "survey"),
    ("csat_car_rental_en/car_rental.csv", "Customer_Service", "survey"),
    ("banking77_en/train.csv", "text", "chat"),
    ("clinc150_en/train.csv", "text", "chat"),
)
BEGINS = datetime(2025, 11, 24, tzinfo=UTC)
SEED = 13
EVERY_S = 0.25
"""Between two looks at memory."""
TICKS = os.sysconf("SC_CLK_TCK")


def rows(most: int) -> list[tuple[str, str]]:
    """Channel and text of different rows, shuffled; fewer where there are fewer."""
    found: dict[str, str] = {}
    for name, column, channel in SETS:
        with shared_data("text", *name.split("/")).open(encoding="utf-8", errors="replace", newline="") as handle:
            found |= {text: channel for row in csv.DictReader(handle) if (text := (row[column] or "").strip())}
    every = [(channel, text) for text, channel in found.items()]
    random.Random(SEED).shuffle(every)
    return every[:most]


def write(given: list[tuple[str, str]], file: Path, first: int) -> None:
    """A table as an export has it: number, date, channel, text."""
    with file.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(["id", "date", "channel", "text"])
        for number, (channel, text) in enumerate(given, first):
            at = BEGINS + timedelta(seconds=(number * 7919) % (365 * 86_400))
            out.writerow([f"r{number}", at.isoformat(), channel, text])


def take_in(home: Path, file: Path) -> tuple[float, float, float]:
    """Seconds by the clock and of processor time, and the most MB that one of its processes held."""
    began, most, used = time.perf_counter(), 0.0, 0.0
    seen: dict[int, float] = {}
    process = subprocess.Popen(
        [sys.executable, "-m", "voc", "ingest", "--wait", str(file)],
        env={**os.environ, "VOC_HOME": str(home)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None:
        for pid, seconds, megabytes in _family(process.pid):
            seen[pid] = seconds
            most = max(most, megabytes)
        time.sleep(EVERY_S)
    if process.returncode:
        raise SystemExit(f"voc ingest ended with status {process.returncode}")
    used = sum(seen.values())
    return time.perf_counter() - began, used, most


def _family(root: int) -> Iterator[tuple[int, float, float]]:
    """(process, its seconds of processor time so far, MB) of a process and all that came of it."""
    parents: dict[int, tuple[int, float, float]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            pages = int((folder / "statm").read_text().split()[1])
        except (OSError, IndexError):  # it has ended
            continue
        seconds = (int(fields[11]) + int(fields[12])) / TICKS
        parents[int(folder.name)] = (int(fields[1]), seconds, pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
    for pid, (_, seconds, megabytes) in parents.items():
        above = pid
        while above in parents and above != root:
            above = parents[above][0]
        if above == root:
            yield pid, seconds, megabytes


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--batches", type=int, default=10)
    parser.add_argument("homes", nargs="*", type=Path)
    asked = parser.parse_args()
    given = rows(asked.rows)
    size = -(-len(given) // (asked.batches + len(asked.homes)))
    print("| into a store of | rows | s | rows/s | rows/s of CPU | most MB of a process |")
    print("|--:|--:|--:|--:|--:|--:|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        homes = [(Path(folder) / "home")] * asked.batches + list(asked.homes)
        for number, home in enumerate(homes):
            batch = given[number * size : (number + 1) * size]
            file = Path(folder) / f"batch-{number}.csv"
            write(batch, file, number * size)
            before = _held(home)
            clock, used, most = take_in(home, file)
            print(f"| {before:,} | {len(batch):,} | {clock:.0f} | {len(batch) / clock:.0f} | {len(batch) / used:.0f} |"
                  f" {most:.0f} |", flush=True)  # fmt: skip


def _held(home: Path) -> int:
    """Interactions of a store; 0 where there is none yet."""
    import sqlite3

    if not (home / "voc.db").exists():
        return 0
    with sqlite3.connect(home / "voc.db") as database:
        return int(database.execute("SELECT count(*) FROM interaction").fetchone()[0])


if __name__ == "__main__":
    main()
