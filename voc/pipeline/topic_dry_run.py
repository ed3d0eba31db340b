"""What a change of the topics would do to texts that are here already, before it is put in force."""

from __future__ import annotations

from collections import Counter

from voc.language.sentences import split_sentences
from voc.records.topic_packs import DryRun, TopicDifference
from voc.store import Store
from voc.store.topic_versions import TextRead
from voc.topics.assign import topics_by_rules
from voc.topics.taxonomy import Taxonomy

TEXTS = 2000
"""Texts a change is tried on, the newest: a second or two of work."""
_LONGEST = 20_000
"""Characters of a text that are looked at."""
SHOWN = 100
"""Differences that are listed; all are counted."""
_AROUND = 60
"""Characters shown on either side of the words that make the difference."""


def dry_run(store: Store, before: Taxonomy, after: Taxonomy, *, texts: int = TEXTS) -> DryRun:
    """Find the topics of the newest texts by the rules of both, and compare.

    Rules alone: what the encoder adds beside them is found when the texts are analysed again.
    """
    read = store.topic_versions.newest_texts(texts)
    added: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    shown: list[TopicDifference] = []
    for one in read:
        text = one.text[:_LONGEST]
        sentences = split_sentences(text)
        old = topics_by_rules(text, sentences, before, language=one.language)
        new = topics_by_rules(text, sentences, after, language=one.language)
        for topic in sorted(old.keys() ^ new.keys()):
            is_new = topic in new
            (added if is_new else removed)[topic] += 1
            if len(shown) < SHOWN:
                words = _words(one, (new if is_new else old)[topic])
                shown.append(TopicDifference(interaction_id=one.id, topic=topic, added=is_new, words=words))
    return DryRun(
        texts=len(read),
        adds=added.total(),
        removes=removed.total(),
        added=dict(added.most_common()),
        removed=dict(removed.most_common()),
        differences=tuple(shown),
    )


def _words(one: TextRead, span: tuple[int, int]) -> str | None:
    """The words around a find as they may be shown: masks shift places, so they are looked up in the masked text."""
    if one.redacted_text is None:
        return None
    said = one.text[span[0] : span[1]]
    place = one.redacted_text.find(said)
    if place < 0:
        return " ".join(one.redacted_text[: 2 * _AROUND].split())
    return " ".join(one.redacted_text[max(0, place - _AROUND) : place + len(said) + _AROUND].split())
