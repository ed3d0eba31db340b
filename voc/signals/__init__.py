"""Signals: what analysers find, declared once a kind. See :mod:`voc.signals.kinds` for what follows from it."""

from __future__ import annotations

from voc.signals.kinds import ANY, NONE, PERSON, Change, Range, SignalKind
from voc.signals.registry import analysers, kind, kinds

__all__ = ["ANY", "NONE", "PERSON", "Change", "Range", "SignalKind", "analysers", "kind", "kinds"]
