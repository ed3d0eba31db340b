"""What is never guessed about anybody: special categories of personal data, and what the law forbids to sort by.

The first seven groups are article 9 of the GDPR (health, genetic and biometric data, religion and belief, origin,
trade union, politics, sex life and orientation), then criminal convictions (article 10), then criteria of
discrimination in French law (Code pénal, art. 225-1): sex, age, family situation, pregnancy, disability, name, poverty.
A name of an attribute or one of its values that holds one of these words is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from voc.language.folding import bare
from voc.language.registry import words_of

GROUPS = (
    *("health", "genetic_biometric", "religion", "origin", "union", "politics", "sexuality", "criminal", "sex", "age"),
    *("family", "name", "poverty"),
)
"""Groups of sensitive data; of two that fit, the earlier."""


@dataclass(frozen=True)
class _Group:
    """What tells a group: whole words, how words begin, and words in a row."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    phrases: tuple[str, ...]

    @classmethod
    def of(cls, name: str) -> _Group:
        listed = words_of(lambda one: one.attributes.sensitive.get(name, ""))
        return cls(
            frozenset(one for one in listed if not one.endswith("*") and " " not in one),
            tuple(one.removesuffix("*") for one in listed if one.endswith("*")),
            tuple(one for one in listed if " " in one),
        )

    def told_by(self, name: str) -> bool:
        """Whether an attribute's name or value, folded, is of this group."""
        return any(phrase in name for phrase in self.phrases) or any(
            word in self.words or word.startswith(self.beginnings) for word in name.split()
        )


_GROUPS = {name: _Group.of(name) for name in GROUPS}


def group_of(text: str) -> str | None:
    """The group of sensitive data that ``text`` speaks of, ``None`` where none is known."""
    words = words_of_name(text)
    return next((name for name, group in _GROUPS.items() if group.told_by(words)), None)


def is_sensitive(name: str, values: Iterable[str] = (), *, also: Iterable[str] = ()) -> bool:
    """Whether an attribute may not be guessed: by its name, by what its values say, or because ``also`` names it."""
    if words_of_name(name) in {words_of_name(one) for one in also}:
        return True
    return group_of(name) is not None or any(group_of(value) is not None for value in values)


@lru_cache(maxsize=4096)
def words_of_name(text: str) -> str:
    """The folded words of an attribute's name or value, one space apart; ``dateOfBirth`` is three words."""
    return bare(re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", text[:300]))
