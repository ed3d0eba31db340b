"""Words and marks by which a sentence means little, asks nothing, or means the contrary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MeaningWords:
    """What is said without meaning it. Folded but for :attr:`marks` and :attr:`doubted`.

    Attributes:
        courtesy: words that a sentence of thanks is made of that says nothing else.
        empty: words that alone say nothing of what somebody means: those of grammar, of hesitation, and greetings.
        rhetorical: how a question ends that nobody is to answer, as alternatives.
        marks: signs of irony, as alternatives over the text as it is, case aside (``#irony``).
        doubted: words that mock where they stand in quotation marks (my "support"), likewise.
        critical: words with which a sentence may find fault although its neighbours praise, as alternatives.
        grievance: words by which what is asked holds something against somebody, or says more than that it is asked,
            as alternatives.
        reasons: words with which a wish gives way to its reason or to what else is said, as alternatives over the text
            as it is, case aside.
    """

    courtesy: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    rhetorical: str = ""
    marks: str = ""
    doubted: str = ""
    critical: str = ""
    grievance: str = ""
    reasons: str = ""
