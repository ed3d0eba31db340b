"""What was drawn from words heard unsurely: it says so, is not counted or quoted, and a person settles it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, a_vector, add, an_interaction, anonymous

from voc.analysers.intents import INTENT
from voc.analysers.topics import TOPIC
from voc.analysis.unsure_words import with_doubts
from voc.insights.quotes import quotes
from voc.records import (
    UNSURE,
    Analysis,
    Aspect,
    Channel,
    Expectation,
    FragilitySign,
    Intent,
    Interaction,
    Sentence,
    Sentiment,
    Signal,
    TopicMention,
    Turn,
    Word,
)
from voc.signals.kinds import Change
from voc.store import Filters, Store
from voc.store.analyses import Analysed
from voc.store.figures import TopicMentionRow

SURE, DIM = 0.95, 0.35


def heard(*words: tuple[str, float | None]) -> Turn:
    text = " ".join(word for word, _ in words)
    said = tuple(
        Word(text=word, begin_ms=400 * at, end_ms=400 * at + 300, confidence=confidence)
        for at, (word, confidence) in enumerate(words)
    )
    return Turn(
        index=0, participant_role="customer", begin_ms=0, end_ms=9000, begin=0, end=len(text), text=text, words=said
    )


def call(turn: Turn, **found: Any) -> Analysis:
    mood = Sentiment(label="negative", score=-0.6)
    return Analysis(
        id="i1",
        channel=Channel.CALL,
        source="call.wav",
        language="fr",
        models={"taxonomy": "test-1"},
        turns=(turn,),
        text=turn.text,
        redacted_text=turn.text,
        sentences=(Sentence(begin=0, end=len(turn.text), sentiment=mood),),
        sentiment=mood,
        **found,
    )


def place(turn: Turn, words: str) -> dict[str, int]:
    begin = turn.text.index(words)
    return {"begin": begin, "end": begin + len(words)}


def billed(turn: Turn, words: str = "facture") -> Analysis:
    clause = {"begin": 0, "end": len(turn.text)}
    return call(
        turn,
        topics=(TopicMention(id="billing", label="Facturation", score=0.9, **place(turn, words)),),
        aspects=(Aspect(topic="billing", sentiment=-0.6, text=turn.text, **clause),),
        intents=(Intent(label="cancel", score=0.9, **place(turn, "résilier")),),
    )


def test_the_words_a_topic_and_an_intent_were_read_in_decide() -> None:
    turn = heard(("ma", SURE), ("facture", DIM), ("je", SURE), ("veux", SURE), ("résilier", SURE))
    found = with_doubts(billed(turn))
    assert [one.doubt for one in found.topics] == ["heard_unsurely"]
    assert [one.doubt for one in found.aspects] == ["heard_unsurely"], "the clause that names it"
    assert [one.doubt for one in found.intents] == [None]


def test_a_topic_said_again_in_words_surely_heard_is_sure() -> None:
    turn = heard(("facture", DIM), ("fausse", SURE), ("oui", SURE), ("la", SURE), ("facture", SURE))
    first, second = {"begin": 0, "end": 14}, {"begin": 15, "end": len(turn.text)}
    found = with_doubts(
        call(
            turn,
            topics=(TopicMention(id="billing", label="Facturation", score=0.9, begin=0, end=7),),
            aspects=(
                Aspect(topic="billing", sentiment=-0.6, text="", **first),
                Aspect(topic="billing", sentiment=-0.6, text="", **second),
            ),
        )
    )
    assert [one.doubt for one in found.topics] == [None]
    assert [one.doubt for one in found.aspects] == ["heard_unsurely", None]


def test_wishes_and_signals_of_packages_carry_it_too() -> None:
    turn = heard(("il", DIM), ("faudrait", DIM), ("rappeler", DIM), ("demain", SURE))
    wish = Expectation(text="il faudrait rappeler", **place(turn, "il faudrait rappeler"))
    signal = Signal(kind="promise", label="call_back", **place(turn, "rappeler demain"))
    leaves = FragilitySign(rule="worn_out", points=2, **place(turn, "il faudrait"))
    found = with_doubts(call(turn, expectations=(wish,), signals=(signal,), fragility=(leaves,)))
    assert [one.doubt for one in found.fragility] == ["heard_unsurely"]
    assert [one.doubt for one in found.expectations] == ["heard_unsurely"]
    assert [one.doubt for one in found.signals] == [None], "the mean of its words is sure"


@given(st.lists(st.one_of(st.none(), st.floats(UNSURE, 1.0)), min_size=5, max_size=5))
def test_nothing_is_doubted_where_every_word_was_surely_heard_or_nothing_says(confidences: list[float | None]) -> None:
    words = ("ma", "facture", "je", "veux", "résilier")
    found = with_doubts(billed(heard(*zip(words, confidences, strict=True))))
    assert not [one for part in (found.topics, found.aspects, found.intents) for one in part if one.doubt]


def test_what_was_written_is_the_same_object() -> None:
    written = billed(heard(*((word, None) for word in ("ma", "facture", "je", "veux", "résilier"))))
    assert with_doubts(written) is written


@pytest.fixture
def one_of_each(store: Store) -> dict[str, Analysis]:
    """Two calls in the store: one heard surely, one not."""
    kept = {}
    for number, (name, confidence) in enumerate((("sure", SURE), ("dim", DIM)), start=1):
        turn = heard(*((word, confidence) for word in ("ma", "facture", "est", "fausse", "je", "veux", "résilier")))
        interaction: Interaction = an_interaction(number, channel="call", text=None, turns=(turn,))
        analysis = with_doubts(billed(turn)).model_copy(
            update={"id": interaction.id, "source": interaction.source, "occurred_at": interaction.occurred_at}
        )
        add(store, interaction)
        store.findings.save_analyses([Analysed(analysis, a_vector(number))], [anonymous(interaction)], now=NOW)
        kept[name] = analysis
    return kept


def test_it_is_kept_and_shown_but_neither_filtered_by_nor_counted(
    store: Store, one_of_each: dict[str, Analysis]
) -> None:
    dim = store.findings.analyses([one_of_each["dim"].id])[one_of_each["dim"].id]
    assert [(one.id, one.doubt) for one in dim.topics] == [("billing", "heard_unsurely")]
    assert store.interactions.all_ids(Filters(topic="billing")) == [one_of_each["sure"].id]
    assert store.interactions.all_ids(Filters(intent="cancel")) == [one_of_each["sure"].id]


def test_it_is_not_quoted(store: Store, one_of_each: dict[str, Analysis]) -> None:
    mentions = [
        TopicMentionRow(one.id, "2026-W46", "call", NOW, customer_id=None, snippet=None, score=0.9, sentiment=-0.6)
        for one in one_of_each.values()
    ]
    found = quotes(store, "billing", mentions, voices={})
    assert [one.interaction_id for one in found] == [one_of_each["sure"].id]


def test_a_person_who_says_it_is_there_takes_the_doubt_away() -> None:
    found = with_doubts(billed(heard(*((word, DIM) for word in ("ma", "facture", "je", "veux", "résilier")))))
    intents = found.model_copy(update=INTENT.change(found, Change("cancel")) if INTENT.change else {})
    assert [one.label for one in INTENT.sure(intents)] == ["cancel"]
    topics = found.model_copy(update=TOPIC.change(found, Change("billing")) if TOPIC.change else {})
    assert [one.label for one in TOPIC.sure(topics)] == ["billing"]
    assert [one.doubt for one in topics.aspects] == [None]
