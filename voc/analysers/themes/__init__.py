"""Themes: what customers speak of that no topic explains, as discovery found it over many texts.

An analysis of one text cannot know them: discovery lays them over what was analysed
(:mod:`voc.pipeline.theme_discovery`).
"""

from __future__ import annotations

from voc.signals.kinds import SignalKind

THEME = SignalKind("theme", title={"fr": "Thème", "en": "Theme"}, of_one_analysis=False)
KINDS = (THEME,)
