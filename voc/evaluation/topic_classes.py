"""Topics against the classes two public sets come with: reasons of airlines' complaints, and hospitals' feedback.

The mapping (:data:`SETS`) is from our topics to their classes, the most particular class first: a text gets the first
one of which a topic was told, and the last where none was. Beside the rules stand how like the encoder's vector is
to the names of the classes (zero-shot), and TF-IDF with logistic regression taught on four fifths of the same rows and
asked about the rest, five times (scikit-learn, which comes with what clusters themes).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass

from voc.evaluation.corpora import shared_data
from voc.language.encoder import load_encoder
from voc.language.sentences import split_sentences
from voc.records import Record
from voc.topics.assign import topics_by_rules
from voc.topics.loading import load_taxonomy

ROWS = 1500
"""Of each set, drawn at random with :data:`SEED`."""
SEED = 7
FOLDS = 5
"""Of the rows of a set for TF-IDF: taught on all but one, asked about that one."""


@dataclass(frozen=True)
class ClassSet:
    """One set: its texts and classes, the pack of its trade, and class → (our topics, its name in words)."""

    name: str
    path: str
    text: str
    label: str
    pack: str
    classes: dict[str, tuple[tuple[str, ...], str]]


SETS = (
    ClassSet(
        name="airline tweets, ten reasons of complaints",
        path="airline_tweets_en/tweets.csv",
        text="text",
        label="negativereason",
        pack="transport",
        classes={
            "Damaged Luggage": (("transport.luggage.damaged",), "my luggage was damaged"),
            "Lost Luggage": (("transport.luggage.lost", "transport.luggage"), "my luggage is lost"),
            "Cancelled Flight": (("transport.cancellation",), "my flight was cancelled"),
            "Late Flight": (("transport.delay",), "my flight is late"),
            "Flight Attendant Complaints": (("transport.crew",), "the flight attendant was rude"),
            "Flight Booking Problems": (("transport.booking", "app"), "a problem with booking a flight"),
            "Bad Flight": (("transport.comfort",), "the flight was uncomfortable"),
            "longlines": ((), "the line is too long"),
            "Customer Service Issue": (("advisor", "contact"), "bad customer service"),
            "Can't Tell": ((), "something bad about an airline"),
        },
    ),
    ClassSet(
        name="hospital feedback, eight subjects",
        path="nhs_fft_phase1_en/text_data.csv",
        text="feedback",
        label="label",
        pack="public_services",
        classes={
            "Dignity": (("care.dignity", "fairness", "account.privacy"), "dignity and respect of patients"),
            "Transition/coordination": (("care.coordination",), "discharge and coordination of care"),
            "Access": (("appointment", "contact.waiting", "contact.unreachable"), "access, waiting and appointments"),
            "Environment/ facilities": (("place", "care.food", "store.hours"), "the environment and facilities"),
            "Communication": (("contact.information",), "communication and information"),
            "Staff": (("advisor",), "the staff"),
            "Care received": (("care",), "the care received"),
            "Couldn't be improved": ((), "nothing could be improved"),
        },
    ),
)
"""``longlines`` has no topic of its own: waiting is told of the telephone too, which the set calls customer service."""


class ClassMapping(Record):
    """One class of a set with our topics that answer it; none for the last, which is what is left."""

    set: str
    label: str
    topics: tuple[str, ...]


class ClassScore(Record):
    """Macro-F1 (0…1) on the classes of one set, ours and two others on the same rows."""

    name: str
    texts: int
    rules: float
    zero_shot: float
    taught: float


def class_of(topics: Sequence[str], given: ClassSet) -> str:
    """The class of a text with these topics: the first one of which a topic, or one below it, was told."""
    for name, (ours, _) in given.classes.items():
        if any(topic == one or topic.startswith(f"{one}.") for topic in topics for one in ours):
            return name
    return next(reversed(given.classes))


def class_scores() -> list[Record]:
    """Score both sets.

    Raises:
        InputError: the evaluation data is not there.
    """
    return [_score(given) for given in SETS]


def mappings() -> list[Record]:
    """The classes of both sets with the topics that answer them, in the order in which they are asked."""
    return [
        ClassMapping(set=given.name, label=label, topics=ours)
        for given in SETS
        for label, (ours, _) in given.classes.items()
    ]


def taught_answers(texts: Sequence[str], gold: Sequence[str]) -> list[str]:
    """What TF-IDF of words and pairs of words with logistic regression says of each text, taught on the other folds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=1000)
    )
    return [str(one) for one in cross_val_predict(model, list(texts), list(gold), cv=FOLDS)]


def labelled(given: ClassSet) -> tuple[list[str], list[str]]:
    """The texts drawn of a set, and their classes.

    Raises:
        InputError: the evaluation data is not there.
    """
    with shared_data("text", *given.path.split("/")).open(encoding="utf-8", newline="") as handle:
        read = [(row[given.text], row[given.label]) for row in csv.DictReader(handle)]
    read = [(text, label) for text, label in read if label in given.classes and text.strip()]
    read = random.Random(SEED).sample(read, min(ROWS, len(read)))
    return [text for text, _ in read], [label for _, label in read]


def macro_f1(gold: Sequence[str], found: Sequence[str], classes: Sequence[str]) -> float:
    """Mean F1 of the classes, 0…1; a class that is neither there nor found counts as 0."""
    scores = []
    for name in classes:
        hits = sum(one == name == other for one, other in zip(gold, found, strict=True))
        scores.append(2 * hits / max(1, gold.count(name) + found.count(name)))
    return sum(scores) / len(scores)


def _score(given: ClassSet) -> ClassScore:
    texts, gold = labelled(given)
    taxonomy = load_taxonomy(packs=given.pack)
    told = [
        class_of(list(topics_by_rules(text, split_sentences(text), taxonomy, language="en")), given) for text in texts
    ]
    names = list(given.classes)
    vectors = load_encoder().encode([*texts, *(words for _, words in given.classes.values())]).vectors
    nearest = (vectors[: len(texts)] @ vectors[len(texts) :].T).argmax(axis=1)
    return ClassScore(
        name=given.name,
        texts=len(texts),
        rules=macro_f1(gold, told, names),
        zero_shot=macro_f1(gold, [names[index] for index in nearest], names),
        taught=macro_f1(gold, taught_answers(texts, gold), names),
    )
