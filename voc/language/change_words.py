"""How a language says that something went up or down, and how many without a number."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChangeWords:
    """Words that say which way a figure went; alternatives of patterns over folded text.

    Attributes:
        up, down: more and fewer.
        better, worse: that the mood changed.
        good, bad: what is well and what is ill, whether it changed or not.
        denied: what denies beside the words of :class:`~voc.language.description.ScopeWords`.
        steady: that nothing moved.
        amounts: how many, without a number (``la moitié``, ``twice``, ``nobody``).
    """

    up: str = ""
    down: str = ""
    better: str = ""
    worse: str = ""
    good: str = ""
    bad: str = ""
    denied: str = ""
    steady: str = ""
    amounts: str = ""
