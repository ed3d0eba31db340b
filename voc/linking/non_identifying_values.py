"""Identifier values that name nobody: fillers, mailboxes that send for everybody, and what the operator lists.

Three guards keep one bad value from joining hundreds of people: what is blocked here, the number of records that may
own a value before it proves nothing, and the number of values of a type one record may have.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from voc.errors import InputError, SettingsError
from voc.identifiers import listed_phones, normalise
from voc.language.registry import languages
from voc.records import Customer, Identifier, IdentifierType

FILE_NAME = "blocked_identifiers.txt"

SHARED_BY_MORE_THAN = 4
"""A value owned by more records than this is a switchboard or a placeholder, not a person (Segment: blocked values)."""

MOST_VALUES: dict[str, int] = {
    "phone": 20, "email": 20, "handle": 20, "loyalty": 20, "customer": 20, "name": 20, "contract": 500, "order": 5000,
}  # fmt: skip
"""Values of a type one record may have. One with more holds what a broken merge or import swept together."""

_NOBODY = frozenset().union(*(one.contact.nobodys for one in languages()))
"""Local parts that never are a person's, wherever they are."""

_SHARED = frozenset().union(*(one.contact.shared for one in languages()))
"""Local parts several people read. They may name a small business: believed while one record alone owns them."""

_FICTIONAL_DOMAINS = ("example.invalid", "localhost", "test.test", "aaa.aa", "mail.invalid")


class BlockedIdentifiers:
    """The values that name nobody: the shipped ones and the operator's own list.

    ``blocked_identifiers.txt`` in the home holds one ``type: value`` a line; ``*`` stands for anything, ``#`` begins a
    comment::

        phone: 01 40 00 00 00       # our own switchboard
        email: *@our-company.example
    """

    def __init__(self, own: Iterable[tuple[IdentifierType, str]] = ()) -> None:
        self._exact = frozenset(one for one in own if "*" not in one[1])
        self._patterns = tuple(one for one in own if "*" in one[1])

    @classmethod
    def read(cls, home: Path, *, region: str = "FR", own_numbers: str = "") -> BlockedIdentifiers:
        """The shipped values, those of the home's own list, and the company's own numbers (``VOC_OWN_NUMBERS``).

        Raises:
            InputError: a line is not ``type: value``; the message names it.
            SettingsError: one of ``own_numbers`` is not a phone number.
        """
        path = home / FILE_NAME
        try:
            own: list[tuple[IdentifierType, str]] = [("phone", one) for one in listed_phones(own_numbers, region)]
        except ValueError as error:
            raise SettingsError(f"VOC_OWN_NUMBERS: {error}") from error
        if not path.is_file():
            return cls(own)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            entry = line.partition("#")[0].strip()
            if not entry:
                continue
            kind, colon, value = (part.strip() for part in entry.partition(":"))
            if not colon or kind not in MOST_VALUES or not value:
                raise InputError(
                    f"{path}:{number}: write 'type: value' with a type of {', '.join(sorted(MOST_VALUES))}."
                )
            own.append((kind, _spelling(kind, value, region)))  # type: ignore[arg-type]
        return cls(own)

    def most_owners(self, identifier: Identifier) -> int:
        """How many records may own this value for it to say who somebody is; 0 when it never does."""
        if (identifier.type, identifier.value) in self._exact:
            return 0
        if any(kind == identifier.type and fnmatchcase(identifier.value, what) for kind, what in self._patterns):
            return 0
        if identifier.type == "email":
            local, _, domain = identifier.value.partition("@")
            if local in _NOBODY or domain in _FICTIONAL_DOMAINS:
                return 0
            return 1 if local in _SHARED else SHARED_BY_MORE_THAN
        if identifier.type == "handle" and identifier.value in _NOBODY:
            return 0
        return SHARED_BY_MORE_THAN

    def __contains__(self, identifier: Identifier) -> bool:
        return self.most_owners(identifier) == 0


def within_limits(customer: Customer) -> tuple[Customer, int]:
    """The record with at most :data:`MOST_VALUES` identifiers of each type, and how many of the last were dropped."""
    counts: dict[str, int] = {}
    kept = []
    for one in customer.identifiers:
        counts[one.type] = counts.get(one.type, 0) + 1
        if counts[one.type] <= MOST_VALUES[one.type]:
            kept.append(one)
    dropped = len(customer.identifiers) - len(kept)
    return (customer.model_copy(update={"identifiers": tuple(kept)}), dropped) if dropped else (customer, 0)


def _spelling(kind: str, value: str, region: str) -> str:
    """The value as identifiers are normalised; a pattern stays as written, in lower case where the type is."""
    if "*" in value:
        return value.lower() if kind in ("email", "handle") else value
    return normalise(kind, value, region) or value
