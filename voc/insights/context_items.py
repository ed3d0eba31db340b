"""What a context is made of: profile, product, usage, moment of the customer's life and channel, each as plain values.

Attributes of the customer base have whatever names a company gave them, so a column is understood by what is in it: a
date becomes how long ago it was at the moment of the contact, a column of few values is taken as it is, numbers are cut
at the quartiles of the base, ids and free text are left alone. So are what must not be profiled by (health, belief,
origin …), who answered, and what the source filed the contact under.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from voc.insights.change_drivers import NOT_GROUPS
from voc.language.folding import fold
from voc.language.registry import alternatives
from voc.store.contexts import Contact, Profile

Kind = Literal["profile", "product", "usage", "moment", "channel"]
NONE = "—"
"""Known to have no value: a customer who never moved is in the universe of "moved", and in no context of it."""

FEWEST, MOST_VALUES = 2, 30
NUMBERS_FROM = 8
"""A column of numbers with at least this many different ones is cut at its quartiles."""
SHARE_OF_KIND = 0.8
"""Of the values of a column that must read as a date (a number) for the column to be one."""
LONGEST_VALUE = 60
RETURNS = "returns"
RETURNS_WITHIN = timedelta(days=30)

TENURES: tuple[tuple[int, str], ...] = ((90, "under_3_months"), (365, "under_1_year"), (3 * 365, "1_to_3_years"))
AGES: tuple[tuple[int, str], ...] = ((90, "last_3_months"), (365, "last_year"))

_PRODUCT = re.compile(rf"\b(?:{alternatives(lambda one: one.attributes.product)})\b")
_USAGE = re.compile(rf"\b(?:{alternatives(lambda one: one.attributes.usage)})\b")
_SENSITIVE = re.compile(rf"\b(?:{alternatives(lambda one: one.attributes.ungrouped)})\b")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_EUROPEAN = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: .*)?")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")

Read = Callable[[Contact, Profile | None], str | None]


@dataclass(frozen=True)
class Dimension:
    """One way contacts differ. ``of`` gives its value for a contact, :data:`NONE`, or ``None`` where it is unknown.

    ``own`` says that the contact itself carries it (channel, app version): a customer may be in several of its values.
    """

    name: str
    kind: Kind
    of: Read
    own: bool = False


def dimensions(contacts: Sequence[Contact], profiles: Mapping[str, Profile]) -> list[Dimension]:
    """Every dimension these contacts can be told apart by."""
    found = [
        Dimension("channel", "channel", lambda contact, _: contact.channel, own=True),
        Dimension("segment", "profile", lambda _, profile: (profile.segment or NONE) if profile else None),
        Dimension("city", "profile", _city),
        Dimension("tenure", "moment", _tenure),
        Dimension(RETURNS, "moment", returning(contacts)),
    ]
    columns: dict[str, list[str]] = {}
    for profile in profiles.values():
        for name, value in profile.attributes.items():
            columns.setdefault(name, []).append(value.strip())
    for name, values in sorted(columns.items()):
        if (made := _of_base(name, [one for one in values if one])) is not None:
            found.append(made)
    own: dict[str, list[str]] = {}
    for contact in contacts:
        for name, value in contact.attributes.items():
            own.setdefault(name, []).append(value.strip())
    for name, values in sorted(own.items()):
        numbers = {one for one in values if _NUMBER.fullmatch(one)}
        if name not in NOT_GROUPS and name not in columns and len(numbers) < NUMBERS_FROM and _few(name, values):
            found.append(Dimension(name, _kind(name, "usage"), _own(name), own=True))
    return found


def _of_base(name: str, values: Sequence[str]) -> Dimension | None:
    if not values or _SENSITIVE.search(_words(name)):
        return None
    dates = [date for one in values if (date := _date(one)) is not None]
    if len(dates) >= SHARE_OF_KIND * len(values):
        return Dimension(name, "moment", _since(name))
    distinct = set(values)
    numbers = [float(one.replace(",", ".")) for one in values if _NUMBER.fullmatch(one)]
    if len(numbers) >= SHARE_OF_KIND * len(values) and len(set(numbers)) >= NUMBERS_FROM:
        ordered = sorted(numbers)
        cuts = tuple(ordered[len(ordered) * quarter // 4] for quarter in (1, 2, 3))
        return Dimension(name, _kind(name, "profile"), _quartile(name, cuts)) if len(set(cuts)) == len(cuts) else None
    return Dimension(name, _kind(name, "profile"), _category(name)) if _few(name, values, distinct) else None


def _few(name: str, values: Sequence[str], distinct: set[str] | None = None) -> bool:
    distinct = distinct or set(values)
    fits = FEWEST <= len(distinct - {""}) <= MOST_VALUES and max(map(len, distinct)) <= LONGEST_VALUE
    return fits and not _SENSITIVE.search(_words(name))


def _kind(name: str, otherwise: Kind) -> Kind:
    words = _words(name)
    return "product" if _PRODUCT.search(words) else "usage" if _USAGE.search(words) else otherwise


def _words(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", fold(name))


def _city(contact: Contact, profile: Profile | None) -> str | None:
    said = contact.attributes.get("city", "").strip() or None
    return (profile.city or said or NONE) if profile else said


def _tenure(contact: Contact, profile: Profile | None) -> str | None:
    if profile is None:
        return None
    if profile.since is None:
        return NONE
    days = (contact.at - profile.since).days
    return next((label for limit, label in TENURES if days < limit), "over_3_years")


def returning(contacts: Sequence[Contact]) -> Read:
    """Whether the customer had been in contact within the thirty days before, as far as ``contacts`` tell."""
    before: dict[str, datetime] = {}
    again: dict[str, bool] = {}
    for one in sorted(contacts, key=lambda contact: (contact.at, contact.id)):
        if one.customer_id is not None:
            last = before.get(one.customer_id)
            again[one.id] = last is not None and one.at - last <= RETURNS_WITHIN
            before[one.customer_id] = one.at

    def read(contact: Contact, _: Profile | None) -> str | None:
        known = again.get(contact.id)
        return None if known is None else "within_30_days" if known else NONE

    return read


def _category(name: str) -> Read:
    return lambda _, profile: (profile.attributes.get(name, "").strip() or NONE) if profile else None


def _own(name: str) -> Read:
    return lambda contact, _: contact.attributes.get(name, "").strip() or None


def _since(name: str) -> Read:
    def read(contact: Contact, profile: Profile | None) -> str | None:
        if profile is None:
            return None
        date = _date(profile.attributes.get(name, ""))
        if date is None:
            return NONE
        days = (contact.at - date).days
        if days < 0:
            return "to_come"
        return next((label for limit, label in AGES if days <= limit), "longer_ago")

    return read


def _quartile(name: str, cuts: Sequence[float]) -> Read:
    def read(_: Contact, profile: Profile | None) -> str | None:
        if profile is None:
            return None
        value = profile.attributes.get(name, "").strip()
        if not _NUMBER.fullmatch(value):
            return NONE
        return f"quarter_{1 + sum(float(value.replace(',', '.')) >= cut for cut in cuts)}"

    return read


def _date(value: str) -> datetime | None:
    value = value.strip()
    try:
        if iso := _ISO.fullmatch(value):
            return datetime(int(iso[1]), int(iso[2]), int(iso[3]), tzinfo=UTC)
        if european := _EUROPEAN.fullmatch(value):
            day, month = int(european[1]), int(european[2])
            if month > 12:
                day, month = month, day
            return datetime(int(european[3]), month, day, tzinfo=UTC)
    except ValueError:
        return None
    return None
