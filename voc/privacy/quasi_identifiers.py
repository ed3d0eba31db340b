"""What names nobody alone but narrows down who it is: places, dates, ages, nationalities, links. Masked when asked.

Places and nationalities come from the models' reading of the text, the rest by pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from voc.privacy.pii_span import PiiSpan

_KINDS = {"LOC": "PLACE", "GPE": "PLACE", "FAC": "PLACE", "NORP": "NATIONALITY", "DATE": "DATE", "TIME": "DATE"}
_MONTH = (
    r"(?:janv(?:ier)?|f[ée]vr(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[ûu]t|sept(?:embre)?|oct(?:obre)?|"
    r"nov(?:embre)?|d[ée]c(?:embre)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"september|october|november|december)\.?"
)
_DATE = re.compile(
    rf"(?<![\w/.-])(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d\d)|\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:er|st|nd|rd|th)?\s"
    rf"(?:of\s)?{_MONTH}(?:,?\s\d{{4}})?|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|{_MONTH}\s\d{{4}})(?![\w/-])",
    re.IGNORECASE,
)
_CALENDAR = re.compile(rf"\d|\b{_MONTH}(?!\w)", re.IGNORECASE)
"""What makes a date of a stretch of time: "last week" dates nobody."""
_AGE = re.compile(
    r"(?<!\w)(?:\d{1,3}[\s-]?(?:ans(?!\s(?:d['’]|que|de))|years?[\s-]old|year[\s-]olds?|y/?o)\b"
    r"|(?<=age )\d{1,3}\b|(?<=aged )\d{1,3}\b|(?<=âgé de )\d{1,3}\b|(?<=âgée de )\d{1,3}\b)",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"]{3,500}|(?:www\.)?(?:[a-z0-9-]{1,63}\.){1,4}"
    r"(?:com|org|net|fr|co\.uk|uk|de|eu|info|io|biz|be|ch|it|es|us|ca)(?:/[^\s<>\"]{0,400})?(?![\w.]\w))",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?<!\w)(?:mr|mrs|ms|miss|mme|mlle|m\.|monsieur|madame|mademoiselle|dr|prof|sir|maître|docteur)\b\.?(?=\s[A-ZÀ-Ý])",
    re.IGNORECASE,
)


class QuasiIdentifiers:
    """Finds quasi-identifiers."""

    name = "quasi-identifiers"
    kinds: Sequence[str] = ("PLACE", "DATE", "AGE", "NATIONALITY", "LINK", "TITLE")

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield quasi-identifiers in ``text``."""
        del language
        for kind, pattern in (("DATE", _DATE), ("AGE", _AGE), ("LINK", _LINK), ("TITLE", _TITLE)):
            for match in pattern.finditer(text):
                yield PiiSpan(kind, *match.span(), 0.6, self.name)
        for document in read:
            for entity in document.ents:
                kind = _KINDS.get(entity.label_, "")
                if kind and (kind != "DATE" or _CALENDAR.search(entity.text)):
                    yield PiiSpan(kind, entity.start_char, entity.end_char, 0.6, "spacy")
