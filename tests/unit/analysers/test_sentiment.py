"""Sentiment: three calibrated probabilities for a text and for each sentence in it."""

from __future__ import annotations

from typing import get_args

import pytest

from voc.analysers.sentiment.choice import load_sentiment
from voc.analysers.sentiment.model import LABELS, SentimentAnalyser, SentimentKind
from voc.language.encoder import load_encoder
from voc.records import sentiment_label

GOOD = ["Merci beaucoup, service au top !", "Absolutely love it, great service!"]
BAD = ["C'est une honte, je suis furieux.", "Worst service ever, I am so disappointed."]


@pytest.fixture(scope="module")
def analyser() -> SentimentAnalyser:
    return load_sentiment()


def test_plain_praise_and_plain_anger_are_told_apart_in_both_languages(analyser: SentimentAnalyser) -> None:
    encoded = load_encoder().encode(GOOD + BAD)
    for kind in get_args(SentimentKind):
        labels = [s.label for s in analyser.score(encoded, kinds=[kind] * 4).texts]
        assert labels == ["positive"] * 2 + ["negative"] * 2, kind


def test_the_score_comes_from_the_probabilities_and_the_label_from_the_score(analyser: SentimentAnalyser) -> None:
    encoded = load_encoder().encode([*GOOD, *BAD, "Le magasin ouvre à neuf heures."])
    for sentiment in analyser.score(encoded, kinds=["post"] * 5).texts:
        p = sentiment.probabilities
        assert p is not None
        assert sum(p.values()) == pytest.approx(1.0, abs=3e-4)
        likeliest = max(LABELS, key=lambda label: p[label])
        difference = p["positive"] - p["negative"]
        expected = difference / 2 if likeliest == "neutral" else max(abs(difference), 0.25)
        assert abs(sentiment.score) == pytest.approx(abs(expected), abs=1e-4)
        assert sentiment.label == sentiment_label(sentiment.score)


def test_each_text_is_read_by_the_head_of_its_kind(analyser: SentimentAnalyser) -> None:
    encoded = load_encoder().encode(["Correct, sans plus."] * 2)
    mixed = analyser.score(encoded, kinds=["post", "review"]).texts
    posts = analyser.score(encoded, kinds=["post", "post"]).texts
    reviews = analyser.score(encoded, kinds=["review", "review"]).texts

    assert mixed == [posts[0], reviews[1]]


def test_a_sentence_inside_a_text_keeps_its_own_sentiment(analyser: SentimentAnalyser) -> None:
    praise, anger = "Le conseiller était vraiment adorable et efficace.", "La livraison, une honte, tout est cassé."
    text = f"{praise} {anger}"
    encoded = load_encoder().encode([text, "rien"], spans=[[(0, len(praise)), (len(praise) + 1, len(text))], []])
    scored = analyser.score(encoded, kinds=["post", "post"])

    assert [len(spans) for spans in scored.spans] == [2, 0]
    assert scored.spans[0][0].score > scored.spans[0][1].score + 0.5


def test_nothing_to_score(analyser: SentimentAnalyser) -> None:
    scored = analyser.score(load_encoder().encode([]), kinds=[])

    assert scored.texts == []
    assert scored.spans == []


def test_kinds_of_another_number_of_texts_are_refused(analyser: SentimentAnalyser) -> None:
    with pytest.raises(ValueError, match="kinds of 1 texts were given for 2 texts"):
        analyser.score(load_encoder().encode(["un", "deux"]), kinds=["post"])


def test_the_version_is_that_of_the_encoder_it_belongs_to(analyser: SentimentAnalyser) -> None:
    assert (analyser.name, analyser.version) == ("sentiment", load_encoder().version)
