"""How a conversation went, by the clock: talk, silence, overtalk, interruptions, pace and loudness. No model.

Definitions, so that a figure can be checked against the recording:

- *talk time* of a role: the time in which it speaks (voice activity that gave words), overlapped or not;
- *overtalk*: the time in which two or more speakers talk at once;
- *non-talk*: stretches of at least 2 s in which nobody speaks, the wait before the first word and after the last
  included (XM Discover's threshold: shorter ones are breath);
- *interruption*: a speaker begins while another has been speaking for half a second, both go on together for at
  least 300 ms, and the one who was speaking falls silent first. "Mm-hm" inside the other's sentence is therefore not
  an interruption. A pause of up to 0.7 s in somebody's talk is a breath: whoever comes in then cuts in as well, and
  whoever goes on after it does not begin. The stretch reported is the overlap, listed under the role that began;
- *words per minute*: words over the role's talk time, where it talks for at least a second;
- *loudness*: root mean square level of each second of the role's channel, where the role speaks for a quarter of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from voc.records import Conversation, NonTalk, OtherSound, Silence, Turn

NON_TALK_MS: Final = 2000
INTERRUPTION_LEAD_MS: Final = 500
INTERRUPTION_OVERLAP_MS: Final = 300
BREATH_MS: Final = 700
PACE_MIN_MS: Final = 1000
LOUDNESS_SHARE: Final = 0.25

Interval = tuple[int, int]
"""Begin and end in ms, end exclusive."""

Speaker = tuple[int | None, str | None]
"""Channel tag and role: what tells speakers apart."""


def union(intervals: Iterable[Interval], *, pause_ms: int = 0) -> list[Interval]:
    """Return the intervals merged and in order, over pauses of up to ``pause_ms``; empty ones are left out."""
    merged: list[Interval] = []
    for begin, end in sorted(intervals):
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1] + pause_ms:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def total(intervals: Iterable[Interval]) -> int:
    """Return the summed length, ms."""
    return sum(end - begin for begin, end in intervals)


def overtalk(speakers: Iterable[Sequence[Interval]]) -> list[Interval]:
    """Return the stretches in which at least two speakers talk; each speaker's list is ordered, without overlaps."""
    edges = sorted(
        (edge, step) for intervals in speakers for pair in intervals for edge, step in zip(pair, (1, -1), strict=True)
    )
    out: list[Interval] = []
    talking, since = 0, 0
    for at, step in edges:
        if talking >= 2 and at > since:
            out.append((since, at))
        talking, since = talking + step, at
    return union(out)


