"""What a search costs as the store grows, and what its two stages lose against comparing everything.

    python -m benchmarks.search_scale FOLDER 10000 100000 1000000

Stores are grown in FOLDER from the texts of public sets and their vectors (``VOC_SHARED_DATA``): every row joins halves
of two texts, and their vectors with a little noise. Prints one row a size: seconds of CPU of a start without
and with what was saved, memory of its own and mapped, seconds of CPU a query (median and 95th of 100) without and with
filters, and the share of the ten nearest by meaning that the two stages find (20 queries).
"""

from __future__ import annotations

import csv
import json
import random
import resource
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voc.evaluation.corpora import shared_data
from voc.language.search_space import encoded
from voc.language.small_products import undivided
from voc.pipeline.search import MEANING_FLOOR, centre, everyday, query_vectors
from voc.pipeline.search_wording import worded
from voc.store import Filters, Store
from voc.store.folding import words
from voc.store.interactions import iso_week
from voc.store.search.vectors import SPACE

SETS = (
    ("twcs_spotify_en/support_requests.csv", "text"),
    ("bitext_cs_en/train.csv", "utterance"),
    ("nhs_fft_phase1_en/text_data.csv", "feedback"),
    ("insurance_reviews_fr/train_insurers.csv", "avis"),
)
MOST_A_SET, MOST_CHARS = 8_000, 300
NOISE = 0.02
CHANNELS = ("email", "review", "call", "complaint", "social", "survey", "chat")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
QUERIES, EXHAUSTIVE = 100, 20


def texts(folder: Path) -> tuple[list[str], NDArray[np.float16]]:
    """Texts and their vectors, kept in ``folder`` once they were read."""
    words_file, vectors_file = folder / "texts.json", folder / "vectors.npy"
    if not vectors_file.exists():
        found: list[str] = []
        for name, column in SETS:
            with shared_data("text", *name.split("/")).open(encoding="utf-8", newline="") as file:
                said = [row[column].strip()[:MOST_CHARS] for row in csv.DictReader(file)]
            found += [one for one in said if one][:MOST_A_SET]
        found = sorted(dict.fromkeys(found), key=len)
        parts = [encoded(found[k : k + 512], kind="passage") for k in range(0, len(found), 512)]
        np.save(vectors_file, np.concatenate(parts).astype(np.float16))
        words_file.write_text(json.dumps(found), "utf-8")
    return json.loads(words_file.read_text("utf-8")), np.load(vectors_file)


