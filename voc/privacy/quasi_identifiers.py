"""What names nobody alone but narrows down who it is: places, dates, ages, nationalities, links. Masked when asked.

Places and nationalities come from the models' reading of the text, the rest by pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from voc.language import titles
from voc.language.folding import fold
from voc.language.months import MONTHS
from voc.language.registry import alternatives, languages
from voc.privacy.pii_span import PiiSpan

_KINDS = {"LOC": "PLACE", "GPE": "PLACE", "FAC": "PLACE", "NORP": "NATIONALITY", "DATE": "DATE", "TIME": "DATE"}
_ORDINAL = rf"(?:{alternatives(lambda one: one.dates.ordinals)})?"
_OF = rf"(?:(?:{alternatives(lambda one: one.dates.of)})\s)?"
_MONTH = rf"(?:{MONTHS})\.?"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d\d)|\d{{4}}-\d\d-\d\d|\d{{1,2}}{_ORDINAL}\s{_OF}{_MONTH}"
    rf"(?:,?\s\d{{4}})?|{_MONTH}\s\d{{1,2}}{_ORDINAL}(?:,?\s\d{{4}})?|{_MONTH}\s\d{{4}})(?![\w/-])"
)
_CALENDAR = re.compile(rf"\d|\b{_MONTH}(?!\w)")
"""What makes a date of a stretch of time: "last week" dates nobody."""
_AGED = "|".join(rf"(?<=\b{word} )" for one in languages() for word in one.dates.aged.split("|") if word)
_AGE = re.compile(
    rf"(?<!\w)(?:\d{{1,3}}[\s-]?(?:{alternatives(lambda one: one.dates.years_old)})|(?:{_AGED or '(?!)'})\d{{1,3}}\b)"
)
_LINK = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"]{3,500}|(?:www\.)?(?:[a-z0-9-]{1,63}\.){1,4}"
    r"(?:com|org|net|fr|co\.uk|uk|de|eu|info|io|biz|be|ch|it|es|us|ca)(?:/[^\s<>\"]{0,400})?(?![\w.]\w))",
    re.IGNORECASE,
)
_TITLE = re.compile(rf"(?<!\w){titles.RANKED}(?=\s[A-ZÀ-Ý])", re.IGNORECASE)


class QuasiIdentifiers:
    """Finds quasi-identifiers."""

    name = "quasi-identifiers"
    kinds: Sequence[str] = ("PLACE", "DATE", "AGE", "NATIONALITY", "LINK", "TITLE")

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield quasi-identifiers in ``text``."""
        del language
        folded = fold(text)
        for kind, pattern, where in (
            *(("DATE", _DATE, folded), ("AGE", _AGE, folded)),
            *(("LINK", _LINK, text), ("TITLE", _TITLE, text)),
        ):
            for match in pattern.finditer(where):
                yield PiiSpan(kind, *match.span(), 0.6, self.name)
        for document in read:
            for entity in document.ents:
                kind = _KINDS.get(entity.label_, "")
                if kind and (kind != "DATE" or _CALENDAR.search(fold(entity.text))):
                    yield PiiSpan(kind, entity.start_char, entity.end_char, 0.6, "spacy")
