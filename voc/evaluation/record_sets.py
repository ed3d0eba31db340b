"""Whole sets of records grouped or linked with our weights of evidence, and what Splink itself makes of the same.

Weights are trained on each set without its labels; the threshold is chosen on the persons whose id has an even CRC-32
and scored on the others. Pairs share a blocking rule, or are all pairs where the set is small. F1 counts pairs.
"""

from __future__ import annotations

import csv
import itertools
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from voc.evaluation.corpora import shared_data
from voc.linking.clustering import UNSEEN_BITS, cut, merges
from voc.linking.comparisons import CODE, DATE, EMAIL, MISSING, NAME, POSTCODE, TEXT, Field
from voc.linking.linkage_fields import date_of, folded_words
from voc.linking.phonetics import sounds_like
from voc.linking.training import as_table, estimate
from voc.linking.weights import Weights, from_shares
from voc.records import Record

THRESHOLDS = tuple(half / 2 for half in range(-12, 17))

LEAST_SEEN = -12.0
"""Pairs below these bits are taken to be two people and forgotten."""

LARGEST_BLOCK = 100
"""Records under one rule's key beyond which its pairs are passed over."""

Row = dict[str, str | None]
Pair = tuple[int, int]


@dataclass(frozen=True)
class RecordSet:
    """A set of records to be grouped or linked. ``rules`` are the fields that must agree for a pair to be compared."""

    name: str
    fields: tuple[Field, ...]
    rules: tuple[tuple[str, ...], ...]
    passes: tuple[str, ...]
    """Conditions fixed in turn when weights are learnt."""
    prior: float
    """Probability that two random records are of one person."""
    stated: str
    """What Splink reaches on it."""
    random_pairs: int = 1_000_000


class Grouping(Record):
    """How the groups found in a set compare with the true ones, over pairs of records, 0…1."""

    name: str
    records: int
    scored: int
    """Records of the half that the threshold did not see."""
    precision: float
    recall: float
    f1: float
    threshold: float
    stated: str


FAKE = RecordSet(
    name="fake_1000, clustered",
    fields=(
        *(Field("first_name", NAME), Field("last_name", NAME), Field("birth_date", DATE)),
        *(Field("city", TEXT), Field("email", EMAIL)),
    ),
    rules=(),
    passes=("birth_date", "email", "l.first_name = r.first_name and l.last_name = r.last_name"),
    prior=0.004,
    stated="–",
    random_pairs=500_000,
)
HISTORICAL = RecordSet(
    name="historical_50k, clustered",
    fields=(
        *(Field("first_name", NAME), Field("last_name", NAME), Field("birth_date", DATE), Field("city", TEXT)),
        *(Field("postcode", POSTCODE), Field("occupation", TEXT)),
    ),
    rules=(
        *(("birth_date", "postcode"), ("last_name", "birth_date"), ("first_name", "birth_date")),
        *(("last_name", "postcode"), ("first_name", "postcode"), ("first_name", "last_name")),
        *(("last_name", "city"), ("birth_date", "city"), ("postcode", "occupation"), ("last_name", "occupation")),
    ),
    passes=("l.first_name = r.first_name and l.last_name = r.last_name", "birth_date", "postcode"),
    prior=0.0001,
    stated="0.846",
)
FEBRL = RecordSet(
    name="febrl4 without the social number, linked",
    fields=(
        *(Field("first_name", NAME), Field("last_name", NAME), Field("birth_date", DATE), Field("city", TEXT)),
        *(Field("postcode", POSTCODE), Field("street", TEXT), Field("address_2", TEXT), Field("number", CODE)),
    ),
    rules=(
        *(("birth_date",), ("last_name", "postcode"), ("first_name", "last_name"), ("street", "number")),
        *(("first_name", "postcode"), ("last_name", "number"), ("city", "number"), ("street", "postcode")),
        *(("first_name", "street"), ("last_name", "street"), ("address_2", "postcode"), ("first_name", "address_2")),
    ),
    passes=("birth_date", "l.last_name = r.last_name and l.first_name = r.first_name", "street"),
    prior=1 / 5000,
    stated="–",
    random_pairs=500_000,
)


def evaluate() -> list[Record]:
    """The figures of every set, in the order of the table."""
    return [_clustered(FAKE, *_fake()), _linked(FEBRL, *_febrl()), _clustered(HISTORICAL, *_historical())]


# --- reading ----------------------------------------------------------------------------------------------------


