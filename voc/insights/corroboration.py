"""Who says the same independently: one subject over channels, and what each of them adds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voc.errors import InputError
from voc.insights.drilldown import href
from voc.insights.independent_authors import voices
from voc.insights.labels import topic_labels
from voc.insights.periods import WEEK, begins, span, week_of
from voc.records.emergence import ChannelVoice, Corroboration, Corroborations, SubjectKind
from voc.records.sentiment import SCORE_KINDS
from voc.store import Filters, Store
from voc.store.corroboration import SubjectRow
from voc.store.figures import TopicMentionRow

LEAST_VOICES = 2
"""Voices of its own from which a channel tells a subject: the one message a quiet channel always brings does not."""
LEAST_TOLD = 3
"""Voices below which a subject is not told at all."""


@dataclass(frozen=True)
class _Spoken:
    """The rows of one subject, with their voices: a customer, and a repeated text, is one on all channels together."""

    rows: list[SubjectRow]
    voices: dict[str, int]


def corroboration(store: Store, filters: Filters, *, subject: str | None = None, limit: int = 50) -> Corroborations:
    """Topics and themes of a period, those that most channels tell independently first.

    A person who writes on two channels, or a text sent to both, is one voice, and counts for the channel it came to
    first: what two channels share makes neither confirm the other.

    Raises:
        InputError: the filters leave the period open.
    """
    period = span(filters)
    if period is None:
        raise InputError("corroboration needs a period; give week=, or from= and to=.", code="period_missing")
    found: dict[tuple[SubjectKind, str], list[SubjectRow]] = defaultdict(list)
    for row in store.corroboration.rows(filters):
        if subject is None or row.subject == subject:
            found["theme" if row.kind == "theme" else "topic", row.subject].append(row)
    names = {one.id: one.labels for one, _ in store.themes.all().values()}
    told = [
        _told(kind, name, rows, filters, names)
        for (kind, name), rows in sorted(found.items())
        if len(rows) >= LEAST_TOLD
    ]
    told = [one for one in told if one.voices >= LEAST_TOLD or subject is not None]
    told.sort(key=lambda one: (-one.independent, -one.voices, one.subject))
    return Corroborations(since=period[0], until=period[1], subjects=tuple(told[:limit]))


def _told(
    kind: SubjectKind,
    name: str,
    rows: Sequence[SubjectRow],
    filters: Filters,
    names: Mapping[str, Mapping[str, str]],
) -> Corroboration:
    ordered = sorted(rows, key=lambda one: (one.at, one.id))
    spoken = _Spoken(ordered, voices([_mention(one) for one in ordered]))
    own = _own(spoken)
    here = _narrowed(filters, kind, name)
    channels = [
        _channel(channel, [row for row in ordered if row.channel == channel], who, here)
        for channel, who in sorted(own.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    telling = [one for one in channels if one.voices >= LEAST_VOICES]
    together = _in_the_same_weeks(telling)
    return Corroboration(
        kind=kind,
        subject=name,
        labels=dict(names[name]) if name in names else topic_labels(name),
        n=len(ordered),
        voices=len(set(spoken.voices.values())),
        independent=len(together),
        one_channel=len(together) < LEAST_VOICES,
        weeks=tuple(sorted({week for one in together for week in one.weeks})),
        channels=tuple(channels),
        href=href(here),
    )


def _own(spoken: _Spoken) -> dict[str, set[int]]:
    """Channel → the voices that came to it first."""
    first: dict[int, str] = {}
    for row in spoken.rows:
        first.setdefault(spoken.voices[row.id], row.channel)
    found: dict[str, set[int]] = {row.channel: set() for row in spoken.rows}
    for voice, channel in first.items():
        found[channel].add(voice)
    return found


def _channel(channel: str, rows: Sequence[SubjectRow], own: set[int], here: Filters) -> ChannelVoice:
    moods = [row.sentiment for row in rows if row.sentiment is not None]
    tensions = [row.tension for row in rows if row.tension is not None]
    given = {kind: [value for row in rows if (value := getattr(row, kind)) is not None] for kind in SCORE_KINDS}
    kind = max(SCORE_KINDS, key=lambda one: len(given[one]))
    scores = given[kind]
    return ChannelVoice(
        channel=channel,
        n=len(rows),
        voices=len(own),
        first=rows[0].at,
        weeks=tuple(sorted({row.week for row in rows})),
        net=_mean(moods),
        tension=_mean(tensions),
        score=_mean(scores),
        score_n=len(scores),
        score_kind=kind if scores else None,
        href=href(here.model_copy(update={"channel": channel})),
    )


def _in_the_same_weeks(telling: Sequence[ChannelVoice]) -> list[ChannelVoice]:
    """The channels that speak in a week of another, or the week beside it: months apart they confirm nothing."""
    if len(telling) < LEAST_VOICES:
        return list(telling)
    held = Counter(week for one in telling for week in one.weeks)
    return [
        one
        for one in telling
        if any(held[week] > 1 or _beside(week, [other for other in telling if other is not one]) for week in one.weeks)
    ]


def _beside(week: str, others: Sequence[ChannelVoice]) -> bool:
    near = {week_of(begins(week) - WEEK), week, week_of(begins(week) + WEEK)}
    return any(near & set(one.weeks) for one in others)


def _narrowed(filters: Filters, kind: SubjectKind, name: str) -> Filters:
    if kind == "theme":
        return filters.signalled("theme", name)
    return filters.model_copy(update={"topic": name})


def _mention(row: SubjectRow) -> TopicMentionRow:
    return TopicMentionRow(row.id, row.week, row.channel, row.at, row.customer_id, row.snippet, None, row.sentiment)


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
