"""What is known of language itself, below every analyser; what belongs to one language has a folder of its own."""

from __future__ import annotations

from voc.language.description import Language
from voc.language.registry import language, languages

__all__ = ["Language", "language", "languages"]
