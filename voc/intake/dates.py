"""Moments as exports write them to aware UTC datetimes.

A moment without a zone is in that of the settings (``VOC_TIME_ZONE``, UTC by default): an export does not say more, and
one rule for all keeps weeks comparable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from voc.errors import SettingsError
from voc.language.folding import without_accents
from voc.language.registry import alternatives, languages
from voc.settings import settings

_MONTHS: dict[str, int] = {
    name: number for one in languages() for number, names in enumerate(one.months, start=1) for name in names
}

_AT = alternatives(lambda one: one.dates.at)
_ARTICLE = alternatives(lambda one: one.dates.article)
_ORDINALS = alternatives(lambda one: one.dates.ordinals)
_CLOCK = (
    rf"(?:(?:[ T,@-]|{_AT})*+(\d{{1,2}})"
    r"\s*[:hH.]\s*(\d{2})?(?:[:m.]\s*(\d{2})(?:[.,](\d{1,9}))?)?\s*s?)?"
)
_ZONES = {
    **{"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120},
    **{"EET": 120, "EEST": 180, "EST": -300, "EDT": -240, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480},
    "PDT": -420,
}
"""Minutes east of UTC of the zone names exports use."""
_ZONE = rf"\s*([ap]\.?\s?m\.?)?\s*({'|'.join(_ZONES)}|(?:UTC|GMT)?\s*[+-]\d{{1,2}}:?(?:\d{{2}})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}{_ZONE}", re.IGNORECASE)
_NUMBERS = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){_CLOCK}{_ZONE}", re.IGNORECASE)
_USUAL_NUMBERS = re.compile(
    r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII
)
"""What most columns of such dates hold: the same groups as :data:`_NUMBERS`, found in a tenth of the time."""
_DAY_MONTH = re.compile(
    rf"(?:[a-z]+\.?,?\s+)?(?:(?:{_ARTICLE})\s+)?(\d{{1,2}})(?:{_ORDINALS})?[\s./-]+([a-z]+)\.?,?"
    rf"[\s./-]+(\d{{4}}|\d{{2}}),?{_CLOCK}{_ZONE}",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?:[a-z]+\.?,?\s+)?([a-z]+)\.?\s+(\d{{1,2}})(?:{_ORDINALS})?,?\s+(\d{{4}}),?{_CLOCK}{_ZONE}", re.IGNORECASE
)
_TWITTER = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{2}):(\d{2}):(\d{2}) ([+-]\d{4}) (\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T_-]?(\d{2})(\d{2})(\d{2})?)?(Z)?")

_EPOCH = re.compile(r"1\d{9}\.\d{1,9}", re.ASCII)
"""Unix seconds with a fraction, as Slack and Reddit write them (2001 to 2033)."""

EARLIEST, LATEST = 1990, 2100
"""Years outside are a wrong reading (a number that is no date) rather than a customer's contact."""

SERIALS = 30_000, 60_000
"""Numbers that a column of dates may hold as a spreadsheet's days (1982 to 2064)."""

_EPOCH_OF_SHEETS = datetime(1899, 12, 30)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d{1,12})?", re.ASCII)


def naive_zone() -> tzinfo:
    """The zone of moments that are written without one.

    Raises:
        SettingsError: ``VOC_TIME_ZONE`` names none.
    """
    return _zone_called(settings().time_zone)


