"""The index of mentions: keys of what every text says, made as texts come in, asked when a person is erased.

A key is the end of an HMAC under the salt of the tombstones: whoever has the database without the salt can neither read
a word from it nor try one. What was made under another salt, by other rules or over other tables is made anew; until
then, and of whatever changed since its keys were made, everything is read.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from voc.privacy.trace_keys import MAKE, Looked, text_keys
from voc.store import Store

AT_ONCE = 200
"""Owners whose keys are made in one transaction: some tenths of a second."""
_REMEMBERED = 100_000
_SHORT = 32
_APART = "\x00"
"""Between two strings of a row: no trace reaches over it."""


class Keyed:
    """Makes keys under a salt."""

    def __init__(self, salt: str) -> None:
        self._secret = hashlib.sha256(b"mentions\x1f" + salt.encode()).digest()
        self._known: dict[str, int] = {}
        self._short: dict[str, tuple[int, ...]] = {}

    def number(self, key: str) -> int:
        """32 bits of the keyed hash of a key."""
        known = self._known.get(key)
        if known is None:
            digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), key=self._secret, digest_size=4).digest()
            known = int.from_bytes(digest, "little")
            if len(self._known) < _REMEMBERED:
                self._known[key] = known
        return known

    def numbers(self, keys: Iterable[str]) -> NDArray[np.uint32]:
        """uint32 [n] of the keys, in order, each once."""
        return np.unique(np.fromiter((self.number(one) for one in keys), np.uint32))

    def of_words(self, words: Iterable[str]) -> NDArray[np.uint32]:
        """uint32 [n]: the keys of all strings of an owner's rows."""
        found: set[int] = set()
        for one in set(words):  # the same words stand in many places of a document
            found.update(self._of_short(one) if len(one) <= _SHORT else map(self.number, text_keys(one)))
        return np.sort(np.fromiter(found, np.uint32, len(found)))

    def _of_short(self, word: str) -> tuple[int, ...]:
        """Of a label or a field's name, which are the same in every document."""
        known = self._short.get(word)
        if known is None:
            known = tuple(map(self.number, text_keys(word)))
            if len(self._short) < _REMEMBERED:
                self._short[word] = known
        return known

    def made_by(self, store: Store) -> str:
        """What decides which keys a text gets, as one word: salt, rules and tables."""
        parts = (MAKE, unicodedata.unidata_version, store.mention_index.covers())
        return hashlib.blake2b("\x1f".join(parts).encode(), key=self._secret, digest_size=16).hexdigest()


def joined(words: Iterable[str]) -> str:
    """The strings of a row as one text."""
    return _APART.join(words)


def make_due(store: Store, *, salt: str, stopped: Callable[[], bool] = lambda: False) -> int:
    """Make the keys of every owner that owes them; returns of how many. Ended half-way the rest is owed still."""
    keyed = Keyed(salt)
    if store.mention_index.made_by() != (by := keyed.made_by(store)):
        store.mention_index.begin_anew(by)
    made = 0
    while not stopped() and (due := store.mention_index.due(AT_ONCE)).seqs:
        words = store.mention_index.words(due.owners)
        store.mention_index.save({owner: keyed.of_words(each) for owner, each in words.items()}, due)
        made += len(words)
    return made


def owners_to_read(store: Store, looked: Looked, *, salt: str) -> set[str] | None:
    """Owners whose rows may hold what is looked for; ``None`` where every row has to be read."""
    keyed = Keyed(salt)
    index = store.mention_index
    with store.database.reading_together():
        if looked.conditions is None or index.made_by() != keyed.made_by(store):
            return None
        found = index.owed()
        wanted = [[keyed.numbers(any_of) for any_of in condition] for condition in looked.conditions]
        # Of each condition the longest words: the rarest, most likely, and enough for a first look.
        rarest = [keyed.numbers(max(one, key=lambda any_of: min(map(len, any_of)))) for one in looked.conditions]
        if rarest:
            for owner, keys in index.with_any(np.concatenate(rarest)):
                if any(all(np.isin(any_of, keys).any() for any_of in condition) for condition in wanted):
                    found.add(owner)
    return found
