"""One table from score to label, and wholes that never contradict what they are made of."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from voc.analysers.sentiment.adjustment import MIXED, reconciled, within
from voc.language.sentences import Span
from voc.records import TELLING, Sentiment, Turn, sentiment_label
from voc.records.sentiment import EVENLY_TORN

PROBABILITIES = st.tuples(*[st.floats(0.001, 1)] * 3).map(
    lambda p: {"negative": p[0] / sum(p), "neutral": p[1] / sum(p), "positive": p[2] / sum(p)}
)
MOODS = PROBABILITIES.map(Sentiment.of)
SCORES = st.floats(-1, 1)


def _consistent(mood: Sentiment) -> None:
    assert mood.label == sentiment_label(mood.score)
    assert mood.probabilities is not None
    assert abs(sum(mood.probabilities.values()) - 1) < 2e-3
    assert min(mood.probabilities.values()) > -1e-3
    told = Sentiment.of(mood.probabilities)
    assert abs(told.score - mood.score) < 2e-3


@given(MOODS)
def test_the_label_follows_from_the_score(mood: Sentiment) -> None:
    """ "Negative, −0.28" stood beside "neutral, −0.29": labels came from the likeliest class, scores from two."""
    _consistent(mood)


@given(MOODS)
def test_the_likeliest_is_told_unless_praise_and_blame_are_evenly_torn(mood: Sentiment) -> None:
    assert mood.probabilities is not None
    p = mood.probabilities
    difference = p["positive"] - p["negative"]
    if max(p["positive"], p["negative"]) > p["neutral"] + 1e-3 and abs(difference) > EVENLY_TORN + 1e-3:
        assert mood.label == ("positive" if difference > 0 else "negative")
    if abs(difference) < EVENLY_TORN - 1e-3:
        assert mood.label == "neutral"


@given(MOODS, MOODS)
def test_a_worse_score_never_has_a_better_label(one: Sentiment, other: Sentiment) -> None:
    order = ("negative", "neutral", "positive")
    low, high = sorted((one, other), key=lambda mood: mood.score)
    assert order.index(low.label) <= order.index(high.label)


@given(MOODS)
def test_what_is_likeliest_neutral_is_neutral(mood: Sentiment) -> None:
    assert mood.probabilities is not None
    p = mood.probabilities
    if p["neutral"] > max(p["negative"], p["positive"]) + 1e-3:
        assert mood.label == "neutral"
        assert abs(mood.score) < TELLING


@given(MOODS, SCORES)
def test_a_moved_sentiment_has_its_score_and_probabilities_that_give_it(mood: Sentiment, score: float) -> None:
    moved = mood.moved_to(score)
    assert abs(moved.score - score) < 1e-4
    if abs(abs(moved.score) - TELLING) > 2e-3:  # on the line itself rounding decides which of the two forms is read
        _consistent(moved)


@given(MOODS, st.lists(MOODS, min_size=1, max_size=6))
def test_a_whole_lies_between_its_parts(whole: Sentiment, parts: list[Sentiment]) -> None:
    found = within(whole, parts)
    assert min(part.score for part in parts) <= found.score <= max(part.score for part in parts)
    if len({part.label for part in parts}) == 1:
        assert found.label == parts[0].label


def _spans(counts: Sequence[int]) -> tuple[list[Span], list[Span]]:
    """Sentences of ten characters a clause, and their clauses."""
    sentences, clauses, at = [], [], 0
    for count in counts:
        sentences.append((at, at + 10 * count))
        clauses += [(at + 10 * n, at + 10 * n + 10) for n in range(count)]
        at += 10 * count + 1
    return sentences, clauses


@settings(deadline=None)
@given(st.data(), MOODS, st.lists(st.integers(1, 3), min_size=1, max_size=5))
def test_no_text_contradicts_its_sentences_nor_a_divided_sentence_its_clauses(
    data: st.DataObject, whole: Sentiment, counts: list[int]
) -> None:
    sentences, clauses = _spans(counts)
    moods = [data.draw(MOODS) for _ in sentences]
    parts = [data.draw(MOODS) for _ in clauses]
    found, sentence_moods, clause_moods = reconciled(whole, sentences, moods, clauses, parts)
    scores = [mood.score for mood in sentence_moods]
    assert min(scores) <= found.score <= max(scores)
    if len(sentences) == 1:
        assert sentence_moods == [found]
        if len(clauses) == 1:
            assert clause_moods == [found]
    first = 0
    for count, mood in zip(counts, sentence_moods, strict=True):
        own = [part.score for part in clause_moods[first : first + count]]
        first += count
        if max(own) >= MIXED and min(own) <= -MIXED:
            assert min(own) <= mood.score <= max(own)


@settings(deadline=None)
@given(st.data(), st.lists(st.integers(1, 3), min_size=1, max_size=4))
def test_no_turn_contradicts_its_sentences(data: st.DataObject, counts: list[int]) -> None:
    """A turn is read alone, its sentences in the pass over the whole call: the two could say the contrary."""
    stretches, sentences = _spans(counts)
    turns = [
        Turn(index=n, text="…", begin=begin, end=end, sentiment=data.draw(MOODS))
        for n, (begin, end) in enumerate(stretches)
    ]
    moods = [data.draw(MOODS) for _ in sentences]
    whole = data.draw(MOODS)
    found, sentence_moods, _ = reconciled(whole, sentences, moods, sentences, moods, turns)
    assert found is whole
    first = 0
    for turn, count in zip(turns, counts, strict=True):
        own = [mood.score for mood in sentence_moods[first : first + count]]
        first += count
        assert turn.sentiment is not None
        assert min(own) <= turn.sentiment.score <= max(own)
