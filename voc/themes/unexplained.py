"""Clauses of an analysis that no topic explains, in the customer's words and masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from voc.language.courtesies import is_courtesy
from voc.language.sentences import split_clauses
from voc.records import Analysis, Redaction

LEAST_WORDS, MOST_CHARS = 4, 400
"""Fewer words say nothing of their own ("super merci beaucoup"); more characters are a text without stops."""
MOST_CLAUSES = 40
"""Clauses read of one interaction: an hour's call must not fill a cluster by itself."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_HIDDEN = "…"
"""Stands for a masked detail: a mask such as [PERSON] would be a word that themes gather around."""


@dataclass(frozen=True)
class UnexplainedClause:
    """A clause at ``begin``…``end`` of the analysis' text, as it may be read: masked; ``sentiment`` is −1…1."""

    begin: int
    end: int
    text: str
    sentiment: float | None = None


def unexplained(analysis: Analysis) -> list[UnexplainedClause]:
    """The clauses that no topic is found in; of conversations the customer's alone.

    Empty where the text was not searched for personal data: closed rather than open.
    """
    if analysis.redacted_text is None:
        return []
    # A theme that became a topic goes on gathering its clauses.
    themes = {one.id for one in analysis.topics if one.source == "discovered"}
    explained: list[tuple[int | None, int | None]] = [
        (one.begin, one.end) for one in analysis.aspects if one.topic not in themes
    ]
    explained += [(one.begin, one.end) for one in analysis.topics if one.id not in themes]
    silent = _agents(analysis)
    found: list[UnexplainedClause] = []
    for sentence in analysis.sentences:
        if _touches(sentence.begin, sentence.end, silent):
            continue
        moods = {(one.begin, one.end): one.sentiment.score for one in sentence.clauses}
        whole = sentence.sentiment.score if sentence.sentiment else None
        for begin, end in split_clauses(analysis.text, (sentence.begin, sentence.end)):
            if end - begin > MOST_CHARS or _touches(begin, end, explained):
                continue
            text = masked(analysis.text, begin, end, analysis.redacted)
            if says_enough(text):
                found.append(UnexplainedClause(begin, end, text, moods.get((begin, end), whole)))
            if len(found) == MOST_CLAUSES:
                return found
    return found


def says_enough(clause: str) -> bool:
    """Whether a clause can be of a subject: not too short or long, and more than a greeting, thanks or a closing."""
    return len(clause) <= MOST_CHARS and len(_WORD.findall(clause)) >= LEAST_WORDS and not is_courtesy(clause)


def masked(text: str, begin: int, end: int, spans: Sequence[Redaction]) -> str:
    """``text[begin:end]`` in one line, each personal detail that touches it replaced by an ellipsis."""
    pieces, position = [], begin
    for span in sorted(spans, key=lambda one: one.begin):
        if span.end > position and span.begin < end:
            pieces += [text[position : max(position, span.begin)], _HIDDEN]
            position = span.end
    return " ".join("".join([*pieces, text[position:end]]).split())


def _agents(analysis: Analysis) -> list[tuple[int, int]]:
    turns = [one for one in analysis.turns if one.begin is not None and one.end is not None]
    return [(one.begin or 0, one.end or 0) for one in turns if one.participant_role == "agent"]


def _touches(begin: int, end: int, spans: Sequence[tuple[int | None, int | None]]) -> bool:
    return any(low is not None and high is not None and low < end and begin < high for low, high in spans)
