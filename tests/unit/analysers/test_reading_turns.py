"""Turns of conversations read alone: which, where in them the spans lie, and what becomes of their states."""

import numpy as np
import pytest

from voc.analysis.preprocessing import PreparedInteraction, prepare
from voc.analysis.reading_turns import AROUND, TurnsAlone
from voc.language.encoder import Encoded
from voc.records import Channel, Interaction, Turn
from voc.settings import settings
from voc.topics.loading import taxonomy_of

WIDE = 3


def prepared(*said: str) -> PreparedInteraction:
    turns = tuple(
        Turn(index=n, participant_role=("customer", "agent")[n % 2], text=each) for n, each in enumerate(said)
    )
    interaction = Interaction(id="i", channel=Channel.CHAT, source="a.json", content_hash="h", turns=turns)
    return prepare(interaction, taxonomy_of(settings()), forced_language="en")


def encoded(works: list[PreparedInteraction], alone: TurnsAlone) -> Encoded:
    """Every span of a conversation with the state 1, every span of a turn alone with 0."""
    spans = [work.spans for work in works] + alone.spans
    states = [np.full((len(each), WIDE), float(n < len(works)), np.float32) for n, each in enumerate(spans)]
    whole = np.zeros((len(spans), WIDE), np.float32)
    return Encoded(vectors=whole, span_vectors=states, states=whole, span_states=states, spans=spans)


def test_the_spans_of_a_turn_alone_hold_the_words_they_hold_in_the_conversation() -> None:
    work = prepared("  My bill is wrong. And nobody calls back.", "I am sorry.", "Well, fix it.")
    alone = TurnsAlone([work], longest=1000)
    assert alone.texts == ["My bill is wrong. And nobody calls back.", "I am sorry.", "Well, fix it."]
    said = {text[low:high] for text, spans in zip(alone.texts, alone.spans, strict=True) for low, high in spans}
    inside = [*work.sentences, *((clause.begin, clause.end) for clause in work.clauses)]
    assert said == {work.text[low:high] for low, high in inside}


def test_sentences_and_clauses_move_towards_their_turn_alone_and_turns_stay() -> None:
    works = [prepared("My bill is wrong.", "I see.", "Fix it."), prepared("One turn only.")]
    alone = TurnsAlone(works, longest=1000)
    both = encoded(works, alone)
    alone.blend(both, len(works))
    inside = len(works[0].sentences) + len(works[0].clauses)
    assert both.span_states[0][:inside] == pytest.approx(AROUND)
    assert both.span_states[0][inside:] == pytest.approx(1)
    assert both.span_states[1] == pytest.approx(1), "one turn is read with the whole"


def test_what_is_said_alike_is_read_once() -> None:
    works = [prepared("OK.", "Your bill is paid.", "OK."), prepared("OK.", "Goodbye.")]
    alone = TurnsAlone(works, longest=1000)
    assert alone.texts == ["OK.", "Your bill is paid.", "Goodbye."]
    assert alone.rows_of(0) == {0: 0, 1: 1, 2: 0}
    assert alone.rows_of(1) == {0: 0, 1: 2}


def test_turns_beyond_what_is_scored_are_not_read() -> None:
    work = prepared("x" * 30 + " is the number.", "I see.", "Fix it.")
    assert TurnsAlone([work], longest=20).texts == []
