"""Heads that judge whether a topic is rightly named in a clause, learnt from what people took away and confirmed.

None ships: until ``voc learn`` has put one in force, whatever a rule names is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from voc.language.encoder import FloatArray

PREFIX = "topic:"
"""In front of a topic's id, the name of its head."""
KEPT = 3.0
"""Log-odds that a named topic is right before anything was learnt of it."""


def wrongly_named(
    arrays: Mapping[str, FloatArray], states: FloatArray, named: Sequence[Iterable[str]]
) -> list[frozenset[str]]:
    """The topics of each clause that its head holds to be wrong there.

    Args:
        arrays: of the heads in force, by name.
        states: float32 [clauses, 384], the encoder's state of each.
        named: ids of the topics named in each.
    """
    found = []
    for state, topics in zip(states, named, strict=True):
        found.append(
            frozenset(
                topic
                for topic in topics
                if (weight := arrays.get(f"{PREFIX}{topic}.weight")) is not None
                and float(np.asarray(state @ weight + arrays[f"{PREFIX}{topic}.bias"]).item()) < 0
            )
        )
    return found
