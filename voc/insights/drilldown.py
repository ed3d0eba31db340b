"""The way from a figure to the interactions behind it, and back: ``Filters`` as the query of a path."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qsl, quote_plus, urlsplit

from pydantic import ValidationError

from voc.errors import InputError
from voc.signals import kinds
from voc.store import Filters
from voc.store.filters import SEVERAL, Asked, any_of

PATH = "/interactions"
SIGNALS = "signals"
_NAMES = {"since": "from", "until": "to"}
"""Filter → query parameter where the two differ (``from`` is a word of Python)."""


def href(filters: Filters) -> str:
    """Path of the list of exactly the interactions that ``filters`` count; several values of one are repeated."""
    own = ((name, value) for name, value in vars(filters).items() if value is not None and name != SIGNALS)
    query = [(_NAMES.get(name, name), one) for name, value in own for one in _spelled(value)]
    query.extend(filters.signals)
    return f"{PATH}?{'&'.join([f'{name}={_quoted(value)}' for name, value in query])}" if query else PATH


def filterable() -> list[str]:
    """Kinds of signals that lists, search and figures may be narrowed by."""
    return [name for name, kind in kinds().items() if kind.filterable]


def from_query(query: str) -> Filters:
    """The filters a query asks for; parameters that are no filter (cursor, by, q …) and empty ones are left alone.

    ``from`` and ``to`` are moments or days; a day given as ``to`` is included whole. What stands more than once is
    asked for one of its values.

    Raises:
        InputError: a value does not fit its filter; the message names the parameter.
    """
    asked: dict[str, Asked | datetime] = {}
    several = {*SEVERAL, *filterable()}
    pairs = [(key, text) for key, value in parse_qsl(query.lstrip("?")) if (text := value.strip())]
    for name in (*(one for one in Filters.model_fields if one != SIGNALS), *filterable()):
        named = _NAMES.get(name, name)
        given = [value for key, value in pairs if key == named]
        if len(given) > 1 and name not in several:
            raise InputError(f"{named}: give it once.", code="given_twice", given=named)
        if given:
            asked[name] = _moment(given[0], name) if name in _NAMES else any_of(given)
    try:
        return Filters.model_validate(asked)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{first['loc'][0]}: {first['msg']}; got '{first['input']}'.") from error


def from_href(path: str) -> Filters:
    """The filters of a path made by :func:`href`."""
    return from_query(urlsplit(path).query)


def interaction_href(
    interaction_id: str, *, begin_ms: int | None = None, characters: tuple[int, int] | None = None
) -> str:
    """Path of one interaction, opened at a second of its recording or at a stretch of its text."""
    if begin_ms is not None:
        return f"{PATH}/{interaction_id}?t={begin_ms}"
    if characters is not None:
        return f"{PATH}/{interaction_id}#c={characters[0]}-{characters[1]}"
    return f"{PATH}/{interaction_id}"


@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    """A value as it stands in a query; a page has a thousand links over the same few."""
    return quote_plus(value)


def _spelled(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(map(str, value))
    if not isinstance(value, datetime):
        return (str(value),)
    moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return (moment.isoformat().replace("+00:00", "Z"),)


def _moment(given: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise InputError(f"{_NAMES[name]}: '{given}' is not a date like 2026-11-09; correct it.") from error
    if name == "until" and len(given) == len("2026-11-09"):
        moment += timedelta(days=1)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
