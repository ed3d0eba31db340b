"""What readers of other packages give, as the rest may rely on: their mistakes cost the file that they are reading."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from voc.errors import InputError
from voc.intake.identifier_spelling import normalised
from voc.intake.reader_contract import FileReader, Reading
from voc.records import Interaction, Rejected, Remark
from voc.settings import settings

logger = logging.getLogger(__name__)


def guarded(reader: FileReader, path: Path, reading: Reading) -> Iterator[Interaction | Rejected]:
    """What a reader of another package finds.

    Yields:
        Its interactions, their identifiers in their one spelling, and what it rejects. Where it fails or yields
        something else, a :class:`Rejected` that says so, and nothing more of the file. Identifiers that are none are
        left out; a :class:`Remark` counts them at the end.

    Raises:
        InputError: as the reader does; an OSError and a MemoryError too.
    """
    region = settings().default_region
    misspelt: dict[str, int] = {}
    first = ""
    try:
        for one in reader.read(path, reading):
            if isinstance(one, Interaction):
                kept, wrong = _spelled(one, region=region)
                first = first or (one.source if wrong else "")
                for kind in wrong:
                    misspelt[kind] = misspelt.get(kind, 0) + 1
                yield kept
            elif isinstance(one, Rejected):
                yield one
            else:
                logger.warning("the reader %s yielded a %s", reader.name, type(one).__name__)
                yield _failure(reader, reading, f"it yielded a {type(one).__name__}, not an Interaction or a Rejected")
                break
    except (InputError, OSError, MemoryError):
        raise
    except Exception as error:
        shown = logger.isEnabledFor(logging.DEBUG)  # its message may hold words of the file
        logger.warning("the reader %s failed: %s", reader.name, type(error).__name__, exc_info=shown)
        yield _failure(reader, reading, _named(error))
    for kind, count in misspelt.items():
        yield Remark(
            source=first,
            reason=f"identifiers given as {kind} that are none, left out: {count:,}; the reader for {reader.name} has "
            "to give them in full.",
            code="identifiers_left_out",
            parameters={"count": count, "type": kind, "reader": reader.name},
        )


def _spelled(one: Interaction, *, region: str) -> tuple[Interaction, list[str]]:
    """An interaction with its identifiers in their one spelling, and the types of those that are none."""
    spelled = [(given.type, normalised(given, region=region)) for given in one.identifiers]
    kept = tuple(found for _, found in spelled if found is not None)
    wrong = [str(kind) for kind, found in spelled if found is None]
    return (one if kept == one.identifiers else one.model_copy(update={"identifiers": kept})), wrong


def _named(error: Exception) -> str:
    """What went wrong, and in which fields of a record; never what stood in them, which may be words of the file."""
    name = type(error).__name__
    if not isinstance(error, ValidationError):
        return name
    fields = dict.fromkeys(str(one["loc"][0]) for one in error.errors() if one["loc"])
    return f"{name} of {error.title}: {', '.join(fields)}" if fields else name


def _failure(reader: FileReader, reading: Reading, error: str) -> Rejected:
    return Rejected(
        source=reading.name,
        reason=f"the reader for {reader.name} failed on it ({error}); report it to whoever made its package.",
        code="reader_failed",
        parameters={"reader": reader.name, "error": error},
    )
