"""Speech that the recogniser passed over: Whisper sometimes leaves a sentence out of a window it otherwise reads well.

Voice activity says where somebody spoke, the alignment where words were placed. A stretch of speech with next to no
words in it is read again by itself; what comes of it takes the place of what stood there, if it can be believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from voc.speech.conversation_metrics import Interval, union, without
from voc.speech.decode import SAMPLE_RATE
from voc.speech.hallucination_filter import folded, is_known_phrase
from voc.speech.voice_activity import Window
from voc.speech.window_transcript import SpokenWord, WindowTranscript, read_out

_LEAST_S: Final = 1.0
"""A shorter stretch may be a breath, a laugh, a word nobody would miss."""

_COVERED: Final = 0.25
"""Of a stretch that was read words cover 70 to 100 %; the alignment shifts them, and people say "euh"."""

_WORD_S: Final = 0.8
"""A single word takes no longer: the alignment stretches the one before over what was passed over."""

_STRETCHED_S: Final = 1.5
"""A word drawn over more than this that is not believed either stands for what was passed over."""

_MARGIN: Final = SAMPLE_RATE * 3 // 10
"""Samples; a shorter pause does not end a stretch of speech, so that nothing of the next one is read."""

_SHORTEST_S: Final = 0.3
"""A shorter stretch holds no word."""

_GAP_S: Final = 1.6
"""Within a stretch that was read in part: a breath and a hesitation are shorter."""

_TAIL_S: Final = 0.45
"""At the end of one, beyond :data:`_NEAR_S`: without time stamps Whisper likes to stop before the last words of a
sentence, and nobody hesitates there. In 140 stretches of four of the sample calls speech went on for 0.41 s at most
after the last word, 0.14 in the median."""

_NEAR_S: Final = 0.15
"""The alignment is right to about so much."""

_CONTEXT_S: Final = 8.0
"""So much is read around what is read a third time."""

_UNHEARD: Final = 0.2
"""What is believed less stands for something that was not understood."""

_SURE: Final = 0.5
"""Mean confidence from which a second reading is believed. Read alone, a stretch lacks what was said around it."""


def uncovered_speech(heard: WindowTranscript) -> list[Interval]:
    """Return the stretches of speech (samples) of a window with words that have next to none in them.

    Of a stretch that was read in part, what has no words for longer than a breath.
    """
    if not heard.words:
        return []
    found: list[Interval] = []
    for begin, end in heard.window.speech:
        if end - begin < _LEAST_S * SAMPLE_RATE:
            continue
        if _covered_s(heard.words, begin / SAMPLE_RATE, end / SAMPLE_RATE) < _COVERED * (end - begin) / SAMPLE_RATE:
            found.append((begin, end))
            continue
        words = union(
            (int((word.begin_s - _NEAR_S) * SAMPLE_RATE), int((word.end_s + _NEAR_S) * SAMPLE_RATE))
            for word in heard.words
            if _stands(word)
        )
        found += [
            gap
            for gap in without([(begin, end)], words)
            if gap[1] - gap[0] >= (_TAIL_S if gap[1] == end else _GAP_S) * SAMPLE_RATE
        ]
    return found


def wordless(heard: WindowTranscript) -> list[Interval]:
    """Return the stretches of speech (samples) of a window with words in which no word stands, however short."""
    return [
        (begin, end)
        for begin, end in heard.window.speech
        if end - begin >= _SHORTEST_S * SAMPLE_RATE
        and not any(
            word.begin_s - _NEAR_S < end / SAMPLE_RATE and begin / SAMPLE_RATE < word.end_s + _NEAR_S
            for word in heard.words
        )
    ]


def _stands(word: SpokenWord) -> bool:
    """Whether a word was heard where it stands, and not drawn over what was passed over."""
    short = word.end_s - word.begin_s <= _STRETCHED_S
    return word.confidence >= _UNHEARD and (short or read_out(word.text) or word.confidence >= _SURE)


def _covered_s(words: Sequence[SpokenWord], begin_s: float, end_s: float) -> float:
    covered = 0.0
    for word in words:
        within = min(word.end_s, end_s) - max(word.begin_s, begin_s)
        if within > 0 and _stands(word):
            covered += within if read_out(word.text) else min(within, _WORD_S)
    return covered


def retry_window(window: Window, stretch: Interval) -> Window:
    """Return the window that holds only the stretch (samples), with a margin that stays inside the whole one."""
    begin, end = max(window.begin, stretch[0] - _MARGIN), min(window.end, stretch[1] + _MARGIN)
    return Window(window.channel, begin, end, speech=(stretch,), sung=window.sung)


def with_neighbours(window: Window, stretch: Interval) -> Window:
    """Return the window of a stretch (samples) and the speech on both sides of it, up to 8 s: read alone, short speech
    lacks what was said around it, and Whisper repeats itself over it."""
    speech = [one for one in window.speech if one[1] > stretch[0] and one[0] < stretch[1]]
    if not speech:
        return retry_window(window, stretch)
    first, last = window.speech.index(speech[0]), window.speech.index(speech[-1])
    while True:
        grown = [(first - 1, last), (first, last + 1)]
        fitting = [
            (low, high)
            for low, high in grown
            if low >= 0
            and high < len(window.speech)
            and window.speech[high][1] - window.speech[low][0] <= _CONTEXT_S * SAMPLE_RATE
        ]
        if not fitting:
            break
        first, last = fitting[-1]
    parts = window.speech[first : last + 1]
    begin = window.begin if first == 0 else max(window.begin, parts[0][0] - _MARGIN)
    end = window.end if last + 1 == len(window.speech) else min(window.end, parts[-1][1] + _MARGIN)
    return Window(window.channel, begin, end, speech=parts, sung=window.sung)


def sureness(stretch: Interval, again: WindowTranscript) -> float:
    """Mean confidence of the words a further reading has for a stretch (samples); 0 if they cannot be believed."""
    words = _within(stretch, again)
    if not words or again.failed or is_known_phrase(again.text):
        return 0.0
    mean = sum(word.confidence for word in words) / len(words)
    return mean if mean >= _SURE else 0.0


def merge_retry(heard: WindowTranscript, stretch: Interval, again: WindowTranscript) -> WindowTranscript:
    """Return what was heard with a further reading of a stretch (samples) in it, where that can be believed."""
    if not sureness(stretch, again):
        return heard
    beside = _beside(stretch, heard)
    before = [word for word in beside if word.begin_s < stretch[0] / SAMPLE_RATE]
    new = _not_said_before(before, _within(stretch, again))
    return _with(heard, sorted((*beside, *new), key=lambda word: word.begin_s))


def _not_said_before(before: Sequence[SpokenWord], new: Sequence[SpokenWord]) -> Sequence[SpokenWord]:
    """Leave out the words a further reading begins with that end what stands before it: aligned a little late, the
    last word read would be written twice."""
    ends, begins = ([folded(word.text) for word in some] for some in (before, new))
    for length in range(min(len(ends), len(begins)), 0, -1):
        if ends[-length:] == begins[:length]:
            return new[length:]
    return new


def moved_out(
    heard: WindowTranscript, stretch: Interval, again: WindowTranscript
) -> tuple[WindowTranscript, WindowTranscript]:
    """Return what was heard without a stretch (samples), and the stretch as it was read in the other language.

    The stretch is no longer speech of the first: it would be told as not read, beside its words.
    """
    window = replace(heard.window, speech=tuple(without(heard.window.speech, [stretch])))
    return replace(_with(heard, _beside(stretch, heard)), window=window), replace(
        _with(again, _within(stretch, again)), window=retry_window(heard.window, stretch)
    )


def _within(stretch: Interval, again: WindowTranscript) -> list[SpokenWord]:
    begin_s, end_s = (stretch[0] - _MARGIN) / SAMPLE_RATE, (stretch[1] + _MARGIN) / SAMPLE_RATE
    return [word for word in again.words if begin_s <= (word.begin_s + word.end_s) / 2 < end_s]


def _beside(stretch: Interval, heard: WindowTranscript) -> list[SpokenWord]:
    begin_s, end_s = stretch[0] / SAMPLE_RATE, stretch[1] / SAMPLE_RATE
    return [word for word in heard.words if not begin_s <= (word.begin_s + word.end_s) / 2 < end_s]


def _with(heard: WindowTranscript, words: Sequence[SpokenWord]) -> WindowTranscript:
    return replace(heard, words=tuple(words), text=" ".join(word.text for word in words))
