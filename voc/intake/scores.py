"""Scores as surveys and review sites write them: NPS 0–10, stars 1–5, satisfaction on its own scale."""

from __future__ import annotations

import re
from functools import lru_cache

from voc.intake.column_names import fold_header

_NUMBER = re.compile(
    r"(-?\d+(?:[.,]\d+)?)\s*(?:(?:/|sur|out of|of|von)\s*(\d+))?\s*(?:stars?|etoiles?|points?|pts?|%)?\.?"
)
_LEADING = re.compile(r"(\d{1,3})\s*[-–:=(]\s*\D.*")

SATISFACTION_WORDS: dict[str, float] = {
    "tres satisfait": 5,
    "tres satisfaite": 5,
    "tout a fait satisfait": 5,
    "satisfait": 4,
    "satisfaite": 4,
    "plutot satisfait": 4,
    "assez satisfait": 4,
    "neutre": 3,
    "moyennement satisfait": 3,
    "ni satisfait ni insatisfait": 3,
    "peu satisfait": 2,
    "plutot pas satisfait": 2,
    "plutot insatisfait": 2,
    "insatisfait": 2,
    "pas satisfait": 2,
    "pas du tout satisfait": 1,
    "tres insatisfait": 1,
    "very satisfied": 5,
    "satisfied": 4,
    "somewhat satisfied": 4,
    "neutral": 3,
    "neither satisfied nor dissatisfied": 3,
    "somewhat dissatisfied": 2,
    "dissatisfied": 2,
    "very dissatisfied": 1,
}
"""Answers in words, on the scale of five they are the usual labels of."""


STAR_WORDS: dict[str, float] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "one star": 1, "two stars": 2, "three stars": 3, "four stars": 4, "five stars": 5,
    "star rating one": 1, "star rating two": 2, "star rating three": 3, "star rating four": 4, "star rating five": 5,
    "une etoile": 1, "deux etoiles": 2, "trois etoiles": 3, "quatre etoiles": 4, "cinq etoiles": 5,
}  # fmt: skip
"""Stars in words: the enumeration of Google's reviews, and how people write it."""


@lru_cache(maxsize=8192)
def parse_score(value: str) -> tuple[float, int | None] | None:
    """Read a score and, where written, what it is out of: ``4,5/5`` → ``(4.5, 5)``, ``★★★☆☆`` → ``(3, 5)``.

    Returns ``None`` where it is not a score.
    """
    text = value.strip()
    if not 0 < len(text) <= 60:
        return None
    stars = text.count("★") + text.count("⭐") + text.count("🌟")
    if stars and not text.strip("★☆⭐🌟✩ \ufe0f"):
        return float(stars), 5
    folded = fold_header(text, keep="-.,/%")
    if match := _NUMBER.fullmatch(folded):
        number, out_of = match.groups()
        scale = int(out_of) if out_of else (100 if folded.endswith("%") else None)
        return float(number.replace(",", ".")), scale
    if folded.replace("-", " ") in SATISFACTION_WORDS:
        return SATISFACTION_WORDS[folded.replace("-", " ")], 5
    if folded.replace("-", " ") in STAR_WORDS:
        return STAR_WORDS[folded.replace("-", " ")], 5
    if match := _LEADING.fullmatch(text):  # "10 - Très probable"
        return float(match.group(1)), None
    return None


def parse_nps(value: str) -> int | None:
    """Likelihood to recommend, 0…10, whole; ``None`` for anything else (an average, a class such as ``promoter``)."""
    score = parse_score(value)
    if score is None or score[1] not in {None, 10} or not 0 <= score[0] <= 10 or not score[0].is_integer():
        return None
    return int(score[0])


def parse_rating(value: str) -> float | None:
    """Stars, 1…5; a score written out of ten or a hundred is brought to five."""
    score = parse_score(value)
    if score is None:
        return None
    number, scale = score
    if scale in {10, 20, 100} and 0 <= number <= scale:
        number = number * 5 / scale
    return number if 1 <= number <= 5 else None


def scale_of(numbers: list[float]) -> int | None:
    """The scale a column of satisfaction scores is on: the smallest usual one its largest value fits."""
    top = max(numbers, default=0)
    return next((scale for scale in (1, 5, 7, 10, 20, 100) if 0 < top <= scale), None)
