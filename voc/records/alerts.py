"""Alerts: what somebody wants to be told of at once, and each time it was so."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from voc.records.base import Moment, Record
from voc.records.insights import Interval

AlertKind = Literal["metric", "emerging", "words"]
AlertCondition = Literal["above", "below", "unusual"]
AlertPeriod = Literal["day", "week"]
Severity = Literal["info", "warning", "critical"]
TargetKind = Literal["webhook", "mail", "slack", "teams"]


class AlertTarget(Record):
    """Where an alert goes: an e-mail address, a chat room's webhook, or a webhook of one's own, which is signed."""

    kind: TargetKind
    address: str
    secret: str | None = None
    """What a webhook is signed with; made by voc, shown once."""
    language: str


class AlertRule(Record):
    """One alert.

    ``metric`` looks at a figure of the last 24 hours or seven days: above or below ``threshold``, or ``unusual`` (more
    or less than the four such periods before let expect, p ≤ 0.001). ``emerging`` looks at what emerged in the last
    finished week (or on its last day) that no topic tells; ``words`` counts interactions that hold a word or phrase.
    """

    id: int
    name: str
    kind: AlertKind
    metric: str = "volume"
    """Name of a metric; where its package is gone, the rule is left aside."""
    query: str = ""
    """Filters, as an address has them: ``topic=network&city=Nantes``, ``category=hold_too_long``."""
    condition: AlertCondition = "above"
    threshold: float | None = None
    period: AlertPeriod = "day"
    least_n: int = Field(default=20, ge=0)
    """Interactions below which a share or a score says too little to ring for."""
    words: str = ""
    severity: Severity = "warning"
    cool_down_hours: int = Field(default=24, ge=0, le=24 * 90)
    """After it rang it does not ring for the same thing again so long."""
    targets: tuple[AlertTarget, ...] = ()
    paused: bool = False
    created_by: str
    created_at: Moment


class FiredAlert(Record):
    """One time an alert rang: what was seen, with its sample size, and where it opens. No words of customers."""

    id: int
    rule_id: int
    rule: str
    """Name of the rule then."""
    subject: str
    """What it rang for: of ``emerging`` rules the subject, else the rule itself; cooled down by itself."""
    severity: Severity
    at: Moment
    titles: dict[str, str]
    """A sentence by language."""
    metric: str
    value: float | None
    expected: float | None = None
    """The threshold, or what the periods before led to expect."""
    n: int
    interval: Interval | None = None
    begins: Moment
    ends: Moment
    href: str
    test: bool = False
    """Rung by hand, to try it."""
