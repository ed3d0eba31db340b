"""Guards against invented text: what a recogniser writes where nobody speaks.

Whisper was trained on subtitles; given noise, music or silence it writes what subtitles say there. Voice activity
comes first (:mod:`voc.speech.voice_activity`) and no window is told what the one before it said. What still gets
through is judged here by the evidence of its sound: how sure the model was, whether its words have time and voice under
them, repetition, pace, letters of another script. That a text is one Whisper is known to make up is no evidence by
itself: it only makes weak evidence too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from voc.language.folding import bare
from voc.language.registry import alternatives, languages
from voc.speech.decode import SAMPLE_RATE
from voc.speech.voice_activity import Window
from voc.speech.window_transcript import (
    RETRY_COMPRESSION,
    RETRY_LOG_PROBABILITY,
    WORDS_PER_S,
    SpokenWord,
    WindowTranscript,
)

NO_SPEECH: Final = 0.6
"""Whisper's own threshold (Radford et al. 2022, §4.5); with a low log probability a window is silence."""

HOPELESS_LOG_PROBABILITY: Final = -1.6
"""Below this, after a second try, nothing of the words is right (breath, coughs, hold music)."""

HOPELESS_CONFIDENCE: Final = 0.2
"""The same of the words' mean confidence: six spoken digits in English came out as a French "à" of 0.07."""

WORDS_FREE: Final = 4
"""Words that a window may hold beyond the possible pace: short windows are often clipped."""

UNSURE_LOG_PROBABILITY: Final = -0.6
UNSURE_NO_SPEECH: Final = 0.3
UNSURE_CONFIDENCE: Final = 0.6
FAINT_DBFS: Final = -50.0
"""A known phrase is dropped when any of these says that it was hardly heard."""

TIMELESS_S: Final = 0.02
"""One state of the encoder: a word that takes no longer was placed nowhere by the alignment."""

_AT_ONCE: Final = 3
"""So many words without time in a row were not said: nobody says three words at once."""

_VOICED: Final = 0.7
"""Share of the words' time with voice under it from which a phrase was said aloud; where it was, Whisper's own guess
that nobody speaks (right for two windows in three) does not overrule it below :data:`NO_SPEECH`."""

_UNVOICED: Final = 0.1
"""Below this share the words stand where nobody speaks. Of 80 windows of real speech the least was 0.26."""

_BESIDE_S: Final = 0.1
"""A word may begin or end so far outside the voice activity."""

_WEAK_CONFIDENCE: Final = 0.45
_WEAK_COMPRESSION: Final = 1.7
_LOOP_WORDS: Final = 12
_LOOP_SHARE: Final = 0.35
_LOOP_SURE: Final = 0.5
"""A text of a dozen words that repeats itself by so much, in words hardly believed, is a loop that varies, and one half
of whose pairs came before is a loop in any words. Of 66 such windows of telephone French, English calls and far-field
meetings at most 0.21 of the pairs came again, and the mean confidence was 0.69 or more."""

_ECHOED: Final = 4
"""The same few letters so often in a row within one word ("hahahaha") are a loop inside it, not a laugh."""

_KNOWN: Final = tuple(
    re.compile(pattern) for pattern in (r".*\bamara org\b.*", *(each for one in languages() for each in one.subtitles))
)
"""Credits, farewells and sound descriptions of subtitles, each as subtitles have it, whole. What goes on ("merci
d'avoir regardé votre dossier") is a sentence like any other."""

_COMMON: Final = re.compile(rf"({alternatives(lambda one: one.often_invented)})( \1)*")
"""Also what people say: only silence itself tells the difference."""


def folded(text: str) -> str:
    """Return the words in lower case without accents and punctuation, joined by single spaces."""
    return bare(text)


def is_known_phrase(text: str) -> bool:
    """Whether the whole text is one that Whisper is known to make up."""
    words = folded(text)
    return bool(words) and any(pattern.fullmatch(words) for pattern in _KNOWN)


def repeats(words: Sequence[str], *, times: int = 5) -> bool:
    """Whether a phrase of one to eight words follows itself at least ``times`` times at the end: a decoding loop.

    A person repeats a word or a number, not five times the same phrase; single words get twice as many.
    """
    for size in range(1, 9):
        needed = times * 2 if size == 1 else times
        tail = list(words[-size * needed :])
        if len(tail) == size * needed and all(tail[at] == tail[at % size] for at in range(len(tail))):
            return True
    return False


def looping(text: str) -> bool:
    """Whether a word repeats a few letters within itself four times or more: a decoding loop inside a word."""
    return re.search(rf"([a-z]{{2,6}})\1{{{_ECHOED - 1},}}", folded(text).replace(" ", "_")) is not None


def is_latin(text: str) -> bool:
    """Whether every letter is of the Latin alphabet and no character was lost (U+FFFD)."""
    return all(
        character != "\ufffd" and (not character.isalpha() or "LATIN" in unicodedata.name(character, ""))
        for character in unicodedata.normalize("NFC", text)
        if ord(character) > 0x7F and character not in "ªºµ"
    )


