"""A week in three plain sentences, made of figures that were tested: how much, what changed, how it felt.

A sentence says "more" or "fewer" only where chance does not explain the difference (exact conditional tests); else it
says that nothing moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voc.insights import statistics
from voc.locales.words import Words, words
from voc.records import Digest, DigestItem

SURE = 0.05
NAMED = 3
"""Findings that a sentence names."""


@dataclass(frozen=True)
class Sentence:
    """A sentence with the subjects that it names, as they are called in it."""

    text: str
    names: tuple[str, ...] = ()


def summary(digest: Digest, language: str) -> list[str]:
    """The sentences that the figures of a digest bear, as they were phrased where they were; fewer of fewer figures."""
    phrased = digest.phrased.get(language, {})
    return [phrased.get(one.text, one.text) for one in sentences(digest, language)]


def sentences(digest: Digest, language: str) -> list[Sentence]:
    """The same in the words of the catalogue."""
    t = words(language)
    found = (Sentence(_volume(digest, t)), _changes(digest, t), Sentence(_mood(digest, t)))
    return [one for one in found if one.text]


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


def _changes(digest: Digest, t: Words) -> Sentence:
    groups = {
        "problem": [one for one in digest.rises if one.extra.tone == "complaints"],
        "praise": [one for one in digest.rises if one.extra.tone == "praise"],
        "subject": [one for one in digest.rises if one.extra.tone not in {"complaints", "praise"}],
        "relief": list(digest.falls),
    }
    parts = [_named(kind, items, t) for kind, items in groups.items() if items]
    if not parts:
        return Sentence(t("summary.nothing") if digest.baseline_weeks else "")
    text = t("signs.semicolon").join(one.text for one in parts)
    return Sentence(text[0].upper() + text[1:] + ".", tuple(name for one in parts for name in one.names))


def _named(kind: str, items: Sequence[DigestItem], t: Words) -> Sentence:
    from voc.insights.labels import topic_label

    text = t(f"summary.{kind}", n=len(items))
    names = [topic_label(item.topic, t.language) for item in items[:NAMED] if item.topic]
    more = len(items) - len(names)
    return Sentence(f"{text}{t.colon} " + ", ".join(names) + (f" +{more}" if more > 0 else ""), tuple(names))


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
