"""How the names of a language are spelt, towards how they sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Spelling = tuple[str, str]
"""A pattern over folded letters, and the sound in its place."""


@dataclass(frozen=True)
class NameSounds:
    """The spellings of names, see :func:`voc.linking.phonetics.sounds_like`.

    Attributes:
        letters: letter that folding would take for another sound → as it sounds (``ç`` → ``s``), lower case.
        spellings: what sounds otherwise than its letters, in the order in which they are replaced. A spelling that
            other languages have as well stands in each of them, where it belongs among the others.
        o_sound: spellings of a final *o*, as alternatives of a pattern.
        silent: endings that are not heard, as alternatives of a pattern.
    """

    letters: Mapping[str, str] = field(default_factory=dict)
    spellings: tuple[Spelling, ...] = ()
    o_sound: str = ""
    silent: str = ""


def in_one_order(lists: Sequence[Sequence[Spelling]]) -> tuple[Spelling, ...]:
    """Spellings of several languages as one list, each language's order kept.

    Raises:
        ValueError: two languages have two spellings in opposite order.
    """
    order: dict[Spelling, set[Spelling]] = {}
    for one in lists:
        for at, spelling in enumerate(one):
            order.setdefault(spelling, set()).update(one[:at])
    found: list[Spelling] = []
    while order:
        free = next((one for one, before in order.items() if before.isdisjoint(order)), None)
        if free is None:
            raise ValueError(f"two languages replace {sorted(order)[0][0]} in opposite order; make one of them agree.")
        found.append(free)
        del order[free]
    return tuple(found)
