"""Look-alikes ("jumeaux statistiques"): whom a customer one knows little of behaves and speaks like.

The nearest known customers by four things (how much each counts in brackets): their words (mean text vector, .4), the
topics they speak of (.3), their channels (.15) and moods (.15); the last three as square roots of shares, whose dot
product is Bhattacharyya's coefficient. What most of them have in common is a *suggestion*: it is never written into
the record and never used for linking, and nothing of :mod:`voc.privacy.sensitive_attributes` is ever suggested.

A suggestion is only as good as look-alikes are on this very base: for each attribute, known customers are hidden one by
one and told from their look-alikes (leave one out). Where that does not clearly beat guessing by the base rate, the
attribute is not suggested at all.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voc.errors import StoreError
from voc.privacy.sensitive_attributes import is_sensitive
from voc.records import Interval, Record
from voc.store import Store
from voc.store.customer_features import CustomerFeatureRow

WEIGHTS = {"words": 0.4, "topics": 0.3, "channels": 0.15, "moods": 0.15}
NEIGHBOURS = 25
PRIOR = 10.0
"""The base rate counts like this many neighbours: 25 neighbours who happen to agree are no certainty."""

THIN = 2
"""A customer with at most this many interactions is one that little is known of."""

LARGEST_BASE = 30_000
"""Known customers compared with, those heard most: 50 MB of vectors."""

HIDDEN = 600
"""Known customers hidden one by one to see what look-alikes are worth."""

AHEAD = 100
"""Nearest others looked at for one who is hidden: the value of some of them is not known."""

FEWEST_KNOWN = 30
MOST_VALUES = 12
"""An attribute with more values is a place or an id, not a group; with fewer known customers nothing can be checked."""

LEAST_SUPPORT = 3
CLEAR = 2.33
"""Standard errors by which the gain must pass zero (one-sided 99 %, as several attributes are tried)."""

Matrix = NDArray[np.float32]


class SuggestionAccuracy(Record):
    """What look-alikes are worth for one attribute on this base: hidden values found, beside the base rate's guess.

    ``gain`` is how many bits a hidden value is told better than by the base rate alone (log loss), with its interval.
    """

    attribute: str
    n: int
    found: float
    by_base_rate: float
    gain: float
    interval: Interval
    clear: bool


class NearestCustomer(Record):
    """A known customer and how alike they are, −1…1."""

    customer_id: str
    similarity: float


class Suggestion(Record):
    """A value that look-alikes suggest: its probability, how many of them have it, and how many of everybody."""

    attribute: str
    value: str
    probability: float
    support: int
    of: int
    """Neighbours whose value is known."""
    baseline: float
    worth: SuggestionAccuracy


class Lookalikes(Record):
    """The neighbours of one customer or interaction and what they suggest, never more than a suggestion."""

    n: int
    """Interactions it rests on."""
    base: int
    """Known customers compared with."""
    neighbours: tuple[NearestCustomer, ...]
    suggestions: tuple[Suggestion, ...]
    worth: tuple[SuggestionAccuracy, ...]
    """Every attribute that was tried, the suggested ones and those that are no better than the base rate."""


@dataclass(frozen=True)
class _Base:
    """Everybody who is known: one row of features each, and what their records say."""

    state: tuple[object, ...]
    ids: tuple[str, ...]
    features: Matrix
    centre: Matrix
    """Mean text vector, float32 [384]: without it every two texts look alike."""
    columns: Mapping[str, int]
    """Topic or channel → column of its block."""
    attributes: Mapping[str, NDArray[np.int64]]
    """Attribute → code of each row's value, −1 where it is not known."""
    values: Mapping[str, tuple[str, ...]]
    worth: Mapping[str, SuggestionAccuracy]


