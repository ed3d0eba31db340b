"""What people said of topics that were named: each where it stands, as a decision that it was right or wrong there.

A topic is named by a published rule, which nothing here changes. Where the same rule is right in one clause and wrong
in another, a head over the clause's state learns which: what people took away are its counter-examples, what they
confirmed its examples, and it starts from keeping everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from voc.analysers.head_refitting import LinearHead
from voc.analysers.topics.judging import KEPT, PREFIX
from voc.analysis.preprocessing import LONGEST
from voc.corrections import Correction
from voc.language.encoder import Encoder, FloatArray
from voc.language.sentences import Span
from voc.records import Analysis

FEWEST = 20
"""Decisions about one topic from which its head is looked at; about as many as a head can say anything from."""
MOST_ANCHORS = 300


@dataclass(frozen=True)
class TopicDecisions:
    """Decisions about one topic: 1 it is rightly named, 0 wrongly; and where, by interaction."""

    topic: str
    gold: dict[str, int] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What its head is called."""
        return f"{PREFIX}{self.topic}"


def topic_decisions(corrections: Iterable[Correction], analyses: Mapping[str, Analysis]) -> list[TopicDecisions]:
    """Decisions by topic, of topics with :data:`FEWEST` at least; what had no place in the text tells nothing."""
    found: dict[str, TopicDecisions] = {}
    for one in corrections:
        analysis = analyses.get(one.interaction_id)
        if one.field != "topic" or analysis is None or one.present != one.confirms:
            continue  # added where none was named, or taken away where there was none
        if (span := clause_of(analysis, one.value)) is not None:
            topic = found.setdefault(one.value, TopicDecisions(one.value))
            topic.gold[one.interaction_id] = int(one.present)
            topic.spans[one.interaction_id] = span
    return [topic for topic in found.values() if len(topic.gold) >= FEWEST]


def clause_of(analysis: Analysis, topic: str) -> Span | None:
    """Where a topic was named: its first clause, else the words that said so."""
    aspect = next((one for one in analysis.aspects if one.topic == topic), None)
    if aspect is not None:
        return aspect.begin, aspect.end
    mention = next((one for one in analysis.topics if one.id == topic), None)
    if mention is None or mention.begin is None or mention.end is None:
        return None
    return mention.begin, mention.end


def keep_all() -> LinearHead:
    """The head of a topic before anything was learnt: whatever a rule names is kept."""
    return LinearHead(
        kind="labels",
        weight=np.zeros((Encoder.dimension, 1)),
        bias=np.array([KEPT]),
        temperature=1.0,
        thresholds=np.array([0.5]),
    )


def clause_states(encoder: Encoder, analyses: Sequence[Analysis], spans: Sequence[Span]) -> FloatArray:
    """The encoder's state of one clause of each text, float32 [n, 384], from the pass over the whole text."""
    if not analyses:
        return np.zeros((0, Encoder.dimension), np.float32)
    texts = [one.text[:LONGEST] for one in analyses]
    encoded = encoder.encode(texts, kind="passage", spans=[[span] for span in spans])
    return np.concatenate(encoded.span_states)


def anchors_of(topic: str, anchors: Sequence[Analysis]) -> tuple[list[Analysis], list[Span]]:
    """Texts nobody corrected that name the topic, with where."""
    found = [(one, span) for one in anchors if (span := clause_of(one, topic)) is not None][:MOST_ANCHORS]
    return [one for one, _ in found], [span for _, span in found]
