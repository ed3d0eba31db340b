"""Names of the topics for whoever shows them: the taxonomy in force, without its rules."""

from __future__ import annotations

from voc.settings import Settings
from voc.topics.loading import taxonomy_of


def topic_labels(settings: Settings) -> dict[str, dict[str, str]]:
    """Topic id → its name by language, parents and children in the order of the file.

    Raises:
        SettingsError: ``VOC_TAXONOMY`` or ``VOC_TOPIC_PACKS`` names a file that cannot be read.
    """
    return {topic.id: dict(topic.labels) for topic in taxonomy_of(settings)}
