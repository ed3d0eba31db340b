"""A week in three plain sentences, made of figures that were tested: how much, what changed, how it felt.

A sentence says "more" or "fewer" only where chance does not explain the difference (exact conditional tests); else it
says that nothing moved.
"""

from __future__ import annotations

from collections.abc import Sequence

from voc.insights import statistics
from voc.insights.wording import number, percent
from voc.records import Digest, DigestItem

SURE = 0.05
NAMED = 3
"""Findings that a sentence names."""

_WORDS = {
    "fr": {
        "alone": "{n} interactions.",
        "more": "{n} interactions, {change} de plus que d’habitude ({mean} par semaine).",
        "fewer": "{n} interactions, {change} de moins que d’habitude ({mean} par semaine).",
        "usual": "{n} interactions, à peu près comme d’habitude ({mean} par semaine).",
        "problem": ("{n} problème en hausse", "{n} problèmes en hausse"),
        "praise": ("{n} bonne surprise", "{n} bonnes surprises"),
        "subject": ("{n} sujet en hausse", "{n} sujets en hausse"),
        "relief": ("{n} sujet en baisse", "{n} sujets en baisse"),
        "nothing": "Aucun sujet n’a bougé de façon significative.",
        "mood": "{share} de ce qui est dit est négatif [{low} – {high}]",
        "worse": ", plus que les semaines précédentes ({before}).",
        "better": ", moins que les semaines précédentes ({before}).",
        "same": ", sans changement significatif ({before} auparavant).",
        "colon": " : ",
    },
    "en": {
        "alone": "{n} interactions.",
        "more": "{n} interactions, {change} more than usual ({mean} a week).",
        "fewer": "{n} interactions, {change} fewer than usual ({mean} a week).",
        "usual": "{n} interactions, about as usual ({mean} a week).",
        "problem": ("{n} problem on the rise", "{n} problems on the rise"),
        "praise": ("{n} good surprise", "{n} good surprises"),
        "subject": ("{n} subject on the rise", "{n} subjects on the rise"),
        "relief": ("{n} subject falling", "{n} subjects falling"),
        "nothing": "No subject moved significantly.",
        "mood": "{share} of what was said is negative [{low} – {high}]",
        "worse": ", more than in the weeks before ({before}).",
        "better": ", less than in the weeks before ({before}).",
        "same": ", no significant change ({before} before).",
        "colon": ": ",
    },
}  # fmt: skip


def summary(digest: Digest, language: str) -> list[str]:
    """The sentences that the figures of a digest bear; fewer where it has fewer figures."""
    return [one for one in (_volume(digest, language), _changes(digest, language), _mood(digest, language)) if one]


def _volume(digest: Digest, language: str) -> str:
    words, n = _WORDS[language], number(digest.n, language)
    weeks = len(digest.baseline_weeks)
    if not weeks or not digest.n_baseline:
        return str(words["alone"]).format(n=n)
    mean = digest.n_baseline / weeks
    change, how = digest.n / mean - 1, "usual"
    if statistics.rise(digest.n, 1.0, digest.n_baseline, weeks) <= SURE / 2:
        how = "more"
    elif statistics.fall(digest.n, 1.0, digest.n_baseline, weeks) <= SURE / 2:
        how = "fewer"
    return str(words[how]).format(n=n, change=percent(abs(change), language), mean=number(mean, language))


def _changes(digest: Digest, language: str) -> str:
    groups = {
        "problem": [one for one in digest.rises if one.extra.tone == "complaints"],
        "praise": [one for one in digest.rises if one.extra.tone == "praise"],
        "subject": [one for one in digest.rises if one.extra.tone not in {"complaints", "praise"}],
        "relief": list(digest.falls),
    }
    parts = [_named(kind, items, language) for kind, items in groups.items() if items]
    if not parts:
        return str(_WORDS[language]["nothing"]) if digest.baseline_weeks else ""
    text = " ; ".join(parts) if language == "fr" else "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def _named(kind: str, items: Sequence[DigestItem], language: str) -> str:
    from voc.insights.labels import topic_label

    one, several = _WORDS[language][kind]
    text = (one if len(items) == 1 else several).format(n=number(len(items), language))
    names = [topic_label(item.topic, language) for item in items[:NAMED] if item.topic]
    more = len(items) - len(names)
    return text + str(_WORDS[language]["colon"]) + ", ".join(names) + (f" +{more}" if more > 0 else "")


def _mood(digest: Digest, language: str) -> str:
    words, now, before = _WORDS[language], digest.sentiment, digest.sentiment_baseline
    if not now.get("n"):
        return ""
    text = str(words["mood"]).format(
        share=percent(now["negative"], language),
        low=percent(now["negative_low"], language),
        high=percent(now["negative_high"], language),
    )
    if not before.get("n"):
        return text + "."
    k, n = round(now["negative"] * now["n"]), round(now["n"])
    k_before, n_before = round(before["negative"] * before["n"]), round(before["n"])
    how = "same"
    if statistics.over_represented(k, n, k_before, n_before) <= SURE / 2:
        how = "worse"
    elif statistics.over_represented(n - k, n, n_before - k_before, n_before) <= SURE / 2:
        how = "better"
    return text + str(words[how]).format(before=percent(before["negative"], language))
