"""Topics of texts nobody foresaw, as ``voc eval topics`` reports them.

Texts were drawn at random from six public sets, three times, and read by a person before the analysis was run on them:
which topics each speaks of (``gold``), and which it may be said to speak of (``also``, doubtful ones). They stand in
``topics_gold.csv`` by the place of the text in its set, with a check sum; the texts themselves are not part of voc.
Each text is analysed with the core pack and the pack of its trade.

Rules had been written from other sets when the first draw was read; what it and the second missed then widened them.
The third draw was made and read after that, and no rule was changed for what it shows: it is the figure to quote.

A topic told is *right* when it is among gold or also, or is the parent of one of them; a text is *reached* when one of
its gold topics, or the parent of one, is told. ``x.*`` in the sheet stands for the whole family of x.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from voc.analysis.text_pipeline import TextAnalyser
from voc.errors import InputError
from voc.evaluation.corpora import shared_data
from voc.evaluation.topic_classes import ClassMapping, ClassScore, class_scores, mappings
from voc.insights.statistics import wilson
from voc.records import Interaction, Record
from voc.settings import settings

SEEDS = {"first": 20261129, "second": 20261130, "third": 20261131}
"""Of the draws; texts of an earlier one are left out of a later one."""
LAST = "third"
SHEET = Path(__file__).with_name("topics_gold.csv")

HEADER_LINES = 2
"""Of a Markdown table: the names of its columns, and the rule below them."""

DRAWN = {
    "free_tweets_fr": ("raw_tweets.csv", "full_text", "telecom, customers' tweets"),
    "airline_tweets_en": ("tweets.csv", "text", "airlines, tweets"),
    "csat_car_rental_en": ("car_rental.csv", "Customer_Service", "car rental, survey"),
    "complaint_tweets_en": ("complaints.csv", "text", "many trades, complaints"),
    "playstore_reviews_fr": ("reviews.csv", "content", "apps, reviews"),
    "semeval16_absa_fr": ("train.jsonl", "text", "restaurants, sentences of reviews"),
}
"""Set → its file, the column of its texts, what it is. Of the first only what customers wrote themselves (no brand, no
retweet), of the complaints only those labelled so; each with ``random.Random(seed).sample`` over the rows left."""


class GoldText(Record):
    """One text of the sheet with the topics a person found in it."""

    id: str
    text: str
    packs: str
    gold: tuple[str, ...]
    also: tuple[str, ...]
    draw: str


class AssignmentScore(Record):
    """How often topics are right on some texts: shares 0…1 with their 95 % intervals (Wilson)."""

    name: str
    texts: int
    told: int
    right: int
    with_topic: int
    reached: int

    @property
    def precision(self) -> float:
        """Of the topics told, those that are right."""
        return self.right / self.told if self.told else 0.0

    @property
    def reach(self) -> float:
        """Of the texts that speak of something nameable, those that got a right topic."""
        return self.reached / self.with_topic if self.with_topic else 0.0


class Verdict(Record):
    """What was told of one text: topics that are right and wrong, and whether a gold one is among them."""

    text: GoldText
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    reached: bool


def covers(pattern: str, topic: str) -> bool:
    """Whether a topic told answers one of the sheet: itself, its parent, or any of its family for ``x.*``."""
    if pattern.endswith(".*"):
        return topic.partition(".")[0] == pattern[:-2].partition(".")[0]
    return topic == pattern or pattern.startswith(f"{topic}.")


def judge(text: GoldText, topics: Iterable[str]) -> Verdict:
    """Compare what was told of one text with the sheet."""
    told = tuple(topics)
    right = tuple(topic for topic in told if any(covers(one, topic) for one in (*text.gold, *text.also)))
    return Verdict(
        text=text,
        right=right,
        wrong=tuple(topic for topic in told if topic not in right),
        reached=any(covers(one, topic) for one in text.gold for topic in told),
    )


def summed(name: str, verdicts: Sequence[Verdict]) -> AssignmentScore:
    """The score of some texts."""
    return AssignmentScore(
        name=name,
        texts=len(verdicts),
        told=sum(len(one.right) + len(one.wrong) for one in verdicts),
        right=sum(len(one.right) for one in verdicts),
        with_topic=sum(bool(one.text.gold) for one in verdicts),
        reached=sum(one.reached for one in verdicts if one.text.gold),
    )


@cache
def _texts(name: str) -> list[str]:
    file, column, _ = DRAWN[name]
    with shared_data("text", name, file).open(encoding="utf-8", newline="") as handle:
        rows = [json.loads(line) for line in handle] if file.endswith(".jsonl") else list(csv.DictReader(handle))
    return [row[column] for row in rows]


def sheet() -> list[GoldText]:
    """The texts of the sheet, read from their sets.

    Raises:
        InputError: a set is not there, or is another version of itself.
    """
    found = []
    with SHEET.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            name, _, number = row["id"].partition(":")
            text = _texts(name)[int(number)]
            if hashlib.sha256(text.encode()).hexdigest()[:8] != row["check"]:
                raise InputError(f"{name}: row {number} is not the text that was read; the set has changed.")
            gold, also = tuple(row["gold"].split()), tuple(row["also"].split())
            found.append(GoldText(id=row["id"], text=text, packs=row["packs"], gold=gold, also=also, draw=row["draw"]))
    return found


def verdicts(texts: Sequence[GoldText] | None = None) -> list[Verdict]:
    """Analyse the texts of the sheet, each with the packs of its trade, and judge what was told."""
    read = sheet() if texts is None else list(texts)
    found: dict[str, Verdict] = {}
    for packs in sorted({one.packs for one in read}):
        chosen = [one for one in read if one.packs == packs]
        analyser = TextAnalyser(settings().model_copy(update={"topic_packs": packs, "taxonomy": None}))
        given = [_interaction(one) for one in chosen]
        for one, result in zip(chosen, analyser.analyse(given), strict=True):
            found[one.id] = judge(one, [topic.id for topic in result.analysis.topics])
    return [found[one.id] for one in read]


def _interaction(text: GoldText) -> Interaction:
    return Interaction(id=text.id, channel="social", source=text.id, content_hash=text.id, text=text.text)


def evaluate() -> Sequence[Record]:
    """Score all texts, those of telecom, those of other trades, and each set.

    Raises:
        InputError: the evaluation data is not there.
    """
    judged = verdicts()
    last = [one for one in judged if one.text.draw == LAST]
    parts = [
        ("the last draw", last),
        ("– telecom", [one for one in last if one.text.packs == "telecom"]),
        ("– other trades", [one for one in last if one.text.packs != "telecom"]),
    ]
    for name, (*_, what) in DRAWN.items():
        parts.append((f"– {what}", [one for one in last if one.text.id.startswith(f"{name}:")]))
    parts.append(("the two draws that taught", [one for one in judged if one.text.draw != LAST]))
    return [summed(name, some) for name, some in parts] + class_scores() + mappings()


def table(found: Sequence[Record]) -> str:
    """The figures as Markdown tables, in percent; shares with their 95 % intervals."""
    lines: list[tuple[str, ...]] = [
        ("texts, read by hand", "n", "topics told that are right", "texts about something nameable that get one"),
        ("---", "--:", "--:", "--:"),
    ]
    lines += [
        (one.name, str(one.texts), _share(one.right, one.told), _share(one.reached, one.with_topic))
        for one in found
        if isinstance(one, AssignmentScore)
    ]
    classes: list[tuple[str, ...]] = [
        ("set, its own classes", "n", "rules, macro-F1", "zero-shot similarity", "TF-IDF taught on it"),
        ("---", "--:", "--:", "--:", "--:"),
    ]
    classes += [
        (one.name, str(one.texts), *(f"{100 * figure:.1f}" for figure in (one.rules, one.zero_shot, one.taught)))
        for one in found
        if isinstance(one, ClassScore)
    ]
    mapped: list[tuple[str, ...]] = [("set", "class", "topics that answer it"), ("---", "---", "---")]
    mapped += [
        (one.set, one.label, ", ".join(f"`{topic}`" for topic in one.topics) or "–")
        for one in found
        if isinstance(one, ClassMapping)
    ]
    tables = (some for some in (lines, classes, mapped) if len(some) > HEADER_LINES)
    return "\n\n".join("\n".join(f"| {' | '.join(line)} |" for line in some) for some in tables)


def _share(count: int, total: int) -> str:
    if not total:
        return "–"
    interval = wilson(count, total)
    return f"{100 * count / total:.0f} % ({count} of {total}; {100 * interval.low:.0f}–{100 * interval.high:.0f})"
