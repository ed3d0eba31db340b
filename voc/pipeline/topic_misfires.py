"""Topics that people took away again and again, with the words whose rule had named them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from voc.corrections import Correction
from voc.language.folding import fold
from voc.records import Analysis, Record

FEWEST = 2
"""Times a topic has to be taken away before its rule is listed: once may be a slip of whoever did."""
MOST_WORDS = 8
"""Words of the evidence that are shown; a topic named by nearness has its whole clause for evidence."""


class MisfiringWords(Record):
    """Words that named a topic where people said it is not, and how often; masked where they hold personal data."""

    words: str
    n: int


class TopicMisfires(Record):
    """One topic: how often people took it away and how often they confirmed it, and by which words it had come."""

    topic: str
    removed: int
    confirmed: int
    added: int
    """Times people added it where no rule had found it: what is missing rather than wrong."""
    words: tuple[MisfiringWords, ...]


def topic_misfires(corrections: Iterable[Correction], analyses: Mapping[str, Analysis]) -> list[TopicMisfires]:
    """Topics taken away at least :data:`FEWEST` times, the most often first.

    Args:
        corrections: in force.
        analyses: as the models found them, by interaction.
    """
    removed, confirmed, added = Counter[str](), Counter[str](), Counter[str]()
    words: dict[str, Counter[str]] = {}
    for one in corrections:
        if one.field != "topic":
            continue
        if one.present:
            (confirmed if one.confirms else added)[one.value] += 1
        elif not one.confirms:  # what the models had not said either took nothing away
            removed[one.value] += 1
            if (analysis := analyses.get(one.interaction_id)) and (said := _evidence(analysis, one.value)):
                words.setdefault(one.value, Counter())[said] += 1
    return [
        TopicMisfires(
            topic=topic,
            removed=n,
            confirmed=confirmed[topic],
            added=added[topic],
            words=tuple(MisfiringWords(words=said, n=times) for said, times in _most(words.get(topic, Counter()))),
        )
        for topic, n in sorted(removed.items(), key=lambda pair: (-pair[1], pair[0]))
        if n >= FEWEST
    ]


def _evidence(analysis: Analysis, topic: str) -> str | None:
    """The words that named a topic, as whoever may see no personal data sees them."""
    mention = next((one for one in analysis.topics if one.id == topic), None)
    if mention is None or mention.begin is None or mention.end is None:
        return None
    if any(span.begin < mention.end and mention.begin < span.end for span in analysis.redacted):
        return None
    if analysis.redacted_text is None:
        return None
    said = fold(analysis.text[mention.begin : mention.end]).split()
    return " ".join(said[:MOST_WORDS]) + (" …" if len(said) > MOST_WORDS else "")


def _most(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:5]
