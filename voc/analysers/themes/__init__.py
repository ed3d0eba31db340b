"""Themes: what customers speak of that no topic explains, as discovery found it over many texts.

An analysis of one text cannot know them: discovery lays them over what was analysed
(:mod:`voc.pipeline.theme_discovery`).
"""

from __future__ import annotations

from voc.locales.catalogue import spoken
from voc.signals.kinds import SignalKind

THEME = SignalKind("theme", title=spoken("signals.theme.title"), of_one_analysis=False)
KINDS = (THEME,)