class SimilarCustomers:
    """Finds look-alikes in one store; what it has learnt of the base is kept until the base changes."""

    def __init__(self, store: Store, *, exclude: Iterable[str] = ()) -> None:
        self.store = store
        self.exclude = tuple(one.strip() for one in exclude if one.strip())
        self._lock = threading.Lock()
        self._known: _Base | None = None

    def of_customer(self, customer_id: str, *, known: Mapping[str, str]) -> Lookalikes | None:
        """Look-alikes of a thin customer; suggests only what ``known`` (their record) does not say.

        ``None`` for a customer who is known well enough, or was never heard.
        """
        from voc.store import Filters

        ids = self.store.interactions.all_ids(Filters(customer=customer_id, status="done"))
        if not 0 < len(ids) <= THIN:
            return None
        return self._find(ids, without=customer_id, known=set(known))

    def of_interaction(self, interaction_id: str) -> Lookalikes | None:
        """Look-alikes of whoever an anonymous interaction comes from; ``None`` where it has a customer."""
        turned = self.store.behaviour.interactions([interaction_id])
        if not turned or turned[0].customer_id is not None:
            return None
        return self._find([interaction_id], without=None, known=set())

    def worth(self) -> tuple[SuggestionAccuracy, ...]:
        """What look-alikes are worth on this base, attribute by attribute, the best first."""
        return tuple(sorted(self._base().worth.values(), key=lambda one: (-one.gain, one.attribute)))

    def _base(self) -> _Base:
        """What is known of the base; while one caller learns it anew, the others use what was known before.

        Raises:
            StoreError: it is being learnt for the first time.
        """
        known = self._known
        if not self._lock.acquire(blocking=False):
            if known is None:
                raise StoreError("The look-alikes are being worked out for the first time; ask again in a few seconds.")
            return known
        try:
            state = self.store.behaviour.state()
            if self._known is None or self._known.state != state:
                self._known = _learn(self.store, state, self.exclude)
            return self._known
        finally:
            self._lock.release()

    def _find(self, ids: list[str], *, without: str | None, known: set[str]) -> Lookalikes | None:
        base = self._base()
        if len(base.ids) < FEWEST_KNOWN:
            return None
        turned = [one for one in self.store.behaviour.interactions(ids) if one.sentiment or one.channel]
        feature = _features(
            turned,
            self.store.behaviour.topics(ids),
            dict(zip(*self.store.search.vectors.rows(ids), strict=True)),
            base.columns,
            base.centre,
            owners=["" for _ in turned],
        )[1]
        if not len(feature):
            return None
        alike = base.features @ feature[0]
        order = [place for place in np.argsort(-alike, kind="stable").tolist() if base.ids[place] != without]
        nearest = order[:NEIGHBOURS]
        suggestions = [
            found
            for name, worth in base.worth.items()
            if worth.clear and name not in known and (found := _suggest(base, name, nearest)) is not None
        ]
        suggestions.sort(key=lambda one: (-one.probability / one.baseline, one.attribute))
        return Lookalikes(
            n=len(ids),
            base=len(base.ids),
            neighbours=tuple(
                NearestCustomer(customer_id=base.ids[place], similarity=float(alike[place])) for place in nearest
            ),
            suggestions=tuple(suggestions),
            worth=self.worth(),
        )


def _suggest(base: _Base, name: str, nearest: Sequence[int]) -> Suggestion | None:
    codes = base.attributes[name]
    rates = _rates(codes, len(base.values[name]))
    here = codes[list(nearest)]
    here = here[here >= 0]
    counts = np.bincount(here, minlength=len(rates))
    shares = (counts + PRIOR * rates) / (len(here) + PRIOR)
    # What stands out, not what is common: everybody lives in the largest group.
    best = int(np.argmax(shares / np.maximum(rates, 1e-9) * (counts >= LEAST_SUPPORT)))
    if counts[best] < LEAST_SUPPORT or shares[best] <= rates[best]:
        return None
    return Suggestion(
        attribute=name,
        value=base.values[name][best],
        probability=float(shares[best]),
        support=int(counts[best]),
        of=len(here),
        baseline=float(rates[best]),
        worth=base.worth[name],
    )


def _learn(store: Store, state: tuple[object, ...], exclude: Sequence[str]) -> _Base:
    turned = store.behaviour.interactions()
    heard = Counter(one.customer_id for one in turned)
    chosen = {who for who, _ in heard.most_common(LARGEST_BASE)}
    turned = [one for one in turned if one.customer_id in chosen]
    wanted = {one.interaction_id for one in turned}
    topics = [pair for pair in store.behaviour.topics() if pair[0] in wanted]
    ids, vectors = store.search.vectors.rows()
    kept = [place for place, one in enumerate(ids) if one in wanted]
    texts = {ids[place]: vectors[place] for place in kept}
    centre = vectors[kept].astype(np.float32).mean(axis=0) if kept else np.zeros(384, dtype=np.float32)
    names = [f"topic:{one}" for one in sorted({label for _, label in topics})]
    names += [f"channel:{one}" for one in sorted({one.channel for one in turned})]
    columns = {name: place for place, name in enumerate(names)}
    owners = [one.customer_id or "" for one in turned]
    people, features = _features(turned, topics, texts, columns, centre, owners=owners)
    attributes, values = _attributes(people, store.behaviour.attributes(), exclude)
    hidden = _hidden(features)
    return _Base(
        state=state,
        ids=people,
        features=features,
        centre=centre,
        columns=columns,
        attributes=attributes,
        values=values,
        worth={name: _worth(name, hidden, codes, len(values[name])) for name, codes in attributes.items()},
    )


