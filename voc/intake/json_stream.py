"""JSON and NDJSON: item by item where the shape allows, bounded in depth and size, flattened one level."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voc.errors import InputError
from voc.intake import limits
from voc.intake.column_names import FIELDS, TEXT, fold_header, named
from voc.intake.encodings import decoded, encoding_of, text_lines
from voc.intake.field_paths import flattened, is_answers
from voc.intake.file_kinds import Kind
from voc.intake.tables import Row, Table, as_text, headed
from voc.records import Rejected

LIST_KEYS = (
    *("tickets", "conversations", "chats", "cases", "calltranscripts"),
    *("data", "results", "items", "records", "rows", "posts", "tweets", "statuses", "reviews", "comments"),
    *("messages", "responses", "feedback", "interactions", "customers", "contacts", "entries", "value", "hits"),
    "values",
    *named(lambda words: words.lists),
)
"""Keys under which exports hold their list, tried in this order before any other list of objects."""

_BLANK = re.compile(r"[ \t\r\n]*")


def parse(text: str, *, where: str) -> Any:
    """Parse one JSON value of bounded depth.

    Raises:
        InputError: not JSON, nested deeper than :data:`limits.JSON_DEPTH`, or with a number beyond any machine.
    """
    if too_deep(text):
        raise InputError(f"{where}: nested deeper than {limits.JSON_DEPTH} levels; this is not an export.")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}" if "\n" in text else f"character {error.pos + 1}"
        raise InputError(f"{where}: not valid JSON at {place} ({error.msg}); export it again.") from error
    except RecursionError as error:
        raise InputError(f"{where}: nested deeper than {limits.JSON_DEPTH} levels; this is not an export.") from error
    except ValueError as error:  # an integer of more than 4,300 digits
        raise InputError(f"{where}: holds a number too long to be one; export it again.") from error


def too_deep(text: str) -> bool:
    """Tell whether brackets nest deeper than :data:`limits.JSON_DEPTH`; brackets inside strings do not count."""
    if text.count("[") + text.count("{") <= limits.JSON_DEPTH:
        return False
    depth = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text, re.DOTALL):
        found = match.group()
        if found in "[{":
            depth += 1
            if depth > limits.JSON_DEPTH:
                return True
        elif found in "]}":
            depth -= 1
    return False


def load(path: Path, *, name: str) -> Any:
    """Load a whole JSON document.

    Raises:
        InputError: larger than :data:`limits.JSON_BYTES`, or as :func:`parse`.
    """
    size = path.stat().st_size
    if size > limits.JSON_BYTES:
        raise InputError(
            f"{name}: one JSON document of {limits.megabytes(size)}, more than {limits.megabytes(limits.JSON_BYTES)}; "
            "export NDJSON (one object a line) or an array of objects."
        )
    with path.open("rb") as stream:
        return parse(decoded([stream.read()]).strip("\x00 \t\r\n"), where=name)


def array_items(path: Path, *, name: str) -> Iterator[Any]:
    """Yield the items of a top-level array one at a time, in memory bounded by the largest item.

    Raises:
        InputError: broken JSON; the items before the break have been yielded.
    """
    decoder = json.JSONDecoder()
    with path.open("rb") as stream:
        head = stream.read(65536)
        encoding = encoding_of(head) or _byte_encoding(head)
    with path.open("r", encoding=encoding, errors="replace", newline="") as text_stream:
        buffer = text_stream.read(1 << 16).lstrip("\ufeff \t\r\n")
        if not buffer.startswith("["):
            raise InputError(f"{name}: does not begin with [; it is not a JSON array.")
        at, count, chunk_size = 1, 0, 1 << 16
        while True:
            at = _blank_end(buffer, at)
            if at < len(buffer) and buffer[at] == "," and count:
                at = _blank_end(buffer, at + 1)
            if at < len(buffer) and buffer[at] == "]":
                return
            item, end, failure = None, -1, ""
            if at < len(buffer):
                try:
                    item, end = decoder.raw_decode(buffer, at)
                except RecursionError as error:
                    raise InputError(
                        f"{name}: item {count + 1} is nested deeper than {limits.JSON_DEPTH} levels."
                    ) from error
                except json.JSONDecodeError as error:
                    failure = error.msg
                except ValueError as error:
                    raise InputError(f"{name}: item {count + 1} holds a number too long to be one.") from error
            # A number at the end of the buffer may go on in the next chunk, so an item needs something after it.
            if end >= 0 and _blank_end(buffer, end) < len(buffer):
                count += 1
                yield item
                at = end
                if at > 1 << 20:
                    buffer, at = buffer[at:], 0
                chunk_size = 1 << 16
                continue
            if len(buffer) - at > limits.JSON_BYTES // 4:
                raise InputError(f"{name}: item {count + 1} is larger than {limits.megabytes(limits.JSON_BYTES // 4)}.")
            more = text_stream.read(chunk_size)
            if not more:
                why = f" ({failure})" if failure else ""
                raise InputError(
                    f"{name}: the JSON array breaks off or is damaged at item {count + 1}{why}; export it again."
                )
            # Doubling keeps the total work linear in the size of an item that spans many chunks.
            buffer, at, chunk_size = buffer[at:] + more, 0, chunk_size * 2


def _byte_encoding(head: bytes) -> str:
    try:
        head[: max(0, len(head) - 4)].decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8-sig" if error.start >= len(head) - 8 else "cp1252"
    return "utf-8-sig"


def _blank_end(buffer: str, at: int) -> int:
    match = _BLANK.match(buffer, at)
    return match.end() if match else at


def lines_items(path: Path, *, name: str) -> Iterator[tuple[int, Any]]:
    """Yield ``(line number, value)`` of an NDJSON file; a broken line is a :class:`Rejected` in its place."""
    for number, line in enumerate(text_lines(path, name=name), start=1):
        stripped = line.strip("\x00\ufeff \t\r\n")
        if not stripped:
            continue
        try:
            yield number, parse(stripped, where=f"{name}:{number}")
        except InputError as error:
            yield number, Rejected(source=f"{name}:{number}", reason=str(error).removeprefix(f"{name}:{number}: "))


_DEEPEST_EDGES = 4
"""Objects one inside the other between an answer of GraphQL and what it lists."""


def without_edges(document: Any) -> Any:
    """The nodes that a GraphQL answer lists, where one thing was asked for; any other document as it is."""
    only = document.get("data") if isinstance(document, dict) else None
    for _ in range(_DEEPEST_EDGES):
        edges = only.get("edges") if isinstance(only, dict) else None
        if isinstance(edges, list) and all(isinstance(one, dict) and "node" in one for one in edges):
            return [one["node"] for one in edges]
        inside = [one for one in only.values() if isinstance(one, dict)] if isinstance(only, dict) else []
        only = inside[0] if len(inside) == 1 else None
    return document


def find_list(document: Any) -> list[Any] | None:
    """Find the list of objects of an export: itself, under a usual key, or the longest within two levels."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        return None
    lowered = {str(key).lower(): value for key, value in document.items()}
    for key in LIST_KEYS:
        value = lowered.get(key)
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            return value
    candidates = _lists_in(document)
    if candidates and _is_record(document) and not any(_has_words(one) for one in candidates):
        return None
    if not candidates:
        candidates = [found for value in document.values() if isinstance(value, dict) for found in _lists_in(value)]
    return max(candidates, key=len, default=None)


