"""How soon a subject no rule knows is seen: planted in streams of real text, week after week, many times.

    python -m benchmarks.emergence [runs] [messages a week] [share planted] [tweets | reviews]

Nine weeks are drawn from one set of texts; in the last one a hundredth of the messages are about a subject that the
others do not hold: one intent of banking77 (train rows) among Spotify's support requests, or the reviews of one kind of
insurance among those of the others – any of them, and those that name what is insured, since half of the others speak
of prices and delays like everybody. Beside each stream stands one without anything planted. A subject is found when
half of the interactions of a finding or more are planted ones; whatever else is found is a false alarm. No topics are
looked for: what is measured is what is left to words and to clauses that gather.
"""

from __future__ import annotations

import csv
import random
import re
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from voc.evaluation.corpora import shared_data
from voc.insights import emergence_counts
from voc.insights.emergence_counts import cells_of, spoken_words
from voc.insights.emergence_findings import findings
from voc.insights.emergence_questions import ClauseSet, Questions, Window, questions
from voc.language.encoder import load_encoder
from voc.language.sentences import split_clauses, split_sentences
from voc.language.vectors import unit
from voc.store.theme_counts import Contact
from voc.themes.unexplained import says_enough

WEEKS = 9
MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
BOUNDS = [(MONDAY + timedelta(weeks=n), MONDAY + timedelta(weeks=n + 1)) for n in range(WEEKS)]
LEVELS = (0.01, 0.02, 0.05, 0.1, 0.2)
CHANNELS = ("email", "social", "review")
NAMES = {
    "animaux": r"chiens?|chiennes?|chiots?|chats?|chattes?|anim(?:al|aux)|v[ée]to|v[ée]t[ée]rinaires?",
    "habitation": r"maisons?|appartements?|logements?|habitations?|d[ée]g[âa]ts? des eaux|fuites?|toits?|locataires?",
    "moto": r"motos?|scooters?|(?:2|deux)[ -]roues|motards?",
    "vie": r"assurances?[ -]vie|d[ée]c[èe]s|b[ée]n[ée]ficiaires?|capital|placements?|rachats?",
    "credit": r"cr[ée]dits?|pr[êe]ts?|emprunts?|emprunteurs?|banques?",
}
"""Kinds of insurance, and words by which a review names what is insured: half of the reviews of one do not."""


class Texts:
    """Texts with their subject, and the vectors of their clauses."""

    def __init__(self, path: str, column: str, label: str | None, *, most: int) -> None:
        with shared_data("text", *path.split("/")).open(encoding="utf-8", newline="") as handle:
            read = [(row[column], row[label] if label else "") for row in csv.DictReader(handle) if row[column].strip()]
        self.rows = random.Random(3).sample(read, min(most, len(read)))
        clauses: list[str] = []
        self.clauses: dict[int, list[int]] = defaultdict(list)
        for number, (text, _) in enumerate(self.rows):
            for sentence in split_sentences(text):
                for begin, end in split_clauses(text, sentence):
                    if says_enough(text[begin:end]):
                        self.clauses[number].append(len(clauses))
                        clauses.append(text[begin:end])
        self.states = load_encoder().encode(clauses).states
        self.subjects: dict[str, list[int]] = defaultdict(list)
        for number, (_, subject) in enumerate(self.rows):
            self.subjects[subject].append(number)


def stream(rng: random.Random, parts: list[tuple[Texts, int, int, str]], middle: np.ndarray) -> Window:
    """A window of (texts, number, week, kind), each at some moment of its week on some channel."""
    moments = [BOUNDS[week][0] + timedelta(seconds=rng.randrange(604_800)) for _, _, week, _ in parts]
    contacts, said, rows, owners = [], {}, [], []
    for place, n in enumerate(sorted(range(len(parts)), key=lambda n: moments[n])):
        (texts, number, _, kind), at = parts[n], moments[n]
        contacts.append(Contact(f"{kind}{n}", at, rng.choice(CHANNELS), None, None, None, None))
        said[f"{kind}{n}"] = texts.rows[number][0]
        for clause in texts.clauses[number]:
            rows.append(texts.states[clause])
            owners.append(place)
    subjects = {"topic": {}, "theme": {}, "words": spoken_words(said, contacts)}
    clauses = ClauseSet(unit(np.stack(rows) - middle), owners)
    return Window(contacts, list(range(len(contacts))), subjects, cells_of(contacts), said, clauses)


