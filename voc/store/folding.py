"""Words of a text as full-text search knows them: folded, so that `Réclamé` and `reclame` meet."""

from __future__ import annotations

import re

from voc.language.folding import fold

_WORD = re.compile(r"\w+", re.UNICODE)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def terms(query: str) -> list[str]:
    """The folded words of a query, in order, without repeats."""
    return list(dict.fromkeys(words(query)))
