"""What the telephone system knows of a recording: a ``call.json`` beside ``call.ogg``, or a table of calls.

The number of the customer's end (:mod:`voc.intake.call_ends`) came with the call, so it is a verified identifier.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Mapping, Set
from functools import lru_cache
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

from pydantic import Field

from voc.errors import InputError
from voc.identifiers import normalise_email, normalise_name, normalise_reference
from voc.intake import limits
from voc.intake.call_documents import flattened, thread_of
from voc.intake.call_ends import company_numbers, customer_end
from voc.intake.column_names import ATTRIBUTES, FIELDS, TEXT, fold_header, named
from voc.intake.dates import parse_moment
from voc.intake.file_type import RECORDING_SUFFIXES, names_recording, sniff
from voc.intake.roles import role_of
from voc.intake.table_opening import open_table
from voc.intake.tables import Table, as_text
from voc.records import Channel, Identifier, IdentifierType, Moment, Record, Rejected
from voc.settings import settings

logger = logging.getLogger(__name__)

TABLE_STEMS = named(lambda words: words.calls.get("tables", ""))
METADATA_ENDS = ("_metadata", "-metadata", ".metadata")
"""What exports add to the name of a recording for what is said of it (Genesys Cloud: ``_metadata``)."""

INDEX_SUFFIXES = frozenset((".csv", ".tsv", ".xlsx", ".parquet"))
"""Tables looked into whatever they are called; JSON stands beside recordings by the thousand."""

TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".json", ".ndjson", ".jsonl", ".parquet")

_EXTRA: dict[str, tuple[str, ...]] = {
    "date": named(lambda words: words.calls.get("date", "")),
    "id": named(
        lambda words: words.calls.get("id", ""), tools="external id|ucid|uniqueid|linkedid|session id|call sid"
    ),
}
_LAST_IDS = ("conversation id", "interaction id", "contact id")
"""Ids of what a recording is a piece of: its own where the system gives it none beside."""
_ROLE_SPLIT = re.compile(r"[,;|/+]\s*")


class Call(Record):
    """Telephony's facts about one recording."""

    external_id: str | None = None
    thread_id: str | None = None
    occurred_at: Moment | None = None
    channel: Channel | None = None
    language: str | None = None
    roles: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    nps: int | None = None
    csat: float | None = None
    rating: float | None = None
    attributes: dict[str, str] = Field(default_factory=dict)


def parse_roles(value: Any) -> tuple[str, ...]:
    """``"agent,customer"`` or ``["Conseiller", "Client"]`` → roles in channel order."""
    parts = value if isinstance(value, list | tuple) else _ROLE_SPLIT.split(as_text(value))
    return tuple(role_of(part) or part for raw in parts if (part := as_text(raw).strip().lower()))[:8]


