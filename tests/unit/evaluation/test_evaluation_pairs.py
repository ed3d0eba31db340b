"""The sheet of French minimal pairs, and how `voc eval pairs` scores it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from voc.errors import InputError
from voc.evaluation.minimal_pairs import (
    BLIND,
    SHEET,
    SHEETS,
    Pair,
    PairText,
    is_right,
    read_sheet,
    score,
    sheet_path,
    table,
)
from voc.records import Analysis, Aspect, Channel, Sentence, Sentiment, SentimentLabel

GOOD = PairText(text="Je recommande.", gold="positive")
BAD = PairText(text="Je ne recommande pas.", gold="negative")
BOTH = PairText(text="Joli mais lent.", gold="mixed")


def sentiment(label: SentimentLabel) -> Sentiment:
    return Sentiment(label=label, score={"negative": -0.9, "neutral": 0.0, "positive": 0.9}[label])


def read(
    whole: SentimentLabel | None, *, sentences: Sequence[SentimentLabel] = (), aspects: Sequence[float] = ()
) -> Analysis:
    return Analysis(
        id="i1",
        channel=Channel.CHAT,
        source="a",
        sentiment=sentiment(whole) if whole else None,
        sentences=tuple(Sentence(begin=0, end=1, sentiment=sentiment(label)) for label in sentences),
        aspects=tuple(Aspect(topic="a.b", sentiment=s, begin=0, end=1, text="") for s in aspects),
    )


@pytest.mark.parametrize(("sheet", "pairs_at_least", "of_each"), [(SHEET, 130, 10), (BLIND, 100, 8)])
def test_a_sheet_holds_enough_pairs_of_every_kind(sheet: str, pairs_at_least: int, of_each: int) -> None:
    pairs = read_sheet(sheet_path(sheet))

    assert len(pairs) >= pairs_at_least
    assert len(Counter(pair.category for pair in pairs)) >= 11
    assert min(Counter(pair.category for pair in pairs).values()) >= of_each
    assert all(pair.first.gold != pair.second.gold for pair in pairs)


def test_no_text_stands_in_the_sheets_twice() -> None:
    texts = [one.text for each in SHEETS for pair in read_sheet(sheet_path(each)) for one in (pair.first, pair.second)]

    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("[{positive: a}]", "not two texts"),
        ("[{positive: a, negative: b, neutral: c}]", "not two texts"),
        ("[a line]", "not two texts"),
        ("[{positive: a, bad: b}]", "unknown label bad"),
    ],
)
def test_a_wrong_pair_is_named(rows: str, said: str, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(f"pairs: {{irony: {rows}}}", "utf-8")

    with pytest.raises(InputError, match=f"sheet.yaml: irony, pair 1: .*{said}"):
        read_sheet(sheet)


def test_the_sentiment_of_the_whole_decides_where_there_is_one_feeling() -> None:
    assert is_right("negative", read("negative", sentences=["negative", "positive"]))
    assert not is_right("neutral", read("negative"))
    assert not is_right("neutral", read(None))


@pytest.mark.parametrize(
    ("found", "right"),
    [
        (read("negative", sentences=["positive", "negative"]), True),
        (read("negative", aspects=[0.8, -0.7]), True),
        (read("negative", sentences=["negative"], aspects=[0.6]), True),
        (read("positive", sentences=["positive", "neutral"]), False),
        (read("neutral", aspects=[0.1, -0.1]), False),
        (read("neutral"), False),
    ],
)
def test_mixed_wants_both_praise_and_blame(found: Analysis, right: bool) -> None:
    assert is_right("mixed", found) is right


def test_a_pair_is_right_only_when_both_of_its_texts_are() -> None:
    pairs = [
        Pair(category="negation", first=GOOD, second=BAD),
        Pair(category="negation", first=GOOD, second=BAD),
        Pair(category="concession", first=BOTH, second=BAD),
    ]
    found = [
        *(read("positive"), read("negative", sentences=["positive", "negative"])),
        *(read("negative"), read("negative")),
        *(read("negative", sentences=["positive", "negative"]), read("neutral")),
    ]
    negation, concession = score(pairs, found)

    assert (negation.pairs, negation.pairs_right, negation.texts_right) == (2, 1, 3)
    assert negation.mixed_found_elsewhere == 1
    assert [(miss.gold, miss.found) for miss in negation.misses] == [("positive", "negative")]
    assert (concession.pairs_right, concession.texts_right) == (0, 1)


def test_the_table_ends_in_every_miss() -> None:
    lines = table(
        score([Pair(category="negation", first=GOOD, second=BAD)], [read("positive"), read(None)])
    ).splitlines()

    assert lines[2] == "| negation | 1 | 50 % | 0 % | 0 |"
    assert lines[3].startswith("| **all** | 1 | 50.0 % (")
    assert lines[-1] == "- negation: « Je ne recommande pas. » is negative, found nothing"


def test_the_misses_of_the_blind_sheet_are_counted_and_not_told() -> None:
    pairs = [Pair(category="negation", first=GOOD, second=BAD)]
    blind = score(pairs, [read("positive"), read(None)], sheet=BLIND)
    told = table([*score(pairs, [read("positive"), read("negative")]), *blind])

    assert told.count("| **all** | 1 |") == 2
    assert told.splitlines()[-1] == "Misses: 1, not listed so that nobody reads them"
    assert BAD.text not in told
