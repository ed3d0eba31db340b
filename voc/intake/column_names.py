"""What exports call their columns, in every language that is read.

A header is folded (``"N° de commande"`` → ``n de commande``, ``CustomerID`` → ``customer id``) and looked up; the
order inside a list is the order of preference when several columns of one table qualify.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from voc.intake.tool_column_names import TOOL_NAMES
from voc.language.column_words import ColumnWords, in_one_order
from voc.language.folding import fold
from voc.language.registry import languages

_BY_LANGUAGE = sorted(languages(), key=lambda one: not one.fallback)
"""Whose name goes first where two are as good: most exports have English headers."""


def named(of: Callable[[ColumnWords], str], *, tools: str = "") -> tuple[str, ...]:
    """What the languages call a column, best first; ``tools`` adds what is a word of none of them."""
    return in_one_order([*(of(one.columns) for one in _BY_LANGUAGE), tools])


def _by_key(of: Callable[[ColumnWords], Mapping[str, str]], keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {key: in_one_order([of(one.columns).get(key, "") for one in _BY_LANGUAGE]) for key in keys}


def _of_tools(field: str) -> tuple[str, ...]:
    return named(lambda words: words.tools.get(field, ""), tools=TOOL_NAMES.get(field, ""))


_FIELDS = (
    *("title", "id", "thread", "date", "time", "channel", "nps", "csat", "rating", "handle", "network", "name"),
    *("first_name", "last_name", "email", "phone", "customer", "contract", "order", "loyalty", "language", "own"),
    *("inbound", "role", "begin", "end", "filename", "roles"),
)
_ATTRIBUTES = (
    *("city", "postcode", "birth_date", "region", "country", "product", "segment", "store", "brand", "agent"),
    *("direction", "queue", "app_version", "device", "category", "status", "csat_scale", "network"),
)

TEXT: tuple[str, ...] = (*named(lambda words: words.text), *_of_tools("text"))
TEXT_WORDS = frozenset(named(lambda words: words.text_words))
REASONS = frozenset(named(lambda words: words.reasons))
"""What a question asks for that is answered in one's own words, whatever else it speaks of."""
NOT_TEXT_WORDS = frozenset(named(lambda words: words.no_text_words))
PARTS = named(lambda words: words.parts)
"""Columns that together make one text (what pleased, what did not)."""

FIELDS: dict[str, tuple[str, ...]] = {
    field: (*names, *_of_tools(field)) for field, names in _by_key(lambda words: words.fields, _FIELDS).items()
}
"""Field → folded headers, best first."""

ATTRIBUTES: dict[str, tuple[str, ...]] = _by_key(lambda words: words.attributes, _ATTRIBUTES)
"""Attributes that insights break figures down by, under one name whatever the export calls them."""

ALIASES: dict[str, str] = {
    "subject": "title",
    "external_id": "id",
    "post_id": "id",
    "thread_id": "thread",
    "conversation": "thread",
    "occurred_at": "date",
    "customer_id": "customer",
    "contract_number": "contract",
    "order_number": "order",
    "comment": "text",
    "verbatim": "text",
    "author": "handle",
    "lang": "language",
    "stars": "rating",
}
"""Other names a person may give a field in ``mapping``."""


@lru_cache(maxsize=8192)
def fold_header(text: str, *, keep: str = "") -> str:
    """Fold a header or label: no accents, lower case, camel case and punctuation to single spaces."""
    if text.strip() == ROW_SIGN:
        return ROW_SIGN
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", " ", text.strip()[:300])
    text = fold(re.sub("[nN][°º]", "n ", text))
    return " ".join(re.sub(rf"[^\w{re.escape(keep)}]|_", " ", text).split())


ROW_SIGN = "#"
"""A header that is this sign alone: Typeform's for the token of an answer, elsewhere the number of a row."""

_KNOWN = frozenset((*TEXT, *PARTS, *(name for names in (*FIELDS.values(), *ATTRIBUTES.values()) for name in names)))


def is_known_header(cell: str) -> bool:
    """Tell whether a cell is a column name exports use."""
    return len(cell) < 80 and fold_header(cell) in _KNOWN


def is_known_name(folded: str) -> bool:
    """Tell whether a folded name is one that exports use for a column."""
    return folded in _KNOWN
