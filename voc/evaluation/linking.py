"""Linking on records by others, as ``voc eval linking`` reports it.

**One interaction at a time** (``interactions_100k`` against ``customers_100k``): the base is imported into a store of
its own, weights are trained by Splink on the unlabelled records, and every interaction goes the way it goes in
production: exact identifiers, then blocking keys, weights, threshold and margin. Thresholds are chosen on one half of
the interactions (even CRC-32 of the id) and scored on the other, both ways round, so that every interaction is scored
once by thresholds that never saw it. Precision is right links among links, recall right links among interactions of
customers, and strangers are interactions of nobody in the base.

**Whole sets** (:mod:`voc.evaluation.record_sets`): the same weights of evidence over all pairs, clusters by mean link.
"""

from __future__ import annotations

import math
import tempfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from voc.evaluation.corpora import shared_data
from voc.identifiers import normalise_email, normalise_phone, normalise_reference
from voc.linking.linkage_fields import BIRTH_DATE, of_customer, of_interaction
from voc.linking.matching import Matcher, prepare
from voc.linking.online import link_all
from voc.linking.training import train
from voc.linking.weights import Thresholds
from voc.records import Analysis, Channel, Customer, Identifier, Interaction, Link, Record
from voc.store import Store

PRECISION_SOUGHT = 0.99
STRANGERS_SOUGHT = 0.05
"""On the half where thresholds are chosen: a little stricter than what we promise, because the other half differs."""

BATCH = 256

AUTOMATIC = tuple(half / 2 for half in range(-8, 21))
MARGINS = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0)


class Outcome(Record):
    """Precision, recall and strangers linked of one way of linking."""

    name: str
    interactions: int
    links: int
    right: int
    known: int
    """Interactions that are of somebody in the base."""
    strangers: int
    strangers_linked: int
    note: str = ""

    @property
    def precision(self) -> float:
        """Right links among links; 1 where there are none."""
        return self.right / self.links if self.links else 1.0

    @property
    def recall(self) -> float:
        """Right links among interactions that are of somebody."""
        return self.right / self.known if self.known else 0.0


@dataclass(frozen=True)
class Judged:
    """One interaction: who it really is, and what linking would say at which bits and lead."""

    id: str
    truth: str | None
    exact: str | None
    best: str | None = None
    bits: float = -math.inf
    lead: float = 0.0

    def chosen(self, thresholds: Thresholds) -> str | None:
        """The customer these thresholds link it to."""
        if self.exact is not None:
            return self.exact
        return self.best if self.bits >= thresholds.automatic and self.lead >= thresholds.margin else None

    @property
    def half(self) -> int:
        """0 or 1: which half it belongs to."""
        return zlib.crc32(self.id.encode()) & 1


def evaluate() -> Sequence[Record]:
    """Every figure of the table.

    Raises:
        InputError: the evaluation data or Splink is not there.
    """
    from voc.evaluation import record_sets

    customers, pairs, truth = _read()
    judged = judge_interactions(customers, pairs, truth)
    found: list[Record] = [exact_only(judged), cross_fitted(judged)]
    found += [curve_point(judged, automatic) for automatic in (-4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0)]
    found += splink_alone(customers, pairs, truth)
    found += record_sets.evaluate()
    return found


Pairs = list[tuple[Interaction, Analysis]]


def _read() -> tuple[list[Customer], Pairs, dict[str, str | None]]:
    """The base, the interactions, and who each really is."""
    rows = _rows("interactions_100k.parquet")
    return (
        [_customer(row) for row in _rows("customers_100k.parquet")],
        [_interaction(row) for row in rows],
        {row["unique_id"]: row["truth"] for row in rows},
    )


def splink_alone(customers: Sequence[Customer], pairs: Pairs, truth: dict[str, str | None]) -> list[Outcome]:
    """Splink in one batch at the thresholds of the curve, best customer of each interaction."""
    from voc.evaluation.splink_batch import best_matches

    asked = [of_interaction(one, analysis)._replace(customer_id=one.id) for one, analysis in pairs]
    best = best_matches([of_customer(one) for one in customers], asked)
    judged = [Judged(one.id, truth[one.id], None) for one, _ in pairs]
    return [
        outcome(
            f"Splink 5 in one batch, from {automatic:+.0f} bits",
            judged,
            [best[one.id][0] if one.id in best and best[one.id][1] >= automatic else None for one in judged],
        )
        for automatic in (-2.0, 0.0, 2.0, 4.0, 6.0)
    ]


def judge_interactions(customers: Sequence[Customer], pairs: Pairs, truth: dict[str, str | None]) -> list[Judged]:
    """Import, train, and score every interaction once; thresholds are applied afterwards."""
    now = datetime.now(UTC)
    weights = train(
        [of_customer(one) for one in customers],
        [of_interaction(one, analysis) for one, analysis in pairs],
        known_share=0.9,
        now=now,
    )
    with (
        tempfile.TemporaryDirectory(prefix="voc-eval-") as folder,
        closing(Store(f"sqlite:///{folder}/voc.db", str(Path(folder) / "blobs"))) as store,
    ):
        for start in range(0, len(customers), 1000):
            store.customers.save(customers[start : start + 1000], now=now)
        prepare(store.linking, now=now)
        everything = weights.model_copy(update={"thresholds": Thresholds(automatic=math.inf, review=-math.inf)})
        matcher = Matcher(store.linking, everything)
        links: list[Link] = []
        for start in range(0, len(pairs), BATCH):
            links += link_all(pairs[start : start + BATCH], store.customers, matcher=matcher)
    return [_judged(one, truth[one.interaction_id]) for one in links]


