"""Judging topics told against what a person found."""

from __future__ import annotations

import csv

import pytest

from voc.evaluation.topic_assignment import DRAWN, SEEDS, SHEET, GoldText, covers, judge, summed, table
from voc.evaluation.topic_classes import SETS, class_of, macro_f1, mappings, taught_answers
from voc.topics.loading import load_taxonomy
from voc.topics.packs import shipped


@pytest.mark.parametrize(
    ("pattern", "topic", "right"),
    [
        ("internet.outage", "internet.outage", True),
        ("internet.outage", "internet", True),
        ("internet.outage", "internet.slow", False),
        ("internet", "internet.outage", False),
        ("internet.*", "internet.outage", True),
        ("internet.*", "internet", True),
        ("internet.*", "mobile", False),
    ],
)
def test_a_topic_told_answers_itself_its_parent_or_its_family(pattern: str, topic: str, right: bool) -> None:
    assert covers(pattern, topic) is right


def gold(*topics: str, also: tuple[str, ...] = ()) -> GoldText:
    return GoldText(id="x:1", text="…", packs="telecom", gold=topics, also=also, draw="third")


def test_what_is_doubtful_is_right_when_told_and_no_miss_when_not() -> None:
    verdict = judge(gold("price", also=("fault",)), ["fault", "app"])
    assert (verdict.right, verdict.wrong, verdict.reached) == (("fault",), ("app",), False)


def test_texts_that_speak_of_nothing_count_for_precision_alone() -> None:
    score = summed("all", [judge(gold(), ["app"]), judge(gold("price"), ["price.expensive", "price"])])
    assert (score.texts, score.told, score.right, score.with_topic, score.reached) == (2, 3, 1, 1, 1)
    assert "33 % (1 of 3" in table([score])


def test_the_sheet_names_known_sets_packs_and_topics() -> None:
    known = {topic.id for topic in load_taxonomy(packs="*")} | {"contact"}
    with SHEET.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["id"].partition(":")[0] in DRAWN
        assert row["draw"] in SEEDS
        assert row["packs"] in shipped()
        for topic in (*row["gold"].split(), *row["also"].split()):
            assert topic.removesuffix(".*") in known, row["id"]


@pytest.mark.parametrize("number", range(len(SETS)))
def test_mappings_name_topics_of_core_and_their_pack(number: int) -> None:
    known = {topic.id for topic in load_taxonomy(packs=SETS[number].pack)}
    assert {topic for ours, _ in SETS[number].classes.values() for topic in ours} <= known


def test_the_most_particular_class_wins_and_none_is_the_last() -> None:
    airline = SETS[0]
    assert class_of(["advisor.attitude", "transport.luggage.damaged"], airline) == "Damaged Luggage"
    assert class_of(["transport.luggage"], airline) == "Lost Luggage"
    assert class_of([], airline) == "Can't Tell"


def test_macro_f1_counts_every_class_alike() -> None:
    assert macro_f1(["a", "a", "b"], ["a", "b", "b"], ["a", "b", "c"]) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


def test_a_classifier_is_taught_on_other_rows_than_it_is_asked_about() -> None:
    texts = [f"{word} number {number}" for number in range(10) for word in ("delay", "luggage")]
    answers = taught_answers(texts, ["late" if "delay" in text else "lost" for text in texts])
    assert answers == ["late", "lost"] * 10


def test_the_mapping_is_printed_with_the_figures() -> None:
    printed = table(mappings())
    assert "| Lost Luggage | `transport.luggage.lost`, `transport.luggage` |" in printed
    assert "topics told that are right" not in printed
