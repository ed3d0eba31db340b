"""The words an intent is told with: never one that says nothing by itself."""

from __future__ import annotations

import numpy as np
import pytest

from voc.analysers.intents.finding import INTENTS, ClauseSentiment, find_intents
from voc.analysis.understanding import made_ready
from voc.language.patterns import flatten
from voc.language.rulebook import RuleContext
from voc.language.sentences import Span
from voc.records import Intent


def said(*sentences: str, language: str = "en") -> RuleContext:
    spans: list[Span] = []
    for sentence in sentences:
        begin = spans[-1][1] + 1 if spans else 0
        spans.append((begin, begin + len(sentence)))
    text = "\n".join(sentences)
    return made_ready(text, flatten(text), language=language, sentences=spans)


def moods_of(reading: RuleContext, *scores: float) -> list[ClauseSentiment]:
    return [
        ClauseSentiment(*span, score, row=row)
        for row, (span, score) in enumerate(zip(reading.sentences, scores, strict=True))
    ]


def words_of(reading: RuleContext, found: list[Intent]) -> dict[str, str]:
    return {intent.label: reading.text[intent.begin : intent.end] for intent in found}


def sure_of(label: str, *scores: float) -> np.ndarray:
    heads = np.zeros((len(scores), len(INTENTS)), np.float32)
    heads[:, INTENTS.index(label)] = scores
    return heads


@pytest.mark.parametrize("nothing", ["It", "Goodbye.", "Au revoir.", "Oui.", "9.4", "and you"])
def test_a_head_names_no_intent_in_a_word_that_says_nothing(nothing: str) -> None:
    reading = said(nothing, "the engineer stayed until it worked")
    moods = moods_of(reading, 0.5, 0.5)
    found = find_intents(reading, moods, whole=0.6, heads=sure_of("praise", 0.99, 0.97))
    assert words_of(reading, found) == {"praise": "the engineer stayed until it worked"}
    assert find_intents(reading, moods, whole=0.6, heads=sure_of("praise", 0.99, 0.2)) == []


def test_a_sure_complaint_is_shown_in_a_sentence_that_says_something() -> None:
    reading = said("It", "three weeks without a line", "you")
    found = find_intents(
        reading, moods_of(reading, 0.0, -0.5, 0.0), complaints=np.array([0.95, 0.6, 0.99, 0.9], np.float32)
    )
    assert words_of(reading, found) == {"complain": "three weeks without a line"}


def test_a_sure_complaint_is_told_though_no_sentence_says_anything() -> None:
    reading = said("It", "you")
    found = find_intents(reading, moods_of(reading, -0.5, -0.5), complaints=np.array([0.5, 0.9, 0.9], np.float32))
    assert words_of(reading, found) == {"complain": "you"}


def test_a_sure_complaint_is_not_told_of_a_letter_that_is_not_cross() -> None:
    reading = said("Please find the certificate enclosed")
    sure = np.array([0.97, 0.97], np.float32)
    assert find_intents(reading, moods_of(reading, -0.2), whole=-0.2, complaints=sure) == []
    assert words_of(reading, find_intents(reading, moods_of(reading, -0.2), whole=-0.4, complaints=sure))


def test_a_place_of_one_empty_word_is_widened_to_its_clause_then_its_sentence() -> None:
    reading = said("you, who lost the parcel, still owe me")
    clause = ClauseSentiment(0, 24, 0.0)
    (found,) = find_intents(reading, [clause], grievances=[(0, 3)])
    assert reading.text[found.begin : found.end] == "you, who lost the parcel"
    (found,) = find_intents(reading, [ClauseSentiment(0, 3, 0.0)], grievances=[(0, 3)])
    assert reading.text[found.begin : found.end] == "you, who lost the parcel, still owe me"


def test_one_word_that_says_it_stays_one_word() -> None:
    reading = said("the repeater you rent out is useless")
    (found,) = find_intents(reading, moods_of(reading, -0.8), grievances=[(29, 36)])
    assert reading.text[found.begin : found.end] == "useless"
