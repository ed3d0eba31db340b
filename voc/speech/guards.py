"""Guards against invented text: what a recogniser writes where nobody speaks.

Whisper was trained on subtitles; given noise, music or silence it writes what subtitles say there. Voice activity
comes first (:mod:`voc.speech.activity`) and no window is told what the one before it said. What still gets through
is judged here by how sure the model was, by repetition, by pace, and by the phrases it is known to make up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from voc.language.folding import bare
from voc.speech.heard import RETRY_COMPRESSION, RETRY_LOG_PROBABILITY, WORDS_PER_S, Heard

NO_SPEECH: Final = 0.6
"""Whisper's own threshold (Radford et al. 2022, §4.5); with a low log probability a window is silence."""

HOPELESS_LOG_PROBABILITY: Final = -1.6
"""Below this, after a second try, nothing of the words is right (breath, coughs, hold music)."""

WORDS_FREE: Final = 4
"""Words that a window may hold beyond the possible pace: short windows are often clipped."""

UNSURE_LOG_PROBABILITY: Final = -0.6
UNSURE_NO_SPEECH: Final = 0.3
UNSURE_CONFIDENCE: Final = 0.6
FAINT_DBFS: Final = -50.0
"""A known phrase is dropped when any of these says that it was hardly heard."""

# Credits, farewells and sound descriptions of subtitles (faster-whisper #506, #949; openai/whisper #679, #928).
_KNOWN: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"sous titr\w* .*",
        r"sous titrage (st |fr )?\d*",
        r".*\bamara org\b.*",
        r".*\bradio canada\b",
        r"abonnez vous.*",
        r"(merci|thank you|thanks) .*(d avoir )?(regarde|visionne|watching|viewing|listening).*",
        r"n oubliez pas de (vous abonner|liker).*",
        r"(please )?(like and )?subscribe.*",
        r"(subtitles?|transcri(bed|ption|pt)|captions?|translated) by .*",
        r"a (bientot|la prochaine) (pour|dans) .*video.*",
        r"see you (in the next|next) (video|time).*",
        r"musique( de .*)?|music|applause|applaudissements|rires?|laughter|silence",
    )
)

# Also what people say: only silence itself tells the difference.
_COMMON: Final = re.compile(r"you|bye|thank you( very much)?|thanks|merci|ok|okay|hmm?|uh|mm|the|so|oh|ah|oui|yeah")


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


def invented(heard: Heard, *, level_dbfs: float) -> str | None:
    """Return why the text of a window is not to be believed, or ``None``.

    Args:
        heard: what the recogniser wrote.
        level_dbfs: level of the window.
    """
    if heard.no_speech > NO_SPEECH and heard.log_probability < RETRY_LOG_PROBABILITY:
        return "no speech"
    if heard.log_probability < HOPELESS_LOG_PROBABILITY:
        return "unintelligible"
    words = folded(heard.text).split()
    if heard.compression > RETRY_COMPRESSION or repeats(words):
        return "repetition"
    if len(heard.words) > WORDS_PER_S * heard.window.seconds + WORDS_FREE:
        return "more words than time"
    if is_known_phrase(heard.text) and _hardly_heard(heard, level_dbfs):
        return "known phrase"
    if _COMMON.fullmatch(" ".join(words)) and (heard.no_speech > NO_SPEECH or level_dbfs < FAINT_DBFS):
        return "known phrase"
    return None


def _hardly_heard(heard: Heard, level_dbfs: float) -> bool:
    confidence = sum(word.confidence for word in heard.words) / len(heard.words) if heard.words else 0.0
    return (
        heard.log_probability < UNSURE_LOG_PROBABILITY
        or heard.no_speech > UNSURE_NO_SPEECH
        or confidence < UNSURE_CONFIDENCE
        or level_dbfs < FAINT_DBFS
    )
