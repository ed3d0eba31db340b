"""What is spoken of, how often, and what is said of it."""

from __future__ import annotations

from voc.insights import comparison, periods, statistics
from voc.insights.drilldown import href
from voc.insights.records import Change, Share, TopicFigure, Topics
from voc.insights.sentiment import shares
from voc.records import SentimentLabel
from voc.store import Filters, Store


def topics(store: Store, filters: Filters | None = None, *, compare: str | None = None) -> Topics:
    """Every topic and parent that occurs, most frequent first, against another period if ``compare`` names one.

    Raises:
        InputError: the comparison cannot be read.
    """
    filters = filters or Filters()
    before = periods.compared(filters, compare) if compare else None
    total = store.interactions.count(filters)
    total_before = store.interactions.count(before) if before else 0
    old = {topic: n for (topic,), n in store.figures.counts(before, by=("topic",)).items()} if before else {}
    figures = []
    for one in store.figures.said(filters):
        here = filters.model_copy(update={"topic": one.topic})
        counts: dict[SentimentLabel, int] = {
            "negative": one.negative,
            "neutral": one.neutral,
            "positive": one.positive,
        }
        judged = sum(counts.values())
        previous: Change | None = None
        if before is not None:
            there = before.model_copy(update={"topic": one.topic})
            previous = comparison.share_change(
                one.n, total, old.get(one.topic, 0), total_before, href=href(there)
            ).model_copy(update={"n": old.get(one.topic, 0)})
        figures.append(
            TopicFigure(
                topic=one.topic,
                parent=one.topic.partition(".")[0] if "." in one.topic else None,
                n=one.n,
                share=one.n / total if total else None,
                interval=statistics.wilson(one.n, total),
                said=shares(counts, here, field="topic_sentiment"),
                net=(one.positive - one.negative) / judged if judged else None,
                net_interval=statistics.net_share(one.positive, one.negative, judged),
                href=href(here),
                previous=previous,
            )
        )
    figures.sort(key=lambda one: (-one.n, one.topic))
    untold = filters.model_copy(update={"topic": "none"})
    without = store.interactions.count(untold)
    return Topics(
        period=comparison.period(filters),
        compared_with=comparison.period(before) if before else None,
        n=total,
        without_topic=None
        if filters.topic
        else Share(
            n=without,
            share=without / total if total else None,
            interval=statistics.wilson(without, total),
            href=href(untold),
        ),
        figures=tuple(figures),
    )
