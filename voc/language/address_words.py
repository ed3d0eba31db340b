"""Postal addresses as a language writes and says them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AddressPatterns:
    """Postal addresses as patterns.

    Attributes:
        written: patterns over the text as it is.
        said: patterns over the folded text, of what is said aloud.
        everywhere: whether they are looked for in texts of every language, not of its own and unknown ones only.
    """

    written: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    everywhere: bool = False