def without(intervals: Iterable[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """Return the parts of ``intervals`` outside ``taken``; both ordered, without overlaps."""
    out: list[Interval] = []
    for begin, end in intervals:
        at = begin
        nearest = bisect_right(taken, begin, key=lambda one: one[1])
        for first, last in taken[nearest : bisect_left(taken, end, key=lambda one: one[0])]:
            if first > at:
                out.append((at, first))
            at = last
        if at < end:
            out.append((at, end))
    return out


def interruptions(own: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    """Return the overlaps with which one speaker cuts the others off (definition above); both lists as by `union`."""
    out = []
    for begin, end in own:
        # Of those that spoke long enough before, only the last can still be speaking.
        at = bisect_right(others, begin - INTERRUPTION_LEAD_MS, key=lambda other: other[0]) - 1
        if at >= 0 and begin + INTERRUPTION_OVERLAP_MS <= others[at][1] < end:
            out.append((begin, others[at][1]))
    return out


def measure(
    turns: Sequence[Turn],
    *,
    duration_ms: int,
    channels: Mapping[int, str | None] | None = None,
    speech: Mapping[int, Sequence[Interval]] | None = None,
    levels: Mapping[int, Sequence[float]] | None = None,
    other: Sequence[OtherSound] = (),
    together: bool = True,
) -> Conversation:
    """Measure a conversation from its turns.

    Args:
        turns: in time, those without ``begin_ms`` and ``end_ms`` are not counted.
        duration_ms: of the recording; what lies beyond it is cut off.
        channels: role by channel tag, so that a channel on which nobody spoke counts as such; without it, whoever
            appears in the turns.
        speech: voice activity by channel tag, finer than the turns; without it (a ready transcript) a speaker talks
            from the begin to the end of each turn.
        levels: dBFS of each second by channel tag.
        other: what is heard beside (:func:`voc.speech.non_speech.non_speech_sounds`); where somebody talks, talk
            counts.
        together: whether two who talk at once are both heard; they are not on one channel.

    Returns:
        The measures. Those that need to know who speaks are empty, or ``None``, where the speakers could not be told
        apart. Talk alone, overtalk, silence and other sounds partition ``duration_ms``.
    """
    timed = [turn for turn in turns if turn.begin_ms is not None and turn.end_ms is not None]
    talk = _talk(timed, _speakers(timed, channels), speech or {}, duration_ms)
    by_role: dict[str, list[Interval]] = {}
    for (_, role), intervals in talk.items():
        if role is not None:
            by_role[role] = union([*by_role.get(role, []), *intervals])
    anybody = union(pair for intervals in talk.values() for pair in intervals)
    at_once = total(overtalk(talk.values()))
    beside = [
        one.model_copy(update={"begin_ms": begin, "end_ms": end})
        for one in other
        for begin, end in without([(max(0, one.begin_ms), min(one.end_ms, duration_ms))], anybody)
    ]
    beside_ms = total(union((one.begin_ms, one.end_ms) for one in beside))
    spoken_beside = ((one.begin_ms, one.end_ms) for one in beside if one.kind == "speech")
    return Conversation(
        duration_ms=duration_ms,
        talk_time_ms={role: total(intervals) for role, intervals in by_role.items()},
        talk_ms=total(anybody) - at_once,
        silence_ms=duration_ms - total(anybody) - beside_ms,
        other_ms=beside_ms,
        other=tuple(beside),
        non_talk=_non_talk(union([*anybody, *spoken_beside]), duration_ms),
        interruptions=_interruptions(talk, speech or {}) if len(by_role) > 1 and together else {},
        overtalk_ms=at_once if len(talk) > 1 and together else None,
        words_per_minute=_pace(timed, by_role),
        loudness=_loudness(talk, levels or {}),
    )


def _talk(
    turns: Sequence[Turn],
    speakers: Sequence[Speaker],
    speech: Mapping[int, Sequence[Interval]],
    duration_ms: int,
) -> dict[Speaker, list[Interval]]:
    """When each speaker talks: voice activity of their channel, else from begin to end of their turns."""
    talk: dict[Speaker, list[Interval]] = {}
    for speaker in speakers:
        spoken = speech.get(speaker[0]) if speaker[0] is not None else None
        if spoken is None:
            own = (turn for turn in turns if (turn.channel_tag, turn.participant_role) == speaker)
            spoken = [(turn.begin_ms or 0, turn.end_ms or 0) for turn in own]
        talk[speaker] = union((max(0, begin), min(end, duration_ms)) for begin, end in spoken)
    return talk


def _interruptions(
    talk: Mapping[Speaker, Sequence[Interval]], speech: Mapping[int, Sequence[Interval]]
) -> dict[str, list[Silence]]:
    """Role → where it cuts in on the others."""
    runs: dict[str, list[Interval]] = {}
    for (tag, role), intervals in talk.items():
        if role is not None:
            # Voice activity ends at every breath, the turns of a ready transcript do not.
            breath_ms = BREATH_MS if tag in speech else 0
            runs[role] = union([*runs.get(role, []), *union(intervals, pause_ms=breath_ms)])
    found: dict[str, list[Silence]] = {}
    for role, intervals in runs.items():
        others = union(pair for other, theirs in runs.items() if other != role for pair in theirs)
        found[role] = [Silence(begin_ms=begin, end_ms=end) for begin, end in interruptions(intervals, others)]
    return found


def _pace(turns: Sequence[Turn], by_role: Mapping[str, Sequence[Interval]]) -> dict[str, float]:
    """Role → words a minute of its talk, where it talks long enough to have a pace."""
    words: dict[str, int] = {}
    for turn in turns:
        if (role := turn.participant_role) is not None:
            words[role] = words.get(role, 0) + (len(turn.words) or len(turn.text.split()))
    return {
        role: round(count * 60_000 / total(by_role[role]), 1)
        for role, count in words.items()
        if total(by_role[role]) >= PACE_MIN_MS
    }


def with_sentiment(conversation: Conversation, turns: Sequence[Turn], *, role: str = "customer") -> Conversation:
    """Return the conversation with the sentiment of a role by quarter of the recording, and its change.

    The score of a quarter is the mean of the role's turns in it weighted by the time each spends there, ``None`` where
    the role says nothing that was scored. The change is the last quarter that has a score minus the first, ``None``
    with fewer than two. Nothing is filled in for a role that does not appear; where voices without a role do
    (``speaker_1``), each gets its quarters, and there is no change: whose it would be is not known.
    """
    roles = list(dict.fromkeys(turn.participant_role for turn in turns if turn.participant_role))
    chosen = [role] if role in roles else [one for one in roles if one.startswith("speaker_")]
    quarters = {one: _quarters(turns, one, conversation.duration_ms) for one in chosen}
    known = [score for score in quarters.get(role, []) if score is not None]
    change = round(known[-1] - known[0], 4) if len(known) > 1 else None
    return conversation.model_copy(update={"sentiment_by_quarter": quarters, "sentiment_change": change})


def _quarters(turns: Sequence[Turn], role: str, duration_ms: int) -> list[float | None]:
    scored = [
        (turn.begin_ms, turn.end_ms, turn.sentiment.score)
        for turn in turns
        if turn.participant_role == role and turn.sentiment and turn.begin_ms is not None and turn.end_ms is not None
    ]
    edges = [duration_ms * quarter / 4 for quarter in range(5)]
    quarters: list[float | None] = []
    for begin, end in pairwise(edges):
        shares = [(min(end, turn_end) - max(begin, turn_begin), score) for turn_begin, turn_end, score in scored]
        inside = [(share, score) for share, score in shares if share > 0]
        weight = sum(share for share, _ in inside)
        quarters.append(round(sum(share * score for share, score in inside) / weight, 4) if inside else None)
    return quarters


def _speakers(turns: Sequence[Turn], channels: Mapping[int, str | None] | None) -> list[Speaker]:
    if channels is not None:
        return list(channels.items())
    return list(dict.fromkeys((turn.channel_tag, turn.participant_role) for turn in turns))


def _non_talk(heard: Sequence[Interval], duration_ms: int) -> NonTalk:
    edges = [(0, 0), *heard, (duration_ms, duration_ms)]
    gaps = [(before[1], after[0]) for before, after in pairwise(edges) if after[0] - before[1] >= NON_TALK_MS]
    return NonTalk(
        total_ms=total(gaps),
        longest_ms=max((end - begin for begin, end in gaps), default=0),
        instances=tuple(Silence(begin_ms=begin, end_ms=end) for begin, end in gaps),
        threshold_ms=NON_TALK_MS,
    )


def _loudness(
    talk: Mapping[Speaker, Sequence[Interval]], levels: Mapping[int, Sequence[float]]
) -> dict[str, list[float | None]]:
    out: dict[str, list[float | None]] = {}
    for (tag, role), intervals in talk.items():
        if role is None or tag is None or tag not in levels:
            continue
        spoken = _per_second(intervals, len(levels[tag]))
        seconds = [
            round(level, 1) if ms >= LOUDNESS_SHARE * 1000 else None
            for level, ms in zip(levels[tag], spoken, strict=True)
        ]
        # Two channels of one role: the louder one is what was heard.
        out[role] = [_louder(pair) for pair in zip(out[role], seconds, strict=True)] if role in out else seconds
    return out


def _per_second(intervals: Iterable[Interval], seconds: int) -> list[int]:
    """Return how many ms of each second of the recording the intervals cover."""
    spoken = [0] * seconds
    for begin, end in intervals:
        for at in range(begin // 1000, min(-(-end // 1000), seconds)):
            spoken[at] += min(end, 1000 * at + 1000) - max(begin, 1000 * at)
    return spoken


def _louder(pair: tuple[float | None, float | None]) -> float | None:
    return max((level for level in pair if level is not None), default=None)
