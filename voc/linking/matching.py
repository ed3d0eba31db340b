"""Matching: from a profile to scored candidates, through the linking index, with the weights in force."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from voc.linking.blocking import asked_keys, keys
from voc.linking.candidate_deduplication import merge_candidates_by_person
from voc.linking.linkage_fields import of_customer
from voc.linking.non_identifying_values import BlockedIdentifiers
from voc.linking.scoring import MOST_CANDIDATES, Scorer
from voc.linking.weights import Weights, load_weights
from voc.records import LinkCandidate
from voc.store.linking import LinkingIndex
from voc.store.profiles import Profile

LOOK_EVERY_SECONDS = 30.0
"""How often a worker asks whether the base's frequencies were counted anew."""


class Matcher:
    """Finds and scores the customers a profile may be.

    Args:
        index: where candidates come from.
        weights: as trained, or those shipped.
        blocked: values that name nobody.
    """

    def __init__(self, index: LinkingIndex, weights: Weights, *, blocked: BlockedIdentifiers | None = None) -> None:
        self.index = index
        self.weights = weights
        self.blocked = blocked or BlockedIdentifiers()
        self._scorer: Scorer | None = None
        self._state = ""
        self._looked_at = 0.0

    @classmethod
    def of_home(cls, index: LinkingIndex, home: Path, *, region: str = "FR", own_numbers: str = "") -> Matcher:
        """With the weights and the blocked values of this home, and the company's own numbers.

        Raises:
            InputError: one of its files is not valid.
            SettingsError: one of ``own_numbers`` is not a phone number.
        """
        return cls(
            index, load_weights(home), blocked=BlockedIdentifiers.read(home, region=region, own_numbers=own_numbers)
        )

    @property
    def scorer(self) -> Scorer:
        """The scorer over the base as it is now, give or take half a minute."""
        now = time.monotonic()
        if self._scorer is None or now - self._looked_at > LOOK_EVERY_SECONDS:
            state = self.index.state()
            if self._scorer is None or state != self._state:
                size = self.index.size()
                self._scorer = Scorer(self.weights, customers=size, frequencies=self.index.frequencies())
                self._state = state
            self._looked_at = now
        return self._scorer

    def match(self, profiles: Mapping[str, Profile]) -> dict[str, list[LinkCandidate]]:
        """Scored candidates for each profile by its name here, best first; one look for all of them."""
        found = self.index.candidates({name: asked_keys(one) for name, one in profiles.items()})
        scored = {
            name: self.scorer.score(profiles[name], found[name], most=2 * MOST_CANDIDATES) if found[name] else []
            for name in profiles
        }
        merged = self.index.merged({one.customer_id for several in scored.values() for one in several})
        return {name: merge_candidates_by_person(several, merged)[:MOST_CANDIDATES] for name, several in scored.items()}


def prepare(index: LinkingIndex, *, now: datetime, blocked: BlockedIdentifiers | None = None) -> int:
    """Bring the index up to date with the customer base; returns how many customers were prepared.

    Whatever was left out (an older database, an import that was killed) is found by itself: those without a profile or
    changed since theirs was made.
    """
    done = 0
    while waiting := index.unprepared():
        profiles = [of_customer(one, blocked=blocked) for one in waiting]
        index.save([(one, keys(one)) for one in profiles], now=now)
        done += len(waiting)
    if done:
        index.count_frequencies(now=now)
    return done
