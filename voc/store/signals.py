"""Signals: what figures count, row by row, of an analysis and the corrections laid over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from voc.records import Analysis
from voc.store import schema

NO_THEME = "other"
"""Label of a wish about none of the topics."""
PERSON = "person"
"""Analyser of what a person decided."""


def insert_signals(connection: Connection, analysis: Analysis) -> None:
    """Write the signals of an analysis that has none yet."""
    if rows := list(signals_of(analysis)):
        connection.execute(insert(schema.signal), rows)


def rewrite_signals(connection: Connection, analysis: Analysis) -> None:
    """Write the signals and the sentiment of an analysis anew, after a correction was made or withdrawn."""
    i, s = schema.interaction, schema.signal
    connection.execute(delete(s).where(s.c.interaction_id == analysis.id))
    insert_signals(connection, analysis)
    connection.execute(update(i).where(i.c.id == analysis.id).values(**sentiment_columns(analysis)))


def sentiment_columns(analysis: Analysis) -> dict[str, Any]:
    """The sentiment as lists and filters read it."""
    sentiment = analysis.sentiment
    return {
        "sentiment_label": sentiment.label if sentiment else None,
        "sentiment_score": sentiment.score if sentiment else None,
    }


def _row(analysis: Analysis, kind: str, label: str, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = dict.fromkeys(("score", "sentiment", "begin", "end", "begin_ms", "end_ms", "analyser"))
    own = {"interaction_id": analysis.id, "kind": kind, "label": label, "parent": label.partition(".")[0]}
    decided = {"analyser": PERSON} if f"{kind}:{label}" in analysis.corrected else {}
    return base | own | more | decided


def category_rows(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """Rows of the call categories alone: ``score`` is the number of places, which the first one stands for."""
    for match in analysis.categories:
        first = match.points[0].model_dump(include={"begin", "end", "begin_ms", "end_ms"}) if match.points else {}
        version = analysis.models.get("categories")
        yield _row(analysis, "category", match.id, score=len(match.points), analyser=version, **first)


def signals_of(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """Rows of ``signal``; what a person decided has ``person`` for its analyser."""
    taxonomy = analysis.models.get("taxonomy")

    def row(kind: str, label: str, **more: Any) -> dict[str, Any]:
        return _row(analysis, kind, label, **more)

    for topic in analysis.topics:
        yield row("topic", topic.id, score=topic.score, begin=topic.begin, end=topic.end, analyser=taxonomy)
    for aspect in analysis.aspects:
        yield row(
            "aspect", aspect.topic, sentiment=aspect.sentiment, begin=aspect.begin, end=aspect.end,
            begin_ms=aspect.begin_ms, end_ms=aspect.end_ms, analyser=taxonomy,
        )  # fmt: skip
    for emotion in analysis.emotions:
        yield row("emotion", emotion.label, score=emotion.score)
    for intent in analysis.intents:
        yield row("intent", intent.label, score=intent.score, begin=intent.begin, end=intent.end)
    for wish in analysis.expectations:
        yield row("expectation", wish.theme or NO_THEME, begin=wish.begin, end=wish.end, analyser=wish.kind)
    if analysis.effort is not None:
        yield row("effort", "effort", score=analysis.effort)
    if analysis.action is not None:
        yield row("action", analysis.action)
    yield from category_rows(analysis)
    for sign in analysis.fragility:
        yield row("fragility", sign.rule, score=sign.points, begin=sign.begin, end=sign.end)
