"""The two ends of a call: which number is the customer's, by who called whom.

On an outbound call the caller is the company and the customer the one called; inbound it is the other way round. Where
nothing says so, an end that is an extension or one of the company's own numbers (``VOC_OWN_NUMBERS``) tells; else the
number of either end may be the company's, and neither is taken for the customer's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from voc.errors import SettingsError
from voc.identifiers import listed_phones, normalise_phone
from voc.intake.cell_words import INTERNAL, INWARD, OUTWARD
from voc.intake.column_names import ATTRIBUTES, FIELDS, fold_header, named
from voc.intake.tables import as_text
from voc.language.yes_and_no import NO, YES
from voc.records import Identifier
from voc.settings import settings

Direction = Literal["inbound", "outbound", "internal"]

CALLER = named(
    lambda words: words.calls.get("caller", ""),
    tools="cnum|caller number|caller phone|ani|from|src|source number|originating number|cli|a number",
)
"""Folded names of the number that called, best first (``cnum`` and ``src``: Asterisk; ``ani``: Five9)."""

CALLEE = named(lambda words: words.calls.get("callee", ""), tools="callee phone|dnis|dst|destination")
"""Folded names of the number that was called."""

EITHER_END = frozenset((*CALLER, *CALLEE))

CUSTOMER = (
    *named(lambda words: words.calls.get("customer", "")),
    *(name for name in FIELDS["phone"] if name not in CALLER),
)
"""Folded names of the customer's number, whoever called."""

DIRECTION = (*ATTRIBUTES["direction"], *named(lambda words: words.calls.get("direction", "")))
"""Folded names of the direction."""

_WORDS: dict[Direction, frozenset[str]] = {"inbound": INWARD, "outbound": OUTWARD, "internal": INTERNAL}
_FORWARDED = frozenset(("outbound", "dial"))
"""Twilio's ``outbound-dial`` is the second leg of a call, either way: its caller is often the customer."""
_FLAGS: dict[str, tuple[Direction, Direction]] = {
    **dict.fromkeys(named(lambda words: words.calls.get("outward", "")), ("outbound", "inbound")),
    **dict.fromkeys(named(lambda words: words.calls.get("inward", "")), ("inbound", "outbound")),
}
"""A yes-or-no column → the direction it means by yes, and by no."""

FACES_MANY = 10
"""Different numbers that one number called or was called by, in one table, from which it is the company's: a customer
speaks to the few lines a company has, the company to everybody."""
MANY_CALLS = 100
"""Calls of one number in one table beyond which it is no customer's: two a week for a year."""

_ADDRESS = re.compile(r"(?:sips?|tel|whatsapp):([^@;>]+).*", re.IGNORECASE)
_INSIDE = ("phone number", "number", "phone", "extension number")
"""Names of the number where an end is an object of its own."""
_LONGEST_EXTENSION = 6
"""Digits of an extension of a telephone system: the shortest numbers of the public network that a person can have are
longer (E.164 national numbers of seven digits and more)."""


@dataclass(frozen=True)
class CustomerEnd:
    """What the numbers of a call say of the customer, and the folded names they stood under."""

    identifiers: tuple[Identifier, ...] = ()
    used: frozenset[str] = frozenset()
    company: frozenset[str] = frozenset()
    """Names that hold the other end: never read as anything of the customer's."""


def direction_of(fields: Mapping[str, Any]) -> Direction | None:
    """Who called whom, as the columns of a call say it: ``outbound-api``, ``Appel sortant``, ``inbound: false``."""
    for name in DIRECTION:
        words = set(fold_header(as_text(fields.get(name))).split())
        if words >= _FORWARDED:
            continue
        said = [direction for direction, known in _WORDS.items() if words & known]
        if len(said) == 1:
            return said[0]
    for name, (yes, no) in _FLAGS.items():
        value = fold_header(as_text(fields.get(name)))
        if value in YES | NO:
            return yes if value in YES else no
    return None


