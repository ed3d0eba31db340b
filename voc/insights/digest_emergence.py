"""What emerged and no topic tells, as the first findings of a digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from voc.insights import statistics, wording
from voc.insights.emergence_findings import EmergenceFinding
from voc.insights.emerging import Answer, emerged
from voc.insights.emerging_figures import described
from voc.records import DigestDetail, DigestItem
from voc.store import Store

MOST_ITEMS = 3
LEVEL = 0.05
"""False discovery rate of what is told first of all: below that of the page (``benchmarks/emergence.py`` has both)."""
SILENT = 0.5
"""Share of its interactions without any topic from which words are of something no topic tells."""
TOLD = 0.3
"""Share of a finding's interactions that a rise of the digest already speaks of, from which it is not told again."""
LEAST_VOICES = 2
"""Voices with which a channel confirms what others say."""


def emerging_items(
    store: Store, week: str, *, weeks: Sequence[str], told: Sequence[set[str]], n_week: int, n_before: int
) -> list[DigestItem]:
    """What emerged in ``week`` beside what rises anyway, the clearest first.

    Args:
        weeks: the weeks of the digest, its own last.
        told: the interactions of each rise that the digest tells.
    """
    answer = emerged(store, week)
    spoken = {row for rows in answer.window.subjects["topic"].values() for row in rows}
    found = []
    for one in answer.found:
        ids = {answer.window.contacts[row].id for row in one.lead.rows}
        if unforeseen(one, spoken) and not any(len(ids & rise) >= TOLD * len(ids) for rise in told):
            found.append(_item(store, answer, one, weeks, n_week, n_before))
        if len(found) == MOST_ITEMS:
            break
    return found


def unforeseen(one: EmergenceFinding, spoken: Collection[int]) -> bool:
    """Whether a finding is one that no topic tells, and clear enough to stand before everything else.

    Words must be more than one, and of messages that are mostly without a topic: what is said of a topic has its words
    too. Clauses that gather, and themes, are of what no topic explains already.
    """
    if one.lead.q > LEVEL or any(each.kind == "topic" for each in (one.lead, *one.others)):
        return False
    if one.lead.kind != "words":
        return True
    words = {each.subject for each in (one.lead, *one.others) if each.kind == "words"}
    silent = sum(row not in spoken for row in one.lead.rows)
    return len(words) > 1 and silent >= SILENT * len(one.lead.rows)


def _item(
    store: Store, answer: Answer, one: EmergenceFinding, weeks: Sequence[str], n_week: int, n_before: int
) -> DigestItem:
    told = described(store, answer, one)
    window, lead = answer.window, one.lead
    voices: dict[str, set[int]] = defaultdict(set)
    for row in lead.rows:
        voices[window.contacts[row].channel].add(window.voices[row])
    before = _before(answer, one, weeks)
    extra = DigestDetail(
        what="all",
        pace="sudden",
        new=not before,
        emerging=lead.kind,
        early_sign=told.early_sign,
        first_seen=told.first_seen.isoformat() if told.first_seen else None,
        expected=told.expected,
        q_value=told.q_value,
        ratio=told.ratio,
        share=told.interactions / n_week if n_week else None,
        share_before=before / n_before if n_before else None,
        voices=told.n,
        corroborated_by=tuple(sorted(channel for channel, who in voices.items() if len(who) >= LEAST_VOICES)),
        emerging_words=tuple(told.words),
    )
    if told.dimension:
        extra = extra.model_copy(update={"cell": {"dimension": told.dimension, "value": told.value}})
    return DigestItem(
        key=f"emerging:{lead.kind}:{told.subject}",
        kind="rise",
        labels=wording.emerging_titles(told.labels, early=told.early_sign),
        value=told.interactions / n_week if n_week else 0.0,
        baseline=before / n_before if n_before else None,
        n=told.interactions,
        n_baseline=before,
        p_value=told.p_value,
        interval=statistics.wilson(told.interactions, max(told.interactions, n_week)),
        channels=told.channels,
        quotes=told.quotes,
        href=told.href,
        extra=extra,
    )


def _before(answer: Answer, one: EmergenceFinding, weeks: Sequence[str]) -> int:
    """Voices of the digest's weeks before."""
    return int(sum(one.lead.counts[:-1][-(len(weeks) - 1) :])) if len(weeks) > 1 else 0