def without_impossible(heard: WindowTranscript) -> WindowTranscript:
    """Leave out the words that nobody can have said, where the others are words like any.

    Three or more in a row that take no time; one without time that repeats its neighbour or has no voice near it; one
    with letters of another script. A window most of whose words are such is left as it is: it is judged as a whole.
    """
    words = heard.words
    dropped = {at for at, word in enumerate(words) if not is_latin(word.text) or looping(word.text)}
    echoes: set[int] = set()
    run: list[int] = []
    for at, word in enumerate([*words, None]):
        if word is not None and _is_timeless(word):
            run.append(at)
            continue
        if len(run) >= _AT_ONCE:
            dropped.update(run)
            # The end of such a run is put where its sound is: the last word once more.
            if word is not None and run[0] and folded(word.text) == folded(words[run[0] - 1].text):
                echoes.add(at)
        run = []
    for at, word in enumerate(words):
        if _is_timeless(word):
            again = at > 0 and folded(word.text) == folded(words[at - 1].text)
            if again or (heard.window.speech and not _voiced_s(word, heard.window, _BESIDE_S)):
                dropped.add(at)
    if not dropped or len(dropped) > len(words) / 2:
        return heard
    kept = tuple(word for at, word in enumerate(words) if at not in dropped | echoes)
    return replace(heard, words=kept, text=" ".join(word.text for word in kept))


def _is_timeless(word: SpokenWord) -> bool:
    return word.end_s - word.begin_s <= TIMELESS_S + 1e-6


def _voiced_s(word: SpokenWord, window: Window, beside_s: float = 0.0) -> float:
    """How much of a word (s) has voice under it, with a margin on both sides; of one without time, 1 or 0."""
    begin, end = word.begin_s - beside_s, max(word.end_s, word.begin_s + TIMELESS_S) + beside_s
    spans = ((first / SAMPLE_RATE, last / SAMPLE_RATE) for first, last in window.speech)
    return sum(max(0.0, min(end, last) - max(begin, first)) for first, last in spans)


def voiced(heard: WindowTranscript) -> float:
    """Share of the words' time that has voice activity under it, 0…1; 0 where none is known."""
    total = sum(max(word.end_s - word.begin_s, TIMELESS_S) for word in heard.words)
    return sum(_voiced_s(word, heard.window) for word in heard.words) / total if total else 0.0


def confidence(heard: WindowTranscript) -> float:
    """Mean confidence of the words, 0…1; 0 without words."""
    return sum(word.confidence for word in heard.words) / len(heard.words) if heard.words else 0.0


def invented(heard: WindowTranscript, *, level_dbfs: float) -> str | None:
    """Return why the text of a window is not to be believed, or ``None``.

    Args:
        heard: what the recogniser wrote.
        level_dbfs: level of the window.
    """
    if heard.no_speech > NO_SPEECH and heard.log_probability < RETRY_LOG_PROBABILITY:
        return "no speech"
    if heard.log_probability < HOPELESS_LOG_PROBABILITY or (heard.words and confidence(heard) < HOPELESS_CONFIDENCE):
        return "unintelligible"
    if heard.words and heard.window.speech and voiced(heard) < _UNVOICED:
        return "no speech"
    words = folded(heard.text).split()
    if repetitive(heard):
        return "repetition"
    if heard.words and sum(_is_timeless(word) for word in heard.words) > len(heard.words) / 2:
        return "words without time"
    if heard.words and sum(not is_latin(word.text) for word in heard.words) > len(heard.words) / 2:
        return "foreign script"
    if len(heard.words) > WORDS_PER_S * heard.window.seconds + WORDS_FREE:
        return "more words than time"
    if is_known_phrase(heard.text) and _hardly_heard(heard, level_dbfs):
        return "known phrase"
    if _COMMON.fullmatch(" ".join(words)) and (heard.no_speech > NO_SPEECH or level_dbfs < FAINT_DBFS):
        return "known phrase"
    return None


def repetitive(heard: WindowTranscript) -> bool:
    """Whether a text repeats itself as a decoding loop does, or as somebody who says the same several times."""
    words = folded(heard.text).split()
    return heard.compression > RETRY_COMPRESSION or repeats(words) or _loops(heard, words)


def _loops(heard: WindowTranscript, words: Sequence[str]) -> bool:
    """Whether words repeat each other: pairs that come again, fewer where the words are hardly believed."""
    if len(words) < _LOOP_WORDS:
        return False
    pairs = list(pairwise(words))
    again = 1 - len(set(pairs)) / len(pairs)
    unsure = confidence(heard) < _WEAK_CONFIDENCE
    return again >= _LOOP_SURE or (unsure and (again >= _LOOP_SHARE or heard.compression >= _WEAK_COMPRESSION))


def _hardly_heard(heard: WindowTranscript, level_dbfs: float) -> bool:
    return (
        heard.log_probability < UNSURE_LOG_PROBABILITY
        or heard.no_speech > (NO_SPEECH if voiced(heard) >= _VOICED else UNSURE_NO_SPEECH)
        or confidence(heard) < UNSURE_CONFIDENCE
        or level_dbfs < FAINT_DBFS
    )
