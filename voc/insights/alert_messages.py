"""What an alert says: one sentence with the figure, its sample and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from voc.insights.metrics import metrics
from voc.language.registry import FALLBACK
from voc.locales import interface_languages
from voc.locales.words import Words, words
from voc.records.alerts import AlertRule
from voc.records.metrics import Unit


def figure(value: float | None, unit: Unit, t: Words) -> str:
    """A value as its unit is written."""
    if value is None:
        return "–"
    if unit == "count":  # bounds and expectations of counts are no whole numbers, which only small ones show
        return t.number(value, 0 if value >= 10 or value == int(value) else 1)
    if unit == "share":
        return t.percent(value, 1 if abs(value) < 0.1 else 0)
    return t.number(100 * value, 0) if unit == "points" else t.number(value, 1)


def metric_titles(
    rule: AlertRule, unit: Unit, *, value: float | None, expected: float | None, n: int
) -> dict[str, str]:
    """What a rule about a metric says, by language."""
    return {
        t.language: _said(
            t,
            rule,
            rule.condition,
            metric=metric_name(rule.metric, t),
            value=figure(value, unit, t),
            expected=figure(expected, unit, t),
            n=n,
        )
        for t in map(words, interface_languages())
    }


def words_titles(rule: AlertRule, phrases: Sequence[str], n: int) -> dict[str, str]:
    """What a rule about words says, by language."""
    return {
        t.language: _said(t, rule, "words", n=n, words=", ".join(map(t.quoted, phrases)))
        for t in map(words, interface_languages())
    }


def emerging_titles(rule: AlertRule, titles: dict[str, str], *, n: int, expected: float) -> dict[str, str]:
    """What a rule about what emerges says, by language; ``titles`` name the subject."""
    return {
        t.language: _said(t, rule, "emerging", subject=titles.get(t.language, "–"), n=n, expected=t.number(expected, 1))
        for t in map(words, interface_languages())
    }


def test_titles(rule: AlertRule) -> dict[str, str]:
    """What an alert says that is rung to try it, where it saw nothing to tell."""
    return {t.language: _said(t, rule, "test") for t in map(words, interface_languages())}


def metric_name(name: str, t: Words) -> str:
    """A metric as people call it; its name where its package is gone, or says it in another language only."""
    told = metrics()[name].title if name in metrics() else {}
    return told.get(t.language) or told.get(FALLBACK) or t.known(f"metric_names.{name}", name)


def _said(t: Words, rule: AlertRule, what: str, **values: Any) -> str:
    return t(f"alert_sentences.{what}", name=rule.name, period=t(f"alert_periods.{rule.period}"), **values)
