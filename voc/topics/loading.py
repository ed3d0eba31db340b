"""Which taxonomy is in force: the packs that are on, or one file in their place."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from voc.settings import Settings, settings
from voc.topics.pack_files import read_source
from voc.topics.packs import parse_taxonomy, put_together
from voc.topics.taxonomy import Taxonomy


def load_taxonomy(path: Path | None = None, *, packs: str | None = None) -> Taxonomy:
    """Read and check a taxonomy.

    Args:
        path: one file that stands for all packs; default the one of ``VOC_TAXONOMY``, if any.
        packs: ids or files of packs, comma-separated; default those of ``VOC_TOPIC_PACKS``.

    Raises:
        SettingsError: a file is missing or wrong; the message names the file, the line and the topic.
    """
    if path is None and packs is None:
        return taxonomy_of(settings())
    return _one_file(path.resolve()) if path else put_together(packs or "")


def taxonomy_of(given: Settings) -> Taxonomy:
    """The taxonomy that settings ask for.

    Raises:
        SettingsError: see :func:`load_taxonomy`.
    """
    return load_taxonomy(given.taxonomy, packs=given.topic_packs)


@lru_cache(maxsize=4)
def _one_file(path: Path) -> Taxonomy:
    return parse_taxonomy(read_source(path, setting="VOC_TAXONOMY"), origin=str(path))
