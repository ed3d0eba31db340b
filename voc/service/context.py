"""What use cases work with: the store, the settings, the clock, and the doors to the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from voc.service.pipeline import CategoryNames, Pipeline, QueuedPipeline
from voc.service.topic_labels import TopicLabels, know_themes
from voc.settings import Settings
from voc.settings import settings as settings_in_force
from voc.store import Store, open_store

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Service:
    """One installation, as use cases see it."""

    store: Store
    settings: Settings
    pipeline: Pipeline
    clock: Clock = wall_clock

    def now(self) -> datetime:
        """The present moment by the clock of this service, in UTC."""
        return self.clock()

    @cached_property
    def topics(self) -> TopicLabels:
        """Names of the topics of the taxonomy in force.

        Raises:
            SettingsError: ``VOC_TAXONOMY`` names a file that cannot be read.
        """
        labels = TopicLabels(self.pipeline.topic_labels())
        know_themes(labels, self.store)
        return labels

    def know_topics(self) -> TopicLabels:
        """:attr:`topics` as they are now: another process may have taken packs, or made a theme a topic."""
        self.topics.replace(self.pipeline.topic_labels())
        know_themes(self.topics, self.store)
        return self.topics

    @cached_property
    def categories(self) -> Sequence[CategoryNames]:
        """The call categories in force, in the order of their file.

        Raises:
            SettingsError: ``VOC_CATEGORIES`` names a file that cannot be used.
        """
        return self.pipeline.categories()


@contextmanager
def open_service(chosen: Settings | None = None) -> Iterator[Service]:
    """The service that the settings name; its database and queue are closed when the block ends."""
    chosen = chosen or settings_in_force()
    with open_store(chosen) as store:
        pipeline = QueuedPipeline(store, chosen)
        try:
            yield Service(store, chosen, pipeline)
        finally:
            pipeline.close()
