"""Moments of truth: the points of a customer's story where they are won or lost, each by a rule anybody can read.

    first_contact            the first interaction there is
    complaint                it came as a claim, or reads as one (probability ≥ 0.5)
    cancellation_intent      they say they mean to leave (not that they cancel an order or an appointment), or speak of
                             cancelling without praise
    repeat                   they came back about the same family of topics within the chosen days
    resolution               they speak well of what they had come about
    silence_after_complaint  nothing more on any channel for 30 days after a complaint that was never resolved

A rule names what it saw; it does not say what the customer felt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from voc.records import Analysis, Moment, Record
from voc.records.channels import COMPLAINING
from voc.store.filters import TOPIC_SENTIMENT
from voc.store.issues import Issue

MomentKind = Literal[
    "first_contact", "complaint", "cancellation_intent", "repeat", "resolution", "silence_after_complaint"
]
Rule = Literal["first", "channel", "reads_as_complaint", "intent", "topic", "came_back", "praise_after", "no_word"]

COMPLAINT_FROM = 0.5
"""Probability from which an interaction reads as a complaint."""

CANCEL_INTENTS = frozenset({"cancel", "cancellation", "cancel_contract", "churn", "leave", "switch", "terminate"})
CANCEL_TOPICS = frozenset({"contract.cancellation"})
SILENCE = timedelta(days=30)


class MomentOfTruth(Record):
    """One moment: what it is, when, which rule saw it, and the interaction that shows it."""

    kind: MomentKind
    at: Moment
    rule: Rule
    interaction_id: str | None = None
    topic: str | None = None


class ContactSummary(Record):
    """What the rules look at in one interaction; ``said`` is by family, −1…1, ``None`` where nothing was scored."""

    id: str
    at: Moment
    channel: str
    topics: tuple[str, ...] = ()
    said: dict[str, float | None] = Field(default_factory=dict)
    complaint: float | None = None
    intents: tuple[str, ...] = ()


def heard(interaction_id: str, at: datetime, channel: str, analysis: Analysis | None) -> ContactSummary:
    """What the rules need of one interaction; without an analysis, when and where alone."""
    if analysis is None:
        return ContactSummary(id=interaction_id, at=at, channel=channel)
    analysis = analysis.heard_surely()
    clauses: dict[str, list[float]] = {}
    for aspect in analysis.aspects:
        for name in {aspect.topic, aspect.topic.partition(".")[0]}:
            clauses.setdefault(name, []).append(aspect.sentiment)
    topics = [topic.id for topic in analysis.topics]
    names = {name for topic in topics for name in (topic, topic.partition(".")[0])}
    whole = analysis.sentiment.score if analysis.sentiment else None
    # What is cancelled may be an order or an appointment: the sign of leaving is told only where it is not. What a
    # person said, or brought from elsewhere, has no sign and is taken at their word.
    leaving = (
        "intent:cancel" in analysis.corrected
        or any(sign.rule == "cancel" for sign in analysis.fragility)
        or any(intent.label == "cancel" and intent.source is None for intent in analysis.intents)
    )
    return ContactSummary(
        id=interaction_id,
        at=at,
        channel=channel,
        topics=tuple(topics),
        said={name: sum(some) / len(some) if (some := clauses.get(name)) else whole for name in sorted(names)},
        complaint=analysis.complaint,
        intents=tuple(intent.label for intent in analysis.intents if intent.label != "cancel" or leaving),
    )


def moments(
    interactions: Sequence[ContactSummary], issues: Sequence[Issue], *, now: datetime, complete: bool = True
) -> list[MomentOfTruth]:
    """Every moment of truth of one customer, oldest first.

    Args:
        interactions: everything they said, in any order.
        issues: their issues, praise left out (:mod:`voc.store.issues`).
        now: when it is; silence can only be told by then.
        complete: whether ``interactions`` begins with the very first; else no first contact is named.
    """
    story = sorted(interactions, key=lambda one: (one.at, one.id))
    found: list[MomentOfTruth] = []
    if story and complete:
        found.append(MomentOfTruth(kind="first_contact", at=story[0].at, rule="first", interaction_id=story[0].id))
    complaints: list[ContactSummary] = []
    for one in story:
        if rule := _complains(one):
            complaints.append(one)
            found.append(MomentOfTruth(kind="complaint", at=one.at, rule=rule, interaction_id=one.id))
        if (leaving := _leaves(one)) is not None:
            rule, topic = leaving
            found.append(
                MomentOfTruth(kind="cancellation_intent", at=one.at, rule=rule, interaction_id=one.id, topic=topic)
            )
    for issue in issues:
        found += [
            MomentOfTruth(
                kind="repeat", at=one.at, rule="came_back", interaction_id=one.interaction_id, topic=issue.family
            )
            for one in issue.contacts[1:]
        ]
    resolved = resolutions(story, issues)
    found += resolved.values()
    found += _silences(story, complaints, [one.at for one in resolved.values()], now)
    found.sort(key=lambda one: (one.at, one.kind))
    return found


def resolutions(story: Sequence[ContactSummary], issues: Sequence[Issue]) -> dict[tuple[str, datetime], MomentOfTruth]:
    """Issue (family, when it began) → the first time the customer speaks well of that family after its last contact.

    A later issue of the same family ends the wait: praise after it speaks of the later one.
    """
    found: dict[tuple[str, datetime], MomentOfTruth] = {}
    by_family: dict[str, list[Issue]] = {}
    for issue in sorted(issues, key=lambda one: one.first.at):
        by_family.setdefault(issue.family, []).append(issue)
    for family, some in by_family.items():
        for place, issue in enumerate(some):
            until = some[place + 1].first.at if place + 1 < len(some) else None
            praise = next(
                (
                    one
                    for one in story
                    if one.at > issue.last.at
                    and (until is None or one.at < until)
                    and (one.said.get(family) or 0.0) >= TOPIC_SENTIMENT
                ),
                None,
            )
            if praise is not None:
                found[family, issue.first.at] = MomentOfTruth(
                    kind="resolution", at=praise.at, rule="praise_after", interaction_id=praise.id, topic=family
                )
    return found


def _complains(one: ContactSummary) -> Rule | None:
    if one.channel in COMPLAINING:
        return "channel"
    return "reads_as_complaint" if one.complaint is not None and one.complaint >= COMPLAINT_FROM else None


def _leaves(one: ContactSummary) -> tuple[Rule, str | None] | None:
    if CANCEL_INTENTS & set(one.intents):
        return "intent", None
    topic = next((name for name in one.topics if name in CANCEL_TOPICS), None)
    if topic is not None and (one.said.get(topic) or 0.0) < TOPIC_SENTIMENT:
        return "topic", topic
    return None


def _silences(
    story: Sequence[ContactSummary], complaints: Sequence[ContactSummary], resolved: Sequence[datetime], now: datetime
) -> list[MomentOfTruth]:
    """A complaint that nothing followed for :data:`SILENCE`, on any channel; a resolution before it counts for none."""
    found = []
    for one in complaints:
        heard_since = next((other.at for other in story if other.at > one.at), None)
        fell_silent = one.at + SILENCE
        if (heard_since or now) < fell_silent or any(one.at < at < fell_silent for at in resolved):
            continue
        found.append(
            MomentOfTruth(kind="silence_after_complaint", at=fell_silent, rule="no_word", interaction_id=one.id)
        )
    return found


def kinds(found: Sequence[MomentOfTruth]) -> Mapping[str, list[MomentOfTruth]]:
    """Moments by the interaction they happened in; a silence happened in none."""
    grouped: dict[str, list[MomentOfTruth]] = {}
    for one in found:
        if one.interaction_id is not None and one.kind != "silence_after_complaint":
            grouped.setdefault(one.interaction_id, []).append(one)
    return grouped
