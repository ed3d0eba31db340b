"""Call categories over what is analysed already: after their file changed, without hearing anything again."""

from __future__ import annotations

from collections.abc import Callable

from voc.analysers.categories.matching import categorised
from voc.analysers.categories.rules import load_categories
from voc.records import Record
from voc.settings import Settings
from voc.store import Filters, Store


class CategoryReport(Record):
    """What asking the rules again came to."""

    version: str
    asked: int
    changed: int
    """Of these, interactions of which another category, place or version is said now."""


class CategoryNames(Record):
    """A category for whoever shows it: its names, why one would look at it, and the channels it is asked of."""

    id: str
    labels: dict[str, str]
    why: dict[str, str]
    channels: tuple[str, ...]


def categorise_again(
    store: Store,
    settings: Settings,
    *,
    filters: Filters | None = None,
    progress: Callable[[int], None] | None = None,
) -> CategoryReport:
    """Ask the rules in force of every analysis that ``filters`` select.

    Raises:
        SettingsError: ``VOC_CATEGORIES`` names a file that cannot be used.
    """
    rules = load_categories(settings.categories)
    channels = sorted({channel for one in rules for channel in one.channels})
    asked = changed = 0
    for batch in store.categories.batches(filters or Filters(), channels):
        found = store.findings.analyses(batch, as_found=True)
        new = {key: categorised(one, rules) for key, one in found.items()}
        different = [one for key, one in new.items() if one != found[key]]
        store.categories.replace(different)
        asked, changed = asked + len(found), changed + len(different)
        if progress:
            progress(asked)
    return CategoryReport(version=rules.version, asked=asked, changed=changed)


def category_names(settings: Settings) -> list[CategoryNames]:
    """The categories in force, in the order of their file.

    Raises:
        SettingsError: ``VOC_CATEGORIES`` names a file that cannot be used.
    """
    return [
        CategoryNames(id=one.id, labels=one.labels, why=one.why, channels=one.channels)
        for one in load_categories(settings.categories)
    ]
