"""The names of months in every language that is read, as alternatives of a pattern over folded text."""

from __future__ import annotations

from voc.language.registry import languages

MONTHS = "|".join(name for one in languages() for names in one.months for name in names)
"""Written out and shortened."""
MONTHS_IN_FULL = "|".join(names[0] for one in languages() for names in one.months)
