"""Scoring candidates by the sum of their match weights, and deciding from the sums."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from voc.linking.comparisons import CUSTOMER_FIELDS, ELSE, Field
from voc.linking.weights import Weights
from voc.records import FieldWeight, LinkCandidate
from voc.store.profiles import Profile

IMPLIED = "implied"
"""Level of a city beside an equal postcode: it says nothing more."""

REVERSED_BITS = -4.0
"""What it costs to believe that first name and surname were swapped: about one in sixteen writes them so."""

DECIMALS = 2
"""Bits are rounded, so that what is shown adds up and a base that grew a little does not change every link."""

MOST_CANDIDATES = 5
"""Candidates kept with a link, for people to choose from."""

Frequencies = Mapping[tuple[str, str], float]
"""(field, value) → share of customers with that value; a value that is not in it is rarer than all that are."""

Value = str | tuple[str, ...] | None
"""One field of a profile: a value, several, or nothing."""

Said = tuple[str, str, float]
"""Field, level and bits, before it is known whether anybody will read them: most candidates are never shown."""

Decision = Literal["score", "review", "none"]


class Scorer:
    """Scores profiles with one set of weights.

    Args:
        weights: as trained.
        customers: size of the base, for the prior.
        frequencies: shares of the frequent values of fields whose weight depends on the value.
        rarest: share assumed for any other value.
        fields: what is compared.
    """

    def __init__(
        self,
        weights: Weights,
        *,
        customers: int,
        frequencies: Frequencies | None = None,
        rarest: float | None = None,
        fields: Sequence[Field] = CUSTOMER_FIELDS,
    ) -> None:
        self.weights = weights
        self.prior = round(weights.prior_bits(customers), DECIMALS)
        self.frequencies: Frequencies = frequencies or {}
        self.rarest = rarest if rarest is not None else 1 / max(1, customers)
        self.fields = fields
        self._positions = [(field, Profile._fields.index(field.name)) for field in fields]
        self._by_frequency = {
            (field.name, level.name) for field in fields for level in field.kind.levels if level.frequency
        }

    def weigh(
        self, field: Field, ours: str | tuple[str, ...] | None, theirs: str | tuple[str, ...] | None
    ) -> FieldWeight:
        """What one field says: its level and bits."""
        name, level, bits = self._weighed(field, ours, theirs)
        return FieldWeight(field=name, level=level, bits=bits)

    def _weighed(self, field: Field, ours: Value, theirs: Value) -> Said:
        if isinstance(ours, tuple) or isinstance(theirs, tuple):
            level = field.kind.best_level(_several(ours), _several(theirs))
            value = None
        else:
            level, value = field.kind.level(ours, theirs), ours
        frequency = None
        if value is not None and self.frequencies and (field.name, level) in self._by_frequency:
            frequency = self.frequencies.get((field.name, value), self.rarest)
        return field.name, level, round(self.weights.bits(field.name, level, frequency=frequency), DECIMALS)

    def score(
        self, ours: Profile, candidates: Sequence[Profile], *, most: int = MOST_CANDIDATES
    ) -> list[LinkCandidate]:
        """The ``most`` best candidates with their bits by field, best first.

        ``probability`` takes all of them into account: the bits of every candidate and of "somebody we do not know"
        share one.
        """
        readings = [(ours, 0.0)]
        if ours.first_name and ours.last_name and len(ours.first_name) > 1:
            swapped = ours._replace(first_name=ours.last_name, last_name=ours.first_name)
            readings.append((swapped, REVERSED_BITS))
        # What each given field says about each value met: hundreds of candidates share a few names and places.
        compared: list[list[tuple[Field, int, Value, dict[Value, Said]]]] = [
            [(field, at, mine, {}) for field, at in self._positions if (mine := one[at])] for one, _ in readings
        ]
        found: list[tuple[float, str, tuple[Said, ...]]] = []
        prior: Said = ("prior", "", self.prior)
        for candidate in candidates:
            best: tuple[float, tuple[Said, ...]] | None = None
            for (reading, penalty), given in zip(readings, compared, strict=True):
                if penalty and reading.last_name != candidate.last_name:
                    continue  # only an exact swap is worth believing
                total, parts = self._sum(given, candidate)
                if penalty:
                    total += penalty
                    parts = (*parts, ("names", "reversed", penalty))
                if best is None or total > best[0]:
                    best = (total, parts)
            assert best is not None
            found.append((round(best[0] + self.prior, DECIMALS), candidate.customer_id or "", (prior, *best[1])))
        found.sort(key=lambda one: (-one[0], one[1]))
        everything = 1.0 + sum(2.0**bits for bits, _, _ in found)
        return [
            LinkCandidate(
                customer_id=name,
                bits=bits,
                probability=round(2.0**bits / everything, 6),
                fields=tuple(FieldWeight(field=field, level=level, bits=said) for field, level, said in parts),
            )
            for bits, name, parts in found[:most]
        ]

    def _sum(
        self, ours: Sequence[tuple[Field, int, Value, dict[Value, Said]]], theirs: Profile
    ) -> tuple[float, tuple[Said, ...]]:
        total = 0.0
        parts: list[Said] = []
        same_postcode = False
        for field, at, mine, known in ours:
            value: Value = theirs[at]
            if not value:
                continue
            part = known.get(value)
            if part is None:
                part = known[value] = self._weighed(field, mine, value)
            name = part[0]
            if name == "postcode":
                same_postcode = part[1] == "exact"
            elif name == "city" and same_postcode and part[1] != ELSE:
                part = (name, IMPLIED, 0.0)
            total += part[2]
            parts.append(part)
        return total, tuple(parts)


def decide(candidates: Sequence[LinkCandidate], weights: Weights) -> Decision:
    """What to do with scored candidates, best first: link, ask a person, or leave it."""
    if not candidates:
        return "none"
    limits = weights.thresholds
    lead = candidates[0].bits - (candidates[1].bits if len(candidates) > 1 else -math.inf)
    if candidates[0].bits >= limits.automatic and lead >= limits.margin:
        return "score"
    return "review" if candidates[0].bits >= limits.review else "none"


def _several(value: Value) -> tuple[str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
