"""What stands for yes and for no in a cell or a form, in every language that is read."""

from __future__ import annotations

from voc.language.registry import words_of

YES = frozenset(words_of(lambda one: one.cells.yes, "1"))
NO = frozenset(words_of(lambda one: one.cells.no, "0"))
"""Folded words, in lower case."""