def zoned(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone is in that of ``VOC_TIME_ZONE``.

    Raises:
        SettingsError: ``VOC_TIME_ZONE`` names none.
    """
    return (moment.replace(tzinfo=naive_zone()) if moment.tzinfo is None else moment).astimezone(UTC)


@lru_cache(maxsize=16)
def _zone_called(name: str) -> tzinfo:
    if name.upper() in {"UTC", "Z", ""}:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"VOC_TIME_ZONE: there is no time zone {name!r}; write one like Europe/Paris.") from error


def parse_moment(value: str, *, month_first: bool = False) -> datetime | None:
    """Read a date, or a date and time, in any usual spelling; ``None`` where it is not one.

    Args:
        value: ``2026-11-09T10:12:00+01:00``, ``09/11/2026 10h12``, ``9 novembre 2026``, ``Nov 9, 2026``,
            ``Tue Oct 31 23:36:20 +0000 2017``, RFC 5322 dates, Unix seconds or milliseconds.
        month_first: read ``11/09/2026`` as November 9; :func:`is_month_first` tells from a whole column.

    Returns:
        An aware datetime in UTC.
    """
    return _moment(value, month_first, naive_zone())


@lru_cache(maxsize=65536)
def _moment(value: str, month_first: bool, zone: tzinfo) -> datetime | None:
    text = value.strip()
    if not 6 <= len(text) <= 64:
        return None
    moment = None
    if text[:4].isdigit() and not text.isdigit():
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
    try:
        if moment is None:
            moment = _parse(text, month_first=month_first)
        if moment is None:
            return None
        if moment.tzinfo is None:
            moment = datetime.combine(moment, moment.time(), zone)  # as replace(tzinfo=zone), several times as quickly
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if EARLIEST <= moment.year < LATEST else None


def parse_column(value: str, *, month_first: bool = False) -> datetime | None:
    """:func:`parse_moment` of a cell in a column of dates, where a bare number may also be a spreadsheet's day.

    Days are counted from 1899-12-30, as Excel and LibreOffice do; ``45974`` is 13 November 2025. Only numbers that mean
    a day between 1982 and 2064 are taken for one, and only in such a column: elsewhere a number is no date.
    """
    moment = parse_moment(value, month_first=month_first)
    if moment is None and _SERIAL.fullmatch(value.strip()):
        days = float(value.strip().replace(",", "."))
        if SERIALS[0] <= days < SERIALS[1]:
            moment = _EPOCH_OF_SHEETS + timedelta(seconds=round(days * 86_400))
            moment = moment.replace(tzinfo=naive_zone()).astimezone(UTC)
            return moment if EARLIEST <= moment.year < LATEST else None
    return moment


def _parse(text: str, *, month_first: bool) -> datetime | None:
    if match := _USUAL_NUMBERS.fullmatch(text):
        return _of_numbers(*match.groups(), month_first=month_first)
    if text.isdigit():
        return _from_number(text)
    if match := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(float(match.group()), tz=UTC)
    if match := _TWITTER.fullmatch(text):
        month, day, hour, minute, second, zone, year = match.groups()
        return datetime(
            int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=_zone(zone)
        )
    folded = _fold(text)
    if match := _YEAR_FIRST.fullmatch(folded):
        year, month, day, *rest = match.groups()
        return _build(year, month, day, *rest)
    if match := _NUMBERS.fullmatch(folded):
        return _of_numbers(*match.groups(), month_first=month_first)
    if (match := _DAY_MONTH.fullmatch(folded)) and match.group(2).lower() in _MONTHS:
        day, month, year, *rest = match.groups()
        return _build(year, str(_MONTHS[month.lower()]), day, *rest)
    if (match := _MONTH_DAY.fullmatch(folded)) and match.group(1).lower() in _MONTHS:
        month, day, year, *rest = match.groups()
        return _build(year, str(_MONTHS[month.lower()]), day, *rest)
    if "," in text[:5] or text[-5:-4] in {"+", "-"}:
        return parsedate_to_datetime(text)
    return None


def _of_numbers(first: str, second: str, year: str, *rest: str | None, month_first: bool) -> datetime:
    swap = (month_first and int(first) <= 12) or int(second) > 12
    return _build(year, first, second, *rest) if swap else _build(year, second, first, *rest)


def _fold(text: str) -> str:
    return " ".join(without_accents(text).split())


def _from_number(text: str) -> datetime | None:
    if len(text) in {8, 12, 14} and (match := _COMPACT.fullmatch(text)) and text.startswith(("19", "20")):
        year, month, day, hour, minute, second, _ = match.groups()
        return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    if len(text) == 10:
        return datetime.fromtimestamp(int(text), tz=UTC)
    if len(text) == 13:
        return datetime.fromtimestamp(int(text) / 1000, tz=UTC)
    return None


def _build(
    year: str,
    month: str,
    day: str,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
    fraction: str | None = None,
    half: str | None = None,
    zone: str | None = None,
) -> datetime:
    whole_year = int(year) + (2000 if len(year) == 2 and int(year) < 70 else 1900 if len(year) == 2 else 0)
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    return datetime(
        whole_year, int(month), int(day), hours, int(minute or 0), int(second or 0), micro, tzinfo=_zone(zone)
    )


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    bare = re.sub(r"\s|^(?:utc|gmt)(?=\s*[+-])", "", name, flags=re.IGNORECASE).upper()
    if bare in _ZONES:
        return timezone(timedelta(minutes=_ZONES[bare]))
    sign = -1 if bare[0] == "-" else 1
    digits = bare[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def is_month_first(values: Iterable[str]) -> bool:
    """Tell whether a column writes the month before the day (``2/24/2015``).

    A value with a second number above 12 proves it, one with a first number above 12 disproves it, whatever else the
    column holds: where both stand, the day comes first. Undecided columns are day first unless they say AM or PM,
    which only English does.
    """
    proved = said = False
    for value in values:
        order = order_of(value)
        if order == "day":
            return False
        proved = proved or order == "month"
        said = said or order == "english"
    return proved or said


def order_of(value: str) -> Literal["day", "month", "english"] | None:
    """What one date of numbers proves of its column: ``13/11/2026`` day first, ``11/13/2026`` month first.

    ``english`` is a hint only: it says AM or PM.
    """
    text = value.strip()[:64]
    if text.isascii() and _BETWEEN_NUMBERS.isdisjoint(text[1:3]):
        return None  # most often the year comes first
    return _order_of(text)


@lru_cache(maxsize=65536)
def _order_of(text: str) -> Literal["day", "month", "english"] | None:
    match = _USUAL_NUMBERS.fullmatch(text) or _NUMBERS.match(_fold(text))
    if not match:
        return None
    if int(match.group(1)) > 12:
        return "day"
    if int(match.group(2)) > 12:
        return "month"
    return "english" if match.re is _NUMBERS and match.group(8) else None


_BETWEEN_NUMBERS = frozenset("-/.")


_IN_NAME = re.compile(
    r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])"
    rf"(?:(?:[T_ .-]{{0,2}}| (?:{alternatives(lambda one: one.chats.at)}) )"
    r"([01]\d|2[0-3])[-_:h.]?([0-5]\d)(?:[-_:m.]?([0-5]\d))?(?:\.\d+)?"
    rf"(?: ?({'|'.join(_ZONES)})\b(?:([+-]\d{{1,2}})\b)?)?)?(?!\d)"
)


def moment_in_name(filename: str) -> datetime | None:
    """Find the date (and time) recorders put in file names: ``20261109_101200.wav``, ``call-2026-11-09T10-12``."""
    match = _IN_NAME.search(filename)
    if not match:
        return None
    year, month, day, hour, minute, second, named, apart = match.groups()
    zone = UTC if filename[: match.start()].upper().endswith("GMT") else naive_zone()
    if named:
        zone = _zone(apart or named) or zone
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone
        )
        return moment.astimezone(UTC)
    except ValueError:
        return None
