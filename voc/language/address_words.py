"""Postal addresses as a language writes and says them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressWords:
    """Whole patterns, and the words by which an address of any country is known from its build.

    Attributes:
        written: patterns over the text as it is.
        said: patterns over the folded text, of what is said aloud.
        everywhere: whether they are looked for in texts of every language, not of its own and unknown ones only.
        streets: words for a street, folded.
        units: words for a part of a house beside its number ("flat", "étage"), folded.
        particles: small words inside a name of a street or town, folded.
        countries: words that may follow the town.
        no_street: words in capitals before a number that is none of a house.
        announces: what announces an address, as alternatives over folded text.
        boxes: what a box of a post office is called, as alternatives over the text as it is, case aside.
        postcode, postcode_is: what a postcode is called, and what stands between that and it, likewise.
    """

    written: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    everywhere: bool = False
    streets: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    no_street: frozenset[str] = frozenset()
    announces: str = ""
    boxes: str = ""
    postcode: str = ""
    postcode_is: str = ""
