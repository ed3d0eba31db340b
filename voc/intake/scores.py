"""Scores as surveys and review sites write them: NPS 0–10, stars 1–5, satisfaction on its own scale."""

from __future__ import annotations

import re
from functools import lru_cache

from voc.intake.cell_words import OUT_OF, pattern_of
from voc.intake.column_names import fold_header
from voc.language.registry import languages

_OF = "|".join((OUT_OF, pattern_of(lambda words: words.weakly_out_of), "von"))
_UNIT = "|".join((pattern_of(lambda words: words.star), pattern_of(lambda words: words.point), "%"))
_NUMBER = re.compile(rf"(-?\d+(?:[.,]\d+)?)\s*(?:(?:/|{_OF})\s*(\d+))?\s*(?:{_UNIT})?\.?")
_LEADING = re.compile(r"(\d{1,3})\s*[-–:=(]\s*\D.*")

SATISFACTION_WORDS: dict[str, float] = {
    word: score for one in languages() for word, score in one.cells.satisfaction.items()
}
"""Answers in words, on the scale of five they are the usual labels of."""

STAR_WORDS: dict[str, float] = {word: stars for one in languages() for word, stars in one.cells.stars.items()}
"""Stars in words, as people and tools write them."""


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
