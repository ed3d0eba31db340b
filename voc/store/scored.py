"""What drivers are told from: every interaction that came with a score, and the topics it speaks of, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, select

from voc.records.sentiment import ScoreKind
from voc.store.columns import Coded, coded, numbered, places_in
from voc.store.filters import Filters, conditions
from voc.store.shapes import Shape, Source
from voc.store.topic_mentions import Level, told

Score = Literal[ScoreKind, "sentiment"]


@dataclass(frozen=True)
class ScoredRows:
    """Interactions with a score, one a row [n], and (row, topic) pairs of what they speak of, once each [m].

    ``score`` is as it was given (NPS 0…10, CSAT, stars, sentiment −1…1); ``at`` in microseconds since 1970, UTC;
    ``voices`` tells customers apart, an interaction of nobody known being its own.
    """

    score: NDArray[np.float64]
    at: NDArray[np.int64]
    voices: NDArray[np.int64]
    channels: Coded
    segments: Coded
    rows: NDArray[np.int64]
    topics: Coded


class Scored:
    """Scores beside topics."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def rows(self, filters: Filters, score: Score, *, level: Level = "parent") -> ScoredRows:
        """Everything analysed that matches and has the score."""
        column = "sentiment_score" if score == "sentiment" else score

        def matching(shape: Shape) -> list[ColumnElement[bool]]:
            return [shape.interaction.c[column].is_not(None), shape.analysed, *conditions(filters, shape)]

        shape, i = self.source.shape, self.source.shape.interaction
        own = (
            select(
                *(shape.key.label("key"), i.c[column].label("score"), i.c.at.label("at"), shape.voice.label("voice")),
                *(i.c.channel.label("channel"), shape.segment.label("segment")),
            )
            .select_from(shape.population)
            .where(*matching(shape))
            .order_by(shape.key)
        )
        about = told(level, matching, shape)
        key = about.shape.key
        pairs = (
            select(key.label("key"), about.topic.label("topic"))
            .select_from(about.source)
            .where(*about.where)
            .order_by(about.topic, key)
        )
        table, spoken = self.source.arrow(own, pairs)
        return ScoredRows(
            score=np.asarray(table.column("score").cast(pa.float64()).to_numpy(), dtype=np.float64),
            at=table.column("at").cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(),
            voices=numbered(table, "voice")[0],
            channels=coded(table, "channel"),
            segments=coded(table, "segment"),
            rows=places_in(spoken.column("key"), table.column("key")),
            topics=coded(spoken, "topic"),
        )
