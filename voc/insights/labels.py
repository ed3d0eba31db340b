"""What topics are called: labels of the taxonomy in force or of any shipped pack, or the id made readable."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from voc.locales import interface_languages
from voc.settings import settings


def topic_labels(topic: str) -> dict[str, str]:
    """Label by language; a child is shown with its parent: ``Facturation › Double prélèvement``."""
    return {language: topic_label(topic, language) for language in interface_languages()}


def topic_label(topic: str, language: str) -> str:
    """Label of a topic in one language."""
    own = _own_label(topic, language)
    parent = topic.partition(".")[0]
    return own if parent == topic else f"{_own_label(parent, language)} › {own}"


_THEMES: dict[str, dict[str, str]] = {}
"""Names of the themes that became topics: the taxonomy does not know them, the store does."""


def remember_themes(labels: Mapping[str, Mapping[str, str]]) -> None:
    """Use these names for themes that became topics; whoever shows topics of a store gives them first."""
    new = {topic: dict(names) for topic, names in labels.items()}
    if new != _THEMES:
        _THEMES.clear()
        _THEMES.update(new)
        _own_label.cache_clear()


@lru_cache(maxsize=1024)
def _own_label(topic: str, language: str) -> str:
    from voc.topics.loading import taxonomy_of
    from voc.topics.packs import every_topic

    known = taxonomy_of(settings()).get(topic) or every_topic().get(topic)
    if known is not None:
        return known.label(language)
    if topic in _THEMES:
        return _THEMES[topic].get(language) or topic
    readable = topic.rpartition(".")[2].replace("_", " ").strip()
    return readable[:1].upper() + readable[1:]
