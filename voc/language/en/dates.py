"""Dates as exports write them in English."""

from __future__ import annotations

from voc.language.date_words import DateWords

MONTHS: tuple[tuple[str, ...], ...] = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
DATES = DateWords(
    article="the",
    ordinals="st|nd|rd|th",
    of="of",
    at="at",
    years_old=r"(?:years?[\s-]old|year[\s-]olds?|y/?o)\b",
    aged="age|aged",
)
