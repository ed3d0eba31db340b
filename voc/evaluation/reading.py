"""A reader's test: what is told of texts nobody foresaw, beside what a person read in them (``voc eval reading``).

Texts were drawn at random (``random.Random(SEEDS[draw]).sample``) from sets no head was taught on, twice, leaving out
those that topic rules had been mended from and, the second time, those of the first. A person read each, before the
analysis was run on any of the draw, for sentiment, intents, wishes, effort, emotions, topics and what is to be done;
tweets of the complaint set that speak to nobody's company were left out. They stand in ``reading_gold.csv`` by their
place in their set with a check sum; the texts themselves, most of which may not be copied, are not part of voc. Two of
the first draw are transcripts of calls. What the first draw got wrong was counted by kind and set before some mends, so
the second is the one to quote.

What two careful readers may see otherwise is marked: several labels with ``/`` are all right, ``?label`` may be told
or not, and topics are families (``a|b``: either). Mails are read as they come in, without what they quote and sign. Of
about a quarter the same person read sentiment, intents, action and effort a second time; ``second`` is that reading, and its
agreement with the first bounds what a figure can mean.

A text is **without a noticeable mistake** where its sentiment and action are right, no label told is wrong, and no
intent that is plainly there is missed. A topic or wish that is missed costs less and has its own column.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from voc.analysis.text_pipeline import TextAnalyser
from voc.errors import InputError
from voc.evaluation.corpora import shared_data
from voc.insights.statistics import wilson
from voc.intake.email.cleaning import clean_email
from voc.records import Analysis, Channel, Interaction, Record, Turn
from voc.settings import settings

SEEDS = {"first": 20261207, "second": 20261208}
"""Of the draws."""
SHEET = Path(__file__).with_name("reading_gold.csv")
_TRANSCRIPTS = "speech/transcripts.csv"


class Source(NamedTuple):
    """Where texts of one set lie: ``joined`` is the column whose like rows make up one text, empty where each is one."""

    file: str
    column: str
    channel: Channel
    what: str
    language: str
    joined: str = ""


_RESTAURANTS = "semeval16_absa_fr/gold_test.jsonl"
SETS: Mapping[str, Source] = {
    "free_tweets_fr": Source(
        "free_tweets_fr/raw_tweets.csv", "full_text", Channel.SOCIAL, "telecom, customers' tweets", "fr"
    ),
    "complaint_tweets_en": Source(
        "complaint_tweets_en/complaints.csv", "text", Channel.SOCIAL, "many trades, tweets", "en"
    ),
    "airline_tweets_en": Source("airline_tweets_en/tweets.csv", "text", Channel.SOCIAL, "airlines, tweets", "en"),
    "csat_car_rental_en": Source(
        "csat_car_rental_en/car_rental.csv", "Customer_Service", Channel.SURVEY, "car rental, survey", "en"
    ),
    "playstore_reviews_fr": Source(
        "playstore_reviews_fr/reviews.csv", "content", Channel.REVIEW, "apps, reviews", "fr"
    ),
    "semeval16_absa_fr": Source(_RESTAURANTS, "text", Channel.REVIEW, "restaurants, sentences of reviews", "fr"),
    "semeval16_reviews_fr": Source(
        _RESTAURANTS, "text", Channel.REVIEW, "restaurants, whole reviews", "fr", joined="review_id"
    ),
    "melusine_emails_fr": Source("melusine_emails_fr/emails.jsonl", "body", Channel.EMAIL, "insurer, e-mails", "fr"),
    "calls": Source("", "", Channel.CALL, "calls, transcripts", "en"),
    "call_script_en": Source("", "", Channel.CALL, "calls, transcripts", "en"),
}
"""Set → where its texts lie, the channel they are given as, what it is."""

FIELDS = ("sentiment", "action", "intents", "expectation", "effort", "emotions", "topics")


class ReadText(Record):
    """One text of the sheet, with what a person read in it.

    ``sentiment`` and ``action`` are the labels that are right; of ``intents`` and ``emotions`` those that are there
    and (``maybe_``) those that may be told; ``expectation`` and ``effort`` say ``?`` in front where they may be told;
    ``topics`` are groups of families of which one is to be told, ``None`` where topics were not read.
    """

    id: str
    text: str
    packs: str
    sentiment: tuple[str, ...]
    action: tuple[str, ...]
    intents: frozenset[str]
    maybe_intents: frozenset[str]
    expectation: str
    effort: str
    emotions: frozenset[str]
    maybe_emotions: frozenset[str]
    topics: tuple[tuple[str, ...], ...] | None
    maybe_topics: frozenset[str] = frozenset()
    second: str = ""
    draw: str = "first"

    @property
    def name(self) -> str:
        """The set it comes from."""
        return self.id.replace("/", ":").partition(":")[0]

    @property
    def source(self) -> Source:
        """What that set is."""
        return SETS[self.name]


class Judged(Record):
    """One text judged by field: labels told that are right, told that are wrong, and missed."""

    text: ReadText
    right: dict[str, int]
    wrong: dict[str, tuple[str, ...]]
    missed: dict[str, tuple[str, ...]]

    @property
    def noticeable(self) -> bool:
        """Whether a manager who reads it would notice a mistake."""
        return any(self.wrong.values()) or bool(self.missed["intents"])


class FieldScore(Record):
    """How one field does on some texts: labels told, those that are right, labels that are there, those told."""

    name: str
    field: str
    told: int
    right: int
    there: int
    found: int


class GroupScore(Record):
    """Texts of one trade and channel: how many, and how many without a noticeable mistake."""

    name: str
    texts: int
    clean: int
    sentiment: int
    action: int


class Agreement(Record):
    """How often the second reading of a text is among what the first holds right."""

    field: str
    texts: int
    agreed: int


def sheet() -> list[ReadText]:
    """The texts of the sheet, read from their sets.

    Raises:
        InputError: a set is not there, or is another version of itself.
    """
    with SHEET.open(encoding="utf-8", newline="") as handle:
        return [_read_row(row) for row in csv.DictReader(handle)]


def _read_row(row: Mapping[str, str]) -> ReadText:
    text = _text_of(row["id"])
    if hashlib.sha256(text.encode()).hexdigest()[:8] != row["check"]:
        raise InputError(f"{row['id']}: is not the text that was read; the set has changed.")
    intents, maybe_intents = _labels(row["intents"])
    emotions, maybe_emotions = _labels(row["emotions"])
    topics, maybe_topics = _labels(row["topics"])
    return ReadText(
        id=row["id"],
        text=text,
        packs=row["packs"],
        sentiment=tuple(row["sentiment"].split("/")),
        action=tuple(row["action"].split("/")),
        intents=intents,
        maybe_intents=maybe_intents,
        expectation=row["expectation"],
        effort=row["effort"],
        emotions=emotions,
        maybe_emotions=maybe_emotions,
        topics=None if row["topics"] == "~" else tuple(tuple(each.split("|")) for each in sorted(topics)),
        maybe_topics=maybe_topics,
        second=row["second"],
        draw=row["draw"],
    )


def _labels(written: str) -> tuple[frozenset[str], frozenset[str]]:
    """Labels that are there, and those that may be told."""
    every = written.split()
    sure = frozenset(one for one in every if not one.startswith("?"))
    return sure, frozenset(one.removeprefix("?") for one in every if one.startswith("?"))


def _text_of(one: str) -> str:
    name, _, number = one.partition(":")
    return _texts(name)[int(number)] if number else _transcripts()[one]


@cache
def _texts(name: str) -> list[str]:
    source = SETS[name]
    with shared_data("text", *source.file.split("/")).open(encoding="utf-8", newline="") as handle:
        rows = [json.loads(line) for line in handle] if source.file.endswith(".jsonl") else list(csv.DictReader(handle))
    if not source.joined:
        return [row[source.column] for row in rows]
    wholes: dict[str, list[str]] = {}
    for row in rows:
        wholes.setdefault(row[source.joined], []).append(row[source.column])
    return [" ".join(parts) for parts in wholes.values()]


@cache
def _transcripts() -> dict[str, str]:
    with shared_data(*_TRANSCRIPTS.split("/")).open(encoding="utf-8", newline="") as handle:
        return {row["path"]: row["reference"] for row in csv.DictReader(handle)}


def interaction_of(one: ReadText) -> Interaction:
    """The text as it would come in: on its channel, a call with who speaks, a mail without what it quotes. No score."""
    channel = one.source.channel
    lines = [line.split("\t") for line in one.text.splitlines()]
    if channel is not Channel.CALL or any(len(line) != 4 for line in lines):
        text = clean_email(one.text).body if channel.description.mail else one.text
        return Interaction(id=one.id, channel=channel, source=one.id, content_hash=one.id, text=text)
    turns = tuple(
        Turn(
            index=number,
            participant_role="agent" if role == "agent" else "customer",
            begin_ms=round(1000 * float(begin)),
            end_ms=round(1000 * float(end)),
            text=said,
        )
        for number, (begin, end, role, said) in enumerate(lines)
    )
    return Interaction(id=one.id, channel=channel, source=one.id, content_hash=one.id, turns=turns)


def judge(one: ReadText, found: Analysis) -> Judged:
    """Compare an analysis with what was read."""
    right: dict[str, int] = {}
    wrong: dict[str, tuple[str, ...]] = {}
    missed: dict[str, tuple[str, ...]] = {}

    def add(field: str, told: Iterable[str], there: Iterable[tuple[str, ...]], allowed: Iterable[str]) -> None:
        said, groups = list(dict.fromkeys(told)), list(there)
        may = {label for group in groups for label in group} | set(allowed)
        right[field] = sum(label in may for label in said)
        wrong[field] = tuple(label for label in said if label not in may)
        missed[field] = tuple("|".join(group) for group in groups if not set(group) & set(said))

    add("sentiment", [found.sentiment.label] if found.sentiment else [], [one.sentiment], ())
    add("action", [found.action] if found.action else [], [one.action], ())
    add("intents", [each.label for each in found.intents], [(label,) for label in one.intents], one.maybe_intents)
    wished = ["wish"] if found.expectations else []
    add("expectation", wished, [("wish",)] if one.expectation == "yes" else [], ["wish"] * (one.expectation == "?"))
    effort = [] if not found.effort else ["hard" if found.effort < 0 else "easy"]
    sure = one.effort in ("hard", "easy")
    add("effort", effort, [(one.effort,)] if sure else [], [one.effort.removeprefix("?")])
    felt = [each.label for each in found.emotions if each.label != "neutral"]
    add("emotions", felt, [(label,) for label in one.emotions], one.maybe_emotions)
    families = [topic.id.partition(".")[0] for topic in found.topics]
    add("topics", families if one.topics is not None else [], one.topics or (), one.maybe_topics)
    return Judged(text=one, right=right, wrong=wrong, missed=missed)


def judged() -> list[Judged]:
    """Analyse the texts of the sheet, each with the packs of its trade, and judge what was told.

    Raises:
        InputError: the evaluation data is not there.
    """
    read = sheet()
    found: dict[str, Judged] = {}
    for packs in sorted({one.packs for one in read}):
        chosen = [one for one in read if one.packs == packs]
        analyser = TextAnalyser(settings().model_copy(update={"topic_packs": packs, "taxonomy": None}))
        for one, result in zip(chosen, analyser.analyse([interaction_of(each) for each in chosen]), strict=True):
            found[one.id] = judge(one, result.analysis)
    return [found[one.id] for one in read]


def summed(name: str, some: Sequence[Judged]) -> list[Record]:
    """One line a field, and the texts without a noticeable mistake."""
    fields: list[Record] = [
        FieldScore(
            name=name,
            field=field,
            told=sum(one.right[field] + len(one.wrong[field]) for one in some),
            right=sum(one.right[field] for one in some),
            there=sum(_there(one, field) for one in some),
            found=sum(_there(one, field) - len(one.missed[field]) for one in some),
        )
        for field in FIELDS
    ]
    return fields


def _there(one: Judged, field: str) -> int:
    text = one.text
    return {
        "sentiment": 1,
        "action": 1,
        "intents": len(text.intents),
        "expectation": int(text.expectation == "yes"),
        "effort": int(text.effort in ("hard", "easy")),
        "emotions": len(text.emotions),
        "topics": len(text.topics or ()),
    }[field]


def agreement(read: Sequence[ReadText]) -> list[Agreement]:
    """How the second reading agrees with the first, by field."""
    twice = [(one, one.second.split(";")) for one in read if one.second]
    checks = {
        "sentiment": [second[0] in one.sentiment for one, second in twice],
        "intents": [one.intents <= set(second[1].split()) <= one.intents | one.maybe_intents for one, second in twice],
        "action": [second[2] in one.action for one, second in twice],
        "effort": [
            second[3] == one.effort or (one.effort.startswith("?") and second[3] in ("none", one.effort[1:]))
            for one, second in twice
        ],
    }
    return [Agreement(field=field, texts=len(each), agreed=sum(each)) for field, each in checks.items()]


def evaluate() -> Sequence[Record]:
    """Score all texts by field, then each trade and channel, then the agreement of the two readings.

    Raises:
        InputError: the evaluation data is not there.
        ModelError: the encoder is missing.
    """
    every = judged()
    groups = [("all", every)]
    groups += [(what, [one for one in every if one.text.source.what == what]) for what in _kinds()]
    found: list[Record] = [*summed("all", every)]
    for name, some in groups:
        found.append(
            GroupScore(
                name=name,
                texts=len(some),
                clean=sum(not one.noticeable for one in some),
                sentiment=sum(not one.wrong["sentiment"] and not one.missed["sentiment"] for one in some),
                action=sum(not one.wrong["action"] and not one.missed["action"] for one in some),
            )
        )
    return [*found, *agreement([one.text for one in every])]


def _kinds() -> list[str]:
    return list(dict.fromkeys(source.what for source in SETS.values()))


def table(found: Sequence[Record]) -> str:
    """The figures as Markdown tables, in percent, shares with their 95 % intervals (Wilson)."""
    fields = [("field", "labels told that are right", "labels that are there, told"), ("---", "--:", "--:")]
    groups = [("texts", "n", "without a noticeable mistake", "sentiment right", "action right"), ("---", *["--:"] * 4)]
    twice = [("read twice", "n", "second reading among what the first holds right"), ("---", "--:", "--:")]
    for one in found:
        if isinstance(one, FieldScore):
            fields.append((one.field, _share(one.right, one.told), _share(one.found, one.there)))
        elif isinstance(one, GroupScore):
            shares = [_share(k, one.texts) for k in (one.clean, one.sentiment, one.action)]
            groups.append((one.name, str(one.texts), *shares))
        elif isinstance(one, Agreement):
            twice.append((one.field, str(one.texts), _share(one.agreed, one.texts)))
    tables = ["\n".join(f"| {' | '.join(line)} |" for line in lines) for lines in (fields, groups, twice)]
    return "\n\n".join(tables)


def _share(count: int, total: int) -> str:
    if not total:
        return "–"
    interval = wilson(count, total)
    return f"{100 * count / total:.0f} % ({count} of {total}; {100 * interval.low:.0f}–{100 * interval.high:.0f})"
