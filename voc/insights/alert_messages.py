"""What an alarm says in French and English: one sentence with the figure, its sample and what was expected."""

from __future__ import annotations

from collections.abc import Sequence

from voc.insights.wording import THIN_SPACE, number, percent
from voc.locales import interface_languages
from voc.records.alerts import AlertPeriod, AlertRule
from voc.records.metrics import MetricName, Unit

METRIC_NAMES: dict[str, dict[str, str]] = {
    "fr": {
        "volume": "interactions", "share": "part des interactions", "negative": "part de négatif",
        "positive": "part de positif", "net": "sentiment net", "hard": "part de parcours difficiles",
        "nps": "NPS", "csat": "satisfaction", "rating": "étoiles",
    },
    "en": {
        "volume": "interactions", "share": "share of interactions", "negative": "share of negative",
        "positive": "share of positive", "net": "net sentiment", "hard": "share of hard journeys",
        "nps": "NPS", "csat": "satisfaction", "rating": "stars",
    },
}  # fmt: skip
_PERIODS = {
    "fr": {"day": "sur 24 heures", "week": "sur sept jours"},
    "en": {"day": "in 24 hours", "week": "in seven days"},
}
_SAYS = {
    "fr": {
        "above": "{name}{colon} {metric} {value} {period}, au-dessus de {expected} (n = {n}).",
        "below": "{name}{colon} {metric} {value} {period}, en dessous de {expected} (n = {n}).",
        "unusual": "{name}{colon} {metric} {value} {period}, contre {expected} d’habitude (n = {n}).",
        "words": "{name}{colon} {value} interactions {period} avec {words}.",
        "emerging": "{name}{colon} {subject} (n = {n}, {expected} attendus).",
        "test": "{name}{colon} essai.",
    },
    "en": {
        "above": "{name}{colon} {metric} {value} {period}, above {expected} (n = {n}).",
        "below": "{name}{colon} {metric} {value} {period}, below {expected} (n = {n}).",
        "unusual": "{name}{colon} {metric} {value} {period}, usually {expected} (n = {n}).",
        "words": "{name}{colon} {value} interactions {period} with {words}.",
        "emerging": "{name}{colon} {subject} (n = {n}, {expected} expected).",
        "test": "{name}{colon} a try.",
    },
}


def figure(value: float | None, unit: Unit, language: str) -> str:
    """A value as its unit is written."""
    if value is None:
        return "–"
    if unit == "count":
        return number(value, language, digits=0 if value == int(value) else 1)
    if unit == "share":
        return percent(value, language, digits=1 if abs(value) < 0.1 else 0)
    if unit == "points":
        return number(100 * value, language)
    return number(value, language, digits=1)


def metric_titles(
    rule: AlertRule, unit: Unit, *, value: float | None, expected: float | None, n: int
) -> dict[str, str]:
    """What a rule about a metric says, by language."""
    return {
        language: _SAYS[language][rule.condition].format(
            name=rule.name,
            colon=_colon(language),
            metric=metric_name(rule.metric, language),
            value=figure(value, unit, language),
            expected=figure(expected, unit, language),
            period=_period(rule.period, language),
            n=number(n, language),
        )
        for language in interface_languages()
    }


def words_titles(rule: AlertRule, phrases: Sequence[str], n: int) -> dict[str, str]:
    """What a rule about words says, by language."""
    return {
        language: _SAYS[language]["words"].format(
            name=rule.name,
            colon=_colon(language),
            value=number(n, language),
            period=_period(rule.period, language),
            words=", ".join(f"«\u202f{one}\u202f»" if language == "fr" else f"“{one}”" for one in phrases),
        )
        for language in interface_languages()
    }


def emerging_titles(rule: AlertRule, titles: dict[str, str], *, n: int, expected: float) -> dict[str, str]:
    """What a rule about what emerges says, by language; ``titles`` name the subject."""
    return {
        language: _SAYS[language]["emerging"].format(
            name=rule.name,
            colon=_colon(language),
            subject=titles.get(language, "–"),
            n=number(n, language),
            expected=number(expected, language, digits=1),
        )
        for language in interface_languages()
    }


def test_titles(rule: AlertRule) -> dict[str, str]:
    """What an alarm says that is rung to try it, where it saw nothing to tell."""
    return {
        language: _SAYS[language]["test"].format(name=rule.name, colon=_colon(language))
        for language in interface_languages()
    }


def metric_name(name: MetricName, language: str) -> str:
    """A metric as people call it."""
    return METRIC_NAMES[language][name]


def _period(period: AlertPeriod, language: str) -> str:
    return _PERIODS[language][period]


def _colon(language: str) -> str:
    return f"{THIN_SPACE}:" if language == "fr" else ":"
