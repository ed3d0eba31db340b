"""What contacts are about, arranged for mining: topics, their parents, and how it was said; and who is one voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from voc.insights.context_items import Dimension
from voc.insights.subgroup_discovery import Contacts, SubjectGroup
from voc.store.contexts import Contact, Profile
from voc.store.shapes import REPEATED_TEXT_CHARS

TOPICS, PARENTS, SENTIMENTS = "topic", "parent", "sentiment"
DISSATISFIED = "negative"


def arranged(contacts: Sequence[Contact], profiles: Mapping[str, Profile], dimensions: Sequence[Dimension]) -> Contacts:
    """Contacts as arrays: their values, their voices, what they speak of."""
    known = [profiles.get(one.customer_id) if one.customer_id is not None else None for one in contacts]
    values = {
        one.name: [one.of(contact, profile) for contact, profile in zip(contacts, known, strict=True)]
        for one in dimensions
    }
    return Contacts(values, voices(contacts), families(contacts))


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
