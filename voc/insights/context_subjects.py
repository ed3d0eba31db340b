"""What contacts are about, arranged for mining: topics, their parents, and how it was said; and who is one voice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from voc.insights.context_items import NONE, Dimension
from voc.insights.labels import topic_labels
from voc.insights.subgroup_discovery import Contacts, Item, SubjectGroup
from voc.locales import interface_languages
from voc.locales.words import words
from voc.store.contexts import Contact, Profile
from voc.store.folding import stem, telling
from voc.store.shapes import REPEATED_TEXT_CHARS

TOPICS, PARENTS, SENTIMENTS = "topic", "parent", "sentiment"
DISSATISFIED = "negative"
BELOW = "› "
"""Between a parent and a child in the label of a topic."""


def arranged(contacts: Sequence[Contact], profiles: Mapping[str, Profile], dimensions: Sequence[Dimension]) -> Contacts:
    """Contacts as arrays: their values, their voices, what they speak of."""
    known = [profiles.get(one.customer_id) if one.customer_id is not None else None for one in contacts]
    values = {
        one.name: [one.of(contact, profile) for contact, profile in zip(contacts, known, strict=True)]
        for one in dimensions
    }
    told = [replace(one, same_as=tautologies(one.names, values)) for one in families(contacts)]
    return Contacts(values, voices(contacts), told)


def tautologies(subjects: Sequence[str], values: Mapping[str, Sequence[str | None]]) -> dict[str, frozenset[Item]]:
    """Subject → values of which it only says the name again, in a language that pages are read in.

    So it is where the words of one are among those of the other: the product *Mobile 100 Go* and the topic *Mobile*,
    the channel *Réclamation* and the topic *Réclamations et avis*.
    """
    items = {(name, value) for name, column in values.items() for value in column if value not in {None, NONE}}
    named = [(item, said) for item in sorted(items, key=str) for said in _names(item) if said]
    found: dict[str, set[Item]] = defaultdict(set)
    for subject in subjects:
        for label in topic_labels(subject).values():
            own = _stems(label.rpartition(BELOW)[2])
            found[subject] |= {item for item, said in named if own and (own <= said or said <= own)}
    return {subject: frozenset(same) for subject, same in found.items() if same}


def _names(item: Item) -> list[frozenset[str]]:
    """The words of a value as it is shown: channels are called by their names."""
    name, value = item
    if name != "channel":
        return [_stems(value)]
    return [_stems(words(language).known(f"channels.{value}", value)) for language in interface_languages()]


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in telling(text) if not word.isdigit())


def voices(contacts: Sequence[Contact]) -> NDArray[np.intp]:
    """Who speaks, as a number: a customer, else a text (the same sixty characters are one text sent twice), else nobody
    known, who is a voice of their own."""
    numbers: dict[str, int] = {}
    found = []
    for one in contacts:
        if one.customer_id is not None:
            name = "c" + one.customer_id
        elif one.snippet and len(one.snippet) >= REPEATED_TEXT_CHARS:
            name = "t" + one.snippet
        else:
            name = "i" + one.id
        found.append(numbers.setdefault(name, len(numbers)))
    return np.array(found, dtype=np.intp)


def families(contacts: Sequence[Contact]) -> list[SubjectGroup]:
    """Topics without children, their parents, and dissatisfaction, each a question of its own."""
    every = {topic for one in contacts for topic in one.topics}
    parents = sorted({topic.partition(".")[0] for topic in every if "." in topic})
    leaves = sorted(every - set(parents))
    return [
        _family(TOPICS, leaves, [[one for one in contact.topics if one in set(leaves)] for contact in contacts]),
        _family(
            PARENTS,
            parents,
            [sorted({one.partition(".")[0] for one in contact.topics} & set(parents)) for contact in contacts],
        ),
        _family(
            SENTIMENTS,
            [DISSATISFIED],
            [[one.sentiment] if one.sentiment else None for one in contacts],
            not_by=frozenset({"channel"}),
        ),
    ]


def _family(
    name: str, names: Sequence[str], said: Sequence[Sequence[str] | None], *, not_by: frozenset[str] = frozenset()
) -> SubjectGroup:
    """``None``: cannot be told for this contact, which then is on neither side."""
    place = {one: number for number, one in enumerate(names)}
    row: list[int] = []
    subject: list[int] = []
    for number, spoken in enumerate(said):
        if spoken is None:
            continue
        found = sorted({place.get(one, len(names)) for one in spoken}) or [len(names)]
        row += [number] * len(found)
        subject += found
    return SubjectGroup(name, tuple(names), np.array(row, dtype=np.intp), np.array(subject, dtype=np.intp), not_by)
