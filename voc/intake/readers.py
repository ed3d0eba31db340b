"""The way in: a path becomes interactions, and what cannot become one becomes a line a person can act on."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from voc.errors import InputError, NotFoundError, SettingsError, coded
from voc.intake import limits
from voc.intake.column_names import fold_header
from voc.intake.file_kinds import Kind
from voc.intake.file_type import sniff
from voc.intake.guarded_reading import guarded
from voc.intake.reader_contract import Read, Reading
from voc.intake.reader_registry import brought, is_document
from voc.intake.speakers import named_roles
from voc.intake.table_opening import open_table
from voc.intake.tables import Table
from voc.intake.timestamps import not_ahead
from voc.records import Channel, Interaction, Rejected, Remark

logger = logging.getLogger(__name__)

_NOTES = frozenset(("README", "LICENSE", "LICENCE", "NOTICE", "COPYING", "CHANGELOG", "LISEZMOI"))
IGNORED_NAMES = frozenset((".ds_store", "thumbs.db", "desktop.ini"))


def read(
    path: Path,
    *,
    channel: Channel | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
    source: str | None = None,
    own_domains: Collection[str] = (),
) -> Iterator[Interaction | Rejected]:
    """Yield the interactions of one file.

    Args:
        path: a recording, e-mail, table, or transcript; its bytes decide which.
        channel: where everything in it comes from; guessed when not given.
        mapping: field → column for tables (``{"text": "Verbatim"}``; ``"Title+Comment"`` joins two).
        roles: role of each audio channel in order, for recordings; ``NAME=agent`` names that of a speaker of a
            transcript or chat.
        source: what to call the file to people (an upload's own name), default the file's name.
        own_domains: e-mail domains of the company; messages sent from them are not the customer's voice and are
            left out.

    Yields:
        Interactions, and a :class:`Rejected` for each row, message or whole file that cannot be used.

    Raises:
        InputError: the path does not exist, or ``mapping`` names a field or column that does not exist: the call is
            at fault, not the file. Raised on the first ``next``.
    """
    name = source or path.name
    if not path.exists():
        raise NotFoundError(f"{name}: there is no such file; check the path.", code="no_such_file", file=name)
    if path.is_dir():
        raise InputError(f"{name}: this is a folder; read it with read_folder.")
    if not path.is_file():
        raise InputError(f"{name}: not a regular file; give a file or a folder.")
    try:
        kind = sniff(path, name=name)
        if mapping and kind in _TABLES:
            _check_mapping(path, kind, name, mapping)
    except _MappingError as error:
        raise InputError(str(error), code=error.code, **error.parameters) from error
    except Exception as error:
        yield rejected(error, name)
        return
    try:
        channels, given = named_roles(roles)
        reading = Reading(name, kind, channel, mapping, channels, given, own_domains)
        own = brought().get(kind)
        found = guarded(own, path, reading) if own is not None else _READERS[Kind(kind)](path, reading)
        unused = mapping if own is None and kind not in _TABLES else None
        yield from _with_effect(not_ahead(found), name, roles=channels, given=given, mapping=unused)
    except Exception as error:  # decoders of hostile bytes raise what they like; one file must not end a batch
        yield rejected(error, name)


def columns_of(path: Path, *, source: str) -> tuple[str, ...]:
    """The headers of a table.

    Raises:
        InputError: it is no table that can be read.
    """
    return open_table(path, sniff(path, name=source), name=source).columns


def _with_effect(
    found: Iterator[Interaction | Rejected],
    name: str,
    *,
    roles: Sequence[str],
    given: Mapping[str, str],
    mapping: Mapping[str, str] | None,
) -> Iterator[Interaction | Rejected]:
    """Say at the end which options changed nothing, so that nobody believes that they did."""
    heard = other = 0
    unmet = set(given)
    for one in found:
        if isinstance(one, Interaction):
            heard, other = heard + (one.recording is not None), other + (one.recording is None)
            unmet -= {fold_header(turn.speaker) for turn in one.turns if unmet and turn.speaker}
        yield one
    if roles and other and not heard:
        yield Remark(source=name, reason="roles name the channels of a recording; this is none, so they had no effect.")
    if unmet and (heard or other):
        yield Remark(
            source=name,
            reason=f"nobody who speaks in it is called {', '.join(sorted(unmet))}; the role had no effect.",
            code="role_without_speaker",
            parameters={"names": ", ".join(sorted(unmet))},
        )
    if mapping and (heard or other):
        yield Remark(source=name, reason="a mapping names columns of a table; this is none, so it had no effect.")


class _MappingError(InputError):
    """The caller's mapping does not fit the file."""


def _check_mapping(path: Path, kind: str, name: str, mapping: Mapping[str, str]) -> None:
    from voc.intake.mapping import MAPPABLE, resolve

    table = open_table(path, kind, name=name)
    try:
        resolve(mapping, table, known=MAPPABLE)
    except InputError as error:
        raise _MappingError(str(error), code=error.code, **error.parameters) from error


def rejected(error: Exception, name: str) -> Rejected:
    """One line for whatever went wrong with a file."""
    if isinstance(error, InputError):
        message = str(error)
        head, separator, rest = message.partition(": ")
        if separator and head.startswith(name) and head[len(name) :].lstrip(":").isdigit():
            return Rejected(source=head, reason=rest, **coded(error))
        return Rejected(source=name, reason=message.removeprefix(f"{name}: "), **coded(error))
    if isinstance(error, ImportError | SyntaxError | NameError | SettingsError):
        raise error  # ours, not the file's
    if isinstance(error, MemoryError):
        return Rejected(source=name, reason=limits.too_much_memory())
    if isinstance(error, PermissionError):
        return Rejected(
            source=name, reason="no permission to read it; change its rights or its owner.", code="not_permitted"
        )
    if isinstance(error, OSError):
        return Rejected(source=name, reason=f"cannot be read from the disk ({error.strerror or type(error).__name__}).")
    logger.warning("a file could not be read: %s", type(error).__name__, exc_info=logger.isEnabledFor(logging.DEBUG))
    return Rejected(
        source=name,
        reason=f"damaged or not what it looks like ({type(error).__name__} while reading); export it again.",
        code="damaged",
    )


def nothing_in(name: str) -> Rejected:
    """The line for a file in which nothing was found, and nothing that is wrong with it."""
    reason = "nothing in it is a customer's words or score; check that it is the right file."
    return Rejected(source=name, reason=reason, code="nothing_in_it")


# --- one reader a kind -------------------------------------------------------------------------------------------


def _recording(path: Path, reading: Reading) -> Iterator[Interaction | Rejected]:
    from voc.intake.recordings import read_recording

    yield read_recording(path, name=reading.name, channel=reading.channel, roles=reading.roles)


def _email(path: Path, reading: Reading) -> Iterator[Interaction | Rejected]:
    from voc.intake.email.reader import read_eml, read_mbox, read_msg

    readers = {str(Kind.MBOX): read_mbox, str(Kind.MSG): read_msg}
    read_mail = readers.get(reading.kind, read_eml)
    yield from read_mail(path, name=reading.name, channel=reading.channel, own_domains=reading.own_domains)


def _subtitles(path: Path, reading: Reading) -> Iterator[Interaction | Rejected]:
    from voc.intake.subtitles import read_subtitles

    yield from read_subtitles(path, reading.kind, name=reading.name, channel=reading.channel, given=reading.speakers)


def _chat(path: Path, reading: Reading) -> Iterator[Interaction | Rejected]:
    from voc.intake.chat_exports import read_chat

    yield from read_chat(path, name=reading.name, channel=reading.channel, given=reading.speakers)


def _table(path: Path, reading: Reading) -> Iterator[Interaction | Rejected]:
    from voc.intake.conversations import conversations_in, is_transcript_table
    from voc.intake.json_exports import read_threads
    from voc.intake.message_lists import threads_of
    from voc.intake.message_tables import MessageTable
    from voc.intake.tabular_feedback import read_messages
    from voc.intake.telephony import recording_column

    channel, mapping = reading.channel, reading.mapping
    table = open_table(path, reading.kind, name=reading.name)
    if not table.peek():
        said = next(table.rows, None)
        if said is None:
            yield Rejected(
                source=reading.name,
                reason="it has names of columns but no row below them; export it with its rows.",
                code="no_rows",
            )
            return
        table.rows = itertools.chain([said], table.rows)
    if not mapping and (column := recording_column(table)) is not None:
        yield from _listed_recordings(path, table, column, channel=channel, roles=reading.roles)
    elif is_transcript_table(table, mapping):
        yield from conversations_in(table, channel=channel, mapping=mapping)
    elif (messages := MessageTable.of(table, mapping)) is not None:
        threads = threads_of(messages.messages())
        yield from read_threads(threads, name=reading.name, channel=channel, given=reading.speakers)
        yield from messages.dates.remarks()
    else:
        yield from read_messages(table, channel=channel, mapping=mapping)


def _json(path: Path, reading: Reading) -> Iterator[Interaction | Rejected]:
    from voc.intake.json_exports import read_json

    if not reading.mapping:
        found = read_json(path, reading.kind, name=reading.name, channel=reading.channel, given=reading.speakers)
        if found is not None:
            yield from found
            return
    yield from _table(path, replace(reading, roles=()))


def _listed_recordings(
    path: Path, table: Table, column: int, *, channel: Channel | None, roles: Sequence[str]
) -> Iterator[Interaction | Rejected]:
    """The recordings a table of calls names, taken from its own folder and never from outside."""
    from voc.intake.recordings import read_recording
    from voc.intake.telephony import beside, told_in

    folder = path.parent.resolve()
    for row in table.rows:
        if isinstance(row, Rejected):
            yield row
            continue
        filename = row.cells[column].strip().replace("\\", "/")
        if not filename:
            continue
        recording = folder / filename
        where = f"{table.name}:{row.number}"
        if not recording.resolve().is_relative_to(folder):
            yield Rejected(
                source=where,
                reason=f"{filename} lies outside the table's folder and is not read.",
                code="outside",
                parameters={"recording": filename},
            )
        elif not recording.is_file():
            yield Rejected(
                source=where,
                reason=f"there is no recording {filename} beside the table.",
                code="no_recording",
                parameters={"recording": filename},
            )
        else:
            try:
                if sniff(recording, name=filename) != Kind.RECORDING:
                    raise InputError(f"{filename}: is no recording; ingest it by itself.")
                # The table itself too: those in the folder are not all found by their names.
                call = beside(recording, name=filename) or told_in(path, filename)
                yield read_recording(recording, name=filename, channel=channel, roles=roles, call=call)
            except Exception as error:  # decoders of hostile bytes raise what they like
                yield rejected(error, filename)


_TABLES = frozenset((Kind.CSV, Kind.XLSX, Kind.PARQUET, Kind.JSON, Kind.NDJSON))
_READERS: Mapping[Kind, Read] = {
    Kind.RECORDING: _recording,
    Kind.MBOX: _email,
    Kind.EML: _email,
    Kind.MSG: _email,
    Kind.WEBVTT: _subtitles,
    Kind.SRT: _subtitles,
    Kind.TRANSCRIPT: _subtitles,
    Kind.CHAT: _chat,
    Kind.CSV: _table,
    Kind.XLSX: _table,
    Kind.PARQUET: _table,
    Kind.JSON: _json,
    Kind.NDJSON: _json,
}


# --- folders -----------------------------------------------------------------------------------------------------


def walk(folder: Path, *, without: Collection[Path] = ()) -> Iterator[Path | Rejected]:
    """Yield the files of a folder and its sub-folders in a stable order; folders of ``without`` are not entered.

    Hidden files, documents (README, programs), side-cars of recordings and tables of calls (they describe recordings)
    are passed over. Links are
    not followed: they may lead out of the folder, or round in a circle.
    """
    from voc.intake.telephony import calls_in, is_sidecar, tables_in

    denied: list[OSError] = []
    for base, folders, files in os.walk(folder, onerror=denied.append, followlinks=False):
        inside = ((d, Path(base) / d) for d in folders if not d.startswith("."))
        folders[:] = sorted(d for d, path in inside if not path.is_symlink() and path not in without)
        described = {table for table in tables_in(Path(base)) if calls_in(table)} if files else set()
        for filename in sorted(files):
            path = Path(base) / filename
            if filename.startswith((".", "~$")) or filename.lower() in IGNORED_NAMES:
                continue
            if is_document(path.suffix.lower()) or path.stem.upper() in _NOTES:
                continue
            if path.is_symlink():
                logger.info("a link inside a folder was not followed")
                continue
            if path in described or is_sidecar(path):
                continue
            yield path
    for error in denied:
        shown = Path(str(error.filename))
        relative = shown.relative_to(folder) if shown.is_relative_to(folder) and shown != folder else shown.name
        yield Rejected(
            source=str(relative), reason="no permission to open this folder; change its rights or its owner."
        )


def read_folder(
    folder: Path,
    *,
    channel: Channel | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
    own_domains: Collection[str] = (),
) -> Iterator[Interaction | Rejected]:
    """Yield the interactions of every file below a folder; sources are paths relative to it. Never raises for a file.

    Raises:
        InputError: ``folder`` is not a folder.
    """
    if not folder.is_dir():
        raise NotFoundError(
            f"{folder}: there is no such folder; check the path.", code="no_such_file", file=str(folder)
        )
    for path in walk(folder):
        if isinstance(path, Rejected):
            yield path
            continue
        name = str(path.relative_to(folder))
        try:
            yield from read(path, channel=channel, mapping=mapping, roles=roles, source=name, own_domains=own_domains)
        except InputError as error:
            yield rejected(error, name)


def read_all(
    paths: Iterable[Path],
    *,
    channel: Channel | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
    own_domains: Collection[str] = (),
) -> Iterator[Interaction | Rejected]:
    """Yield the interactions of files and folders in turn; whatever is wrong with one, the rest is read."""
    for path in paths:
        reader = read_folder if path.is_dir() else read
        try:
            yield from reader(path, channel=channel, mapping=mapping, roles=roles, own_domains=own_domains)
        except InputError as error:
            yield rejected(error, path.name)
