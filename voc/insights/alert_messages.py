"""What an alarm says in every language: one sentence with the figure, its sample and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from voc.insights.wording import checked
from voc.locales import interface_languages
from voc.locales.words import words
from voc.records.alerts import AlertRule
from voc.records.metrics import MetricName, Unit


def metric_names(language: str) -> dict[str, str]:
    """Every metric as people call it."""
    t = words(checked(language))
    return {name: t(f"metrics.{name}") for name in get_args(MetricName)}


def figure(value: float | None, unit: Unit, language: str) -> str:
    """A value as its unit is written."""
    t = words(checked(language))
    if value is None:
        return "–"
    if unit == "count":
        return t.number(value, 0 if value == int(value) else 1)
    if unit == "share":
        return t.percent(value, 1 if abs(value) < 0.1 else 0)
    return t.number(100 * value, 0) if unit == "points" else t.number(value, 1)


def metric_titles(
    rule: AlertRule, unit: Unit, *, value: float | None, expected: float | None, n: int
) -> dict[str, str]:
    """What a rule about a metric says, by language."""
    return {
        language: _said(
            rule,
            rule.condition,
            language,
            metric=words(language)(f"metrics.{rule.metric}"),
            value=figure(value, unit, language),
            expected=figure(expected, unit, language),
            sample=words(language).number(n),
        )
        for language in interface_languages()
    }


def words_titles(rule: AlertRule, phrases: Sequence[str], n: int) -> dict[str, str]:
    """What a rule about words says, by language."""
    return {
        language: _said(rule, "words", language, n=n, words=", ".join(words(language).quoted(one) for one in phrases))
        for language in interface_languages()
    }


def emerging_titles(rule: AlertRule, titles: dict[str, str], *, n: int, expected: float) -> dict[str, str]:
    """What a rule about what emerges says, by language; ``titles`` name the subject."""
    return {
        language: _said(
            rule,
            "emerging",
            language,
            subject=titles.get(language, "–"),
            sample=words(language).number(n),
            expected=words(language).number(expected, 1),
        )
        for language in interface_languages()
    }


def test_titles(rule: AlertRule) -> dict[str, str]:
    """What an alarm says that is rung to try it, where it saw nothing to tell."""
    return {language: _said(rule, "test", language) for language in interface_languages()}


def _said(rule: AlertRule, what: str, language: str, **values: Any) -> str:
    t = words(language)
    return t(f"alert_sentences.{what}", name=rule.name, period=t(f"alert_spans.{rule.period}"), **values)
