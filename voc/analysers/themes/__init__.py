"""Themes: what customers speak of that no topic explains, as discovery found it over many texts.

An analysis of one text cannot know them: discovery lays them over what was analysed
(:mod:`voc.pipeline.theme_discovery`).
"""

from __future__ import annotations

from collections.abc import Iterator

from voc.records import Analysis, Signal
from voc.signals.kinds import SignalKind


def _none_alone(_: Analysis) -> Iterator[Signal]:
    return iter(())


THEME = SignalKind("theme", title={"fr": "Thème", "en": "Theme"}, read=_none_alone)
KINDS = (THEME,)
