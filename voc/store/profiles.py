"""What tells a person apart, in one flat row: what the linking index keeps of each customer."""

from __future__ import annotations

from typing import NamedTuple


class Profile(NamedTuple):
    """A customer (``customer_id`` set) or whoever speaks in an interaction, prepared for comparing.

    Names and places are folded (lower case, no accents), ``birth_date`` is ISO 8601, ``email`` holds match keys,
    ``phone`` E.164 numbers, ``reference`` contract and order numbers; unknown is ``None`` or empty. A named tuple,
    not a pydantic record, because one look at the index makes hundreds of them.
    """

    customer_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    postcode: str | None = None
    city: str | None = None
    birth_date: str | None = None
    reference: tuple[str, ...] = ()
