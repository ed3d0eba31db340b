"""Names of the topics for whoever shows them: the taxonomy in force, without its rules."""

from __future__ import annotations

from voc.pipeline.topics_in_force import taxonomy_in_force
from voc.settings import Settings
from voc.store import Store


def topic_labels(store: Store, settings: Settings) -> dict[str, dict[str, str]]:
    """Topic id → its name by language, parents before their children.

    Raises:
        SettingsError: ``VOC_TAXONOMY`` or ``VOC_TOPIC_PACKS`` names a file that cannot be read.
    """
    return {topic.id: dict(topic.labels) for topic in taxonomy_in_force(store, settings)}
