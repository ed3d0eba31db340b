"""Speech that the recogniser passed over: Whisper sometimes leaves a sentence out of a window it otherwise reads well.

Voice activity says where somebody spoke, the alignment where words were placed. A stretch of speech with next to no
words in it is read again by itself; what comes of it takes the place of what stood there, if it can be believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from voc.speech.activity import Window
from voc.speech.decode import SAMPLE_RATE
from voc.speech.guards import is_known_phrase
from voc.speech.heard import Heard, SpokenWord, read_out
from voc.speech.measures import Interval

_LEAST_S: Final = 1.0
"""A shorter stretch may be a breath, a laugh, a word nobody would miss."""

_COVERED: Final = 0.25
"""Of a stretch that was read words cover 70 to 100 %; the alignment shifts them, and people say "euh"."""

_WORD_S: Final = 0.8
"""A single word takes no longer: the alignment stretches the one before over what was passed over."""

_MARGIN: Final = SAMPLE_RATE * 3 // 10
"""Samples; a shorter pause does not end a stretch of speech, so that nothing of the next one is read."""

_UNHEARD: Final = 0.2
"""What is believed less stands for something that was not understood."""

_SURE: Final = 0.5
"""Mean confidence from which a second reading is believed. Read alone, a stretch lacks what was said around it."""


def missed(heard: Heard) -> list[Interval]:
    """Return the stretches of speech (samples) of a window with words that has next to none in them."""
    if not heard.words:
        return []
    return [
        (begin, end)
        for begin, end in heard.window.speech
        if end - begin >= _LEAST_S * SAMPLE_RATE
        and _covered_s(heard.words, begin / SAMPLE_RATE, end / SAMPLE_RATE) < _COVERED * (end - begin) / SAMPLE_RATE
    ]


def _covered_s(words: Sequence[SpokenWord], begin_s: float, end_s: float) -> float:
    covered = 0.0
    for word in words:
        within = min(word.end_s, end_s) - max(word.begin_s, begin_s)
        if within > 0 and word.confidence >= _UNHEARD:
            covered += within if read_out(word.text) else min(within, _WORD_S)
    return covered


def alone(window: Window, stretch: Interval) -> Window:
    """Return the window that holds only the stretch (samples), with a margin that stays inside the whole one."""
    begin, end = max(window.begin, stretch[0] - _MARGIN), min(window.end, stretch[1] + _MARGIN)
    return Window(window.channel, begin, end, speech=(stretch,))


def filled(heard: Heard, stretch: Interval, again: Heard) -> Heard:
    """Return what was heard with a second reading of a stretch (samples) in it, where that is the better one."""
    begin_s, end_s = stretch[0] / SAMPLE_RATE, stretch[1] / SAMPLE_RATE
    if not again.words or again.failed or is_known_phrase(again.text) or _confidence(again.words) < _SURE:
        return heard
    kept = [word for word in heard.words if not begin_s <= (word.begin_s + word.end_s) / 2 < end_s]
    words = tuple(sorted((*kept, *again.words), key=lambda word: word.begin_s))
    return replace(heard, words=words, text=" ".join(word.text for word in words))


def _confidence(words: Sequence[SpokenWord]) -> float:
    return sum(word.confidence for word in words) / len(words)
