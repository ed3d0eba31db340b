"""Names of the topics in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from voc.insights.labels import remember_themes
from voc.store import Store


class TopicLabels:
    """Topic id → its name by language, in the taxonomy's order; an unknown id is shown as it is."""

    def __init__(self, labels: Mapping[str, Mapping[str, str]], order: Sequence[str] | None = None) -> None:
        self._labels = {one: dict(names) for one, names in labels.items()}
        self._order = list(order or self._labels)

    def replace(self, labels: Mapping[str, Mapping[str, str]]) -> None:
        """Other topics are in force now; names of topics that no longer are stay known."""
        self._labels |= {one: dict(names) for one, names in labels.items()}
        self._order = list(labels)

    def add(self, labels: Mapping[str, Mapping[str, str]]) -> None:
        """Know these topics too: themes that people accepted since, after those of the taxonomy."""
        for topic, names in labels.items():
            if topic not in self._labels:
                self._order.append(topic)
            self._labels[topic] = dict(names)

    def ids(self) -> Iterator[str]:
        """Every topic, parents before their children."""
        return iter(self._order)

    def all(self, topic: str) -> dict[str, str]:
        """The name in every language."""
        return dict(self._labels.get(topic, {}))

    def __call__(self, topic: str, language: str) -> str:
        """The name in one language."""
        names = self._labels.get(topic, {})
        return names.get(language) or next(iter(names.values()), topic.rpartition(".")[2].replace("_", " "))


def know_themes(labels: TopicLabels, store: Store) -> None:
    """Have ``labels``, and the figures of this process, know the themes that are topics by their names of now."""
    found = {one.id: one.labels for one in store.themes.accepted()}
    labels.add(found)
    remember_themes(found)
