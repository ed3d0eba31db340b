"""Whose words: the words of one channel given to the speakers that diarization heard on it.

Times of words and of voices are both known to about a tenth of a second, so a change of speaker is moved to where a
speaker would stop: a pause, or the end of a sentence that is one or two words away. A single word that seems to be
another's, with no pause around it, stays with its neighbours.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from voc.records import Word
from voc.speech.conversation_metrics import Interval, union
from voc.speech.turns import Utterance

PAUSE_MS: Final = 250
"""Between two words: a speaker may have changed. Gaps between turns have their mode at 0 to 200 ms (Heldner & Edlund
2010), stop consonants stay below 150."""

_NEAR_WORDS: Final = 2
_NEAR_MS: Final = 700
"""So many words, in so much time, may lie between a change that was heard and the end of the sentence."""

_ENDS: Final = (".", "?", "!", "…")

Talk = Sequence[tuple[int, int, int]]
"""Begin and end in ms, and the speaker (0-based); in order, without overlaps."""


def assign_words(said: Sequence[Utterance], talk: Talk) -> list[Utterance]:
    """Return the utterances of one channel cut where the speaker changes; ``channel_tag`` is the speaker, from 1."""
    parts: list[Utterance] = []
    for one in said:
        owners = _settled(one.words, [_owner(word, talk) for word in one.words])
        first = 0
        for at in range(1, len(owners) + 1):
            if at == len(owners) or owners[at] != owners[first]:
                parts.append(replace(one, channel_tag=owners[first] + 1, words=one.words[first:at]))
                first = at
    return parts


def speaker_intervals(said: Sequence[Utterance], talk: Talk) -> Mapping[int, list[Interval]]:
    """Return the talk of each speaker (from 1), ms: what was heard, except that words are their speaker's.

    Where an utterance gave somebody words of another's voice (a change that was moved), the time goes with the words.
    """
    words = sorted(span for one in said for span in _spans(one))
    begins = [begin for begin, _, _ in words]
    out: dict[int, list[Interval]] = {}
    for begin, end, speaker in talk:
        at, first = begin, max(0, bisect_left(begins, begin) - 1)
        for word_begin, word_end, owner in words[first:]:
            if word_begin >= end:
                break
            left, right = max(word_begin, at), min(word_end, end)
            if right <= left or owner == speaker:
                continue
            out.setdefault(speaker, []).append((at, left))
            out.setdefault(owner, []).append((left, right))
            at = right
        out.setdefault(speaker, []).append((at, end))
    return {speaker + 1: union(intervals) for speaker, intervals in sorted(out.items())}


def _spans(one: Utterance) -> list[tuple[int, int, int]]:
    """The time of each word with the gap after it, if that is no pause, and the speaker (0-based)."""
    nexts = [word.begin_ms for word in one.words[1:]]
    ends = [
        following if following - word.end_ms < PAUSE_MS else word.end_ms
        for word, following in zip(one.words, [*nexts, one.end_ms], strict=True)
    ]
    return [(word.begin_ms, end, one.channel_tag - 1) for word, end in zip(one.words, ends, strict=True)]


def _owner(word: Word, talk: Talk) -> int:
    """The speaker of most of a word's time; where nobody was heard, of the nearest stretch."""
    at = max(0, bisect_left(talk, (word.begin_ms,)) - 1)
    shares: dict[int, int] = {}
    for begin, end, speaker in talk[at:]:
        if begin >= word.end_ms:
            break
        share = min(end, word.end_ms) - max(begin, word.begin_ms)
        if share > 0:
            shares[speaker] = shares.get(speaker, 0) + share
    if shares:
        return max(shares, key=lambda speaker: shares[speaker])
    near = talk[at : at + 2]
    return min(near, key=lambda one: max(one[0] - word.end_ms, word.begin_ms - one[1]))[2] if near else 0


def _settled(words: Sequence[Word], owners: list[int]) -> list[int]:
    """Move changes of speaker to the pause or sentence end beside them; give stray words to their neighbours."""
    pauses = [True, *(b.begin_ms - a.end_ms >= PAUSE_MS for a, b in pairwise(words)), True]
    ends = [True, *(word.text.endswith(_ENDS) for word in words)]
    owners = list(owners)
    for at in range(1, len(owners) - 1):
        before, own, after = owners[at - 1], owners[at], owners[at + 1]
        if before == after != own and not pauses[at] and not pauses[at + 1] and not (ends[at] and ends[at + 1]):
            owners[at] = before
    at = 1
    while at < len(owners):
        if owners[at] == owners[at - 1] or pauses[at] or ends[at]:
            at += 1
            continue
        target = _better(words, pauses, ends, at)
        if target is None:
            at += 1
            continue
        low, high, owner = (target, at, owners[at]) if target < at else (at, target, owners[at - 1])
        if len(set(owners[low:high])) > 1:
            at += 1
            continue
        owners[low:high] = [owner] * (high - low)
        at = high + 1
    return owners


def _better(words: Sequence[Word], pauses: Sequence[bool], ends: Sequence[bool], at: int) -> int | None:
    """The nearest border (before word ``at ± n``) at which a speaker would stop, if there is one close by."""
    candidates = []
    for away in range(1, _NEAR_WORDS + 1):
        for border in (at - away, at + away):
            if not 0 < border < len(words) or not (pauses[border] or ends[border]):
                continue
            distance = abs(words[border].begin_ms - words[at].begin_ms)
            if distance <= _NEAR_MS:
                candidates.append((distance, border))
    return min(candidates)[1] if candidates else None
