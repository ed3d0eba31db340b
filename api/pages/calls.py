"""A call drawn over its time: who speaks how loudly, silences and overtalk, feeling, voice, and what categories saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from voc.records import Analysis, CategoryMatch, Turn
from voc.service.interactions import Stored
from voc.service.pipeline import CategoryNames

CURVE_HEIGHT = 60
CURVE_MARGIN = 4
CUSTOMER = "customer"
BARS = 480
"""Bars of a lane at most: a long call shows the loudest second of each stretch."""
QUIETEST_DBFS, LOUDEST_DBFS = -42.0, -12.0
"""Levels drawn as nothing and as the whole height: speech on the telephone lies between."""
SHORTEST_OVERTALK_MS = 200


@dataclass(frozen=True)
class TimelineBlock:
    """A stretch of time: ``x`` and ``width`` in percent of the call, ``y`` and ``height`` in tenths of its lane."""

    x: float
    width: float
    begin_ms: int
    end_ms: int
    y: float = 0.0
    height: float = 10.0
    label: str | None = None


@dataclass(frozen=True)
class TimelineLane:
    """One speaker: turns, and the loudness of each second where it is known."""

    role: str | None
    tag: int | None
    turns: list[TimelineBlock]
    bars: list[TimelineBlock]


@dataclass(frozen=True)
class CurvePoint:
    """A value of one turn: ``x`` in percent of the call, ``y`` in the curve's own units (top is high)."""

    x: float
    y: float
    begin_ms: int
    label: str
    score: float
    role: str | None


@dataclass(frozen=True)
class Place:
    """A place that a category points at."""

    x: float
    begin_ms: int
    end_ms: int


@dataclass(frozen=True)
class ShownCategory:
    """A category with its name and reason in the language of the page, and its places in time."""

    id: str
    name: str
    why: str | None
    places: list[Place]
    absences: int


@dataclass(frozen=True)
class CallView:
    """Everything drawn of a call; empty lists where it has no times."""

    duration_ms: int
    lanes: list[TimelineLane] = field(default_factory=list)
    silences: list[TimelineBlock] = field(default_factory=list)
    overtalk: list[TimelineBlock] = field(default_factory=list)
    interruptions: list[TimelineBlock] = field(default_factory=list)
    sentiment: list[CurvePoint] = field(default_factory=list)
    activation: list[CurvePoint] = field(default_factory=list)
    tension: list[CurvePoint] = field(default_factory=list)
    categories: list[ShownCategory] = field(default_factory=list)

    @property
    def events(self) -> bool:
        """Whether there is anything to draw between the speakers."""
        return bool(self.silences or self.overtalk or self.interruptions)


def call_view(analysis: Analysis | None, row: Stored, language: str, known: Sequence[CategoryNames]) -> CallView:
    """What there is to draw of an interaction with turns."""
    if analysis is None or not analysis.turns:
        return CallView(duration_ms=row.duration_ms or 0)
    duration = max(row.duration_ms or 0, *(turn.end_ms or 0 for turn in analysis.turns))
    shown = _categories(known, analysis.categories, duration, language)
    if not duration:
        return CallView(duration_ms=0, categories=shown)
    conversation = analysis.conversation
    cut_off = conversation.interruptions if conversation else {}
    quiet = conversation.non_talk.instances if conversation and conversation.non_talk else ()
    return CallView(
        duration_ms=duration,
        lanes=_lanes(analysis, duration),
        silences=[_box(one.begin_ms, one.end_ms, duration) for one in quiet],
        overtalk=[_box(begin, end, duration) for begin, end in _overtalk(analysis.turns)],
        interruptions=[
            _box(one.begin_ms, one.end_ms, duration, label=role) for role, each in cut_off.items() for one in each
        ],
        sentiment=_curve(analysis, duration, lambda turn: turn.sentiment.score if turn.sentiment else None, low=-1.0),
        activation=_curve(analysis, duration, lambda turn: turn.tone.activation if turn.tone else None),
        tension=_curve(analysis, duration, lambda turn: turn.tone.tension if turn.tone else None),
        categories=shown,
    )


def _percent(ms: float, duration: int) -> float:
    return round(min(100.0, max(0.0, ms / duration * 100)), 2)


def _box(
    begin: int, end: int, duration: int, *, y: float = 0.0, height: float = 10.0, label: str | None = None
) -> TimelineBlock:
    x = _percent(begin, duration)
    return TimelineBlock(x, max(0.15, round(_percent(end, duration) - x, 2)), begin, end, y, height, label)


