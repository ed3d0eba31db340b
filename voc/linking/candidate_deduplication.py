"""Candidates by person: two records of one person are one candidate, and no rivals of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voc.records import LinkCandidate


def merge_candidates_by_person(candidates: Sequence[LinkCandidate], merged: Mapping[str, str]) -> list[LinkCandidate]:
    """The best candidate of each person, best first; ``merged`` names the customer a merged record belongs to.

    A candidate keeps the id of the record that agreed best: that is where the interaction goes when the person is
    split. What the person's other records would have had of the probability is shared out anew among those left.
    """
    people: dict[str, LinkCandidate] = {}
    doubled = 0.0
    for one in candidates:
        person = merged.get(one.customer_id, one.customer_id)
        if person in people:
            doubled += one.probability
        else:
            people[person] = one
    if not doubled:
        return list(candidates)
    left = max(1e-9, 1.0 - doubled)
    return [one.model_copy(update={"probability": min(1.0, one.probability / left)}) for one in people.values()]
