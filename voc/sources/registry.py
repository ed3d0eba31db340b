"""Which kinds of source there are: those of voc, and those of other packages (entry point ``voc.sources``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint
from types import MappingProxyType
from typing import cast

from voc.errors import InputError, SettingsError, nearest
from voc.extensions import extensions, not_a, not_loaded
from voc.sources.contract import SourceKind

GROUP = "voc.sources"


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, SourceKind]:
    """Every kind by name, those of voc first.

    Raises:
        SettingsError: one of another package cannot be loaded, or has the name of another.
    """
    from voc.sources.database import SqlQuery
    from voc.sources.feed import Feed
    from voc.sources.feedback_form import FeedbackForm
    from voc.sources.folder import Folder
    from voc.sources.mailbox import Mailbox
    from voc.sources.object_store import ObjectStore
    from voc.sources.s3 import S3
    from voc.sources.sftp import Sftp
    from voc.sources.webhook import Webhook

    ours = (Folder(), S3(), ObjectStore(), Sftp(), Mailbox(), Feed(), Webhook(), SqlQuery(), FeedbackForm())
    found: dict[str, SourceKind] = {one.name: one for one in ours}
    for point, brought in extensions(GROUP, "source"):
        one = _made(point, brought)
        if one.name in found:
            raise SettingsError(f"two packages bring a source called {one.name}; remove one.")
        found[one.name] = one
    return MappingProxyType(found)


def _made(point: EntryPoint, brought: object) -> SourceKind:
    if not callable(brought):
        raise not_a(point, "source", "class of a voc.sources.SourceKind")
    try:
        return cast(SourceKind, brought())
    except Exception as error:  # somebody else's code again
        raise not_loaded(point, "source", error) from error


def kind(name: str) -> SourceKind:
    """The kind of that name.

    Raises:
        InputError: there is none; the message lists those there are.
    """
    try:
        return kinds()[name]
    except KeyError:
        meant = nearest(name, kinds())
        hint = f" Did you mean {meant}?" if meant else ""
        known = ", ".join(kinds())
        raise InputError(
            f"kind: '{name[:40]}' is no kind of source; there are {known}.{hint}",
            code="not_one_of",
            field="kind",
            given=name[:40],
            known=known,
        ) from None


def forget() -> None:
    """Look again which kinds are installed (tests do)."""
    kinds.cache_clear()
