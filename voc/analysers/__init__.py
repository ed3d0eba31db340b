"""What turns an interaction into signals: one folder an analyser, and the contract for those of other packages.

An analyser is a function over a prepared text, declared with what it needs and what it gives::

    from voc.analysers import PreparedText, Signal, SignalKind, analyser

    RIVAL = SignalKind("rival", title={"fr": "Concurrent cité", "en": "Competitor named"},
                       labels={"orange": {"fr": "Orange", "en": "Orange"}}, correctable=True)

    @analyser("rivals", version="1", gives=(RIVAL,))
    def rivals(text: PreparedText) -> Iterator[Signal]:
        for label, begin, end in text.find({"orange": ["chez orange", "orange (est|a) .. moins cher"]}):
            yield text.signal(RIVAL, label, begin=begin, end=end)

Named as an entry point of the group ``voc.analysers``, it runs with every analysis, and its filter, figure, export
column, correction and erasing follow from the declaration (:mod:`voc.signals.kinds`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from voc.language.patterns import PatternIndex, TokenisedText, flatten
from voc.records import Channel, Sentence, Signal, Turn
from voc.signals.kinds import Range, SignalKind

__all__ = ["Analyser", "PreparedText", "Range", "Signal", "SignalKind", "analyser"]

Span = tuple[int, int]


@dataclass(frozen=True)
class PreparedText:
    """One interaction as an analyser sees it: its words, what they were cut into, and what was found before.

    Attributes:
        text: with joined letters written out (œ as oe); every place given back refers to it.
        language: ``fr``, ``en``, the code of a third language, or ``None`` where there is nothing to tell by.
        channel: where it was said.
        sentences: spans with their sentiment.
        turns: of a call or chat; empty otherwise.
        heard: spans of the customer's own words; ``None`` where all words count.
        signals: found before by kind, those of ``needs`` among them.
    """

    text: str
    language: str | None
    channel: Channel
    sentences: Sequence[Sentence] = ()
    turns: Sequence[Turn] = ()
    heard: Sequence[Span] | None = None
    signals: Mapping[str, Sequence[Signal]] = field(default_factory=dict)
    flat: TokenisedText | None = None

    def is_heard(self, begin: int) -> bool:
        """Whether the word at ``begin`` is the customer's."""
        return self.heard is None or any(low <= begin < high for low, high in self.heard)

    def find(self, patterns: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int, int]]:
        """Where word patterns (:mod:`voc.language.patterns`) stand in the customer's words: label, begin, end.

        Raises:
            PatternError: a pattern cannot be read.
        """
        flat = self.flat or flatten(self.text)
        index = _index(tuple((label, tuple(each)) for label, each in patterns.items()))
        for label, first, last in index.find(flat):
            begin, end = flat.original(first, last)
            if self.is_heard(begin):
                yield label, begin, end

    def signal(
        self,
        kind: SignalKind,
        label: str,
        *,
        value: float | None = None,
        sentiment: float | None = None,
        begin: int | None = None,
        end: int | None = None,
    ) -> Signal:
        """A signal of ``kind`` in this text."""
        return Signal(kind=kind.name, label=label, value=value, sentiment=sentiment, begin=begin, end=end)


@lru_cache(maxsize=256)
def _index(patterns: tuple[tuple[str, tuple[str, ...]], ...]) -> PatternIndex[str]:
    index: PatternIndex[str] = PatternIndex()
    for label, each in patterns:
        index.add(label, each)
    return index


@dataclass(frozen=True)
class Analyser:
    """An analyser with its declaration; made by :func:`analyser`."""

    name: str
    version: str
    gives: tuple[SignalKind, ...]
    needs: tuple[str, ...]
    run: Callable[[PreparedText], Iterable[Signal]]

    def __call__(self, text: PreparedText) -> list[Signal]:
        """The signals of one text.

        Raises:
            ValueError: a signal is of a kind that was not declared, has a label that was not, or lies outside the text.
        """
        declared = {kind.name: kind for kind in self.gives}
        found: list[Signal] = []
        for signal in self.run(text):
            kind = declared.get(signal.kind)
            if kind is None:
                raise ValueError(f"{self.name} gives {', '.join(declared)}, not {signal.kind}")
            if kind.labels and signal.label not in kind.labels:
                raise ValueError(f"{self.name}: '{signal.label}' is not among the labels of {kind.name}")
            if (signal.begin is None) != (signal.end is None) or not 0 <= (signal.begin or 0) <= (
                signal.end or 0
            ) <= len(text.text):
                raise ValueError(f"{self.name}: a signal of {kind.name} lies outside the text")
            if not (kind.one_per_interaction and any(one.kind == kind.name for one in found)):
                found.append(signal.model_copy(update={"analyser": f"{self.name}@{self.version}"}))
        return found


def analyser(
    name: str, *, version: str, gives: Sequence[SignalKind], needs: Sequence[str] = ()
) -> Callable[[Callable[[PreparedText], Iterable[Signal]]], Analyser]:
    """Declare a function over a prepared text to be an analyser.

    Args:
        name: what it is called in ``models`` of an analysis, in ``skipped`` and in ``voc reanalyse --analyser``.
        version: raised whenever its answers may differ.
        gives: the kinds of its signals; of a kind ``one_per_interaction`` the first counts.
        needs: kinds of signals that must have been looked for before.
    """

    def declare(run: Callable[[PreparedText], Iterable[Signal]]) -> Analyser:
        return Analyser(name, version, tuple(gives), tuple(needs), run)

    return declare