def _judged(link: Link, truth: str | None) -> Judged:
    if link.customer_id is not None or link.method == "conflict" or not link.candidates:
        return Judged(link.interaction_id, truth, link.customer_id)
    best, *others = link.candidates
    lead = best.bits - others[0].bits if others else math.inf
    return Judged(link.interaction_id, truth, None, best.customer_id, best.bits, lead)


def outcome(name: str, judged: Sequence[Judged], chosen: Sequence[str | None], *, note: str = "") -> Outcome:
    """Count what was chosen against the truth."""
    return Outcome(
        name=name,
        interactions=len(judged),
        links=sum(one is not None for one in chosen),
        right=sum(who is not None and who == one.truth for one, who in zip(judged, chosen, strict=True)),
        known=sum(one.truth is not None for one in judged),
        strangers=sum(one.truth is None for one in judged),
        strangers_linked=sum(who is not None and one.truth is None for one, who in zip(judged, chosen, strict=True)),
        note=note,
    )


def exact_only(judged: Sequence[Judged]) -> Outcome:
    """Exact identifiers alone."""
    return outcome("exact identifiers only", judged, [one.exact for one in judged])


def curve_point(judged: Sequence[Judged], automatic: float) -> Outcome:
    """All interactions at one threshold, margin 2 bits: the precision–recall curve."""
    limits = Thresholds(automatic=automatic, margin=2.0)
    return outcome(f"curve, from {automatic:+.0f} bits", judged, [one.chosen(limits) for one in judged])


def choose(judged: Sequence[Judged]) -> Thresholds:
    """The thresholds with most recall among those precise enough on these interactions."""
    ways = [Thresholds(automatic=a, margin=m) for a in AUTOMATIC for m in MARGINS]
    scored = [(outcome("", judged, [one.chosen(way) for one in judged]), way) for way in ways]
    good = [
        (figures.recall, way.margin, way)
        for figures, way in scored
        if figures.precision >= PRECISION_SOUGHT and figures.strangers_linked <= STRANGERS_SOUGHT * figures.strangers
    ]
    return max(good, key=lambda one: one[:2])[2] if good else Thresholds(automatic=math.inf)


def cross_fitted(judged: Sequence[Judged]) -> Outcome:
    """Each half linked with the thresholds chosen on the other."""
    halves: tuple[list[Judged], list[Judged]] = ([], [])
    for one in judged:
        halves[one.half].append(one)
    limits = [choose(halves[1]), choose(halves[0])]
    note = "; ".join(f"from {way.automatic:+.1f} bits, margin {way.margin:.0f}" for way in limits)
    return outcome(
        "voc, thresholds of the other half", judged, [one.chosen(limits[one.half]) for one in judged], note=note
    )


def _rows(name: str) -> list[dict[str, Any]]:
    import pyarrow.parquet

    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(shared_data("linkage", name)).to_pylist()
    return rows


def _customer(row: dict[str, Any]) -> Customer:
    return Customer(
        id=row["unique_id"],
        first_name=row["first_name"],
        last_name=row["surname"],
        city=row["city"],
        postcode=row["postcode"],
        identifiers=tuple(_identifiers(row, verified=True)),
        attributes={BIRTH_DATE: row["dob"]} if row["dob"] else {},
    )


def _interaction(row: dict[str, Any]) -> tuple[Interaction, Analysis]:
    """As it would have come in: the address and the number with the channel, the contract number said."""
    channel = Channel(row["channel"])
    name = " ".join(part for part in (row["first_name"], row["surname"]) if part)
    identifiers = [*_identifiers(row, verified=channel in (Channel.EMAIL, Channel.CALL))]
    if name:
        identifiers.append(Identifier(type="name", value=name))
    attributes = {key: row[column] for key, column in _ATTRIBUTES if row[column]}
    interaction = Interaction(
        id=row["unique_id"],
        channel=channel,
        source="interactions_100k.parquet",
        content_hash=row["unique_id"],
        identifiers=tuple(identifiers),
        attributes=attributes,
    )
    return interaction, Analysis(id=interaction.id, channel=channel, source=interaction.source)


_ATTRIBUTES: tuple[tuple[str, str], ...] = (("postcode", "postcode"), ("city", "city"), (BIRTH_DATE, "dob"))


def _identifiers(row: dict[str, Any], *, verified: bool) -> list[Identifier]:
    kinds: tuple[tuple[Literal["email", "phone", "contract"], str | None], ...] = (
        ("email", normalise_email(row["email"]) if row["email"] else None),
        ("phone", normalise_phone(row["phone"], unassigned=True) if row["phone"] else None),
        ("contract", normalise_reference(row["contract"], known=True) if row["contract"] else None),
    )
    return [
        Identifier(type=kind, value=value, verified=verified and kind != "contract") for kind, value in kinds if value
    ]


def table(found: Sequence[Record]) -> str:
    """The figures as two Markdown tables: one interaction at a time, then whole sets."""
    lines = [
        "| one interaction against 100,000 customers | links | precision | recall | strangers linked | thresholds |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for one in found:
        if isinstance(one, Outcome):
            figures = f"{one.links} | {one.precision:.3f} | {one.recall:.3f} | {one.strangers_linked}/{one.strangers}"
            lines.append(f"| {one.name} | {figures} | {one.note} |")
    from voc.evaluation.record_sets import Grouping

    lines += [
        "",
        "| set | records | scored | precision | recall | F1 | threshold, bits | Splink's F1 |",
    ]
    lines.append("|---|--:|--:|--:|--:|--:|--:|--:|")
    for one in found:
        if isinstance(one, Grouping):
            figures = f"{one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} | {one.threshold:+.1f} | {one.stated}"
            lines.append(f"| {one.name} | {one.records} | {one.scored} | {figures} |")
    return "\n".join(lines)