def call_of(fields: Mapping[str, Any], *, own: frozenset[str] = frozenset()) -> Call:
    """Read one call's facts from named values, whatever they are called in the languages that are read.

    ``own`` are numbers of the company, in E.164, beside those of the settings.
    """
    from voc.intake.cell_text import language_code
    from voc.intake.channels import channel_of
    from voc.intake.scores import parse_nps, parse_rating, parse_score

    folded = _folded(fields)
    used: set[str] = set()
    region = settings().default_region
    end = customer_end(folded, region=region, own=own)
    used |= end.used

    def take(field: str) -> Any:
        for key in (*_EXTRA.get(field, ()), *FIELDS[field], *(_LAST_IDS if field == "id" else ())):
            if key in folded and key not in used and key not in end.company:
                used.add(key)
                return folded[key]
        return ""

    used.update(key for key in FIELDS["filename"] if key in folded)
    identifiers: list[Identifier] = list(end.identifiers)
    if email := normalise_email(as_text(take("email"))):
        identifiers.append(Identifier(type="email", value=email, verified=True))
    kinds: tuple[IdentifierType, ...] = ("customer", "contract", "order", "loyalty")
    identifiers.extend(
        Identifier(type=kind, value=reference, verified=True)
        for kind in kinds
        if (reference := normalise_reference(as_text(take(kind)), known=True))
    )
    names = [part for part in (as_text(take("first_name")), as_text(take("last_name"))) if part] or [
        as_text(take("name"))
    ]
    if name := normalise_name(" ".join(names)):
        identifiers.append(Identifier(type="name", value=name))
    date, clock = as_text(take("date")), as_text(take("time"))
    nps, csat, rating = as_text(take("nps")), as_text(take("csat")), as_text(take("rating"))
    score = parse_score(csat) if csat else None
    channel = as_text(take("channel"))
    language = as_text(take("language"))
    external, roles = as_text(take("id")), take("roles")
    if not roles and folded.get("role"):
        roles = folded["role"]
        used.add("role")
    known = {alias: canonical for canonical, aliases in ATTRIBUTES.items() for alias in aliases}
    attributes = {
        known.get(key, key.replace(" ", "_")): as_text(value)[: limits.ATTRIBUTE_CHARACTERS]
        for key, value in folded.items()
        if key not in used and as_text(value)
    }
    return Call(
        external_id=external[:200] or None,
        occurred_at=parse_moment(f"{date} {clock}".strip()) or (parse_moment(date) if date else None),
        channel=channel_of(channel) if channel else None,
        language=language_code(language) if language else None,
        roles=parse_roles(roles) if roles else (),
        identifiers=tuple(identifiers),
        nps=parse_nps(nps) if nps else None,
        csat=score[0] if score else None,
        rating=parse_rating(rating) if rating else None,
        attributes=dict(list(attributes.items())[: limits.ATTRIBUTES]),
    )