def _lanes(analysis: Analysis, duration: int) -> list[TimelineLane]:
    speakers: dict[tuple[str | None, int | None], list[TimelineBlock]] = {}
    for turn in analysis.turns:
        if turn.begin_ms is not None and turn.end_ms is not None:
            boxes = speakers.setdefault((turn.participant_role, turn.channel_tag), [])
            boxes.append(_box(turn.begin_ms, turn.end_ms, duration))
    loudness = analysis.conversation.loudness if analysis.conversation else {}
    # The customer's lane last, right above the curve of what they felt.
    ordered = sorted(speakers.items(), key=lambda one: (one[0][0] == CUSTOMER, one[0][1] or 0))
    return [
        TimelineLane(role, tag, boxes, _bars(loudness.get(role or "", []), duration)) for (role, tag), boxes in ordered
    ]


def _bars(levels: Sequence[float | None], duration: int) -> list[TimelineBlock]:
    """Loudness as bars around the middle of the lane."""
    step = -(-len(levels) // BARS) or 1
    found = []
    for start in range(0, len(levels), step):
        loud = max((one for one in levels[start : start + step] if one is not None), default=None)
        if loud is None:
            continue
        share = min(1.0, max(0.08, (loud - QUIETEST_DBFS) / (LOUDEST_DBFS - QUIETEST_DBFS)))
        begin, end = start * 1000, min((start + step) * 1000, duration)
        if begin < end:
            found.append(_box(begin, end, duration, y=round(5 - 5 * share, 2), height=round(10 * share, 2)))
    return found


def _overtalk(turns: Iterable[Turn]) -> list[tuple[int, int]]:
    """Stretches in which turns of two speakers overlap."""
    edges = (
        sorted(
            (at, step, (turn.participant_role, turn.channel_tag))
            for turn in turns
            if turn.begin_ms is not None and turn.end_ms is not None
            for at, step in ((turn.begin_ms, 1), (turn.end_ms, -1))
        )
        if all(turn.participant_role is not None and turn.channel_tag is not None for turn in turns)
        else []
    )
    talking: dict[tuple[str | None, int | None], int] = {}
    found: list[tuple[int, int]] = []
    for (at, step, who), following in pairwise([*edges, (0, 0, (None, None))]):
        talking[who] = talking.get(who, 0) + step
        if sum(n > 0 for n in talking.values()) > 1 and following[0] > at:
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], following[0])
            else:
                found.append((at, following[0]))
    return [(begin, end) for begin, end in found if end - begin >= SHORTEST_OVERTALK_MS]


def _curve(
    analysis: Analysis, duration: int, value: Callable[[Turn], float | None], *, low: float = 0.0
) -> list[CurvePoint]:
    """The customer's turns (every turn where roles are unknown) over the time of the call; values ``low``…1."""
    roles = {turn.participant_role for turn in analysis.turns}
    wanted = CUSTOMER if CUSTOMER in roles else None
    found = []
    for turn in analysis.turns:
        score = value(turn)
        if turn.begin_ms is None or score is None or (wanted is not None and turn.participant_role != wanted):
            continue
        middle = (turn.begin_ms + (turn.end_ms or turn.begin_ms)) / 2
        y = (1 - score) / (1 - low) * (CURVE_HEIGHT - 2 * CURVE_MARGIN) + CURVE_MARGIN
        label = turn.sentiment.label if turn.sentiment else "neutral"
        found.append(
            CurvePoint(_percent(middle, duration), round(y, 2), turn.begin_ms, label, score, turn.participant_role)
        )
    return found


def _categories(
    categories: Sequence[CategoryNames], matches: Sequence[CategoryMatch], duration: int, language: str
) -> list[ShownCategory]:
    known = {one.id: one for one in categories}
    shown = []
    for match in matches:
        one = known.get(match.id)
        places = [
            Place(_percent(point.begin_ms, duration), point.begin_ms, point.end_ms or point.begin_ms)
            for point in match.points
            if point.begin_ms is not None and duration
        ]
        shown.append(
            ShownCategory(
                id=match.id,
                name=one.labels.get(language, match.id) if one else match.id.replace("_", " "),
                why=one.why.get(language) if one else None,
                places=places,
                absences=match.absences,
            )
        )
    return shown
