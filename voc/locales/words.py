"""What a reader is told in their language: words of the catalogue, and how numbers, dates and durations are written.

Pages, digest, mails, exports and commands all speak with :class:`Words`, so that one thing has one word. Numbers,
dates, percentages and plurals follow CLDR by way of Babel, which is loaded when the first of them is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from voc.language.registry import languages
from voc.locales import InterfaceLanguage
from voc.locales.catalogue import Text, catalogue
from voc.records import Rejected
from voc.signals import ANY, NONE, kinds

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

NARROW_SPACE = "\u202f"
MINUS = "−"
_WHOLE = "#,##0"
"""A whole number as CLDR writes patterns."""
TEN = 9.95
"""What is written as ten, with one digit."""


class Words:
    """What readers of one language are told."""

    def __init__(self, language: InterfaceLanguage) -> None:
        self.language: InterfaceLanguage = language
        self._texts: Mapping[str, Text] = catalogue(language)

    def __call__(self, key: str, /, **values: Any) -> str:
        """The text of ``key`` with ``{name}`` filled in; a number is written the language's way.

        Raises:
            KeyError: the catalogue has no such key (a test keeps that from happening in a template).
        """
        text = self._texts[key]
        if isinstance(text, dict):
            text = text.get(_plural_form(self.language, values.get("n", 0))) or text["other"]
        if not values:
            return text
        return text.format_map({name: self._written(value) for name, value in values.items()})

    @property
    def colon(self) -> str:
        """A colon after a word, with the space some languages set before it."""
        return self("signs.colon")

    def quoted(self, text: str) -> str:
        """Somebody's words between the quotation marks of the reader's language."""
        return f"{self('signs.opening')}{text}{self('signs.closing')}"

    def language_name(self, code: str) -> str:
        """What a language is called; its code where it is none of those that are read."""
        return next((one.names.get(self.language, code) for one in languages() if one.code == code), code)

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

    def skipped(self, reason: str) -> str:
        """Why something was not computed, in this language; as it was written where the catalogue does not know it.

        Analyses keep such reasons in English. Keys of the catalogue's ``reasons`` are those sentences, with ``{name}``
        where one names something; what it names is translated too where it is words.
        """
        if (text := self._texts.get(f"reasons.{reason}")) is not None:
            return str(text)
        for pattern, key in _reason_patterns(self.language):
            if found := pattern.fullmatch(reason):
                parts = {name: self._part_of_reason(name, said) for name, said in found.groupdict().items()}
                return str(self._texts[key]).format_map(parts)
        return reason

    def _part_of_reason(self, name: str, said: str) -> str:
        if name == "spoken":  # "German (de)"
            code = said.rpartition("(")[2].rstrip(")")
            return str(_locale(self.language).languages.get(code, said))
        if name == "read":
            from babel.lists import format_list

            return str(format_list([self.language_name(one.code) for one in languages()], locale=self.language))
        if name == "places":
            return re.sub(r"\b(\d+) more\b", lambda more: self("reason_parts.more", n=int(more[1])), said)
        if name == "stretches":
            return self("reason_parts.stretches", n=int(said.split(maxsplit=1)[0]))
        if name == "why":
            return ", ".join(self.known(f"reason_parts.{one}", one) for one in said.split(", "))
        return said

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

    def asked(self, kind: str, value: str) -> str:
        """What a filter asks of a kind of signal, in words: a label, a stretch of its scale, some of it or none."""
        about = kinds().get(kind)
        if about and (band := about.bands.get(value)):
            return band.words.get(self.language, value)
        if value in {ANY, NONE} and not (about and value in about.labels):
            return self(f"search.{value}")
        return self.signal(kind, value)

    def number(self, value: float | int | None, digits: int | None = None, *, signed: bool = False) -> str:
        """``12 345,6`` or ``12,345.6``; ``digits`` after the decimal mark, by default none for whole numbers."""
        if value is None:
            return "–"
        if digits is None:
            digits = 0 if float(value).is_integer() else 1
        return self._number(value, _WHOLE + _decimals(digits), signed=signed)

    def percent(self, share: float | None, digits: int = 0, *, signed: bool = False) -> str:
        """A share 0…1 as ``42 %`` or ``42%``."""
        if share is None:
            return "–"
        pattern = _locale(self.language).percent_formats[None].pattern.replace(_WHOLE, _WHOLE + _decimals(digits))
        return self._number(share, pattern, signed=signed)

    def _number(self, value: float, pattern: str, *, signed: bool) -> str:
        text = _written(self.language, pattern, abs(value))
        shown = any(c in "123456789" for c in text)  # what rounds to zero has no sign
        return (MINUS if value < 0 and shown else "+" if signed and value > 0 and shown else "") + text

    def _date(self, moment: datetime | date, pattern: str) -> str:
        from babel.dates import format_date

        return format_date(moment, pattern, locale=_locale(self.language))

    def times(self, ratio: float) -> str:
        """``× 4,2``: one digit below ten, none above."""
        return f"×{NARROW_SPACE}{self.number(ratio, 1 if ratio < TEN else 0)}"

    def day(self, moment: datetime | date | None, *, long: bool = False) -> str:
        """``9 nov. 2026`` or ``9 Nov 2026``; ``long`` with the whole name of the month."""
        return "–" if moment is None else self._date(moment, "d MMMM y" if long else "d MMM y")

    def month(self, moment: datetime | date) -> str:
        """``nov. 2026`` or ``Nov 2026``."""
        return self._date(moment, "MMM y")

    def days(self, first: datetime | date, last: datetime | date, *, long: bool = False) -> str:
        """From a day to another: ``9–15 nov. 2026``, ``28 décembre 2026 – 3 janvier 2027``."""
        month = "MMMM" if long else "MMM"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{self.day(last, long=long)}"
        begin = self._date(first, f"d {month}" if first.year == last.year else f"d {month} y")
        return f"{begin} – {self.day(last, long=long)}"

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
        return self("dates.week", number=number, days=self.days(monday, sunday))

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
        letters = self(f"sizes.{unit}")
        return f"{self.number(value, 0 if unit == 0 or value >= TEN else 1)}\u00a0{letters}"


@cache
def words(language: InterfaceLanguage) -> Words:
    """What readers of one language are told, loaded once."""
    return Words(language)


def _decimals(digits: int) -> str:
    return f".{'0' * digits}" if digits else ""


@cache
def _locale(language: str) -> Locale:
    from babel import Locale

    return Locale.parse(language)


@cache
def _pattern(text: str) -> NumberPattern:
    from babel.numbers import parse_pattern

    return parse_pattern(text)


@lru_cache(maxsize=8192)
def _written(language: str, pattern: str, value: float) -> str:
    """A number as CLDR writes it; a page has thousands of figures, most of them small and met before."""
    return str(_pattern(pattern).apply(value, _locale(language)))


@lru_cache(maxsize=4096)
def _plural_form(language: str, n: float) -> str:
    return _locale(language).plural_form(n)


@cache
def _reason_patterns(language: InterfaceLanguage) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The reasons of the catalogue that name something, each with its key."""
    named = [key for key in catalogue(language) if key.startswith("reasons.") and "{" in key]
    return tuple(
        (re.compile(_NAMED.sub(r"(?P<\1>.+?)", re.escape(key.removeprefix("reasons.")))), key) for key in named
    )


_NAMED = re.compile(r"\\\{(\w+)\\\}")