def grow(home: Path, rows: int, said: list[str], vectors: NDArray[np.float16]) -> None:
    """Write a store of ``rows`` interactions to ``home``."""
    home.mkdir(parents=True)
    Store(f"sqlite:///{home / 'voc.db'}", str(home / "blobs")).close()
    database = sqlite3.connect(home / "voc.db", isolation_level=None)
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;")
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    random_state, rng = np.random.default_rng(1), random.Random(1)
    bodies = [words(one) for one in said]
    for begin in range(0, rows, 20_000):
        numbers = range(begin, min(begin + 20_000, rows))
        one, other = (random_state.integers(0, len(said), len(numbers)) for _ in "ab")
        mixed = vectors[one].astype(np.float32) * 0.7 + vectors[other].astype(np.float32) * 0.3
        mixed += random_state.normal(0, NOISE, mixed.shape).astype(np.float32)
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        ids = [f"i{n * 2654435761 % 2**32:08x}{n:012x}" for n in numbers]
        moments = [NOW - timedelta(seconds=rng.randrange(2 * 365 * 86400)) for _ in numbers]
        interaction = [
            (key, rng.choice(CHANNELS), key, *[f"{at:%Y-%m-%d %H:%M:%S}.000000"] * 2, iso_week(at), rng.uniform(-1, 1))
            for key, at in zip(ids, moments, strict=True)
        ]
        database.executemany(
            "INSERT INTO interaction (id, channel, source, content_hash, received_at, at, week, status, record, "
            "sentiment_score, snippet, analysed_at) VALUES "
            "(?1, ?2, 'grown', ?3, ?4, ?5, ?6, 'done', '{\"attributes\": {}}', ?7, 'grown', ?4)",
            interaction,
        )
        halves = [
            " ".join(bodies[a][: len(bodies[a]) // 2 + 1] + bodies[b][len(bodies[b]) // 2 :])
            for a, b in zip(one.tolist(), other.tolist(), strict=True)
        ]
        database.executemany(
            "INSERT INTO interaction_fts (rowid, interaction_id, body) VALUES (?, ?, ?)",
            ((int(key[1:16], 16), key, body) for key, body in zip(ids, halves, strict=True)),
        )
        database.executemany(
            f"INSERT INTO embedding (interaction_id, vector, space) VALUES (?, ?, {SPACE})",
            ((key, vector.tobytes()) for key, vector in zip(ids, mixed.astype(np.float16), strict=True)),
        )
    for _, statement in triggers:
        database.execute(statement)
    database.execute("COMMIT")
    database.close()


def measure(home: Path) -> dict[str, float]:
    """Figures of one process that opens ``home``."""
    said, _ = texts(home.parent)
    rng = random.Random(2)
    found: dict[str, float] = {}
    centre()  # the encoder is loaded already
    before = _memory()
    began = time.process_time()
    store = Store(f"sqlite:///{home / 'voc.db'}", str(home / "blobs"), facts=home / "facts")
    view = store.search.index.view(centre())
    found["rows"], found["start s"] = len(view), time.process_time() - began
    began = time.process_time()
    store.search.words("facture", Filters(channel="email"))
    found["first filter s"] = time.process_time() - began
    asked = [" ".join(words(rng.choice(said))[: rng.randint(1, 5)]) for _ in range(QUERIES)]
    looked_up = [(one, worded(one)) for one in asked]
    vectors = [query_vectors(wording) for _, wording in looked_up]
    filters = {"all": Filters(), "channel": Filters(channel="email"), "month": Filters(since=NOW - timedelta(days=30))}
    for name, chosen in filters.items():
        took = []
        for (query, wording), vector in zip(looked_up, vectors, strict=True):
            began = time.process_time()
            store.search.find(
                query,
                vector,
                centre=centre(),
                filters=chosen,
                limit=50,
                meaning_floor=MEANING_FLOOR,
                everyday=everyday(),
                synonyms=wording.synonyms,
            )
            took.append((time.process_time() - began) * 1000)
        found[f"{name} p50 ms"], found[f"{name} p95 ms"] = np.percentile(took, [50, 95]).tolist()
    found |= {f"{name} MB": now - before[name] for name, now in _memory().items()}
    found["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["recall@10"] = float(np.mean([_recall(store, vector) for vector in vectors[:EXHAUSTIVE]]))
    store.close()
    return found


def _recall(store: Store, vector: NDArray[np.float32]) -> float:
    view = store.search.index.view(centre())
    every = view.vectors.likeness(np.flatnonzero(view.present), vector, centre())
    truth = np.flatnonzero(view.present)[np.argsort(-every)[:10]]
    near = view.vectors.candidates(vector, centre(), view.present)
    return float(np.isin(truth, near).mean())


def _memory() -> dict[str, float]:
    """Memory in use, MB: the process' own, and pages of files that the system may take back at any time."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: int(status[key].split()[0]) / 1024 for name, key in (("own", "RssAnon"), ("mapped", "RssFile"))}


def main() -> None:
    """Grow what is not there, and measure each size twice: without and with what was saved."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    if sys.argv[2:3] == ["--one"]:
        with undivided():  # as the server does: such a small product only waits
            print(json.dumps(measure(folder)))
        return
    for size in map(int, sys.argv[2:]):
        home = folder / f"search-{size}"
        if not home.exists():
            began = time.monotonic()
            grow(home, size, *texts(folder))
            print(f"grown {size} in {time.monotonic() - began:.0f} s", flush=True)
        for name in ("first", "again"):
            command = [sys.executable, "-m", "benchmarks.search_scale", str(home), "--one"]
            answer = subprocess.run(command, check=True, capture_output=True, text=True)
            print(name, {key: round(value, 3) for key, value in json.loads(answer.stdout).items()}, flush=True)


if __name__ == "__main__":
    main()