def _fake() -> tuple[list[Row], list[str]]:
    with shared_data("linkage", "fake_1000.csv").open(encoding="utf-8", newline="") as file:
        raw = list(csv.DictReader(file))
    rows: list[Row] = [
        {
            "unique_id": one["unique_id"],
            "first_name": folded_words(one["first_name"]),
            "last_name": folded_words(one["surname"]),
            "birth_date": date_of(one["dob"]),
            "city": folded_words(one["city"]),
            "email": one["email"].strip().lower() or None,
        }
        for one in raw
    ]
    return rows, [one["cluster"] for one in raw]


def _historical() -> tuple[list[Row], list[str]]:
    import pyarrow.parquet

    path = shared_data("linkage", "historical_figures_with_errors_50k.parquet")
    raw = pyarrow.parquet.read_table(path).to_pylist()
    rows: list[Row] = [
        {
            "unique_id": one["unique_id"],
            "first_name": folded_words(one["first_name"]),
            "last_name": folded_words(one["surname"]),
            "birth_date": one["dob"],
            "city": folded_words(one["birth_place"]),
            "postcode": (one["postcode_fake"] or "").replace(" ", "") or None,
            "occupation": folded_words(one["occupation"]),
        }
        for one in raw
    ]
    return rows, [one["cluster"] for one in raw]


def _febrl() -> tuple[list[Row], list[Row], list[str], list[str]]:
    def read(name: str) -> tuple[list[Row], list[str]]:
        with shared_data("linkage", name).open(encoding="utf-8", newline="") as file:
            raw = list(csv.DictReader(file, skipinitialspace=True))
        rows: list[Row] = [
            {
                "unique_id": one["rec_id"],
                "first_name": folded_words(one["given_name"]),
                "last_name": folded_words(one["surname"]),
                "birth_date": date_of(one["date_of_birth"]),
                "city": folded_words(one["suburb"]),
                "postcode": one["postcode"].strip() or None,
                "street": folded_words(one["address_1"]),
                "address_2": folded_words(one["address_2"]),
                "number": one["street_number"].strip() or None,
            }
            for one in raw
        ]
        return rows, [one["rec_id"].split("-")[1] for one in raw]

    left, left_truth = read("febrl_dataset4a.csv")
    right, right_truth = read("febrl_dataset4b.csv")
    return left, right, left_truth, right_truth


# --- weighing ---------------------------------------------------------------------------------------------------


class PairScorer:
    """Sums weights over many pairs; each pair of values is compared once."""

    def __init__(self, weights: Weights, fields: Sequence[Field], rows: Sequence[Row], *, prior: float) -> None:
        self.weights, self.fields = weights, fields
        self.prior = math.log2(prior / (1 - prior))
        self.shares: dict[str, dict[str, float]] = {}
        for field in fields:
            if any(level.frequency for level in field.kind.levels):
                counts = Counter(value for row in rows if (value := row[field.name]))
                total = sum(counts.values())
                self.shares[field.name] = {value: n / total for value, n in counts.items()}
        self._known: dict[str, dict[tuple[str, str], float]] = {field.name: {} for field in fields}

    def bits(self, ours: Row, theirs: Row) -> float:
        """The weight of one pair, prior included."""
        total = self.prior
        for field in self.fields:
            mine, other = ours[field.name], theirs[field.name]
            if not mine or not other:
                continue
            known = self._known[field.name]
            weight = known.get((mine, other))
            if weight is None:
                weight = known[mine, other] = self._weigh(field, mine, other)
            total += weight
        return total

    def _weigh(self, field: Field, mine: str, other: str) -> float:
        level = field.kind.level(mine, other)
        if level == MISSING:
            return 0.0
        by_frequency = any(one.frequency and one.name == level for one in field.kind.levels)
        frequency = self.shares[field.name].get(mine) if by_frequency else None
        return self.weights.bits(field.name, level, frequency=frequency)


def pairs_of(rows: Sequence[Row], rules: Sequence[Sequence[str]]) -> Iterable[Pair]:
    """Pairs of records that share a rule's fields (surnames by sound), each once; all pairs without rules."""
    if not rules:
        return itertools.combinations(range(len(rows)), 2)
    seen: set[Pair] = set()
    for rule in rules:
        for block in _blocks(rows, rule).values():
            if len(block) <= LARGEST_BLOCK:
                seen.update(itertools.combinations(block, 2))
    return seen


def _blocks(rows: Sequence[Row], rule: Sequence[str]) -> Mapping[Hashable, list[int]]:
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        values = [row[field] for field in rule]
        if all(values):
            blocks[
                tuple(sounds_like(v) if f == "last_name" and v else v for f, v in zip(rule, values, strict=True))
            ].append(number)
    return blocks


