"""Figures: each with its sample size, its interval and the way to what it counts.

A use case for each figure, with the same filters as the list of interactions. Everybody who may read may see them:
they hold counts, and quotes without personal data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from voc.errors import NotFoundError
from voc.insights.categories import CategoryFigures
from voc.insights.categories import categories as count_categories
from voc.insights.drivers import Drivers
from voc.insights.drivers import drivers as tell_drivers
from voc.insights.effort import effort as weigh_effort
from voc.insights.expectations import expectations as gather_expectations
from voc.insights.groups import dimensions
from voc.insights.periods import begins, ends, span, week_of, weeks_before
from voc.insights.pressure import Pressure
from voc.insights.pressure import pressure as weigh_pressure
from voc.insights.records import (
    Efforts,
    Expectations,
    SentimentFigure,
    Sentiments,
    SignalFigures,
    Trends,
    Volume,
    Volumes,
)
from voc.insights.repeat_contact import RepeatContacts
from voc.insights.repeat_contact import repeat_contacts as follow_repeat_contacts
from voc.insights.sentiment import sentiment as divide_sentiment
from voc.insights.signals import signals as count_signals
from voc.insights.trends import trends as follow_trends
from voc.insights.volumes import volumes as count_volumes
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.small_groups import large_enough, least_shown
from voc.service.use_cases import use_case
from voc.signals import kinds
from voc.store import Filters
from voc.store.scored import Score
from voc.store.topic_mentions import Level

__all__ = ["Level", "categories", "commonest_score", "drivers", "effort", "expectations", "in_latest_weeks",
           "names_a_period", "pressure", "repeat_contacts", "sentiment", "signals", "trends", "volumes"]  # fmt: skip


@use_case("reader")
def volumes(
    service: Service, actor: Actor, filters: Filters, *, by: str | Sequence[str] = "", compare: str | None = None
) -> Volumes:
    """Counts with their Poisson intervals, by up to three dimensions, against another period if asked.

    Raises:
        InputError: there is no such dimension or period.
    """
    least = least_shown(actor, dimensions(by))
    found = count_volumes(service.store, filters, by=by, compare=compare)
    kept, masked = large_enough(found.figures, least, size=lambda one: one.n)
    shown = tuple(_unless_small(one, least) for one in kept)
    return found.model_copy(update={"figures": shown, "masked": masked})


@use_case("reader")
def sentiment(
    service: Service, actor: Actor, filters: Filters, *, by: str | Sequence[str] = "", compare: str | None = None
) -> Sentiments:
    """Shares of negative, neutral and positive with their intervals and the whole distribution.

    Raises:
        InputError: there is no such dimension or period.
    """
    least = least_shown(actor, dimensions(by))
    found = divide_sentiment(service.store, filters, by=by, compare=compare)
    kept, masked = large_enough(found.figures, least, size=lambda one: one.n + one.unscored)
    shown = tuple(_unless_small(one, least) for one in kept)
    return found.model_copy(update={"figures": shown, "masked": masked})


@use_case("reader")
def drivers(
    service: Service,
    actor: Actor,
    filters: Filters,
    *,
    score: str = "nps",
    compare: str | None = None,
    by: str = "channel",
    level: Level = "parent",
) -> Drivers:
    """What moves a score that customers gave, topic by topic, and what moved it since another period if asked.

    Raises:
        InputError: there is no such score, dimension or period.
    """
    return tell_drivers(service.store, filters, score=score, compare=compare, by=by, level=level)


@use_case("reader")
def trends(service: Service, actor: Actor, filters: Filters, *, by: str | None = None) -> Trends:
    """Weekly shares with an exact test of a steady climb or decline, corrected for the number of groups.

    Raises:
        InputError: there is no such dimension.
    """
    found = follow_trends(service.store, filters, by=by)
    kept, masked = large_enough(found.trends, least_shown(actor, [by or ""]), size=lambda one: one.n)
    return found.model_copy(update={"trends": kept, "masked": masked})


@use_case("reader")
def effort(service: Service, actor: Actor, filters: Filters, *, by: str | None = None) -> Efforts:
    """The distribution of effort (−5 very hard … 5 very easy); interactions that show none are left out and counted.

    Raises:
        InputError: there is no such dimension.
    """
    found = weigh_effort(service.store, filters, by=by)
    kept, masked = large_enough(found.figures, least_shown(actor, [by or ""]), size=lambda one: one.n)
    return found.model_copy(update={"figures": kept, "masked": masked})


@use_case("reader")
def signals(service: Service, actor: Actor, kind: str, filters: Filters, *, by: str | None = None) -> SignalFigures:
    """How many interactions have a kind of signal, with which labels and values.

    Raises:
        NotFoundError: there is no such kind.
        InputError: there is no such dimension.
    """
    if kind not in kinds():
        raise NotFoundError(
            f"there is no kind of signal '{kind[:60]}'; there are {', '.join(kinds())}.", code="unknown_kind"
        )
    found = count_signals(service.store, kind, filters, by=by)
    kept, masked = large_enough(found.figures, least_shown(actor, [by or ""]), size=lambda one: one.total)
    return found.model_copy(update={"figures": kept, "masked": masked})


@use_case("reader")
def categories(service: Service, actor: Actor, filters: Filters) -> CategoryFigures:
    """How many of the calls asked fall into each category, with the interval of the share."""
    channels = {one.id: one.channels for one in service.categories}
    return count_categories(service.store, filters, channels=channels)


@use_case("reader")
def expectations(service: Service, actor: Actor, filters: Filters, *, quotes: int = 3) -> Expectations:
    """Wishes grouped by the topic they are about, with ``quotes`` of each that open where they stand."""
    return gather_expectations(service.store, filters, quotes=quotes)


@use_case("reader")
def pressure(service: Service, actor: Actor, filters: Filters, *, window_days: int | None = None) -> Pressure:
    """Who was sent more than their segment tolerates, and how negative signals go with it.

    An association: the company chooses whom it writes to.

    Args:
        window_days: how long a message counts; the tolerance's own by default.
    """
    return weigh_pressure(service.store, filters, window_days=window_days)


@use_case("reader")
def repeat_contacts(
    service: Service,
    actor: Actor,
    filters: Filters,
    *,
    by: str | None = None,
    days: int | None = None,
    level: Level = "parent",
) -> RepeatContacts:
    """How often customers come back about the same thing, on whatever channel; how often once was enough.

    Args:
        days: within which they come back; ``VOC_REPEAT_DAYS`` by default.
        level: families of topics, or their leaves.

    Raises:
        InputError: there is no such dimension.
    """
    days = days or service.settings.repeat_days
    return follow_repeat_contacts(service.store, filters, by=by, days=days, level=level)


@use_case("reader")
def in_latest_weeks(service: Service, actor: Actor, filters: Filters, *, weeks: int) -> Filters:
    """The filters over the last ``weeks`` weeks in which anything came in, unless they name a period themselves."""
    bounds = service.store.figures.first_and_last()
    if bounds is None or names_a_period(filters):
        return filters
    last = week_of(bounds[1])
    return filters.model_copy(update={"since": begins(weeks_before(last, weeks - 1)[0]), "until": ends(last)})


@use_case("reader")
def commonest_score(service: Service, actor: Actor, filters: Filters) -> Score:
    """The score that most interactions came with; the sentiment that was read where none came with any."""
    given: dict[Score, int] = {
        kind: sum(counts.values()) for kind, counts in service.store.figures.ratings(filters).items()
    }
    return max(given, key=given.__getitem__, default="sentiment")


V = TypeVar("V", Volume, SentimentFigure)


def _unless_small(one: V, least: int) -> V:
    """The figure; without what it is compared with where that group was too small."""
    small = one.previous is not None and one.previous.n < least
    return one.model_copy(update={"previous": None}) if small else one


def names_a_period(filters: Filters) -> bool:
    """Whether the filters say from when, until when, or which week."""
    return span(filters) is not None or filters.since is not None or filters.until is not None