def customer_end(fields: Mapping[str, Any], *, region: str, own: frozenset[str] = frozenset()) -> CustomerEnd:
    """The customer's number among those of a call.

    Args:
        fields: folded names (:func:`voc.intake.column_names.fold_header`) and their values.
        region: ISO 3166 region of numbers without a country code.
        own: numbers of the company in E.164, beside ``VOC_OWN_NUMBERS``.

    Raises:
        SettingsError: ``VOC_OWN_NUMBERS`` holds what is not a phone number.
    """
    ours = own_numbers() | own
    caller, callee = _first(fields, CALLER, region), _first(fields, CALLEE, region)
    stated = _first(fields, CUSTOMER, region)
    direction = _told_by_ends(caller, callee, ours) or direction_of(fields)
    theirs: tuple[_End, ...]
    if direction == "outbound":
        theirs = (callee, stated)
    elif direction == "inbound":
        theirs = (caller, stated)
    elif direction == "internal":
        theirs = ()
    elif callee.number is None:
        theirs = (caller, stated)  # one number came with the call: whoever called
    elif stated.number is None and caller.number is not None:
        both = dict.fromkeys((caller.number, callee.number))
        doubtful = tuple(Identifier(type="phone", value=one, side_unknown=True) for one in both)
        return CustomerEnd(doubtful, frozenset((caller.name, callee.name)))
    else:
        theirs = (stated,)  # the caller is withheld, or the customer's number stands apart
    for end in theirs:
        if end.number is not None and end.number not in ours:
            verified = Identifier(type="phone", value=end.number, verified=True)
            return CustomerEnd((verified,), frozenset((end.name,)), frozenset((caller.name, callee.name)) - {end.name})
    return CustomerEnd(company=frozenset((caller.name, callee.name)))


def own_numbers() -> frozenset[str]:
    """The company's own numbers, in E.164.

    Raises:
        SettingsError: ``VOC_OWN_NUMBERS`` holds what is not a phone number.
    """
    chosen = settings()
    try:
        return listed_phones(chosen.own_numbers, chosen.default_region)
    except ValueError as error:
        raise SettingsError(f"VOC_OWN_NUMBERS: {error}") from error


def company_numbers(calls: Iterable[Mapping[str, Any]], *, region: str) -> frozenset[str]:
    """Numbers that no customer can have, by all the calls of a table: they face many others, or are on very many calls.

    Args:
        calls: folded names and values of each call.
        region: ISO 3166 region of numbers without a country code.
    """
    faced: dict[str, set[str]] = {}
    times: Counter[str] = Counter()
    for fields in calls:
        caller, callee, stated = (_first(fields, names, region).number for names in (CALLER, CALLEE, CUSTOMER))
        times.update({one for one in (caller, callee, stated) if one is not None})
        if caller is not None and callee is not None and caller != callee:
            faced.setdefault(caller, set()).add(callee)
            faced.setdefault(callee, set()).add(caller)
    facing = {number for number, others in faced.items() if len(others) >= FACES_MANY}
    return frozenset(facing | {number for number, calls_of_it in times.items() if calls_of_it > MANY_CALLS})


def has_ends(names: Collection[str]) -> bool:
    """Whether a table's folded column names tell one end of a call from the other."""
    return bool(set(names).intersection((*CALLEE, *DIRECTION))) and bool(EITHER_END.intersection(names))


@dataclass(frozen=True)
class _End:
    """One end of a call: the column it stands in, and its number in E.164; ``None`` for an extension or nothing."""

    name: str = ""
    number: str | None = None

    def is_extension(self) -> bool:
        """Whether it is inside the company's telephone system."""
        return bool(self.name) and self.number is None


def _first(fields: Mapping[str, Any], names: Collection[str], region: str) -> _End:
    """The first of ``names`` that holds a number or an extension."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, Mapping):  # {"phoneNumber": "+33…", "name": …}
            inner = {fold_header(str(key)): one for key, one in value.items()}
            value = next((inner[key] for key in _INSIDE if inner.get(key)), "")
        written = as_text(value).strip()
        bare = _ADDRESS.sub(r"\1", written).strip()
        if number := normalise_phone(bare, region, unassigned=True):
            return _End(name, number)
        if written.startswith("client:") or (bare.isdigit() and 1 < len(bare) <= _LONGEST_EXTENSION):
            return _End(name)
    return _End()


def _told_by_ends(caller: _End, callee: _End, ours: Collection[str]) -> Direction | None:
    """The direction, where one end is surely the company's: an own number, or an extension facing a whole number."""
    if (caller.number in ours) != (callee.number in ours):
        return "outbound" if caller.number in ours else "inbound"
    if caller.number in ours:
        return "internal"
    if caller.is_extension() and callee.number is not None:
        return "outbound"
    return "inbound" if callee.is_extension() and caller.number is not None else None