def asked(window: Window) -> Questions:
    """Everything that is asked of the last week."""
    return questions(window, window.periods(BOUNDS))


def measure(
    name: str, base: Texts, planted: Texts, subjects: list[str], *, runs: int, weekly: int, share: float
) -> None:
    """Run one pair of sets and print its row of the table for each level."""
    middle = base.states.mean(axis=0)
    found, beside, quiet = Counter(), Counter(), Counter()
    began, size = time.process_time(), 0
    for run in range(runs):
        rng = random.Random(run)
        subject = rng.choice(subjects)
        pool = [n for n, (_, own) in enumerate(base.rows) if base is not planted or own != subject.partition(",")[0]]
        each = min(weekly, len(pool) // WEEKS)
        size = max(1, round(each * share))
        drawn = rng.sample(pool, WEEKS * each)
        parts = [(base, number, k // each, "c") for k, number in enumerate(drawn)]
        extra = [(planted, number, WEEKS - 1, "p") for number in rng.sample(planted.subjects[subject], size)]
        window = stream(rng, [*parts, *extra], middle)
        answers = asked(window)
        still = stream(rng, parts, middle)
        silent = asked(still)
        for level in LEVELS:
            told = findings(window, answers, BOUNDS, level=level)
            hits = [
                one
                for one in told
                if 2 * sum(window.contacts[row].id[0] == "p" for row in one.lead.rows) >= len(one.lead.rows)
            ]
            found[level] += bool(hits)
            beside[level] += len(told) - len(hits)
            quiet[level] += len(findings(still, silent, BOUNDS, level=level))
    seconds = (time.process_time() - began) / max(1, 2 * runs)
    for level in LEVELS:
        figures = (
            f"{100 * found[level] / runs:.0f} %",
            f"{10 * quiet[level] / runs:.1f}",
            f"{beside[level] / runs:.2f}",
        )
        print(f"| {name} | {runs} | {each} | {size} | {level} | {' | '.join(figures)} | {seconds:.1f} |", flush=True)


def main(runs: int = 200, weekly: int = 700, share: float = 0.01, streams: str = "tweets reviews") -> None:
    """Print the operating curve of each stream."""
    emergence_counts.words_of = lru_cache(maxsize=None)(emergence_counts.words_of)  # type: ignore[assignment]
    print("| stream, planted | runs | messages a week | planted | level | found in its first week", end="")
    print(" | false alarms in 10 quiet weeks | false beside a true one | CPU s a week |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    if "tweets" in streams:
        tweets = Texts("twcs_spotify_en/support_requests.csv", "text", None, most=WEEKS * weekly + 500)
        intents = Texts("banking77_en/train.csv", "text", "category", most=3000)
        often = sorted(one for one, rows in intents.subjects.items() if len(rows) >= 30)
        measure("Spotify support, a banking intent", tweets, intents, often, runs=runs, weekly=weekly, share=share)
    if "reviews" in streams:
        reviews = Texts("insurance_reviews_fr/unlabelled.csv", "avis", "produit", most=WEEKS * weekly + 500)
        products = [one for one in NAMES if len(reviews.subjects[one]) >= 10]
        measure("insurance reviews, a product", reviews, reviews, products, runs=runs, weekly=weekly, share=share)
        for one in products:
            said = re.compile(rf"\b(?:{NAMES[one]})\b", re.IGNORECASE)
            rows = [n for n in reviews.subjects[one] if said.search(reviews.rows[n][0])]
            reviews.subjects[f"{one}, named"] = rows
        named = [f"{one}, named" for one in products if len(reviews.subjects[f"{one}, named"]) >= 10]
        name = "insurance reviews, a product by name"
        measure(name, reviews, reviews, named, runs=runs, weekly=weekly, share=share)


if __name__ == "__main__":
    main(*(kind(value) for kind, value in zip((int, int, float, str), sys.argv[1:], strict=False)))
