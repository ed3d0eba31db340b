"""Speed of the whole text analysis on short messages, in messages a second.

    python benchmarks/text_analysis.py [--messages 500] [--rounds 5] [--threads 2]

Language, sentences, encoder, sentiment, topics, aspects, identifiers and redaction of every message, as ``voc analyse``
computes them; two thirds French, one third English, drawn from real posts (``../shared/data/text``, or the folder of
``VOC_SHARED_DATA``), else from the samples. Models are loaded and warm before the clock starts. The median of the
rounds is printed with the slowest and the quickest: the distance between them is the machine's noise. The parts are
timed alone, one after the other; in the whole, names are recognised beside the encoder, so the parts add up to more.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTS = (("free_tweets_fr/raw_tweets.csv", "full_text", 2), ("twcs_spotify_en/support_requests.csv", "text", 1))
LONGEST = 280
"""Characters of a short message: a post."""
SEED = 20261109


def messages(count: int) -> tuple[list[str], str]:
    """``count`` short messages and where they come from."""
    folder = Path(os.environ.get("VOC_SHARED_DATA", ROOT.parent / "shared" / "data")) / "text"
    chosen: list[str] = []
    draw = random.Random(SEED)
    for name, column, share in POSTS:
        if not (folder / name).exists():
            break
        with (folder / name).open(encoding="utf-8", errors="replace", newline="") as file:
            rows = [row[column] for row in csv.DictReader(file) if 0 < len(row[column]) <= LONGEST]
        chosen += draw.sample(rows, -(-count * share // 3))
    else:
        draw.shuffle(chosen)
        return chosen[:count], "real posts"
    from voc.intake import read_folder
    from voc.records import Interaction

    texts = [
        item.text for item in read_folder(ROOT / "samples") if isinstance(item, Interaction) and item.text is not None
    ]
    short = [text for text in texts if 0 < len(text) <= LONGEST]
    return [short[index % len(short)] for index in range(count)], "samples"


def rates(work: Callable[[], object], count: int, rounds: int) -> list[float]:
    """Messages a second of each of ``rounds`` runs."""
    found = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        found.append(count / (time.perf_counter() - begin))
    return found


def main() -> None:
    """Run the benchmark and print a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: options.threads]))
    os.environ["VOC_THREADS"] = str(options.threads)

    from voc.analysis.pipeline import Analyser
    from voc.language.identification import detect_language
    from voc.language.sentences import split_sentences
    from voc.privacy.redaction import redact
    from voc.records import Channel, Interaction
    from voc.topics.assign import find_clauses

    texts, origin = messages(options.messages)
    interactions = [
        Interaction(id=f"i{n}", channel=Channel.SOCIAL, source="benchmark", content_hash=str(n), text=text)
        for n, text in enumerate(texts)
    ]
    analyser = Analyser()
    begin = time.perf_counter()
    analyser.analyse(interactions[:1])
    first = time.perf_counter() - begin
    analyser.analyse(interactions)
    languages = [detect_language(text).language for text in texts]
    encoder, taxonomy = analyser.text._encoder, analyser.text.taxonomy
    parts: dict[str, Callable[[], object]] = {
        "**whole analysis**": lambda: analyser.analyse(interactions),
        "language": lambda: [detect_language(text) for text in texts],
        "sentences, clauses, topic rules": lambda: [
            find_clauses(text, split_sentences(text), taxonomy, language=language)
            for text, language in zip(texts, languages, strict=True)
        ],
        "encoder": lambda: encoder.encode(texts),
        "identifiers and redaction": lambda: redact(texts, languages=languages),
    }
    print(f"{len(texts)} messages ({origin}, {statistics.mean(map(len, texts)):.0f} characters on average), ")
    print(f"{options.threads} cores, {options.rounds} rounds, Python {sys.version.split()[0]}, ", end="")
    print(f"load {os.getloadavg()[0]:.1f} at the start; first analysis with everything to load {first:.1f} s\n")
    print("| part | messages/s, median | slowest – quickest |\n|---|---:|---:|")
    for name, work in parts.items():
        found = rates(work, len(texts), options.rounds)
        print(f"| {name} | {statistics.median(found):.0f} | {min(found):.0f} – {max(found):.0f} |", flush=True)


if __name__ == "__main__":
    main()
