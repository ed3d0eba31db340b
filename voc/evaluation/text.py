"""Sentiment on texts by others, as `voc eval text` reports it.

Only benchmark rows are read; none was trained on. Of sets that know three classes the label that voc tells is compared,
which follows from the score (:func:`voc.records.sentiment_label`). Macro-F1 is the mean F1 of the classes, the expected
calibration error (ECE, Naeini et al. 2015) the mean gap between the probability of the winning class and how often it
was right, over ten bins weighted by their size. Sets that know two classes are scored on P(positive) against
P(negative).

Beside ours stand, from the same test rows: TF-IDF with logistic regression and a logistic head on the encoder before
it was fine-tuned (:mod:`voc.evaluation.baselines`), and what was published for XLM-R base and XLM-T trained on the
same rows (Barbieri et al. 2022, arXiv:2104.12250, monolingual XLM-R and multilingual XLM-T).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from voc.analysers.sentiment.choice import load_sentiment
from voc.analysers.sentiment.model import LABELS, SentimentKind, kind_of
from voc.evaluation.baselines import baselines
from voc.evaluation.corpora import shared_data
from voc.language.encoder import load_encoder
from voc.language.folding import fold
from voc.records import Channel, Record

SEED = 7
BINS = 10

Probabilities = npt.NDArray[np.float64]


class Benchmark(Record):
    """One set of labelled texts and what others reach on it (macro-F1, 0…1)."""

    name: str
    language: str
    path: str
    kind: SentimentKind
    """Which head reads it; *post* for posts, of which those that speak to an account are read as messages."""
    text_column: str = "text"
    label_column: str = "label"
    rough: bool = False
    """Lower case, without accents or punctuation, as recognised speech and hurried people write."""
    sample: int | None = None
    xlm_r: float | None = None
    xlm_t: float | None = None


class Scored(Record):
    """How we did on one benchmark: all figures 0…1, ``n`` texts."""

    benchmark: Benchmark
    n: int
    classes: int
    macro_f1: float
    macro_recall: float
    accuracy: float
    ece: float
    tfidf: float | None = None
    frozen: float | None = None


BENCHMARKS = (
    Benchmark(
        name="UMSAB tweets",
        language="fr",
        path="umsab_fr/test.csv",
        kind="post",
        xlm_r=0.720,
        xlm_t=0.712,
    ),
    Benchmark(
        name="UMSAB tweets",
        language="en",
        path="umsab_en/test.csv",
        kind="post",
        xlm_r=0.682,
        xlm_t=0.706,
    ),
    Benchmark(name="UMSAB tweets, rough", language="fr", path="umsab_fr/test.csv", kind="post", rough=True),
    Benchmark(name="UMSAB tweets, rough", language="en", path="umsab_en/test.csv", kind="post", rough=True),
    Benchmark(name="SemEval tweets", language="en", path="tweeteval_sentiment_en/test.csv", kind="post", sample=1500),
    Benchmark(
        name="Play Store reviews",
        language="fr",
        path="playstore_reviews_fr/reviews.csv",
        kind="review",
        text_column="content",
        label_column="score",
    ),
    Benchmark(name="series reviews", language="fr", path="allocine_series_fr/test.csv", kind="review"),
)


def evaluate() -> Sequence[Record]:
    """Score every benchmark, in the order of the table.

    Raises:
        InputError: the evaluation data is not there.
    """
    known = baselines()
    found = []
    for benchmark in BENCHMARKS:
        others = known.get(f"{benchmark.name} {benchmark.language}: macro-F1", {})
        found.append(score(benchmark).model_copy(update=dict(others)))
    return found


def score(benchmark: Benchmark) -> Scored:
    """Read one benchmark and compare our labels with its own."""
    texts, gold = rows(benchmark)
    encoded = load_encoder().encode(texts)
    kinds = [kind_of(Channel.SOCIAL, text) if benchmark.kind == "post" else benchmark.kind for text in texts]
    found = load_sentiment().score(encoded, kinds=kinds).texts
    probabilities = np.array([[(s.probabilities or {})[label] for label in LABELS] for s in found])
    told = np.array([LABELS.index(s.label) for s in found]) if set(gold) == set(range(len(LABELS))) else None
    return measure(benchmark, *among_known(gold, probabilities), told=told)


def among_known(gold: Sequence[int], probabilities: Probabilities) -> tuple[npt.NDArray[np.int64], Probabilities]:
    """Labels and probabilities over the classes a set knows: some know no neutral."""
    classes = sorted(set(gold))
    chosen = probabilities[:, classes]
    return np.array([classes.index(label) for label in gold]), chosen / chosen.sum(axis=1, keepdims=True)


def rows(benchmark: Benchmark) -> tuple[list[str], list[int]]:
    """Texts of one benchmark, roughened where it asks for that, and their labels as indices of LABELS."""
    with shared_data("text", *benchmark.path.split("/")).open(encoding="utf-8", newline="") as handle:
        read = [(row[benchmark.text_column], row[benchmark.label_column]) for row in csv.DictReader(handle)]
    if benchmark.sample and benchmark.sample < len(read):
        read = random.Random(SEED).sample(read, benchmark.sample)
    change: Callable[[str], str] = roughen if benchmark.rough else str
    return [change(text) for text, _ in read], [label_index(label) for _, label in read]


def label_index(label: str) -> int:
    """Index in LABELS of a label, or of a number of stars (1–2 negative, 3 neutral, 4–5 positive)."""
    if label in LABELS:
        return LABELS.index(label)
    return (0, 0, 1, 2, 2)[round(float(label)) - 1]


def roughen(text: str) -> str:
    """Lower case, no accents, no punctuation."""
    return " ".join("".join(c if c.isalnum() or c in "'@#" else " " for c in fold(text)).split())


def measure(
    benchmark: Benchmark,
    gold: npt.NDArray[np.int64],
    probabilities: Probabilities,
    *,
    told: npt.NDArray[np.int64] | None = None,
) -> Scored:
    """All figures from gold class indices, int [n], and probabilities, float [n, classes].

    ``told``, int [n], are the labels voc tells, which follow from the score; without them the likeliest class counts.
    """
    found = probabilities.argmax(axis=1) if told is None else told
    classes = probabilities.shape[1]
    hits = np.array([((found == c) & (gold == c)).sum() for c in range(classes)])
    said = np.array([(found == c).sum() for c in range(classes)])
    there = np.array([(gold == c).sum() for c in range(classes)])
    return Scored(
        benchmark=benchmark,
        n=len(gold),
        classes=classes,
        macro_f1=float(np.mean(2 * hits / np.maximum(1, said + there))),
        macro_recall=float(np.mean(hits / np.maximum(1, there))),
        accuracy=float((found == gold).mean()),
        ece=calibration_error(gold, probabilities),
    )


def calibration_error(gold: npt.NDArray[np.int64], probabilities: Probabilities) -> float:
    """Expected calibration error of the winning class, ten bins of equal width."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == gold
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(confidence[bins == b].mean()) - float(right[bins == b].mean())) * float((bins == b).mean())
        for b in range(BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def table(found: Sequence[Scored]) -> str:
    """The figures as a Markdown table, in percent; a dash where nobody reports one."""
    head = ("set", "lang", "head", "n", "macro-F1", "recall", "acc.", "ECE", "TF-IDF", "frozen", "XLM-R", "XLM-T")
    rows: list[tuple[str, ...]] = [head, ("---", "---", "---", *["--:"] * (len(head) - 3))]
    for each in found:
        b = each.benchmark
        ours = (each.macro_f1, each.macro_recall, each.accuracy, each.ece)
        others = (each.tfidf, each.frozen, b.xlm_r, b.xlm_t)
        figures = [_percent(figure) for figure in (*ours, *others)]
        rows.append((b.name, b.language, b.kind, str(each.n), *figures))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _percent(figure: float | None) -> str:
    return "–" if figure is None else f"{100 * figure:.1f}"
