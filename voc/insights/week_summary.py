"""A week in three plain sentences, made of figures that were tested: how much, what changed, how it felt.

A sentence says "more" or "fewer" only where chance does not explain the difference (exact conditional tests); else it
says that nothing moved.
"""

from __future__ import annotations

from collections.abc import Sequence

from voc.insights import statistics
from voc.locales.words import Words, words
from voc.records import Digest, DigestItem

SURE = 0.05
NAMED = 3
"""Findings that a sentence names."""


def summary(digest: Digest, language: str) -> list[str]:
    """The sentences that the figures of a digest bear; fewer where it has fewer figures."""
    t = words(language)
    return [one for one in (_volume(digest, t), _changes(digest, t), _mood(digest, t)) if one]


def _volume(digest: Digest, t: Words) -> str:
    weeks = len(digest.baseline_weeks)
    if not weeks or not digest.n_baseline:
        return t("summary.alone", n=digest.n)
    mean = digest.n_baseline / weeks
    change, how = digest.n / mean - 1, "usual"
    if statistics.rise(digest.n, 1.0, digest.n_baseline, weeks) <= SURE / 2:
        how = "more"
    elif statistics.fall(digest.n, 1.0, digest.n_baseline, weeks) <= SURE / 2:
        how = "fewer"
    return t(f"summary.{how}", n=digest.n, change=t.percent(abs(change)), mean=t.number(mean, 0))


def _changes(digest: Digest, t: Words) -> str:
    groups = {
        "problem": [one for one in digest.rises if one.extra.tone == "complaints"],
        "praise": [one for one in digest.rises if one.extra.tone == "praise"],
        "subject": [one for one in digest.rises if one.extra.tone not in {"complaints", "praise"}],
        "relief": list(digest.falls),
    }
    parts = [_named(kind, items, t) for kind, items in groups.items() if items]
    if not parts:
        return t("summary.nothing") if digest.baseline_weeks else ""
    text = t("signs.semicolon").join(parts)
    return text[0].upper() + text[1:] + "."


def _named(kind: str, items: Sequence[DigestItem], t: Words) -> str:
    from voc.insights.labels import topic_label

    text = t(f"summary.{kind}", n=len(items))
    names = [topic_label(item.topic, t.language) for item in items[:NAMED] if item.topic]
    more = len(items) - len(names)
    return f"{text}{t.colon} " + ", ".join(names) + (f" +{more}" if more > 0 else "")


def _mood(digest: Digest, t: Words) -> str:
    now, before = digest.sentiment, digest.sentiment_baseline
    if not now.get("n"):
        return ""
    share, low, high = (t.percent(now[name]) for name in ("negative", "negative_low", "negative_high"))
    text = t("summary.mood", share=share, low=low, high=high)
    if not before.get("n"):
        return text + "."
    k, n = round(now["negative"] * now["n"]), round(now["n"])
    k_before, n_before = round(before["negative"] * before["n"]), round(before["n"])
    how = "same"
    if statistics.over_represented(k, n, k_before, n_before) <= SURE / 2:
        how = "worse"
    elif statistics.over_represented(n - k, n, n_before - k_before, n_before) <= SURE / 2:
        how = "better"
    return text + t(f"summary.{how}", before=t.percent(before["negative"]))
