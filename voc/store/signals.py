"""Signals: what figures count, row by row, of an analysis and the corrections laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, update

from voc.records import Analysis, Signal
from voc.signals import PERSON, kind, kinds
from voc.store import schema


def insert_signals(connection: Connection, analyses: Iterable[Analysis]) -> None:
    """Write the signals of analyses that have none yet."""
    if rows := [row for one in analyses for row in signals_of(one)]:
        connection.execute(insert(schema.signal), rows)


def rewrite_signals(connection: Connection, analysis: Analysis) -> None:
    """Write the signals and the sentiment of an analysis anew, after a correction was made or withdrawn."""
    i, s = schema.interaction, schema.signal
    connection.execute(delete(s).where(s.c.interaction_id == analysis.id, of_one_analysis()))
    insert_signals(connection, [analysis])
    connection.execute(update(i).where(i.c.id == analysis.id).values(**sentiment_columns(analysis)))


def of_one_analysis() -> ColumnElement[bool]:
    """Whether a signal is of the analysis of its interaction alone, and so is written anew with it."""
    laid_over = [one.name for one in kinds().values() if not one.of_one_analysis]
    return schema.signal.c.kind.not_in(laid_over)


def sentiment_columns(analysis: Analysis) -> dict[str, Any]:
    """The sentiment as lists and filters read it."""
    sentiment = analysis.sentiment
    return {
        "sentiment_label": sentiment.label if sentiment else None,
        "sentiment_score": sentiment.score if sentiment else None,
    }


def category_rows(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """Rows of the call categories alone."""
    return (_row(analysis, signal) for signal in kind("category").signals(analysis))


def signals_of(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """Rows of ``signal``, none of what was heard unsurely; what a person decided has ``person`` for its analyser."""
    for each in kinds().values():
        if each.counted:
            yield from (_row(analysis, signal) for signal in each.sure(analysis))


def _row(analysis: Analysis, signal: Signal) -> dict[str, Any]:
    corrected = {signal.kind, f"{signal.kind}:{signal.label}"}.intersection(analysis.corrected)
    return {
        "interaction_id": analysis.id,
        "kind": signal.kind,
        "label": signal.label,
        "parent": signal.label.partition(".")[0],
        "score": signal.value,
        "sentiment": signal.sentiment,
        "begin": signal.begin,
        "end": signal.end,
        "begin_ms": signal.begin_ms,
        "end_ms": signal.end_ms,
        "analyser": PERSON if corrected else signal.analyser,
    }