def _folded(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {fold_header(str(key)): value for key, value in fields.items() if value not in (None, "", [], {})}


def beside(path: Path, *, name: str = "") -> Call | None:
    """Find what is said of a recording in its own sidecar, else in a table of calls in its folder.

    ``name`` is what the recording was called where it came from, when it is stored under another name.
    """
    for sidecar in side_files(path):
        if sidecar.stat().st_size > limits.TRANSCRIPT_BYTES:
            continue
        from voc.intake.json_stream import load
        from voc.intake.transcripts import looks_like_transcript

        try:
            document = load(sidecar, name=sidecar.name)
        except (InputError, OSError):
            document = None
            logger.warning("a sidecar beside a recording is not valid JSON and was not used")
        if isinstance(document, dict) and not looks_like_transcript(document):
            told = call_of(flattened(document))
            return told.model_copy(update={"thread_id": told.thread_id or thread_of(document)})
    for candidate in tables_in(path.parent):
        stat = candidate.stat()
        calls = calls_in(candidate, stat.st_mtime_ns, stat.st_size)
        if call := calls.get(path.name.casefold()) or calls.get(PurePath(name).name.casefold()):
            return call
    return None


def tables_in(folder: Path) -> list[Path]:
    """The tables of calls of a folder: those that are called so, then those whose rows name recordings in it."""
    named = [
        path
        for stem in TABLE_STEMS
        for suffix in TABLE_SUFFIXES
        if (path := folder / f"{stem}{suffix}").is_file() and not path.is_symlink()
    ]
    return [*named, *(path for path in _indexes_in(folder, folder.stat().st_mtime_ns) if path not in named)]


@lru_cache(maxsize=64)
def _indexes_in(folder: Path, _mtime_ns: int) -> tuple[Path, ...]:
    files = sorted(folder.iterdir())
    recordings = {path.name.casefold() for path in files if path.suffix.lower() in RECORDING_SUFFIXES}
    if not recordings:
        return ()
    tables = (path for path in files if path.suffix.lower() in INDEX_SUFFIXES and not path.is_symlink())
    return tuple(path for path in tables if path.is_file() and _names_any(path, recordings))


def _names_any(path: Path, recordings: Set[str]) -> bool:
    try:
        table = open_table(path, sniff(path), name=path.name)
        column = recording_column(table)
        return column is not None and any(_base(row.cells[column]) in recordings for row in table.peek())
    except Exception:  # whatever is wrong with it is said where it is read
        return False


def recording_column(table: Table) -> int | None:
    """The column of recordings' names of a table of calls, which has no words of its own; found by its cells."""
    from voc.intake.column_sample import sample_columns
    from voc.intake.mapping import guess

    columns = guess(table)
    samples = sample_columns(table)
    if any(samples[at].folded in TEXT or samples[at].is_prose for at in columns.fields.get("text", ())):
        return None
    index = columns.first("filename")
    for at in range(len(table.columns)) if index is None else (index,):
        named = samples[at].values
        if named and sum(map(names_recording, named)) > 0.5 * len(named):
            return at
    return None


def _base(value: str) -> str:
    """The name of a file without its folders, case-folded."""
    value = value.strip()
    return (PureWindowsPath(value) if "\\" in value else PurePath(value)).name.casefold()


def is_sidecar(path: Path) -> bool:
    """Tell a ``.json`` that stands beside a recording of the same name."""
    return path.suffix.lower() == ".json" and any(path.with_name(one).is_file() for one in described_by(path.name))


def side_names(recording: str) -> list[str]:
    """What the side file of a recording may be called: ``call.json``, ``call_metadata.json``, ``call.wav.json``."""
    path = PurePath(recording)
    return [f"{path.stem}.json", *(f"{path.stem}{end}.json" for end in METADATA_ENDS), f"{path.name}.json"]


def described_by(side_file: str) -> list[str]:
    """Names of the recordings that a side file may be of: the other way round of :func:`side_names`."""
    stem = PurePath(side_file).stem
    stems = [stem, *(stem.removesuffix(end) for end in METADATA_ENDS if stem.lower().endswith(end))]
    whole = [stem] if names_recording(stem) else []
    return [*whole, *(f"{one}{suffix}" for one in stems for suffix in RECORDING_SUFFIXES)]


def side_files(recording: Path) -> list[Path]:
    """What lies beside a recording for it alone, and goes where it goes."""
    if not names_recording(recording.name):
        return []
    found = (recording.with_name(one) for one in side_names(recording.name))
    return [one for one in found if one.is_file() and not one.is_symlink()]


def told_in(path: Path, recording: str) -> Call | None:
    """What the table ``path`` says of a recording, by its name."""
    stat = path.stat()
    return calls_in(path, stat.st_mtime_ns, stat.st_size).get(_base(recording))


@lru_cache(maxsize=64)
def calls_in(path: Path, _mtime_ns: int = 0, _size: int = 0) -> dict[str, Call]:
    """Calls of a table by the recording's file name (case-folded); empty when it has no column of file names.

    An id that comes back on several recordings names the conversation they are pieces of, so it becomes their
    ``thread_id``: as the id it would make them one.
    """
    try:
        table = open_table(path, sniff(path), name=path.name)
        filename = next(
            (i for key in FIELDS["filename"] for i, header in enumerate(table.columns) if fold_header(header) == key),
            None,
        )
        if filename is None:
            filename = recording_column(table)
        if filename is None:
            return {}
        described: dict[str, dict[str, str]] = {}
        for row in table.rows:
            if isinstance(row, Rejected) or not (value := row.cells[filename].strip()):
                continue
            says = dict(zip(table.columns, row.cells, strict=True))
            del says[table.columns[filename]]  # under whatever name it stood: it says nothing of the call
            described[_base(value)] = says
    except (InputError, OSError):
        logger.warning("a table of calls beside recordings could not be read and was not used")
        return {}
    region = settings().default_region
    own = company_numbers((_folded(fields) for fields in described.values()), region=region)
    calls = {name: call_of(fields, own=own) for name, fields in described.items()}
    times = Counter(call.external_id for call in calls.values() if call.external_id)
    return {
        key: call.model_copy(update={"external_id": None, "thread_id": call.external_id})
        if call.external_id and times[call.external_id] > 1
        else call
        for key, call in calls.items()
    }
