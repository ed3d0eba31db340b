"""The sheet of the reader's test: texts by their place in their sets, with what a person read in them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from voc.errors import InputError
from voc.evaluation.corpora import shared_data
from voc.intake.email.cleaning import clean_email
from voc.records import Channel, Interaction, Record, Turn

SEEDS = {"first": 20261207, "second": 20261208}
"""Of the draws."""
SHEET = Path(__file__).with_name("reading_gold.csv")
_TRANSCRIPTS = "speech/transcripts.csv"


class Source(NamedTuple):
    """Where the texts of a set lie; ``joined`` is the column that rows of one text share, where a row is but a part."""

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
