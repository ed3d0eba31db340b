"""What the other heads of the encoder reach on texts by others: intents, complaints, emotions, aspects.

Only benchmark and evaluate-only rows are read. Beside ours stand TF-IDF and the encoder before fine-tuning, each with
logistic regression (:mod:`voc.evaluation.baselines`). For three sets nobody was taught anything: complaints,
satisfaction and French restaurant opinions are read by heads that learnt from other sets.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from voc.analysers.classifier_heads import Heads, load_heads
from voc.analysers.sentiment.choice import load_sentiment
from voc.analysers.sentiment.model import LABELS
from voc.evaluation.baselines import baselines
from voc.evaluation.corpora import shared_data
from voc.language.encoder import Encoded, Span, load_encoder
from voc.language.sentences import said_alone, split_clauses, split_sentences
from voc.records import Record

ASPECT_COLUMNS = {"price": "Prix", "food": "Cuisine", "service": "Service", "ambience": "Ambiance"}
ASPECT_LABELS = ("NE", "Négative", "Neutre", "Positive")
_POSITIVE = "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief"
_NEGATIVE = "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness"
GROUPS: Mapping[str, frozenset[str]] = {
    "positive": frozenset(_POSITIVE.split()),
    "negative": frozenset(_NEGATIVE.split()),
    "ambiguous": frozenset(("confusion", "curiosity", "realization", "surprise")),
    "neutral": frozenset(("neutral",)),
}

Ints = npt.NDArray[np.int64]
Row = Mapping[str, Any]


class TaskScore(Record):
    """One figure on one set (0…1) with those of the baselines; ``taught``: our head learnt from rows of that set."""

    task: str
    language: str
    figure: str
    n: int
    ours: float
    tfidf: float | None = None
    frozen: float | None = None
    published: str = ""
    taught: bool = True


def evaluate() -> Sequence[TaskScore]:
    """Every task, in the order of the table.

    Raises:
        InputError: the evaluation data is not there.
    """
    known = baselines()
    found = []
    for task in TASKS:
        for score in task():
            others = known.get(f"{score.task}: {score.figure}", {})
            found.append(score.model_copy(update={"tfidf": others.get("tfidf"), "frozen": others.get("frozen")}))
    return found


def rows(path: str) -> list[Row]:
    """Every row of a benchmark file."""
    with shared_data("text", *path.split("/")).open(encoding="utf-8", newline="") as handle:
        return [json.loads(line) for line in handle] if path.endswith(".jsonl") else list(csv.DictReader(handle))


# --- measures ----------------------------------------------------------------------------------------------------


def macro_f1(gold: Ints, found: Ints, classes: int) -> float:
    """Mean F1 over the classes."""
    return float(np.mean([_f1(gold == c, found == c) for c in range(classes)]))


def _f1(gold: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> float:
    return 2 * float((gold & said).sum()) / max(1.0, float(gold.sum() + said.sum()))


# --- tasks -------------------------------------------------------------------------------------------------------


@cache
def _heads() -> Heads:
    return load_heads()


def _encoded(texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None) -> Encoded:
    return load_encoder().encode(list(texts), spans=spans)


def _classes(name: str, texts: Sequence[str]) -> tuple[Ints, npt.NDArray[np.float64]]:
    probabilities = _heads().probabilities(name, _encoded(texts).states)
    return probabilities.argmax(axis=1), probabilities


def restaurants() -> Iterator[TaskScore]:
    """Four judged aspects of restaurant reviews."""
    read = rows("tripadvisor_absa_fr/test.csv")
    states = _encoded([" ".join(row["Avis"].split()) for row in read]).states
    f1s, rights = [], []
    for name, column in ASPECT_COLUMNS.items():
        gold = np.array([ASPECT_LABELS.index(row[column]) for row in read])
        found = _heads().probabilities(f"absa_{name}", states).argmax(axis=1)
        f1s.append(macro_f1(gold, found, len(ASPECT_LABELS)))
        rights.append(float((gold == found).mean()))
    task, published = "restaurant reviews, four aspects", "78.3 (gemma2:2b, prompted)"
    yield TaskScore(
        task=task, language="fr", figure="accuracy", n=len(read), ours=float(np.mean(rights)), published=published
    )
    yield TaskScore(task=task, language="fr", figure="macro-F1", n=len(read), ours=float(np.mean(f1s)))


def opinions() -> Iterator[TaskScore]:
    """Polarity of what a restaurant opinion is about, read as voc reads an aspect: from its clause, read alone.

    No French row of that kind was ever learnt from.
    """
    clauses: list[str] = []
    gold: list[int] = []
    for row in rows("semeval16_absa_fr/gold_test.jsonl"):
        text = row["text"]
        for opinion in row["opinions"]:
            gold.append(LABELS.index(opinion["polarity"]))
            clauses.append(_clause_of(text, int(opinion["start"])) if opinion["target"] not in (None, "NULL") else text)
    encoded = _encoded(clauses)
    read = load_sentiment().score(encoded, kinds=["message"] * len(clauses)).texts
    found = np.array([LABELS.index(sentiment.label) for sentiment in read])
    yield TaskScore(
        task="SemEval-2016 restaurant opinions, polarity",
        language="fr",
        figure="accuracy",
        n=len(gold),
        ours=float((np.array(gold) == found).mean()),
        published="78.8 (best of the task, taught)",
        taught=False,
    )


def _clause_of(text: str, place: int) -> str:
    """The words of the clause ``place`` is in."""
    for sentence in split_sentences(text):
        for begin, end in split_clauses(text, sentence):
            if begin <= place < end:
                return said_alone(text, (begin, end))
    return text


def terms() -> Iterator[TaskScore]:
    """Polarity of terms in sentences that praise one thing and blame another."""
    read = rows("mams_en/atsa_test.jsonl")
    spans = [[(int(a["from"]), int(a["to"])) for a in row["aspects"]] for row in read]
    gold = np.array([LABELS.index(a["polarity"]) for row in read for a in row["aspects"]])
    states = np.concatenate(_encoded([row["text"] for row in read], spans).span_states)
    found = _heads().probabilities("aspect", states).argmax(axis=1)
    yield TaskScore(
        task="MAMS terms, polarity",
        language="en",
        figure="accuracy",
        n=len(gold),
        ours=float((gold == found).mean()),
        published="82–83 (BERT base)",
    )


def emotion_groups() -> Iterator[TaskScore]:
    """GoEmotions in four groups."""
    read = rows("goemotions_en/test.csv")
    names = [set(row["labels"].replace(",", "|").split("|")) for row in read]
    found = _heads().label_scores("groups", _encoded([row["text"] for row in read]).states)
    f1s = [
        _f1(np.array([bool(each & GROUPS[label]) for each in names]), found.scores[:, i] >= found.thresholds[i])
        for i, label in enumerate(found.labels)
    ]
    yield TaskScore(
        task="GoEmotions, four groups",
        language="en",
        figure="macro-F1",
        n=len(read),
        ours=float(np.mean(f1s)),
        published="69–70 (BERT base)",
    )


def _labelled(name: str, path: str, text: str, label: str) -> float:
    read = rows(path)
    found, _ = _classes(name, [row[text] for row in read])
    labels = _heads().labels(name)
    return float(np.mean([labels[f] == row[label] for f, row in zip(found, read, strict=True)]))


def banking() -> Iterator[TaskScore]:
    """77 requests to a bank."""
    yield TaskScore(
        task="banking77",
        language="en",
        figure="accuracy",
        n=len(rows("banking77_en/test.csv")),
        ours=_labelled("banking", "banking77_en/test.csv", "text", "category"),
        published="93.7 (BERT base)",
    )


def assistant() -> Iterator[TaskScore]:
    """150 requests to an assistant, and requests outside of them."""
    inside, outside = rows("clinc150_en/test.csv"), rows("clinc150_en/oos_test.csv")
    labels = np.array(_heads().labels("clinc"))
    reject = _heads().rejection("clinc")

    def said(read: Sequence[Row]) -> npt.NDArray[Any]:
        found, probabilities = _classes("clinc", [row["text"] for row in read])
        return np.where(probabilities.max(axis=1) < reject, "oos", labels[found])

    right = float(np.mean(said(inside) == np.array([row["intent"] for row in inside])))
    recall = float(np.mean(said(outside) == "oos"))
    known = {"task": "clinc150", "language": "en"}
    yield TaskScore(**known, figure="accuracy", n=len(inside), ours=right, published="96.9 (BERT base)")
    yield TaskScore(**known, figure="out-of-scope recall", n=len(outside), ours=recall, published="40.3 (BERT base)")


def shop() -> Iterator[TaskScore]:
    """27 requests to a shop."""
    yield TaskScore(
        task="bitext requests",
        language="en",
        figure="accuracy",
        n=len(rows("bitext_cs_en/test.csv")),
        ours=_labelled("bitext", "bitext_cs_en/test.csv", "utterance", "intent"),
    )


def complaints() -> Iterator[TaskScore]:
    """Tweets that complain of a company among those that do not; none was learnt from."""
    read = rows("complaint_tweets_en/complaints.csv")
    scores = _heads().label_scores("complaint", _encoded([row["text"] for row in read]).states)
    gold = np.array([row["label"] == "complaint" for row in read])
    yield TaskScore(
        task="complaint tweets",
        language="en",
        figure="F1",
        n=len(read),
        ours=_f1(gold, scores.scores[:, 0] >= scores.thresholds[0]),
        published="79 (taught on them)",
        taught=False,
    )


def satisfaction() -> Iterator[TaskScore]:
    """Satisfied or not, from what people write of a car rental; none was learnt from."""
    read = rows("csat_car_rental_en/car_rental.csv")
    probabilities = _heads().probabilities("review", _encoded([row["Customer_Service"] for row in read]).states)
    gold = np.array([int(row["Satisfaction"]) for row in read])
    found = (probabilities[:, 2] > probabilities[:, 0]).astype(np.int64)
    yield TaskScore(
        task="car rental satisfaction",
        language="en",
        figure="macro-F1",
        n=len(read),
        ours=macro_f1(gold, found, 2),
        taught=False,
    )


TASKS: tuple[Callable[[], Iterator[TaskScore]], ...] = (
    restaurants,
    opinions,
    terms,
    emotion_groups,
    banking,
    assistant,
    shop,
    complaints,
    satisfaction,
)


def table(found: Sequence[TaskScore]) -> str:
    """The figures as a Markdown table, in percent; a dash where nobody reports one."""
    head = ("task", "lang", "figure", "n", "voc", "TF-IDF", "frozen", "published")
    lines: list[tuple[str, ...]] = [head, ("---", "---", "---", *["--:"] * 4, "---")]
    for each in found:
        name = each.task if each.taught else f"{each.task} ¹"
        figures = [_percent(figure) for figure in (each.ours, each.tfidf, each.frozen)]
        lines.append((name, each.language, each.figure, str(each.n), *figures, each.published or "–"))
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{body}\n\n¹ none of our training rows comes from that set, nor do those of the baselines."


def _percent(figure: float | None) -> str:
    return "–" if figure is None else f"{100 * figure:.1f}"
