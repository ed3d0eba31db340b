"""The three contexts of one customer, side by side: relational, personal, situational.

Relational is what the company knows of the relation (profile, products, tenure, purchases), personal what the customer
says, expects and recommends in their own words, situational where they stood when they last got in touch (device,
place, what had happened around them). Nothing is inferred here: what is not known is ``None`` or empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from voc.events import EventFamily
from voc.language.folding import bare
from voc.language.registry import words_of
from voc.records import Analysis, Customer, Interaction, Moment, Record, sentiment_label
from voc.records.sentiment import SCORE_KINDS, ScoreKind
from voc.store.events import EventTotals, StoredEvent
from voc.store.interactions import Stored

TOPICS_SHOWN = 8
EXPECTATIONS_SHOWN = 6
EVENTS_SHOWN = 5
PURCHASES_SHOWN = 5

SITUATION_NAMES = frozenset(words_of(lambda one: one.attributes.situation))
"""Attributes of an interaction (folded) that say on what and from where it came."""


class Purchase(Record):
    """One purchase."""

    at: Moment
    label: str | None = None
    amount: float | None = None
    currency: str | None = None


class Relational(Record):
    """What the company knows of the relation."""

    segment: str | None
    city: str | None
    language: str | None
    since: datetime | None
    tenure_days: int | None
    products: dict[str, str] = Field(default_factory=dict)
    """Attributes of the record, as the customer base gives them; empty for readers."""
    purchases: int = 0
    spent: dict[str, float] = Field(default_factory=dict)
    """Sum of the amounts by currency (``""``: none given)."""
    last_purchases: tuple[Purchase, ...] = ()
    visits: int = 0


class TopicOfOne(Record):
    """A topic they speak of: how often, and how often they speak ill and well of it."""

    topic: str
    n: int
    negative: int
    positive: int


class Wish(Record):
    """What they wish the company did, in their words."""

    text: str
    theme: str | None
    interaction_id: str
    at: Moment


class Score(Record):
    """A score they gave themselves."""

    kind: ScoreKind
    value: float
    interaction_id: str
    at: Moment


class Personal(Record):
    """What they say, expect and recommend."""

    topics: tuple[TopicOfOne, ...] = ()
    expectations: tuple[Wish, ...] = ()
    scores: tuple[Score, ...] = ()
    """Newest first."""
    emotions: dict[str, int] = Field(default_factory=dict)
    efforts: tuple[int, ...] = ()
    """Effort of each contact that shows one (−5 … 5), oldest first."""
    channels: dict[str, int] = Field(default_factory=dict)
    languages: dict[str, int] = Field(default_factory=dict)


class RecentEvent(Record):
    """Something that happened around them lately."""

    at: Moment
    family: EventFamily
    type: str
    channel: str | None = None
    label: str | None = None
    place: str | None = None
    device: str | None = None


class SeenAttribute(Record):
    """A device, place or version an interaction came from, with the interaction that says so."""

    name: str
    value: str
    interaction_id: str
    at: Moment


class Situational(Record):
    """Where they stood when they last got in touch."""

    last_contact_at: Moment | None = None
    last_channel: str | None = None
    last_interaction_id: str | None = None
    days_since_contact: int | None = None
    seen: tuple[SeenAttribute, ...] = ()
    """The latest value of each; empty for readers."""
    events: tuple[RecentEvent, ...] = ()


class Contexts(Record):
    """The three contexts."""

    relational: Relational
    personal: Personal
    situational: Situational


def relational(
    customer: Customer, totals: Sequence[EventTotals], events: Sequence[StoredEvent], *, now: datetime
) -> Relational:
    """What the record and the purchases say."""
    summed = {one.family: one for one in totals}
    bought = summed.get(EventFamily.PURCHASE)
    visited = summed.get(EventFamily.VISIT)
    since = customer.since
    return Relational(
        segment=customer.segment,
        city=customer.city,
        language=customer.language,
        since=since,
        tenure_days=max(0, (now - since).days) if since is not None else None,
        products=dict(customer.attributes),
        purchases=bought.n if bought else 0,
        spent=bought.amounts if bought else {},
        last_purchases=tuple(
            Purchase(at=one.at, label=one.label or one.type, amount=one.amount, currency=one.currency)
            for one in events
            if one.family is EventFamily.PURCHASE
        )[:PURCHASES_SHOWN],
        visits=visited.n if visited else 0,
    )


def personal(rows: Sequence[Stored], analyses: Mapping[str, Analysis]) -> Personal:
    """What the interactions (newest first) say; ``analyses`` as far as the reader may see them."""
    counts: dict[str, list[int]] = {}
    wishes: list[Wish] = []
    emotions: Counter[str] = Counter()
    efforts: list[int] = []
    for row in rows:
        found = analyses.get(row.id)
        if found is None:
            continue
        found = found.heard_surely()
        clauses: dict[str, list[float]] = {}
        for aspect in found.aspects:
            clauses.setdefault(aspect.topic, []).append(aspect.sentiment)
        for topic in found.topics:
            count = counts.setdefault(topic.id, [0, 0, 0])
            some = clauses.get(topic.id)
            said = sum(some) / len(some) if some else found.sentiment.score if found.sentiment else 0.0
            count[0] += 1
            count[1] += sentiment_label(said) == "negative"
            count[2] += sentiment_label(said) == "positive"
        wishes += [
            Wish(text=one.text, theme=one.theme, interaction_id=row.id, at=row.at)
            for one in found.expectations
            if one.text.strip()
        ]
        emotions.update({one.label for one in found.emotions if one.label != "neutral"})
        if found.effort is not None:
            efforts.append(found.effort)
    topics = [TopicOfOne(topic=name, n=n, negative=ill, positive=well) for name, (n, ill, well) in counts.items()]
    topics.sort(key=lambda one: (-one.n, one.topic))
    return Personal(
        topics=tuple(topics[:TOPICS_SHOWN]),
        expectations=tuple(wishes[:EXPECTATIONS_SHOWN]),
        scores=tuple(
            Score(kind=kind, value=float(value), interaction_id=row.id, at=row.at)
            for row in rows
            for kind in SCORE_KINDS
            if (value := getattr(row, kind)) is not None
        ),
        emotions=dict(emotions.most_common()),
        efforts=tuple(reversed(efforts)),
        channels=dict(Counter(row.channel for row in rows).most_common()),
        languages=dict(Counter(row.language for row in rows if row.language).most_common()),
    )


def situational(
    rows: Sequence[Stored],
    records: Mapping[str, Interaction],
    events: Sequence[StoredEvent],
    *,
    now: datetime,
    detail: bool,
) -> Situational:
    """Where they stood; ``detail`` gives devices and places, which a reader does not see."""
    last = rows[0] if rows else None
    seen: dict[str, SeenAttribute] = {}
    for row in rows if detail else ():
        found = records.get(row.id)
        for name, value in (found.attributes if found else {}).items():
            if bare(name) in SITUATION_NAMES and value.strip() and bare(name) not in seen:
                seen[bare(name)] = SeenAttribute(name=name, value=value[:200], interaction_id=row.id, at=row.at)
    return Situational(
        last_contact_at=last.at if last else None,
        last_channel=last.channel if last else None,
        last_interaction_id=last.id if last else None,
        days_since_contact=max(0, (now - last.at).days) if last else None,
        seen=tuple(seen.values()),
        events=tuple(
            RecentEvent(
                at=one.at,
                family=one.family,
                type=one.type,
                channel=one.channel,
                label=one.label,
                place=one.place if detail else None,
                device=one.device if detail else None,
            )
            for one in events[:EVENTS_SHOWN]
        ),
    )
