"""Uploaded bodies, multipart or streamed, on disk as they come rather than in memory."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from api.problems import Problem
from voc.records import Channel
from voc.service.uploads import SentFile

IN_MEMORY_BYTES = 1 << 20
MAX_FILES = 200
MAX_FIELDS = 50
MAX_FIELD_BYTES = 64 * 1024
FILENAME_CHARS = 200
REFUSED_CHARACTERS = frozenset('<>:"|?*\u202a\u202b\u202c\u202d\u202e')
"""What no file system takes, and the marks that make ``gpj.exe`` read as ``exe.jpg``."""
BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
"""How OpenAPI describes the content of a file."""


def form_of(properties: dict[str, Any], *, required: Sequence[str] = (), or_body: bool = False) -> dict[str, Any]:
    """How OpenAPI describes a route that takes a form of these fields; ``or_body``: or one file as the body itself."""
    schema = {"type": "object", **({"required": list(required)} if required else {}), "properties": properties}
    content = {"multipart/form-data": {"schema": schema}}
    if or_body:
        content["application/octet-stream"] = {"schema": BINARY}
    return {"requestBody": {"required": True, "content": content}}


ONE_FILE = form_of({"file": BINARY}, or_body=True)
"""How OpenAPI describes a route that takes one file, in a form or as the body itself."""


@dataclass(frozen=True)
class UploadForm:
    """The files of a request with its form fields."""

    files: list[SentFile]
    fields: dict[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str | None:
        """The last value of a field, or ``None`` when it is absent or empty."""
        values = self.fields.get(name)
        return values[-1] or None if values else None

    @contextmanager
    def only_file(self, what: str) -> Iterator[tuple[Path, str]]:
        """The one file there must be, on disk while the block lasts, and its name.

        Raises:
            Problem: 422 when there is none, or several.
        """
        if len(self.files) != 1:
            raise Problem(422, f"file: send exactly one {what}.", code="one_file")
        (file,) = self.files
        with tempfile.NamedTemporaryFile(prefix="voc-", suffix=Path(file.filename).suffix[:12]) as kept:
            shutil.copyfileobj(file.stream, kept)
            kept.flush()
            yield Path(kept.name), file.filename


@asynccontextmanager
async def received(request: Request, *, filename: str | None = None) -> AsyncIterator[UploadForm]:
    """The files of a request; they are gone when the block ends.

    Raises:
        Problem: 400 for a broken or cut-off body, 413 for one too large, 422 for one without a file.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            async with request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES) as form:
                fields: dict[str, list[str]] = {}
                files: list[SentFile] = []
                for name, value in form.multi_items():
                    if isinstance(value, UploadFile):
                        if value.filename:
                            files.append(SentFile(bare_name(value.filename), value.file))
                    else:
                        fields.setdefault(name, []).append(value)
                yield UploadForm(files, fields)
        else:
            if not filename:
                raise Problem(
                    422,
                    "filename: missing; name the file (?filename=call.wav) or send multipart/form-data.",
                    code="filename_missing",
                )
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES, prefix="voc-") as target:
                async for chunk in request.stream():
                    await run_in_threadpool(target.write, chunk)
                target.seek(0)
                yield UploadForm([SentFile(bare_name(filename), target)])
    except ClientDisconnect:
        raise Problem(
            400, "The connection was closed before the whole file had arrived; send it again.", code="connection_cut"
        ) from None
    except OSError as error:
        raise Problem(
            507,
            f"The file could not be kept: {error.strerror or error}; free space and send it again.",
            code="store_full",
        ) from error


def bare_name(filename: str) -> str:
    """The file's own name: no folders of either system, no control characters, no directional overrides."""
    name = PurePosixPath(PureWindowsPath(filename).name).name
    clean = "".join(c for c in name if c.isprintable() and c not in REFUSED_CHARACTERS).strip(" .")
    if len(clean) > FILENAME_CHARS:
        stem, dot, suffix = clean.rpartition(".")
        clean = f"{stem[: FILENAME_CHARS - 12]}{dot}{suffix[:10]}" if dot else clean[:FILENAME_CHARS]
    return clean or "upload"


def mapping_of(sent: UploadForm, queried: list[str]) -> Mapping[str, str] | None:
    """Column mapping from ``map=field=column`` (repeatable) or one JSON object ``mapping``.

    Raises:
        Problem: 422 when it is neither.
    """
    found: dict[str, str] = {}
    whole = sent.one("mapping")
    if whole:
        try:
            given = json.loads(whole)
        except ValueError:
            given = None
        if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
            raise Problem(
                422, 'mapping: not a JSON object of field → column, like {"text": "Message"}.', code="mapping_not_json"
            )
        found |= {name: column for name, column in given.items() if column}
    for pair in [*sent.fields.get("map", []), *queried]:
        if not pair:
            continue
        name, equals, column = pair.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise Problem(
                422,
                f"map: '{pair[:80]}' is not field=column, like text=Message.",
                code="not_a_pair",
                parameters={"given": pair[:80]},
            )
        found[name.strip()] = column.strip()
    return found or None


def channel_of(name: str | None) -> Channel | None:
    """The channel a form or a query names.

    Raises:
        Problem: 422 when there is none of that name.
    """
    if not name:
        return None
    try:
        return Channel(name)
    except ValueError:
        raise Problem(
            422,
            f"channel: '{name[:40]}' is not one of {', '.join(Channel)}.",
            code="not_one_of",
            parameters={"field": "channel", "given": name[:40], "known": ", ".join(Channel)},
        ) from None


def roles_of(names: str | None) -> tuple[str, ...]:
    """The role of each audio channel: ``agent,customer``."""
    return tuple(part.strip() for part in (names or "").split(",") if part.strip())
