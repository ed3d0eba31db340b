"""Dates as exports write them in French."""

from __future__ import annotations

from voc.language.date_words import DateWords

MONTHS: tuple[tuple[str, ...], ...] = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars", "mar"),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil"),
    ("aout", "aou"),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
DATES = DateWords(article="le", ordinals="er", at="a", years_old=r"ans\b(?!\s(?:d'|que|de))", aged="age de|agee de")
