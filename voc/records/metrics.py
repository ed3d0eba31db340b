"""One figure of any kind, so that whoever explores, sets an alert or asks from outside reads them all alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from voc.records.base import Moment, Record
from voc.records.insights import Interval

NAME_CHARS = 40
"""Of a metric's name, at most."""
Unit = Literal["count", "share", "points", "score"]
"""``share`` is 0…1, ``points`` −1…1, ``score`` as it was given."""


class MetricValue(Record):
    """A metric of one group: ``value`` of ``n`` interactions, with its 95 % interval; ``None`` where nothing tells."""

    keys: dict[str, str | None] = Field(default_factory=dict)
    value: float | None
    n: int
    """What the value is of: interactions counted, scored, or that came with the score."""
    interval: Interval | None = None
    href: str
    """The interactions behind it."""


class MetricChange(Record):
    """The same metric over the period before: its value, and how sure it is that it moved."""

    value: float | None
    n: int
    p_value: float | None = None
    """Two-sided, of this one comparison; ``None`` where no exact test fits the metric."""
    href: str


class MetricTable(Record):
    """A metric overall and by up to three dimensions."""

    metric: str
    unit: Unit
    by: tuple[str, ...] = ()
    begins: Moment | None = None
    ends: Moment | None = None
    overall: MetricValue
    previous: MetricChange | None = None
    figures: tuple[MetricValue, ...] = ()
    left_out: int = 0
    """Groups beyond the largest ones that are shown."""
    masked: int = 0
    """Groups of people too small for a reader, which are not among the figures."""
