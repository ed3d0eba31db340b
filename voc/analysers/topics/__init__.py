"""Topics: what a customer speaks of, by the taxonomy in force, and how they speak of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.locales.catalogue import spoken
from voc.records import Analysis, Signal, TopicMention
from voc.signals.kinds import SURE, Change, SignalKind


def _topics(analysis: Analysis) -> Iterator[Signal]:
    taxonomy = analysis.models.get("taxonomy")
    for one in analysis.topics:
        yield Signal(
            kind="topic", label=one.id, value=one.score, begin=one.begin, end=one.end, analyser=taxonomy,
            doubt=one.doubt,
        )  # fmt: skip


def _aspects(analysis: Analysis) -> Iterator[Signal]:
    taxonomy = analysis.models.get("taxonomy")
    for one in analysis.aspects:
        yield Signal(
            kind="aspect", label=one.topic, sentiment=one.sentiment, begin=one.begin, end=one.end,
            begin_ms=one.begin_ms, end_ms=one.end_ms, analyser=taxonomy, doubt=one.doubt,
        )  # fmt: skip


def _change(analysis: Analysis, change: Change) -> dict[str, Any]:
    others = tuple(topic for topic in analysis.topics if topic.id != change.value)
    if not change.present:
        kept = tuple(aspect for aspect in analysis.aspects if aspect.topic != change.value)
        return {"topics": others, "aspects": kept}
    known = next((topic for topic in analysis.topics if topic.id == change.value), None)
    named = known or TopicMention(id=change.value, label=change.title or change.value, score=SURE)
    aspects = tuple(
        one.model_copy(update={"doubt": None}) if one.topic == change.value else one for one in analysis.aspects
    )
    return {"topics": (named.model_copy(update={"score": SURE, "doubt": None}), *others), "aspects": aspects}


TOPIC = SignalKind(
    "topic",
    title=spoken("signals.topic.title"),
    nested=True,
    correctable=True,
    filterable=False,  # `topic` is a filter with `topic_sentiment` beside it
    read=_topics,
    change=_change,
)
ASPECT = SignalKind("aspect", title=spoken("signals.aspect.title"), nested=True, filterable=False, read=_aspects)
KINDS = (TOPIC, ASPECT)