def _weights(one: RecordSet, *tables: Sequence[Row]) -> Weights:
    shares = estimate(
        [as_table(rows, one.fields) for rows in tables],
        one.fields,
        passes=one.passes,
        prior=one.prior,
        random_pairs=one.random_pairs,
    )
    return from_shares(shares)


# --- grouping ---------------------------------------------------------------------------------------------------


def _clustered(one: RecordSet, rows: Sequence[Row], truth: Sequence[str]) -> Grouping:
    scorer = PairScorer(_weights(one, rows), one.fields, rows, prior=one.prior)
    unseen = UNSEEN_BITS if one.rules else LEAST_SEEN  # without rules every pair was looked at
    compared = ((a, b, scorer.bits(rows[a], rows[b])) for a, b in pairs_of(rows, one.rules))
    pairs = [(a, b, bits) for a, b, bits in compared if bits > LEAST_SEEN]
    lowest = unseen + 0.5
    joined = merges(len(rows), pairs, lowest=lowest, unseen=unseen)
    chosen = [_is_chosen(person) for person in truth]

    def figures(threshold: float, half: bool) -> tuple[float, float, float]:
        found = cut(len(rows), joined, threshold=threshold)
        return pair_figures(truth, found, counted=[mine is half for mine in chosen])

    threshold = max((way for way in THRESHOLDS if way >= lowest), key=lambda way: figures(way, True)[2])
    precision, recall, f1 = figures(threshold, False)
    return Grouping(
        name=one.name, records=len(rows), scored=chosen.count(False), precision=precision, recall=recall, f1=f1,
        threshold=threshold, stated=one.stated,
    )  # fmt: skip


def _linked(
    one: RecordSet, left: Sequence[Row], right: Sequence[Row], left_truth: Sequence[str], right_truth: Sequence[str]
) -> Grouping:
    """Each record of the one file with at most one of the other: the surest pairs first."""
    scorer = PairScorer(_weights(one, left, right), one.fields, [*left, *right], prior=one.prior)
    seen: set[Pair] = set()
    for rule in one.rules:
        theirs = _blocks(right, rule)
        for key, block in _blocks(left, rule).items():
            if len(block) * len(theirs.get(key, ())) <= LARGEST_BLOCK * LARGEST_BLOCK // 4:
                seen.update(itertools.product(block, theirs.get(key, ())))
    weighed = sorted(((scorer.bits(left[a], right[b]), a, b) for a, b in seen), reverse=True)
    taken: tuple[set[int], set[int]] = (set(), set())
    links: list[tuple[float, int, int]] = []
    for bits, a, b in weighed:
        if a not in taken[0] and b not in taken[1]:
            taken[0].add(a)
            taken[1].add(b)
            links.append((bits, a, b))
    there = set(right_truth)

    def figures(threshold: float, half: bool) -> tuple[float, float, float]:
        ours = [(a, b) for bits, a, b in links if bits >= threshold and _is_chosen(left_truth[a]) is half]
        right_ones = sum(left_truth[a] == right_truth[b] for a, b in ours)
        known = sum(_is_chosen(person) is half and person in there for person in left_truth)
        precision, recall = right_ones / max(1, len(ours)), right_ones / known
        return precision, recall, 2 * right_ones / (len(ours) + known)

    threshold = max(THRESHOLDS, key=lambda way: figures(way, True)[2])
    precision, recall, f1 = figures(threshold, False)
    scored = sum(not _is_chosen(person) for person in (*left_truth, *right_truth))
    return Grouping(
        name=one.name, records=len(left) + len(right), scored=scored, precision=precision, recall=recall, f1=f1,
        threshold=threshold, stated=one.stated,
    )  # fmt: skip


def _is_chosen(person: str) -> bool:
    """Whether the threshold is chosen on this person."""
    return zlib.crc32(person.encode()) % 2 == 0


def pair_figures(
    truth: Sequence[Hashable], found: Sequence[Hashable], *, counted: Sequence[bool]
) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of records that are, or were put, together.

    A pair counts if either of its records is ``counted``: a scored record put together with an unscored one is a
    mistake too.
    """

    def pairs(groups: Sequence[Hashable]) -> int:
        every = Counter(groups)
        others = Counter(group for group, ours in zip(groups, counted, strict=True) if not ours)
        return sum(n * (n - 1) // 2 for n in every.values()) - sum(n * (n - 1) // 2 for n in others.values())

    both, ours, theirs = pairs(list(zip(truth, found, strict=True))), pairs(found), pairs(truth)
    return both / max(1, ours), both / max(1, theirs), 2 * both / max(1, ours + theirs)
