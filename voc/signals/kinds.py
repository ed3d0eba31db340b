"""What kinds of signals there are: one declaration each, from which everything generic about a kind follows.

A filter (``?effort=hard``) with its errors and "did you mean", the rows that figures count, the correction form, marks
on the text, anonymising, columns of exports, ``/v1/insights/signals/{kind}``: none of them knows a kind by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from voc.errors import InputError, nearest
from voc.records import LABEL, Analysis, Signal

Labels = Mapping[str, Mapping[str, str]]
"""Label → language → words."""

ANY, NONE = "any", "none"
"""What a filter says besides labels: some signal of the kind, and no signal of it."""
PERSON = "person"
"""Analyser of what a person decided."""
SURE = 1.0
"""Score of what a person said is there: they are not 87 % sure of it."""

_WHOLE = re.compile(r"[+-]?\d{1,4}")
_LABEL = re.compile(LABEL)


@dataclass(frozen=True)
class Range:
    """Values from ``low`` to ``high``, both included; ``words`` name the stretch by language."""

    low: float
    high: float
    words: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high

    def whole(self) -> list[int]:
        """The whole numbers of the range, in order."""
        return list(range(round(self.low), round(self.high) + 1))


def declared_signals(kind: str) -> Callable[[Analysis], Iterator[Signal]]:
    """How signals of a kind that has no field of its own in the analysis' JSON are read: from ``signals``."""

    def read(analysis: Analysis) -> Iterator[Signal]:
        return (signal for signal in analysis.signals if signal.kind == kind)

    return read


@dataclass(frozen=True)
class Change:
    """A person's word on one signal: that ``value`` is (or, with ``present`` false, is not) so.

    ``title`` names a label for people, where the kind's labels are open.
    """

    value: str
    present: bool = True
    title: str | None = None


@dataclass(frozen=True)
class SignalKind:
    """One kind of signal.

    Attributes:
        name: id of the kind, name of its filter and of its figure.
        title: what people call it, by language.
        labels: its labels with their words; empty where they are open (ids of topics).
        value: scale of :attr:`Signal.value` where the value says something people filter by (effort, −5…5).
        bands: words for stretches of that scale (``hard`` for −5…−1), usable as filters.
        one_per_interaction: an interaction has one or none, rather than a set of labels.
        correctable: people may say what it is.
        nested: labels are dotted paths; a parent (``billing``) covers its children.
        none_is_label: ``none`` is a label like the others, not the absence of a signal.
        filterable: lists, search and figures may be narrowed by it.
        counted: it has rows of its own that figures count.
        of_one_analysis: an analysis of one interaction holds it; else it is laid over many by something that reads them
            together, and stays when one of them is analysed again or corrected.
        read: its signals in an analysis.
        change: fields of the analysis as a correction makes them; ``None`` for kinds kept in ``signals``.
    """

    name: str
    title: Mapping[str, str]
    labels: Labels = field(default_factory=dict)
    value: Range | None = None
    bands: Mapping[str, Range] = field(default_factory=dict)
    one_per_interaction: bool = False
    correctable: bool = False
    nested: bool = False
    none_is_label: bool = False
    filterable: bool = True
    counted: bool = True
    of_one_analysis: bool = True
    read: Callable[[Analysis], Iterable[Signal]] | None = None
    change: Callable[[Analysis, Change], dict[str, Any]] | None = None

    def signals(self, analysis: Analysis) -> list[Signal]:
        """The signals of this kind that an analysis holds, in its order."""
        if not self.of_one_analysis:
            return []
        return list((self.read or declared_signals(self.name))(analysis))

    def sure(self, analysis: Analysis) -> list[Signal]:
        """Those of :meth:`signals` that count: none that was heard unsurely."""
        return [signal for signal in self.signals(analysis) if signal.doubt is None]

    def spelled(self, signal: Signal) -> str:
        """A signal as filters and corrections write it: its value where the kind is a scale, else its label."""
        if self.value is not None and self.one_per_interaction and signal.value is not None:
            return str(round(signal.value))
        return signal.label

    @property
    def choices(self) -> tuple[str, ...]:
        """What a person may say it is; empty where labels are open."""
        if self.value is not None and self.one_per_interaction:
            return (*map(str, self.value.whole()), NONE)
        return tuple(self.labels)

    def check_filter(self, value: str) -> None:
        """Refuse what nobody can mean by ``?kind=value``.

        Raises:
            InputError: ``value`` is no label, band or value of the kind; the message names the nearest.
        """
        allowed = [*self.labels, *self.bands, ANY, NONE]
        if value in allowed or (not self.labels and self.value is None and _LABEL.fullmatch(value)):
            return
        if self.value is not None and self.one_per_interaction:
            if _WHOLE.fullmatch(value) and int(value) in self.value:
                return
            allowed.append(f"{self.value.low:+.0f} … {self.value.high:+.0f}")
        near = did_you_mean(value, allowed)
        raise InputError(f"{self.name}: '{value[:80]}' is not one of {', '.join(allowed)}.{near}")

    def check_correction(self, change: Change) -> None:
        """Refuse a label nobody could have meant.

        Raises:
            InputError: the value is not one of the kind's, or a single value is said to be absent.
        """
        if not self.correctable:
            raise InputError(f"{self.name}: cannot be corrected.")
        if self.choices and change.value not in self.choices:
            raise InputError(f"{self.name}: '{change.value[:80]}' is not one of {', '.join(self.choices)}.")
        if not self.choices and not _LABEL.fullmatch(change.value):
            example = " like billing.double_charge" if self.nested else ""
            raise InputError(f"{self.name}: '{change.value[:80]}' is not the id of a {self.name}{example}.")
        if not change.present and self.one_per_interaction:
            raise InputError(f"{self.name}: has one value; give the right one instead of taking this one away.")

    def corrected(self, analysis: Analysis, change: Change) -> dict[str, Any]:
        """Fields of ``analysis`` as ``change`` says they are."""
        if self.change is not None:
            return self.change(analysis, change)
        others = tuple(
            signal
            for signal in analysis.signals
            if signal.kind != self.name or not (self.one_per_interaction or signal.label == change.value)
        )
        if not change.present or (change.value == NONE and not self.none_is_label):
            return {"signals": others}
        known = next((s for s in self.signals(analysis) if self.spelled(s) == change.value), None)
        if known is None:
            scale = self.value is not None and self.one_per_interaction
            known = Signal(
                kind=self.name,
                label=self.name if scale else change.value,
                value=float(change.value) if scale else None,
            )
        return {"signals": (*others, known.model_copy(update={"analyser": PERSON}))}


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest of ``known``, or nothing where none is near."""
    near = nearest(given, known)
    return f" Did you mean {near}?" if near else ""