def _features(
    turned: Sequence[CustomerFeatureRow],
    topics: Sequence[tuple[str, str]],
    texts: Mapping[str, NDArray[np.float16]],
    columns: Mapping[str, int],
    centre: Matrix,
    *,
    owners: Sequence[str],
) -> tuple[tuple[str, ...], Matrix]:
    """(who, float32 [people, features]): blocks of unit length times the root of their weight, in one row each."""
    people = tuple(dict.fromkeys(owners))
    row = {who: place for place, who in enumerate(people)}
    owner = {one.interaction_id: row[who] for one, who in zip(turned, owners, strict=True)}
    words = np.zeros((len(people), len(centre)), dtype=np.float32)
    for interaction, vector in texts.items():
        if interaction in owner:
            words[owner[interaction]] += vector.astype(np.float32) - centre
    counted = np.zeros((len(people), len(columns)), dtype=np.float32)
    for interaction, label in topics:
        place = columns.get(f"topic:{label}")
        if place is not None and interaction in owner:
            counted[owner[interaction], place] += 1
    moods = np.zeros((len(people), 3), dtype=np.float32)
    sides = {"negative": 0, "neutral": 1, "positive": 2}
    for one in turned:
        place = columns.get(f"channel:{one.channel}")
        if place is not None:
            counted[owner[one.interaction_id], place] += 1
        if one.sentiment in sides:
            moods[owner[one.interaction_id], sides[one.sentiment]] += 1
    is_topic = np.array([name.startswith("topic:") for name in columns], dtype=bool)
    blocks = [
        _unit(words) * math.sqrt(WEIGHTS["words"]),
        _unit(np.sqrt(counted * is_topic)) * math.sqrt(WEIGHTS["topics"]),
        _unit(np.sqrt(counted * ~is_topic)) * math.sqrt(WEIGHTS["channels"]),
        _unit(np.sqrt(moods)) * math.sqrt(WEIGHTS["moods"]),
    ]
    return people, np.hstack(blocks).astype(np.float32)


def _unit(rows: Matrix) -> Matrix:
    """Each row at length one; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _attributes(
    people: Sequence[str], records: Mapping[str, Mapping[str, str]], exclude: Sequence[str]
) -> tuple[dict[str, NDArray[np.int64]], dict[str, tuple[str, ...]]]:
    """Attributes worth trying: groups of people, not sensitive, known of enough of them."""
    found: dict[str, NDArray[np.int64]] = {}
    values: dict[str, tuple[str, ...]] = {}
    for name in sorted({name for who in people for name in records.get(who, {})}):
        given = [records.get(who, {}).get(name) for who in people]
        distinct = tuple(sorted({one for one in given if one is not None}))
        known = sum(one is not None for one in given)
        if known < FEWEST_KNOWN or not 2 <= len(distinct) <= MOST_VALUES:
            continue
        if is_sensitive(name, distinct, also=exclude):
            continue
        code = {value: place for place, value in enumerate(distinct)}
        found[name] = np.array([-1 if one is None else code[one] for one in given], dtype=np.int64)
        values[name] = distinct
    return found, values


def _hidden(features: Matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to hide one by one, and for each its nearest others, the nearest first: [hidden], [hidden, AHEAD]."""
    n = len(features)
    tried = np.arange(n) if n <= HIDDEN else np.sort(np.random.default_rng(0).permutation(n)[:HIDDEN])
    ahead = min(AHEAD, n - 1)
    nearest = np.zeros((len(tried), max(ahead, 0)), dtype=np.int64)
    for begin in range(0, len(tried) if ahead > 0 else 0, 100):
        part = tried[begin : begin + 100]
        alike = features[part] @ features.T
        alike[np.arange(len(part)), part] = -np.inf
        top = np.argpartition(-alike, ahead - 1, axis=1)[:, :ahead]
        order = np.argsort(-np.take_along_axis(alike, top, axis=1), axis=1, kind="stable")
        nearest[begin : begin + len(part)] = np.take_along_axis(top, order, axis=1)
    return tried, nearest


def _worth(
    name: str, hidden: tuple[NDArray[np.int64], NDArray[np.int64]], codes: NDArray[np.int64], n_values: int
) -> SuggestionAccuracy:
    """Hide known customers one by one and tell their value from their look-alikes."""
    totals = np.bincount(codes[codes >= 0], minlength=n_values).astype(np.float64)
    gains, right, right_by_rate = [], 0, 0
    for place, nearest in zip(hidden[0].tolist(), hidden[1], strict=True):
        true = int(codes[place])
        if true < 0:
            continue
        near = codes[nearest]
        near = near[near >= 0][:NEIGHBOURS]
        others = totals.copy()
        others[true] -= 1
        rates = (others + 0.5) / (others + 0.5).sum()
        shares = (np.bincount(near, minlength=n_values) + PRIOR * rates) / (len(near) + PRIOR)
        gains.append(math.log2(shares[true] / rates[true]))
        right += int(np.argmax(shares)) == true
        right_by_rate += int(np.argmax(rates)) == true
    n = max(1, len(gains))
    mean = sum(gains) / n
    error = math.sqrt(sum((one - mean) ** 2 for one in gains) / max(1, n - 1) / n)
    return SuggestionAccuracy(
        attribute=name,
        n=len(gains),
        found=right / n,
        by_base_rate=right_by_rate / n,
        gain=mean,
        interval=Interval(low=mean - 1.96 * error, high=mean + 1.96 * error),
        clear=len(gains) >= FEWEST_KNOWN and mean - CLEAR * error > 0,
    )


def _rates(codes: NDArray[np.int64], n_values: int) -> NDArray[np.float64]:
    counts = np.bincount(codes[codes >= 0], minlength=n_values).astype(np.float64)
    return np.asarray(counts / counts.sum())
