"""What a person says of an interaction instead of the models: kept apart from the analysis, laid over it when read.

A :class:`Correction` is a record like those of :mod:`voc.records`; it has a place of its own because no analyser makes
one: people do, the store keeps it with who, when and why, and every reading of the analysis takes it in. What can be
corrected, and to what, is said by the kinds of signals (:class:`voc.signals.SignalKind`).
"""

from __future__ import annotations

from collections.abc import Iterable

from voc.analysers.action.needed import needed_action
from voc.errors import InputError
from voc.records import Analysis, Moment, Record
from voc.signals import NONE, Change, SignalKind, kind, kinds

PRESENT, ABSENT = "present", "absent"
REASON_CHARS = 500


def correctable() -> dict[str, SignalKind]:
    """The kinds people may correct, by the name of the field they correct."""
    return {name: each for name, each in kinds().items() if each.correctable}


class Correction(Record):
    """One label a person gave an interaction, or took from it (``present`` false: topics, intents, emotions).

    ``was`` is what the models had said: a value of the same field, ``present``/``absent`` where there may be several,
    ``None`` where they had said nothing. The same value as the models' confirms them, which ``voc learn`` needs too.
    """

    id: str
    interaction_id: str
    field: str
    """A kind of signal that can be corrected."""
    value: str
    present: bool = True
    title: str | None = None
    """Name of a topic, for whoever shows it without the taxonomy."""
    was: str | None = None
    reason: str | None = None
    """Why, in the person's words; may hold personal data, so it is shown to analysts only."""
    actor: str
    at: Moment
    withdrawn_by: str | None = None
    withdrawn_at: Moment | None = None

    @property
    def in_force(self) -> bool:
        """Whether it still overrides the models."""
        return self.withdrawn_at is None

    @property
    def key(self) -> str:
        """What it decides: ``sentiment``, or ``topic:billing`` where there may be several."""
        return f"{self.field}:{self.value}" if has_several(self.field) else self.field

    @property
    def confirms(self) -> bool:
        """Whether the models had said the same."""
        return self.was == ((PRESENT if self.present else ABSENT) if has_several(self.field) else self.value)


def has_several(field: str) -> bool:
    """Whether an interaction may have several labels of a field, each there or not; of others it has one.

    A kind whose package is no longer installed is taken for one with several: nothing of it is overruled then.
    """
    known = kinds().get(field)
    return known is None or not known.one_per_interaction


def check(field: str, value: str, *, present: bool = True) -> None:
    """Refuse a label nobody could have meant.

    Raises:
        InputError: ``field`` cannot be corrected, ``value`` is not one of its values, or a single value is said to be
            absent.
    """
    if field not in correctable():
        raise InputError(f"{field[:60]}: cannot be corrected; what can is {', '.join(correctable())}.")
    kind(field).check_correction(Change(value, present))


def said(analysis: Analysis, field: str, value: str) -> str | None:
    """What ``analysis`` says of ``field``, as :attr:`Correction.was` keeps it."""
    asked = kind(field)
    found = [asked.spelled(signal) for signal in asked.signals(analysis)]
    if not asked.one_per_interaction:
        return PRESENT if value in found else ABSENT
    return found[0] if found else NONE if asked.value is not None else None


def overlay(analysis: Analysis, corrections: Iterable[Correction]) -> Analysis:
    """``analysis`` as the corrections in force say it is; what they decided is listed in ``corrected``."""
    decided = [one for one in corrections if one.in_force and one.interaction_id == analysis.id]
    before = analysis
    for one in decided:
        if one.field in kinds():
            change = Change(one.value, one.present, one.title)
            analysis = analysis.model_copy(update=kind(one.field).corrected(analysis, change))
    fields = {one.field for one in decided}
    if "intent" in fields and "action" not in fields and before.action is not None:
        analysis = analysis.model_copy(update={"action": _action(before, analysis)})
    return analysis.model_copy(update={"corrected": tuple(one.key for one in decided)}) if decided else analysis


def _action(before: Analysis, after: Analysis) -> str:
    """What to do, once the intents are others; a request in the words, which no intent explains, still stands."""
    explained = needed_action(before.intents, before.expectations, glad=_is_glad(before))
    requested = before.action == "response_needed" != explained
    return needed_action(after.intents, after.expectations, requested=requested, glad=_is_glad(after))


def _is_glad(analysis: Analysis) -> bool:
    return analysis.sentiment is not None and analysis.sentiment.score >= 0
