"""Corrections: kept with who, when and why, in force everywhere at once, and through every new analysis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from makers import NOW, add, an_interaction, understood
from sqlalchemy import select

from voc.corrections import Correction
from voc.errors import InputError
from voc.records import Emotion, Intent, Interaction
from voc.store import Filters, Store, schema
from voc.store.corrections import Label

ANGRY = (Emotion(label="anger", score=0.7),)
LEAVING = (Intent(label="cancel", score=0.8, begin=0, end=7),)


def correct(store: Store, one: Interaction, *labels: Label, **more: Any) -> list[Correction]:
    given = {"actor": "k1", "reason": None, "now": NOW} | more
    return store.corrections.correct(one.id, labels, **given)


def signals(store: Store, one: Interaction, kind: str) -> Sequence[tuple[str, str | None]]:
    s = schema.signal
    statement = select(s.c.label, s.c.analyser).where(s.c.interaction_id == one.id, s.c.kind == kind).order_by(s.c.id)
    with store.database.read() as connection:
        return [(row.label, row.analyser) for row in connection.execute(statement)]


@pytest.fixture
def one(store: Store) -> Interaction:
    return understood(
        store, an_interaction(1), score=-0.8, topics=["billing.double_charge", "app"], emotions=ANGRY, intents=LEAVING
    )


def test_who_when_what_it_was_and_why_are_kept(store: Store, one: Interaction) -> None:
    (made,) = correct(store, one, Label("sentiment", "neutral"), actor="k7", reason="Une simple question.")

    assert store.corrections.of(one.id) == [made]
    assert (made.was, made.value, made.actor, made.at) == ("negative", "neutral", "k7", NOW)
    assert made.reason == "Une simple question."
    assert made.in_force and not made.confirms


def test_lists_filters_and_figures_follow_at_once(store: Store, one: Interaction) -> None:
    correct(store, one, Label("sentiment", "positive"), Label("topic", "app", present=False), Label("topic", "network"))

    row = store.interactions.get(one.id)
    assert row is not None
    assert (row.sentiment_label, row.sentiment_score) == ("positive", 1.0)
    assert set(row.topics) == {"billing.double_charge", "network"}
    assert store.interactions.count(Filters(sentiment="positive")) == 1
    assert store.interactions.count(Filters(topic="app")) == 0
    assert [cell.positive for cell in store.figures.cells(Filters(), by=["topic"]) if cell.keys == ("network",)] == [1]
    assert dict(signals(store, one, "topic")) == {"network": "person", "billing.double_charge": "test-1"}
    assert [label for label, _ in signals(store, one, "aspect")] == ["billing.double_charge"]


def test_intents_and_emotions_can_be_added_and_taken_away(store: Store, one: Interaction) -> None:
    correct(store, one, Label("intent", "cancel", present=False), Label("intent", "ask_refund"))
    correct(store, one, Label("emotion", "anger", present=False), Label("emotion", "disappointment"))

    assert signals(store, one, "intent") == [("ask_refund", "person")]
    assert signals(store, one, "emotion") == [("disappointment", "person")]


def test_the_analysis_is_read_with_them_and_the_models_word_stays(store: Store, one: Interaction) -> None:
    correct(store, one, Label("sentiment", "neutral"), Label("complaint", "yes"), Label("effort", "-3"))

    analysis = store.findings.analysis(one.id)
    assert analysis is not None and analysis.sentiment is not None
    assert (analysis.sentiment.label, analysis.complaint, analysis.effort) == ("neutral", 1.0, -3)
    assert set(analysis.corrected) == {"sentiment", "complaint", "effort"}
    as_found = store.findings.analyses([one.id], as_found=True)[one.id]
    assert as_found.corrected == ()
    assert as_found.sentiment is not None and as_found.sentiment.label == "negative"


def test_a_new_analysis_does_not_undo_them(store: Store, one: Interaction) -> None:
    correct(store, one, Label("sentiment", "positive"), Label("topic", "app", present=False))
    understood(store, one, score=-0.9, topics=["app", "network"])

    row = store.interactions.get(one.id)
    assert row is not None
    assert (row.sentiment_label, row.topics) == ("positive", ("network",))


def test_withdrawn_the_models_word_counts_again_and_the_trace_stays(store: Store, one: Interaction) -> None:
    (made,) = correct(store, one, Label("sentiment", "positive"))
    later = NOW + timedelta(hours=1)
    withdrawn = store.corrections.withdraw(made.id, actor="k2", now=later)

    row = store.interactions.get(one.id)
    assert row is not None and row.sentiment_label == "negative"
    assert withdrawn is not None and not withdrawn.in_force
    assert store.corrections.of(one.id) == [withdrawn]
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_at) == ("k2", later)
    assert store.corrections.withdraw(made.id, actor="k2", now=later) is None
    assert store.corrections.every() == []


def test_a_second_thought_takes_the_place_of_the_first(store: Store, one: Interaction) -> None:
    correct(store, one, Label("sentiment", "positive"))
    correct(store, one, Label("sentiment", "neutral"), now=NOW + timedelta(hours=1))
    correct(store, one, Label("topic", "app", present=False), Label("topic", "app"), now=NOW + timedelta(hours=2))

    assert [(c.field, c.value, c.present) for c in store.corrections.every()] == [
        ("sentiment", "neutral", True),
        ("topic", "app", True),
    ]
    assert [c.was for c in store.corrections.every()] == ["negative", "present"]
    assert len(store.corrections.of(one.id)) == 3
    assert store.corrections.counts() == {"sentiment": 1, "topic": 1}


def test_the_same_as_the_models_said_confirms_them(store: Store, one: Interaction) -> None:
    sentiment, topic, other = correct(
        store, one, Label("sentiment", "negative"), Label("topic", "app"), Label("topic", "network")
    )

    assert sentiment.confirms and topic.confirms and not other.confirms


def test_words_masked_anew_do_not_write_a_correction_into_the_models_analysis(store: Store, one: Interaction) -> None:
    (made,) = correct(store, one, Label("sentiment", "positive"))
    store.findings.replace_words(list(store.findings.analyses([one.id], as_found=True).values()))
    store.corrections.withdraw(made.id, actor="k1", now=NOW)

    analysis = store.findings.analysis(one.id)
    assert analysis is not None and analysis.sentiment is not None
    assert analysis.sentiment.label == "negative"


def test_what_cannot_be_corrected_is_said(store: Store, one: Interaction) -> None:
    waiting = an_interaction(2)
    add(store, waiting)

    with pytest.raises(InputError, match="none of that id"):
        store.corrections.correct("nobody", [Label("sentiment", "neutral")], actor="k1", reason=None, now=NOW)
    with pytest.raises(InputError, match="not analysed yet"):
        correct(store, waiting, Label("sentiment", "neutral"))
    with pytest.raises(InputError, match="'bad' is not one of negative, neutral, positive"):
        correct(store, one, Label("topic", "network"), Label("sentiment", "bad"))
    assert store.corrections.of(one.id) == []
