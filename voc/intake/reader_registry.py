"""Which readers other packages bring, by the entry point ``voc.readers``; nothing in voc has to know them.

They are asked before voc's own: who installs one knows its files better.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from voc.errors import SettingsError
from voc.extensions import extensions, not_a
from voc.intake.file_kinds import DOCUMENT_SUFFIXES, Kind
from voc.intake.reader_contract import FileReader, Opening

GROUP = "voc.readers"

log = logging.getLogger("voc.intake")


@lru_cache(maxsize=1)
def brought() -> Mapping[str, FileReader]:
    """The readers of other packages by name.

    Raises:
        SettingsError: one cannot be loaded, is no reader, or has the name of another.
    """
    found: dict[str, FileReader] = {}
    for point, one in extensions(GROUP, "reader"):
        if not isinstance(one, FileReader):
            raise not_a(point, "reader", "voc.intake.FileReader")
        if one.name in found or one.name in set(Kind):
            raise SettingsError(f"there is a reader for {one.name} already; rename that of {point.value}.")
        found[one.name] = one
    return MappingProxyType(found)


def recognised(opening: Opening) -> FileReader | None:
    """The reader of another package whose file it is; one that fails to say is taken not to know it."""
    for one in brought().values():
        try:
            if one.matches(opening):
                return one
        except Exception as error:  # somebody else's code: it must not cost files that are none of its own
            log.warning("the reader %s failed to tell a file (%s)", one.name, type(error).__name__)
    return None


def is_document(suffix: str) -> bool:
    """Whether files named so are texts for people or programs, which folders pass over: no reader asks for them."""
    return suffix in DOCUMENT_SUFFIXES and not any(suffix in one.suffixes for one in brought().values())


def forget() -> None:
    """Look again which readers are installed (tests do)."""
    brought.cache_clear()
