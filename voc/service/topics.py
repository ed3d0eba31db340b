"""Topics: the taxonomy in force with how often each is spoken of and how, and all of it side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voc.insights.periods import begins, ends, span, week_of, weeks_before
from voc.insights.records import Topics, Trend
from voc.insights.saved_digests import last_week_with_data
from voc.insights.topics import topics as count_topics
from voc.insights.trends import trends
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.insights import names_a_period
from voc.service.use_cases import use_case
from voc.store import Filters

WEEKS = 4
"""Finished weeks that the table shows unless a period is chosen."""
TREND_WEEKS = 12
CUT = ("topic", "channel")


@dataclass(frozen=True)
class TopicTable:
    """Every topic that occurs, families and their topics by how often they are spoken of."""

    filters: Filters
    """Those asked for, with the period that was taken."""
    found: Topics
    families: list[tuple[str, list[str]]]
    """Parent → its topics."""
    channels: dict[str, dict[str, int]]
    """Topic → interactions by channel, the most first."""
    trends: dict[str, Trend]
    """Topic → its last twelve weeks."""


@use_case("reader")
def figures(service: Service, actor: Actor, filters: Filters, *, compare: str | None = None) -> Topics:
    """The figures of every topic that occurs; an interaction may speak of several.

    Raises:
        InputError: ``compare`` names no period.
    """
    service.know_topics()
    return count_topics(service.store, filters, compare=compare)


@use_case("reader")
def table(service: Service, actor: Actor, filters: Filters) -> TopicTable | None:
    """The last four finished weeks against the four before, unless a period is chosen; ``None`` in an empty store."""
    store, now = service.store, service.now()
    spanned = store.figures.first_and_last(now=now)
    if spanned is None:
        return None
    last = last_week_with_data(store, now=now) or week_of(spanned[1])
    if not names_a_period(filters):
        filters = filters.model_copy(update={"since": begins(weeks_before(last, WEEKS - 1)[0]), "until": ends(last)})
    bounds = span(filters)
    found = count_topics(store, filters, compare="previous" if bounds else None)
    until = bounds[1] if bounds else ends(last)
    first = max(begins(weeks_before(week_of(until), TREND_WEEKS)[0]), begins(week_of(spanned[0])))
    lately = filters.model_copy(update={"since": first, "until": until, "week": None, "topic": None})
    lines = {topic: one for one in trends(store, lately, by="topic").trends if (topic := one.keys["topic"])}
    channels: dict[str, dict[str, int]] = {}
    for (topic, channel), n in sorted(store.figures.counts(filters, by=CUT).items(), key=lambda one: -one[1]):
        channels.setdefault(str(topic), {})[str(channel)] = n
    return TopicTable(
        filters=filters,
        found=found,
        families=_families(found, service.know_topics().ids()),
        channels=channels,
        trends=lines,
    )


def _families(found: Topics, known: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Families by how often they are spoken of, each with its topics alike; ties in the taxonomy's order."""
    counts = {one.topic: one.n for one in found.figures}
    ordered = [one for one in known if one in counts]
    every = [*ordered, *(one for one in counts if one not in set(ordered))]
    roots = dict.fromkeys(one.partition(".")[0] for one in every)
    parents = sorted(roots, key=lambda one: -counts.get(one, 0))
    return [
        (parent, sorted((one for one in every if one.startswith(parent + ".")), key=lambda one: -counts[one]))
        for parent in parents
    ]