def _is_record(document: dict[str, Any]) -> bool:
    """Whether a document is itself what somebody wrote, with an id or a date, whatever lists it carries beside."""
    named = {fold_header(str(key)) for key, value in document.items() if isinstance(value, str | int) and value}
    return bool(named & set(TEXT)) and bool(named & {*FIELDS["id"], *FIELDS["date"]})


def _has_words(listed: list[Any]) -> bool:
    first = listed[0] if isinstance(listed[0], dict) else {}
    return any(fold_header(str(key)) in TEXT for key, value in first.items() if isinstance(value, str))


def _lists_in(document: dict[str, Any]) -> list[list[Any]]:
    """Lists of objects that may be records: not the answers of one person to one form."""
    found = [value for value in document.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return [one for one in found if not is_answers(document, one)]


def open_json(path: Path, kind: str, *, name: str) -> Table:
    """Open JSON (array, or object holding a list) or NDJSON as a table; a lone object is a table of one row.

    Raises:
        InputError: broken before the first item, too large, too deep, or without objects.
    """
    if kind == Kind.NDJSON:
        return table_of(lines_items(path, name=name), name=name)
    with path.open("rb") as stream:
        first = decoded([stream.read(4096)]).lstrip("\ufeff \t\r\n\x00")[:1]
    if first == "[":
        return table_of(numbered_items(path, name), name=name)
    document = without_edges(load(path, name=name))
    found = find_list(document)
    if found is None:
        found = [document] if isinstance(document, dict) and document else []
    return table_of(enumerate(found, start=1), name=name)


def numbered_items(path: Path, name: str) -> Iterator[tuple[int, Any]]:
    """Yield the items of a top-level array with their numbers; where it breaks off is a :class:`Rejected`.

    Raises:
        InputError: it breaks before the first item.
    """
    number = 0
    try:
        for number, item in enumerate(array_items(path, name=name), start=1):
            yield number, item
    except InputError as error:
        if number == 0:
            raise
        yield number + 1, Rejected(source=f"{name}:{number + 1}", reason=str(error).removeprefix(f"{name}: "))


def table_of(items: Iterator[tuple[int, Any]], *, name: str) -> Table:
    """Make a table of numbered objects: its columns are the fields of the first rows, in order of appearance.

    A field that first appears after :data:`limits.SAMPLE_ROWS` rows is not among them and is left out.
    """
    ahead = list(itertools.islice(items, limits.SAMPLE_ROWS))
    keys: dict[str, None] = {}
    for _, item in ahead:
        if isinstance(item, dict):
            keys.update(dict.fromkeys(flattened(item)))
        elif isinstance(item, str):
            keys.setdefault("text")
    if not keys:
        first_bad = next((item for _, item in ahead if isinstance(item, Rejected)), None)
        if first_bad is not None:
            raise InputError(f"{first_bad.source}: {first_bad.reason}")
        raise InputError(
            f"{name}: holds no JSON objects with fields; a table or list of messages was expected.",
            code="no_json_objects",
            file=name,
        )
    order = list(keys)[: limits.COLUMNS]
    columns = headed(order, name=name)

    def rows() -> Iterator[Row | Rejected]:
        for number, item in itertools.chain(ahead, items):
            if isinstance(item, Rejected):
                yield item
            elif isinstance(item, dict):
                flat = flattened(item)
                cells = [as_text(flat.get(key)) for key in order]
                if any(cells):
                    yield Row(number, cells)
            elif isinstance(item, str) and "text" in keys:
                yield Row(number, [as_text(item) if key == "text" else "" for key in order])
            elif item is not None:
                yield Rejected(source=f"{name}:{number}", reason="not a JSON object; every item must be one.")

    return Table(name, columns, rows())
