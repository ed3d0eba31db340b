"""One cell or field as a person reads it: tags and entities resolved; what a program wrote is nobody's words."""

from __future__ import annotations

import html
import re

from voc.intake import limits
from voc.intake.cell_words import pattern_of
from voc.intake.column_names import fold_header
from voc.intake.html_text import html_to_text
from voc.intake.tables import is_structure
from voc.language.registry import languages

_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|u|em|strong|a|ul|ol|li|table|tr|td|th|tbody|blockquote|img|font|h[1-6]|html|body|pre|hr"
    r"|section|article|figure|style|script|head|meta|!doctype)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
"""Tags of HTML only: ``<3`` and ``<Médias omis>`` are words."""
_LANGUAGES = {spelled: one.code for one in languages() for spelled in one.spellings}


_SHEET_ERROR = re.compile(r"#(?:N/A|(?:[A-Z]{3,7}|DIV/0)[!?])")
"""What a spreadsheet writes for a formula that failed: ``#DIV/0!``, ``#NAME?``, in whatever language it speaks."""


_OF_PROGRAMS = frozenset("{[#")
"""What a structure and an error begin with."""


def said(cell: str) -> str:
    """:func:`plain`, or nothing where the cell holds JSON or an error: a program's data was never said by anybody."""
    text = cell.strip()
    if text[:1] in _OF_PROGRAMS and (is_structure(text) or _SHEET_ERROR.fullmatch(text)):
        return ""
    return untranslated(plain(text))


_TRANSLATED = re.compile(rf"\((?:{pattern_of(lambda words: words.translated)})\)", re.IGNORECASE)
_ORIGINAL = re.compile(rf"\((?:{pattern_of(lambda words: words.original)})\)", re.IGNORECASE)


def untranslated(text: str) -> str:
    """What a reviewer wrote, without the translation that Google puts above or below it."""
    if "(" not in text or (match := _TRANSLATED.search(text)) is None:
        return text
    if (written := _ORIGINAL.search(text, match.end())) is not None:
        return text[written.end() :].strip()
    return text[: match.start()].strip() or text


def plain(text: str) -> str:
    """A cell's words as a person reads them: HTML to text, entities resolved, ends trimmed."""
    text = text.strip()
    if "<" in text and _TAG.search(text):
        text = html_to_text(text)
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if "\\n" in text:
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n")
    if len(text) > limits.CELL_CHARACTERS:
        text = text[: limits.CELL_CHARACTERS]
    return text.strip()


def language_code(value: str) -> str | None:
    """``fr-FR``, ``Français``, ``ENG`` → ``fr``, ``fr``, ``en``; other languages keep their two letters."""
    folded = fold_header(value)
    word = folded.split()[0] if folded else ""
    return _LANGUAGES.get(word) or (word if len(word) == 2 and word.isalpha() else None)
