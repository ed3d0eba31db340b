"""French and English: the catalogue of the pages' words, and how numbers, dates and durations are written.

The words are in ``voc/locales/{fr,en}.toml``; a key is ``section.name``. A value with ``one`` and ``other`` is chosen
by ``n``. A test checks that both files have the same keys and that the templates use no other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from voc.language.registry import FALLBACK
from voc.locales import FOLDER, InterfaceLanguage, interface_languages
from voc.records import Rejected
from voc.signals import kinds

Language = InterfaceLanguage
LANGUAGES: tuple[Language, ...] = interface_languages()

NARROW_SPACE = "\u202f"
MINUS = "−"
_FRENCH_SPACE = re.compile(r"(?<=«) | (?=[:;?!»%])")


class Words:
    """The interface in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._texts = catalogue(language)

    def __call__(self, key: str, /, **values: Any) -> str:
        """The text of ``key`` with ``{name}`` filled in; a number is written the language's way.

        Raises:
            KeyError: the catalogue has no such key (a test keeps that from happening in a template).
        """
        text = self._texts[key]
        if isinstance(text, dict):
            text = text["one" if self._is_one(values.get("n", 0)) else "other"]
        if not values:
            return text
        return text.format_map({name: self._written(value) for name, value in values.items()})

    @property
    def colon(self) -> str:
        """A colon after a word, with the space French sets before it."""
        return "\u00a0:" if self.language == "fr" else ":"

    def quoted(self, text: str) -> str:
        """Somebody's words between the quotation marks of the reader's language."""
        return f"«\u00a0{text}\u00a0»" if self.language == "fr" else f"“{text}”"

    def known(self, key: str, fallback: str | None) -> str:
        """The text of ``key``, or ``fallback`` for what comes from data (a segment, an unknown channel)."""
        text = self._texts.get(key)
        return text if isinstance(text, str) else (fallback or "")

    def error(self, code: str, parameters: Mapping[str, Any]) -> str | None:
        """What an error of ``code`` says, with what it names; ``None`` where the catalogue has no sentence for it."""
        text = self._texts.get(f"errors.{code}")
        if not isinstance(text, str):
            return None
        written = {name: self._written(value) for name, value in parameters.items()}
        if "field" in written:
            written["field"] = self.known(f"form_fields.{written['field']}", str(written["field"]))
        try:
            return text.format_map(written)
        except KeyError:  # kept by an older release, which named less
            return None

    def reason(self, rejected: Rejected) -> str:
        """Why a file or row could not be taken in, in this language where its code is known."""
        return (self.error(rejected.code, rejected.parameters) if rejected.code else None) or rejected.reason

    def _written(self, value: Any) -> Any:
        return self.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def kind(self, name: str) -> str:
        """What a kind of signal is called."""
        found = kinds().get(name)
        return found.title.get(self.language, name) if found else name

    def signal(self, kind: str, label: str) -> str:
        """A label of a kind of signal in words; the label itself where the kind's labels are open."""
        found = kinds().get(kind)
        return found.labels.get(label, {}).get(self.language, label) if found else label

    def _is_one(self, n: Any) -> bool:
        # French counts 0 and 1.5 as singular, English does not (CLDR plural rules).
        return abs(float(n)) < 2 if self.language == "fr" else n == 1

    def number(self, value: float | int | None, digits: int | None = None, *, signed: bool = False) -> str:
        """``12 345,6`` or ``12,345.6``; ``digits`` after the decimal mark, by default none for whole numbers."""
        if value is None:
            return "–"
        if digits is None:
            digits = 0 if float(value).is_integer() else 1
        text = f"{abs(value):,.{digits}f}"
        if self.language == "fr":
            text = text.replace(",", NARROW_SPACE).replace(".", ",")
        negative = value < 0 and any(c in "123456789" for c in text)
        return (MINUS if negative else "+" if signed and value > 0 else "") + text

    def percent(self, share: float | None, digits: int = 0, *, signed: bool = False) -> str:
        """A share 0…1 as ``42 %`` or ``42%``."""
        if share is None:
            return "–"
        space = "\u00a0" if self.language == "fr" else ""
        return f"{self.number(share * 100, digits, signed=signed)}{space}%"

    def day(self, moment: datetime | date | None) -> str:
        """``9 nov. 2026`` or ``9 Nov 2026``."""
        if moment is None:
            return "–"
        return f"{moment.day} {self('months.' + str(moment.month))} {moment.year}"

    def moment(self, moment: datetime | None) -> str:
        """Day and time of day in UTC."""
        if moment is None:
            return "–"
        utc = moment.astimezone(UTC)
        return f"{self.day(utc)}, {utc:%H:%M}"

    def week(self, week: str, *, short: bool = False) -> str:
        """``2026-W46`` as ``semaine 46, 9–15 nov. 2026``; ``short``: ``S46`` / ``W46``."""
        year, _, number = week.partition("-W")
        if short:
            return self("dates.week_short", number=number)
        monday = date.fromisocalendar(int(year), int(number), 1)
        sunday = monday + timedelta(days=6)
        first = str(monday.day) if monday.month == sunday.month else self.day(monday).rpartition(" ")[0]
        return self("dates.week", number=number, days=f"{first}–{self.day(sunday)}")

    def duration(self, ms: int | None) -> str:
        """``1:07`` or ``1:02:07``."""
        if ms is None:
            return "–"
        seconds = max(0, ms) // 1000
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"

    def size(self, n_bytes: int) -> str:
        """``3,4 Mo`` or ``3.4 MB``."""
        value, unit = float(n_bytes), 0
        while value >= 1000 and unit < 3:
            value, unit = value / 1000, unit + 1
        letters = ("o", "ko", "Mo", "Go") if self.language == "fr" else ("B", "kB", "MB", "GB")
        return f"{self.number(value, 0 if unit == 0 or value >= 10 else 1)}\u00a0{letters[unit]}"


@cache
def catalogue(language: Language) -> dict[str, str | dict[str, str]]:
    """``section.name`` → text, or → {one, other}."""
    with (FOLDER / f"{language}.toml").open("rb") as source:
        sections = tomllib.load(source)
    return {
        f"{section}.{name}": _typeset(text, language)
        for section, texts in sections.items()
        for name, text in texts.items()
    }


def _typeset(text: str | dict[str, str], language: Language) -> str | dict[str, str]:
    """French sets spaces inside its quotes and before its high punctuation that must not break a line."""
    if language != "fr":
        return text
    if isinstance(text, dict):
        return {form: _FRENCH_SPACE.sub("\u00a0", one) for form, one in text.items()}
    return _FRENCH_SPACE.sub("\u00a0", text)


@cache
def words(language: Language) -> Words:
    """The interface in one language, loaded once."""
    return Words(language)


def chosen_language(*, cookie: str | None, setting: str, accepted: str | None) -> Language:
    """Language of a page: what the reader chose, then the setting, then the browser's, then the fallback."""
    if cookie in LANGUAGES:
        return cookie
    if setting in LANGUAGES:
        return setting
    return _accepted(accepted or "")


def _accepted(header: str) -> Language:
    """The best of ``Accept-Language`` that we speak (RFC 9110 § 12.5.4)."""
    best: tuple[float, Language] = (0.0, FALLBACK)
    for part in header.split(",")[:20]:
        tag, _, parameters = part.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        try:
            weight = float(parameters.partition("q=")[2]) if "q=" in parameters else 1.0
        except ValueError:
            weight = 0.0
        if name in LANGUAGES and weight > best[0]:
            best = (weight, name)
    return best[1]
