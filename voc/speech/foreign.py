"""Speech in a language that is not read here: suspected by what the encoder made of it, settled by how well it reads.

Whisper's guess of the language errs on short and strange speech (a single "bonjour" is Russian by nine in ten). What
settles it is the sound read both ways: as its own language German has a clearly better probability than as French or
English, and French never has as anything else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from voc.speech.languages import LANGUAGES

SUSPECTED: Final = 0.5
"""Probability of a language not read here from which a window or a stretch is looked at closely."""

SURE: Final = 0.7
"""… and from which, heard as Whisper was trained to hear, it may be that language: German clips came to 0.99."""

BETTER: Final = 0.25
"""Nats a token by which speech must read better in a third language than in French and in English: of 17 German clips
of two to five seconds (EmoDB) the least was 0.35; far-field English taken for Welsh came to 0.07, and the call of a
speaker of Arabic in English to −0.4."""

CERTAIN: Final = 0.95
LONG_S: Final = 5.0
EVEN: Final = 0.1
"""So many seconds that sound so surely like a third language need read but a little better in it, and a loop in its own
language (a sentence said twice is one) speaks for no other. German clips strung together came to 0.99 and more, the
surest of half an hour of French and English to 0.65."""

LEAST_S: Final = 1.0
"""Seconds of speech; less says nothing of its language ("OK", a name)."""

NAMES: Final = {
    "ar": "Arabic",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fi": "Finnish",
    "he": "Hebrew",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""The languages that may be named, those Whisper learnt from a hundred hours or more (Radford et al. 2022, appendix E)
and somebody speaks: unclear French comes out as Latin, far-field English as Welsh."""

Probabilities = Sequence[tuple[str, float]]
"""(``<|fr|>``, probability) pairs, as CTranslate2 gives them."""


def likeliest_third(probabilities: Probabilities) -> tuple[str, float]:
    """Return the likeliest language that is not read here, with its probability."""
    token, probability = max(
        (one for one in probabilities if one[0].strip("<|>") in NAMES),
        key=lambda one: one[1],
        default=("", 0.0),
    )
    return token.strip("<|>"), float(probability)


def suspect(probabilities: Iterable[Probabilities]) -> str | None:
    """Return the third language that any of the slices is more likely in than not; of several the likeliest."""
    thirds = [one for one in map(likeliest_third, probabilities) if one[1] >= SUSPECTED]
    return max(thirds, key=lambda one: one[1])[0] if thirds else None


def is_in(third: str, probabilities: Probabilities, scores: Mapping[str, float], *, seconds: float) -> bool:
    """Whether speech is in a third language rather than in one that is read here.

    Args:
        third: the language.
        probabilities: of all languages, of the speech alone.
        scores: mean natural log probability of a token, read in ``third`` and in each language read here; −∞ where
            the text is a loop.
        seconds: of speech.
    """
    found, probability = likeliest_third(probabilities)
    if found != third or probability < SURE:
        return False
    certain = probability >= CERTAIN and seconds >= LONG_S
    if scores[third] == -math.inf:
        return certain
    return scores[third] - max(scores[code] for code in LANGUAGES) >= (EVEN if certain else BETTER)


def named(code: str) -> str:
    """Return the language's name with its code: "German (de)"."""
    return f"{NAMES[code]} ({code})"
