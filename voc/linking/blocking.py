"""Blocking keys: which customers are compared with an interaction at all.

A customer shares a key with an interaction where one strong thing agrees (the tail of a phone, the local part of an
address, the day of birth) or two weak ones (how the surname sounds and the first letter of the first name, the
postcode or the city). Keys are 63-bit hashes, so that one narrow index of integers serves all kinds and no name stands
in it. Two different keys with one hash only bring a candidate too many, which is then scored like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from voc.linking.phonetics import sounds_like
from voc.store.profiles import Profile

PHONE_TAIL = 7
SHORTEST_LOCAL_PART = 4
"""Shorter local parts (info, me) are nobody's own."""


def keys(profile: Profile) -> frozenset[int]:
    """The blocking keys under which a customer is found."""
    return frozenset(_hashed(key) for key in readable_keys(profile))


def asked_keys(profile: Profile) -> frozenset[int]:
    """The blocking keys by which to look for whoever ``profile`` is.

    With a whole first name its sound is asked for rather than its first letter, which a tenth as many share.
    """
    several = frozenset(readable_keys(profile))
    narrow = any(key.startswith("s:") for key in several)
    return frozenset(_hashed(key) for key in several if not (narrow and key.startswith("n:")))


def _hashed(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) >> 1


def readable_keys(profile: Profile) -> Iterator[str]:
    """The same before hashing: a letter for the kind, then the values."""
    for phone in profile.phone:
        if len(phone) > PHONE_TAIL:
            yield f"p:{phone[-PHONE_TAIL:]}"
    for email in profile.email:
        local = email.partition("@")[0]
        if len(local) >= SHORTEST_LOCAL_PART:
            yield f"e:{local}"
    for reference in profile.reference:
        yield f"r:{reference}"
    if profile.birth_date:
        yield f"b:{profile.birth_date}"
    first = profile.first_name or ""
    if profile.last_name and (sound := sounds_like(profile.last_name)):
        if first:
            yield f"n:{sound}:{first[0]}"
            if len(first) > 1 and (first_sound := sounds_like(first)):
                yield f"s:{sound}:{first_sound}"
        if profile.postcode:
            yield f"z:{sound}:{profile.postcode}"
        if profile.city:
            yield f"c:{sound}:{profile.city}"
    if len(first) > 1 and profile.postcode:
        yield f"f:{first}:{profile.postcode}"
